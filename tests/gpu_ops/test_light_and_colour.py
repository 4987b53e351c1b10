"""Light and colour: each number moves the way that an eye would say."""

import cv2
import numpy as np

from gpu_ops.light_and_colour import measure
from models.recipe.drawings import KINDS, draw_dish

PICTURE = draw_dish(KINDS[0], seed=1, size_px=256).picture


def test_blur_takes_sharpness_away() -> None:
    blurred = [cv2.GaussianBlur(PICTURE, (0, 0), sigma) for sigma in (0.5, 1, 2, 4)]
    sharpness = [measure(picture).sharpness for picture in (PICTURE, *blurred)]
    assert sharpness == sorted(sharpness, reverse=True)
    assert sharpness[-1] < sharpness[0] / 10


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
    flat = np.full((64, 64, 3), 120, np.uint8)
    assert measure(flat).contrast == measure(flat).sharpness == 0
    assert measure(flat // 2 + PICTURE[:64, :64] // 2).contrast > 0


def test_sharpness_looks_at_the_dish_only() -> None:
    half = PICTURE.copy()
    half[:, 128:] = cv2.GaussianBlur(PICTURE, (0, 0), 6)[:, 128:]
    left = np.zeros((256, 256), bool)
    left[:, :120] = True
    assert measure(half, left).sharpness > 5 * measure(half, np.fliplr(left)).sharpness
    assert measure(half, np.zeros_like(left)) == measure(half)
