"""The food drawings: every kind draws, repeats exactly, varies with the seed, stays in frame."""

import numpy as np
import pytest

from models.recipe.drawings import KINDS, contact_sheet, draw_dish
from models.recipe.ware import BACKGROUNDS, WARES

SIZE_PX = 64
FREE_MARGIN = 0.04


def test_there_are_52_different_kinds() -> None:
    assert len(KINDS) == len(set(KINDS)) == 52


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_draws_a_well_exposed_dish_inside_the_frame(kind: str) -> None:
    drawing = draw_dish(kind, seed=3, size_px=SIZE_PX)
    assert drawing.picture.shape == (SIZE_PX, SIZE_PX, 3)
    assert drawing.picture.dtype == np.uint8
    assert drawing.kind == kind
    assert drawing.ware in WARES
    assert drawing.background in BACKGROUNDS
    x0, y0, x1, y1 = drawing.box
    assert min(x0, y0) >= FREE_MARGIN
    assert max(x1, y1) <= 1 - FREE_MARGIN
    assert 70 < drawing.picture.mean() < 205
    assert drawing.picture.std() > 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_repeats_exactly_and_another_seed_differs(kind: str) -> None:
    first = draw_dish(kind, seed=1, size_px=SIZE_PX)
    again = draw_dish(kind, seed=1, size_px=SIZE_PX)
    other = draw_dish(kind, seed=2, size_px=SIZE_PX)
    assert np.array_equal(first.picture, again.picture)
    assert (first.ware, first.ingredients, first.box) == (again.ware, again.ingredients, again.box)
    assert not np.array_equal(first.picture, other.picture)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown kind 'soup of the day'.*pizza"):
        draw_dish("soup of the day", seed=0)


def test_a_contact_sheet_shows_each_kind_once_per_variant() -> None:
    sheet = contact_sheet(columns=2, variants=2, size_px=SIZE_PX, kinds=KINDS[:3])
    label_px = 18
    assert sheet.shape == (2 * (SIZE_PX + label_px), 2 * 2 * SIZE_PX, 3)
