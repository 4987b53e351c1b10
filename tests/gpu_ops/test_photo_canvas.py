"""The canvas: the food in the middle, and what is kept is the photo to the bit."""

import numpy as np
import pytest

from gpu_ops.dish_layout import find_dish
from gpu_ops.food_mask import box_mask
from gpu_ops.photo_canvas import canvas

Box = tuple[float, float, float, float]


def photo(height: int = 480, width: int = 640) -> np.ndarray:
    """Every pixel says where it is."""
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows % 256, columns % 256, rows // 256 * 4 + columns // 256], -1).astype(
        np.uint8
    )


def made(box: Box, *, side: int = 128, height: int = 480, width: int = 640):
    return canvas(photo(height, width), box_mask(box, height, width), side, side)


def middle_of(mask: np.ndarray) -> tuple[float, float]:
    rows, columns = np.nonzero(mask > 0.5)
    return rows.mean() / mask.shape[0], columns.mean() / mask.shape[1]


@pytest.mark.parametrize("size", [(128, 128), (256, 128), (1024, 1024)])
def test_the_canvas_has_the_size_that_is_asked(size: tuple[int, int]) -> None:
    result = canvas(photo(), box_mask((0.3, 0.3, 0.6, 0.6), 480, 640), *size)
    assert result.pixels.shape == (size[1], size[0], 3) and result.pixels.dtype == np.uint8
    assert result.mask.shape == (size[1], size[0]) and result.mask.dtype == np.float32


def test_food_off_the_middle_comes_to_the_middle_and_fills_the_canvas() -> None:
    mask = made((0.5, 0.45, 0.8, 0.85)).mask
    assert middle_of(mask) == pytest.approx((0.5, 0.5), abs=0.02)
    assert 0.6 < (mask.max(0) > 0.5).mean() < 0.75
    assert mask[0].max() == mask[-1].max() == mask[:, 0].max() == mask[:, -1].max() == 0


def test_what_is_kept_is_the_photo_to_the_bit() -> None:
    # A crop of exactly the canvas' size is not resized, so it can be found in the photo.
    food = (0.45, 0.45, 0.55, 0.55)
    mask = box_mask(food, 480, 640)
    side = round(int((mask.max(0) > 0.5).sum()) / 0.7)
    result = canvas(photo(), mask, side, side)
    kept = result.mask == 0
    assert kept.mean() > 0.3
    y, x, higher = result.pixels[0, 0].astype(int)
    y, x = y + 256 * (higher // 4), x + 256 * (higher % 4)
    assert (result.pixels[kept] == photo()[y : y + side, x : x + side][kept]).all()


def test_a_mask_that_is_nearly_nothing_is_nothing() -> None:
    mask = box_mask((0.3, 0.3, 0.6, 0.6), 480, 640)
    mask[mask == 0] = 0.003
    assert canvas(photo(), mask, 128, 128).mask.min() == 0


def test_food_near_the_border_is_moved_into_the_photo_while_air_is_left() -> None:
    mask = made((0.07, 0.3, 0.37, 0.7)).mask
    columns = np.nonzero(mask.max(0) > 0.5)[0]
    assert columns[0] >= 0.05 * 128
    assert middle_of(mask)[1] < 0.5


def test_food_at_the_border_is_completed_beyond_it() -> None:
    mask = made((0.0, 0.3, 0.35, 0.8)).mask
    assert (mask[:, 0] == 1).all()  # beyond the photo: drawn anew
    assert (mask[:20, -1] == 0).all()  # the photo's own pixels far from the food
    assert (mask[:, 30] > 0.5).any()


def test_a_canvas_that_is_wider_than_the_photo_keeps_the_photo_in_its_middle() -> None:
    result = canvas(photo(600, 300), box_mask((0.1, 0.3, 0.9, 0.7), 600, 300), 256, 128)
    assert (result.mask[:, 0] == 1).all() and (result.mask[:, -1] == 1).all()
    assert middle_of(result.mask)[1] == pytest.approx(0.5, abs=0.02)


def test_a_mask_of_another_size_and_an_empty_one_are_errors() -> None:
    with pytest.raises(ValueError, match="its mask"):
        canvas(photo(), np.ones((10, 10), np.float32), 64, 64)
    with pytest.raises(ValueError, match="nothing to draw"):
        canvas(photo(), np.zeros((480, 640), np.float32), 64, 64)


def test_a_drawn_plate_lies_in_the_middle_of_its_canvas() -> None:
    table = np.full((480, 640, 3), 190, np.uint8)
    table[300:460, 40:240] = (150, 60, 40)
    layout = find_dish(table)
    assert layout is not None
    result = canvas(table, box_mask(layout.box, 480, 640), 128, 128)
    again = find_dish(result.pixels)
    assert again is not None and again.centre_offset < 0.25 and again.smallest_margin > 0.04
