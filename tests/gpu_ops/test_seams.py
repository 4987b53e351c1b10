"""Joints and frames are found where they are, and no dish is taken for one."""

import numpy as np
import pytest

from gpu_ops.seams import framed_part, joints_of
from models.recipe.drawings import KINDS, draw_dish

LEFT, RIGHT = (draw_dish(kind, seed=3, size_px=256).picture for kind in ("pizza", "ice cream"))


@pytest.mark.parametrize("at", [64, 128, 150])
@pytest.mark.parametrize("direction", ["down", "across"])
def test_a_joint_is_where_two_pictures_meet(at: int, direction: str) -> None:
    joined = np.concatenate([LEFT[:, :at], RIGHT[:, at:]], axis=1)
    joined = joined if direction == "down" else joined.transpose(1, 0, 2)
    joint = joints_of(joined).anywhere
    assert joint.direction == direction
    assert joint.position == pytest.approx(at / 256, abs=0.02)
    assert joint.cover > 0.88


def test_halves_that_look_alike_are_parted_in_the_middle() -> None:
    coffee, hummus = (draw_dish(kind, seed=5, size_px=256).picture for kind in ("coffee", "hummus"))
    joints = joints_of(np.concatenate([coffee[:, 64:192], hummus[:, 64:192]], axis=1))
    assert joints.anywhere.cover < 0.88
    assert (joints.halving.direction, joints.halving.position) == ("down", 0.5)
    assert joints.halving.cover > 0.32
    assert all(joints_of(draw_dish(kind, 8).picture).halving.cover < 0.32 for kind in KINDS)


@pytest.mark.parametrize("direction", ["down", "across"])
def test_a_white_gap_is_found_where_it_is(direction: str) -> None:
    gapped = np.concatenate([LEFT[:, :96], np.full((256, 8, 3), 250, np.uint8), RIGHT[:, 104:]], 1)
    gap = joints_of(gapped if direction == "down" else gapped.transpose(1, 0, 2)).gap
    assert (gap.direction, gap.position) == (direction, pytest.approx(100 / 256, abs=0.02))
    assert gap.cover > 0.9
    assert joints_of(LEFT).gap.cover < 0.9


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
    assert sum(joints_of(picture).anywhere.cover >= 0.88 for picture in clean) <= 1


def test_one_colour_and_one_pixel_are_looked_at() -> None:
    for shape in ((1, 1, 3), (40, 900, 3)):
        plain = np.full(shape, 120, np.uint8)
        assert {plain_joint.cover for plain_joint in vars(joints_of(plain)).values()} == {0}
        assert framed_part(plain) is None
