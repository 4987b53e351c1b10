"""Fingerprints of pictures: near-duplicates have nearly the same one.

Belongs here: making fingerprints and finding those that are near each other. Does not belong here:
which near-duplicates are a fault (`menu_assets/look_alikes.py`).
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image

SIDE_BITS = 16
"""256 bits: with imagehash's usual 64, different dishes of one kind come as near as copies do."""

BLOCK_ROWS = 2048


def fingerprint(picture: np.ndarray) -> str:
    """The perceptual hash of a picture, (height, width, 3) uint8 RGB: 64 hex digits.

    From the lowest 16 x 16 frequencies of its lightness: size, compression and light hardly matter.
    """
    from imagehash import phash

    return str(phash(Image.fromarray(picture), hash_size=SIDE_BITS))


def near_pairs(
    fingerprints: Sequence[str], others: Sequence[str], *, within: int
) -> list[tuple[int, int, int]]:
    """All pairs of a fingerprint and another one that differ in few bits.

    Of each pair 64 of the 256 bits are compared first; only where these are near, the rest is. This
    pays while `within` is well below 32, the distance of 64 random bits.

    Args:
        fingerprints: What `fingerprint` gave.
        others: The same; may be the same list, then each pair is found twice, and each with itself.
        within: Largest number of differing bits.

    Returns:
        Number of the one, number of the other, differing bits; nearest first.
    """
    ours, theirs = _bits(fingerprints), _bits(others)
    pairs: list[tuple[int, int, int]] = []
    for first in range(0, len(ours), BLOCK_ROWS):
        block = ours[first : first + BLOCK_ROWS]
        faint = np.bitwise_count(block[:, None, 0] ^ theirs[None, :, 0]) <= within
        rows, columns = np.nonzero(faint)
        distances = np.bitwise_count(block[rows] ^ theirs[columns]).sum(axis=1, dtype=np.int64)
        near = distances <= within
        found = zip(rows[near] + first, columns[near], distances[near], strict=True)
        pairs.extend((int(one), int(other), int(bits)) for one, other, bits in found)
    return sorted(pairs, key=lambda pair: (pair[2], pair[0], pair[1]))


def _bits(fingerprints: Sequence[str]) -> np.ndarray:
    """(fingerprints, 4) uint64."""
    words = np.frombuffer(bytes.fromhex("".join(fingerprints)), dtype=">u8")
    return words.astype(np.uint64).reshape(-1, SIDE_BITS * SIDE_BITS // 64)
