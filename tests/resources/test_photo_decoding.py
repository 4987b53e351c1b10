"""Bytes that strangers send as a photo: pixels, or the reason why not."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageCms

from resources.environment import REPOSITORY
from resources.photo_decoding import UnusablePhoto, decoded

BROKEN = REPOSITORY / "sample_menus" / "broken" / "photos"
RED, WHITE = (200, 40, 40), (255, 255, 255)


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def plain(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    return Image.new("RGB", (width, height), RED).convert(mode)


def reason_code(data: bytes) -> str:
    with pytest.raises(UnusablePhoto) as caught:
        decoded(data)
    assert caught.value.reason
    return caught.value.reason_code


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("RGB", "JPEG"),
        ("CMYK", "JPEG"),
        ("RGB", "PNG"),
        ("P", "PNG"),
        ("P", "GIF"),
        ("RGBA", "WEBP"),
        ("RGB", "AVIF"),
        ("RGB", "BMP"),
    ],
)
def test_the_colours_come_out_whatever_the_format(mode: str, kind: str) -> None:
    pixels = decoded(encoded(plain(mode=mode), kind))
    assert pixels.shape == (300, 400, 3) and pixels.dtype == np.uint8
    assert np.abs(pixels.mean((0, 1)) - RED).max() < 20


def test_grey_is_grey() -> None:
    pixels = decoded(encoded(plain(mode="L")))
    assert pixels.shape == (300, 400, 3) and (pixels == pixels[..., :1]).all()


def test_sixteen_bits_of_grey_become_eight() -> None:
    steps = np.linspace(0, 65535, 300 * 400).reshape(300, 400).astype(np.uint16)
    pixels = decoded(encoded(Image.fromarray(steps), "PNG"))
    assert pixels.mean() == pytest.approx(127.5, abs=1)
    assert pixels.min() == 0 and pixels.max() == 255


def test_colours_of_another_profile_are_turned_into_srgb() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(decoded(encoded(plain(), "PNG", icc_profile=srgb))[0, 0], RED)
    swapped = srgb.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    red, _, blue = decoded(encoded(plain(), "PNG", icc_profile=swapped))[0, 0]
    assert blue > red  # this profile's first colour is blue
    assert np.array_equal(decoded(encoded(plain(), "PNG", icc_profile=b"no profile"))[0, 0], RED)


def test_what_is_transparent_lies_on_white() -> None:
    half = plain(mode="RGBA")
    half.paste((0, 0, 0, 0), (0, 0, 200, 300))
    pixels = decoded(encoded(half))
    assert tuple(pixels[150, 50]) == WHITE and tuple(pixels[150, 350]) == RED


def test_a_phone_held_upright_gives_an_upright_photo() -> None:
    lying = plain()
    lying.paste(WHITE, (0, 0, 400, 60))  # its top; the camera lay on its left side
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn by 90 degrees clockwise
    pixels = decoded(encoded(lying, "JPEG", exif=exif, quality=95))
    assert pixels.shape == (400, 300, 3)
    assert pixels[:, 280].mean() > 240 and pixels[:, 100].mean() < 130


def test_of_an_animation_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (300, 300), colour) for colour in (RED, "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert np.abs(decoded(data).astype(int) - RED).max() < 20


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_photo_is_made_smaller(kind: str) -> None:
    assert decoded(encoded(plain(5000, 1000), kind)).shape == (410, 2048, 3)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("truncated.jpg", "damaged"),
        ("text_named.jpg", "not_a_picture"),
        ("hundred_megapixels.png", "too_many_pixels"),
    ],
)
def test_broken_photos_say_what_is_wrong(file: str, code: str) -> None:
    assert reason_code((BROKEN / file).read_bytes()) == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_picture"),
        (encoded(plain(), "TIFF"), "not_a_picture"),
        (encoded(plain())[:500], "damaged"),
        (encoded(plain(255, 900)), "too_small"),
    ],
    ids=["empty", "other format", "half of it", "too small"],
)
def test_other_bad_files_say_what_is_wrong(data: bytes, code: str) -> None:
    assert reason_code(data) == code


def test_a_header_that_asks_for_a_gigapixel_is_refused() -> None:
    header = bytearray(encoded(plain()))
    header[16:24] = (60_000).to_bytes(4, "big") * 2  # width and height of IHDR, checksum wrong
    assert reason_code(bytes(header)) in ("too_many_pixels", "damaged", "not_a_picture")


def test_a_hundred_megapixels_take_no_memory() -> None:
    code = f"""
import resource
from pathlib import Path
from resources.photo_decoding import UnusablePhoto, decoded
data = Path({str(BROKEN / "hundred_megapixels.png")!r}).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decoded(data)
except UnusablePhoto as unusable:
    print(unusable.reason_code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    reason, grown_kib = done.stdout.split()
    assert reason == "too_many_pixels"
    assert int(grown_kib) < 8 * 1024  # decoded it would be 100 MB, as RGB 300


def test_no_damage_gets_through_as_another_error() -> None:
    rng = np.random.default_rng(7)
    files = [encoded(plain(280, 280), kind) for kind in ("JPEG", "PNG", "GIF", "WEBP", "AVIF")]
    for number in range(150):
        data = bytearray(files[number % len(files)])
        for place in rng.integers(0, min(len(data), 300), rng.integers(1, 20)):
            data[place] = rng.integers(256)
        try:
            assert decoded(bytes(data)).dtype == np.uint8
        except UnusablePhoto as unusable:
            assert unusable.reason
