"""An id that nobody sees, in the brightness of a picture; it survives other sizes and encodings.

How: of the cosine transform of the whole picture, coefficients of low and middle frequencies are
added up with random signs, one sum for each bit, and each sum is moved to the nearest point of a
lattice whose place says 0 or 1 (spread transform dither modulation: Chen and Wornell, "Quantization
index modulation", IEEE Trans. Inf. Theory 47, 2001). What the picture shows does not disturb the
reading, as it would correlation. Frequencies are counted in the picture, not in pixels, so a copy
of another size has them where the original had them.

Belongs here: writing and reading the id. Does not belong here: whose id it is
(`resources/publisher.py`). A crop, a rotation or another aspect ratio loses it; so does a change of
contrast by more than a few percent. It is no protection against somebody who wants it gone.
"""

import binascii
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.fft import dctn, idctn

from gpu_ops.convolutional_code import coded_length, decode, encode

WATERMARK_VERSION = "watermark-1"
"""Of all that follows: what another version wrote cannot be read."""

ID_BITS = 48
_CHECK_BITS = 16

SMALLEST_PX = 64
"""Short side: a smaller picture has not the frequencies that are written to."""

_SIDES = (64, 128)
"""Coefficients across and down that are looked at. The smaller square is what a copy of 64 px still
has: half a drawing of the small family."""

_LARGE_PX = 512
"""From this short side on the larger square is written to: four times the coefficients, so the mark
is fainter, and a copy of half the size still has all of them."""

_BAND = (0.12, 0.5)
"""Radius, as a share of the square's side. Lower frequencies are seen, higher ones are the first
that JPEG and WebP drop. Chosen by decode rates (benchmarks/watermark.py)."""

_STEPS = {64: (36.0, 54.0), 128: (48.0, 72.0)}
"""Distance of lattice points that say the same, usual and strong, for each square, in grey levels
of a picture of its side. By decode rates; PSNR is 42 and 46 dB, and strong 3.5 dB less."""

LEAST_AGREEMENT = 0.56
"""Least agreement of the decoded code with what was read. Noise has 0.49, and more than this less
than once in 1,000 tries; the 16 check bits let 1 of 65,536 of those through."""

_ROUNDS = 6
_SETTLED = 0.02
"""Clipping to 0..255 undoes a part of the mark, so it is written again until the sums are off by
less than this share of a step, at most so many times."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""ITU-R BT.601, which JPEG and WebP keep best."""


@dataclass(frozen=True)
class Watermark:
    """What was read.

    Attributes:
        watermark_id: The 48-bit id.
        agreement: How well it was read: 1 is without noise, below 0.56 nothing is believed.
    """

    watermark_id: int
    agreement: float


@dataclass(frozen=True, eq=False)
class _Sums:
    """Which coefficients add up to which coded bit.

    Attributes:
        places: (bits, n) indices into the flattened square.
        signs: (bits, n), of length 1 for each bit.
        shifts: (bits,) where the lattice of each bit starts, as a share of its step: without
            shifts, a flat picture would say 0 everywhere.
    """

    places: np.ndarray
    signs: np.ndarray
    shifts: np.ndarray


def marked(pixels: np.ndarray, watermark_id: int, *, strong: bool = False) -> np.ndarray:
    """The picture with an id in it, (height, width, 3) uint8 RGB.

    Args:
        pixels: (height, width, 3) uint8 RGB; a flat picture takes it too, as faint grain.
        watermark_id: 0 to 2**48 - 1.
        strong: 3.5 dB stronger, for a picture in which the usual mark did not hold.

    Raises:
        ValueError: the id has more bits, or the picture is smaller than 64 px.
    """
    if not 0 <= watermark_id < 2**ID_BITS:
        raise ValueError(f"watermark id {watermark_id} has more than {ID_BITS} bits")
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST_PX:
        raise ValueError(f"{width} x {height} px: a watermark takes {SMALLEST_PX} px at least")
    side = _SIDES[min(height, width) >= _LARGE_PX]
    step = _STEPS[side][strong]
    sums, scale = _sums(side), np.sqrt(height * width) / side
    lattice = (sums.shifts + encode(_message(watermark_id)) / 2) * step
    out = pixels.astype(np.float32)
    for _ in range(_ROUNDS):
        values = _read_sums(out, side)
        moves = np.round((values - lattice) / step) * step + lattice - values
        if np.abs(moves).max() < _SETTLED * step:
            break
        square = np.zeros(side * side, np.float32)
        square[sums.places] = moves[:, None] * sums.signs * scale
        spectrum = np.zeros((height, width), np.float32)
        spectrum[:side, :side] = square.reshape(side, side)
        out = np.clip(out + idctn(spectrum, norm="ortho")[:, :, None], 0, 255)
    return np.round(out).astype(np.uint8)


def read_watermark(pixels: np.ndarray) -> Watermark | None:
    """The id in a picture, (height, width, 3) uint8 RGB; None if there is none that can be read."""
    for side in _SIDES:
        if min(pixels.shape[:2]) >= side and (found := _read(pixels.astype(np.float32), side)):
            return found
    return None


def _read(pixels: np.ndarray, side: int) -> Watermark | None:
    """What a square says, of the strengths that it may have been written with."""
    values, shifts = _read_sums(pixels, side), _sums(side).shifts
    for step in _STEPS[side]:
        message, agreement = decode(np.cos(2 * np.pi * (values / step - shifts)))
        watermark_id = int("".join(map(str, message[:ID_BITS])), 2)
        if agreement >= LEAST_AGREEMENT and np.array_equal(message, _message(watermark_id)):
            return Watermark(watermark_id, agreement)
    return None


def _message(watermark_id: int) -> np.ndarray:
    """The id and its CRC-16 (CCITT) as bits, the highest first."""
    check = binascii.crc_hqx(watermark_id.to_bytes(ID_BITS // 8, "big"), 0xFFFF)
    text = f"{watermark_id:0{ID_BITS}b}{check:0{_CHECK_BITS}b}"
    return np.array([int(bit) for bit in text])


def _read_sums(pixels: np.ndarray, side: int) -> np.ndarray:
    """The sums, (bits,), the same for all sizes of a picture. `pixels` is float32."""
    height, width = pixels.shape[:2]
    spectrum = dctn(pixels @ _LUMA, norm="ortho")[:side, :side] * (side / np.sqrt(height * width))
    sums = _sums(side)
    return (spectrum.ravel()[sums.places] * sums.signs).sum(axis=1)


@lru_cache(maxsize=len(_SIDES))
def _sums(side: int) -> _Sums:
    """Drawn at random, and the same for ever: NumPy keeps PCG64's raw output stable."""
    bits = coded_length(ID_BITS + _CHECK_BITS)
    down, across = np.mgrid[0:side, 0:side]
    radius = np.hypot(down, across) / side
    places = np.flatnonzero((radius >= _BAND[0]) & (radius <= _BAND[1]))
    source = np.random.PCG64(20261125)
    places = places[np.argsort(source.random_raw(places.size), kind="stable")]
    each = places.size // bits
    signs = np.where(source.random_raw(bits * each) % 2, 1.0, -1.0).reshape(bits, each)
    shifts = source.random_raw(bits).astype(np.float64) / 2**64
    return _Sums(places[: bits * each].reshape(bits, each), signs / np.sqrt(each), shifts)
