"""Where the dish is: on drawn dishes the box is right, and it follows the dish."""

import numpy as np
import pytest

from gpu_ops.dish_layout import find_dish
from models.recipe.drawings import KINDS, draw_dish
from models.recipe.ware import background
from tests.stand_ins import draw_plate


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Intersection over union of two boxes."""
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return width * height / (area - width * height)


def test_the_box_is_right_on_drawn_dishes() -> None:
    overlaps = []
    for kind in KINDS:
        drawing = draw_dish(kind, seed=3)
        layout = find_dish(drawing.picture)
        overlaps.append(overlap(layout.box, drawing.box) if layout else 0.0)
    assert np.median(overlaps) > 0.85
    assert np.mean(np.array(overlaps) > 0.6) > 0.9


def test_the_offset_grows_as_the_dish_moves_away() -> None:
    offsets = []
    for shift in (0, 6, 10):
        layout = find_dish(np.roll(draw_plate(1), shift, axis=1))
        assert layout is not None
        offsets.append(layout.centre_offset)
    assert offsets == sorted(offsets)
    assert offsets[0] < 0.03 < offsets[1]


@pytest.mark.parametrize("shift", [14, 24, 40])
def test_a_dish_that_the_border_cuts_has_no_margin(shift: int) -> None:
    moved = np.full((96, 96, 3), 205, np.uint8)
    moved[:, shift:] = draw_plate(1)[:, :-shift]
    layout = find_dish(moved)
    assert layout is not None and layout.smallest_margin == 0


@pytest.mark.parametrize("corner", [False, True])
def test_drawn_dishes_that_are_cut_have_no_margin(corner: bool) -> None:
    cut = []
    for kind in KINDS:
        picture = draw_dish(kind, seed=3).picture
        layout = find_dish(picture[45 if corner else 0 :, 45:])
        cut.append(layout is not None and layout.smallest_margin == 0)
    assert np.mean(cut) >= 0.98


def test_light_that_falls_off_is_no_dish() -> None:
    rows, columns = np.mgrid[0:128, 0:128] / 128
    for light in (
        1 - 1.4 * ((rows - 0.5) ** 2 + (columns - 0.5) ** 2),
        0.4 + 0.3 * (rows + columns),
        np.full((128, 128), 0.3),
    ):
        overlaps = []
        for kind in KINDS[::3]:
            drawing = draw_dish(kind, seed=3)
            layout = find_dish((drawing.picture * light[..., None]).clip(0, 255).astype(np.uint8))
            overlaps.append(overlap(layout.box, drawing.box) if layout else 0.0)
        assert np.mean(np.array(overlaps) > 0.6) > 0.85


def test_two_plates_are_two_dishes_and_a_fork_is_none() -> None:
    pair = np.concatenate([draw_plate(1), draw_plate(4)], axis=1)
    layout = find_dish(pair)
    assert layout is not None and len(layout.dishes) == 2
    with_fork = draw_plate(1)
    with_fork[60:, 3:7] = 90
    layout, alone = find_dish(with_fork), find_dish(draw_plate(1))
    assert layout is not None and alone is not None and len(layout.dishes) == 1
    assert layout.box == pytest.approx(alone.box, abs=0.02)


@pytest.mark.parametrize("size_px", [64, 200])
def test_the_layout_does_not_depend_on_the_size(size_px: int) -> None:
    layout, reference = find_dish(draw_plate(2, size_px)), find_dish(draw_plate(2, 96))
    assert layout is not None and reference is not None
    assert layout.mask.shape == (size_px, size_px)
    assert layout.box == pytest.approx(reference.box, abs=0.03)
    assert layout.area_share == pytest.approx(0.76**2, abs=0.05)


@pytest.mark.parametrize("table", ["wood", "marble", "slate", "linen", "plain"])
def test_a_bare_table_has_no_dish(table: str) -> None:
    for seed in range(8):
        assert find_dish(background(table, np.random.default_rng(seed), 256)) is None


def test_an_empty_picture_has_no_dish() -> None:
    assert find_dish(np.full((96, 96, 3), 200, np.uint8)) is None
    noise = np.random.default_rng(0).normal(200, 1, (96, 96, 3)).clip(0, 255).astype(np.uint8)
    assert find_dish(noise) is None
