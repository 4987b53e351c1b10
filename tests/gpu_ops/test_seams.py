"""Joints and frames are found where they are, and no dish is taken for one."""

import numpy as np
import pytest

from gpu_ops.seams import framed_part, strongest_joint
from models.recipe.drawings import KINDS, draw_dish

LEFT, RIGHT = (draw_dish(kind, seed=3, size_px=256).picture for kind in ("pizza", "ice cream"))


@pytest.mark.parametrize("at", [64, 128, 150])
@pytest.mark.parametrize("direction", ["down", "across"])
def test_a_joint_is_where_two_pictures_meet(at: int, direction: str) -> None:
    joined = np.concatenate([LEFT[:, :at], RIGHT[:, at:]], axis=1)
    joined = joined if direction == "down" else joined.transpose(1, 0, 2)
    joint = strongest_joint(joined)
    assert joint.direction == direction
    assert joint.position == pytest.approx(at / 256, abs=0.02)
    assert joint.cover > 0.88


@pytest.mark.parametrize("width", [6, 12, 24])
def test_a_frame_is_known_by_what_is_inside(width: int) -> None:
    framed = np.full_like(LEFT, 250)
    framed[width:-width, width:-width] = LEFT[width:-width, width:-width]
    assert framed_part(framed) == pytest.approx(
        (width / 256, width / 256, 1 - width / 256, 1 - width / 256), abs=0.012
    )


def test_bars_on_one_side_only_are_no_frame() -> None:
    barred = LEFT.copy()
    barred[:20] = 0
    assert framed_part(barred) is None
    barred[-20:] = 0
    assert framed_part(barred) is not None


def test_no_dish_has_a_joint_or_a_frame() -> None:
    clean = [draw_dish(kind, seed=8).picture for kind in KINDS]
    assert [framed_part(picture) for picture in clean] == [None] * len(KINDS)
    assert sum(strongest_joint(picture).cover >= 0.88 for picture in clean) <= 1


def test_one_colour_and_one_pixel_are_looked_at() -> None:
    for shape in ((1, 1, 3), (40, 900, 3)):
        plain = np.full(shape, 120, np.uint8)
        assert strongest_joint(plain).cover == 0
        assert framed_part(plain) is None
