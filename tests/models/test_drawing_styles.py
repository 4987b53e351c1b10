"""The same shapes, in the same place, in hands that differ."""

import numpy as np

from models.recipe import animals
from models.recipe.canvas import Canvas
from models.recipe.drawing_styles import in_some_hand

SIDE = 96


def drawn(hand: int) -> np.ndarray:
    """The same cat, by one of many hands."""
    pixels = np.full((SIDE, SIDE, 3), 200, np.uint8)
    canvas = Canvas(pixels, SIDE / 2, SIDE / 2, SIDE * 0.3)
    animals.cat(in_some_hand(canvas, np.random.default_rng(hand)), np.random.default_rng(4))
    return pixels


def test_each_hand_draws_alike_and_no_two_do() -> None:
    pictures = [drawn(hand) for hand in range(8)]
    assert np.array_equal(pictures[0], drawn(0))
    assert len({picture.tobytes() for picture in pictures}) == 8


def test_what_is_drawn_stays_where_it_is() -> None:
    for hand in range(8):
        y, x = np.nonzero(np.abs(drawn(hand).astype(int) - 200).max(axis=2) > 24)
        assert abs(x.mean() / SIDE - 0.5) < 0.15 and abs(y.mean() / SIDE - 0.5) < 0.15
        assert 0.05 < len(x) / SIDE**2 < 0.6
