"""Light and colour: each number moves the way that an eye would say."""

import cv2
import numpy as np
import pytest

from gpu_ops.light_and_colour import measure, relit
from models.recipe.drawings import KINDS, draw_dish

PICTURE = draw_dish(KINDS[0], seed=1, size_px=256).picture


def test_blur_takes_sharpness_away() -> None:
    blurred = [cv2.GaussianBlur(PICTURE, (0, 0), sigma) for sigma in (0.5, 1, 2, 4)]
    sharpness = [measure(picture).sharpness for picture in (PICTURE, *blurred)]
    assert sharpness == sorted(sharpness, reverse=True)
    assert sharpness[-1] < sharpness[0] / 10


def test_sharpness_is_told_at_any_size_and_whatever_the_contrast() -> None:
    """At 128 px as at 512, and neither pale colours nor grain change which is the sharp one."""
    for size in (128, 512):
        drawn = [draw_dish(kind, seed=7, size_px=size).picture for kind in KINDS[::6]]
        soft = [cv2.GaussianBlur(picture, (0, 0), 1.5) for picture in drawn]
        pale = [picture // 2 + 100 for picture in drawn]
        sharp = [measure(picture).sharpness for picture in (*drawn, *pale)]
        assert min(sharp) > 1.2 * max(measure(picture).sharpness for picture in soft)
    grain = np.random.default_rng(0).normal(0, 5, soft[0].shape)
    grainy = [np.clip(picture + grain, 0, 255).astype(np.uint8) for picture in soft]
    assert max(measure(picture).sharpness for picture in grainy) < min(sharp)


def test_a_large_picture_is_measured_as_it_is_seen() -> None:
    large = cv2.resize(PICTURE, (2048, 2048), interpolation=cv2.INTER_NEAREST)
    seen = cv2.resize(PICTURE, (512, 512), interpolation=cv2.INTER_NEAREST)
    assert measure(large).sharpness == pytest.approx(measure(seen).sharpness, rel=0.05)


def test_light_follows_the_exposure() -> None:
    exposures = [
        np.clip(PICTURE * float(gain), 0, 255).astype(np.uint8) for gain in (0.2, 0.6, 1, 2, 5)
    ]
    measures = [measure(picture) for picture in exposures]
    lightness = [m.lightness for m in measures]
    assert lightness == sorted(lightness)
    assert measures[0].clipped_light == 0 and measures[-1].clipped_light > 0.2
    assert measure(PICTURE // 60).clipped_dark > 0.5


def test_grey_pictures_have_no_colour_and_flat_ones_no_contrast() -> None:
    grey = cv2.cvtColor(cv2.cvtColor(PICTURE, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    assert measure(grey).chroma < 0.1 < 5 < measure(PICTURE).chroma
    assert measure(grey).colour_spread < 0.1 < 5 < measure(PICTURE).colour_spread
    toned = (grey * (1.0, 0.9, 0.7)).astype(np.uint8)
    assert measure(toned).colour_spread < 2 and measure(toned).chroma > 5
    flat = np.full((64, 64, 3), 120, np.uint8)
    assert measure(flat).contrast == measure(flat).sharpness == 0
    assert measure(flat // 2 + PICTURE[:64, :64] // 2).contrast > 0


def test_sharpness_looks_at_the_dish_only() -> None:
    half = PICTURE.copy()
    half[:, 128:] = cv2.GaussianBlur(PICTURE, (0, 0), 6)[:, 128:]
    left = np.zeros((256, 256), bool)
    left[:, :120] = True
    assert measure(half, left).sharpness > 5 * measure(half, np.fliplr(left)).sharpness
    assert measure(half, np.zeros_like(left)).sharpness == measure(half).sharpness


def test_a_cast_is_looked_for_beside_the_dish() -> None:
    dish = np.zeros((256, 256), bool)
    dish[64:192, 64:192] = True
    table = np.full((256, 256, 3), 150, np.uint8)
    red_dish = np.where(dish[..., None], np.uint8((200, 30, 30)), table).astype(np.uint8)
    bluish = np.clip(red_dish + np.array((-20, 0, 40)), 0, 255).astype(np.uint8)
    neutral, cast = measure(red_dish, dish).cast, measure(bluish, dish).cast
    assert neutral is not None and cast is not None and neutral < 0.1 and cast > 20
    assert measure(red_dish).cast is None


def test_more_light_undoes_less_light() -> None:
    dark = relit(PICTURE, -2)
    assert measure(dark).lightness < measure(PICTURE).lightness - 20
    again = relit(dark, 2)
    assert np.abs(again.astype(int) - PICTURE.astype(int)).max() <= 12  # 8 bits of dark tones
    assert np.array_equal(relit(PICTURE, 0), PICTURE)
