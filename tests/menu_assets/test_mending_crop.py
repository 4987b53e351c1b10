"""The crop that mends a picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menu_assets.mending_crop import DISH_SHARE, Box, area, mending_crop


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = (draw(st.floats(0.0, 0.99)) for _ in range(2))
    return x, y, draw(st.floats(x + 0.01, 1.0)), draw(st.floats(y + 0.01, 1.0))


def overlap(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)


@given(dish=boxes(), unwanted=st.lists(boxes(), max_size=3), closer=st.booleans())
def test_a_crop_has_the_whole_dish_in_its_middle_and_nothing_unwanted(
    dish: Box, unwanted: list[Box], closer: bool
) -> None:
    crop = mending_crop(dish, unwanted, closer=closer)
    if crop is None:
        return
    assert all(0 <= share <= 1 for share in crop)
    assert crop[0] - 1e-9 <= dish[0] and crop[1] - 1e-9 <= dish[1]
    assert crop[2] + 1e-9 >= dish[2] and crop[3] + 1e-9 >= dish[3]
    assert crop[0] + crop[2] == pytest.approx(dish[0] + dish[2], abs=1e-6)
    assert crop[1] + crop[3] == pytest.approx(dish[1] + dish[3], abs=1e-6)
    assert all(overlap(crop, box) < 1e-9 for box in unwanted)


def test_a_dish_that_lies_well_needs_no_crop() -> None:
    assert mending_crop((0.2, 0.2, 0.8, 0.8)) == pytest.approx((0, 0, 1, 1))


def test_of_all_sides_the_one_that_costs_least_is_cut() -> None:
    crop = mending_crop((0.3, 0.3, 0.7, 0.7), [(0.0, 0.9, 0.2, 1.0)])
    assert crop == pytest.approx((0.0, 0.1, 1.0, 0.9))


def test_what_lies_over_the_dish_or_its_margin_cannot_be_cropped_away() -> None:
    assert mending_crop((0.2, 0.2, 0.8, 0.8), [(0.7, 0.7, 1.0, 1.0)]) is None
    assert mending_crop((0.2, 0.2, 0.8, 0.8), [(0.81, 0.0, 1.0, 1.0)]) is None


def test_a_small_dish_is_cropped_closer() -> None:
    dish = (0.4, 0.4, 0.6, 0.6)
    crop = mending_crop(dish, closer=True)
    assert crop is not None
    assert area(dish) / area(crop) == pytest.approx(DISH_SHARE)
