"""An id in a picture is invisible, survives what platforms do to files, and is never made up."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gpu_ops.watermark import ID_BITS, marked, read_watermark
from tests.stand_ins import draw_plate

IDS = st.integers(0, 2**ID_BITS - 1)
SOME_ID = 0xC0FFEE123456


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((one.astype(float) - other) ** 2)))


def encoded(pixels: np.ndarray, file_format: str, quality: int) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, file_format, quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


def resized(pixels: np.ndarray, scale: float) -> np.ndarray:
    height, width = pixels.shape[:2]
    size = round(width * scale), round(height * scale)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def id_in(pixels: np.ndarray) -> int | None:
    found = read_watermark(pixels)
    return found and found.watermark_id


@settings(max_examples=30)
@given(IDS, st.integers(0, 10_000), st.sampled_from([64, 96, 128, 200]))
def test_any_id_comes_back_from_any_picture_and_nobody_sees_it(
    watermark_id: int, seed: int, side_px: int
) -> None:
    plate = draw_plate(seed, side_px)
    picture = marked(plate, watermark_id)
    assert id_in(picture) == watermark_id
    assert picture.shape == plate.shape and picture.dtype == np.uint8
    assert psnr(plate, picture) > 41


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_a_picture_without_an_id_has_none(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    assert read_watermark(draw_plate(seed, 128)) is None
    assert read_watermark(noise) is None


@pytest.mark.parametrize("side_px", [128, 512])
@pytest.mark.parametrize("file_format", ["JPEG", "WEBP"])
@pytest.mark.parametrize("scale", [0.5, 0.7, 1, 1.5, 2])
def test_it_survives_resizing_and_it_survives_encoding(
    side_px: int, file_format: str, scale: float
) -> None:
    picture = marked(draw_plate(3, side_px), SOME_ID)
    assert id_in(resized(picture, scale)) == SOME_ID
    assert id_in(encoded(picture, file_format, 75)) == SOME_ID
    if scale >= 1:  # of a smaller plate WebP keeps nothing but flat colours
        assert id_in(encoded(resized(picture, scale), file_format, 75)) == SOME_ID


def test_one_encoding_after_another() -> None:
    picture = marked(draw_plate(4, 128), SOME_ID)
    assert id_in(encoded(encoded(picture, "WEBP", 75), "JPEG", 75)) == SOME_ID


def test_wide_pictures_carry_it_too() -> None:
    wide = draw_plate(5, 320)[40:220]
    assert id_in(resized(marked(wide, SOME_ID), 0.6)) == SOME_ID


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_flat_picture_takes_it_as_faint_grain(grey: int) -> None:
    flat = np.full((128, 128, 3), grey, np.uint8)
    picture = marked(flat, SOME_ID)
    assert read_watermark(flat) is None
    assert id_in(encoded(picture, "JPEG", 92)) == SOME_ID
    assert psnr(flat, picture) > 39


def test_a_strong_mark_holds_where_the_usual_one_does_not() -> None:
    flat = np.full((128, 128, 3), 128, np.uint8)
    assert id_in(encoded(marked(flat, SOME_ID), "WEBP", 75)) is None
    assert id_in(encoded(marked(flat, SOME_ID, strong=True), "WEBP", 75)) == SOME_ID


def test_a_crop_loses_it() -> None:
    assert read_watermark(marked(draw_plate(6, 256), SOME_ID)[20:, 20:]) is None


def test_what_cannot_carry_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="64 px at least"):
        marked(draw_plate(1, 48), SOME_ID)
    with pytest.raises(ValueError, match="more than 48 bits"):
        marked(draw_plate(1), 2**48)
    assert read_watermark(draw_plate(1, 48)) is None
