"""Where dishes lie in the frame: clean drawings, and cut, stray, tiny, doubled and empty ones.

Belongs here: placing ware and food. Does not belong here: anything over the finished picture.
"""

import zlib
from collections.abc import Sequence

import cv2
import numpy as np

from models.recipe.canvas import SUPERSAMPLING, Canvas
from models.recipe.drawings import DISHES, KINDS, draw_dish
from models.recipe.outlines import Rng
from models.recipe.ware import WARES, background

DRAWING_SEEDS = 50_000_000
"""Far above the seeds that anything in `models/` was trained or tuned on."""

EMPTY_WARES = ("white plate", "oval plate", "dark plate", "blue rim plate", "white bowl", "pan")
Place = tuple[float, float, float]
"""Middle x and y, and half the size, in shares of the side."""


def kind_of(seed: int) -> str:
    """All kinds take their turn."""
    return KINDS[seed * 7 % len(KINDS)]


def another_kind(seed: int) -> str:
    """A kind that is not `kind_of` the seed, and does not look like it: far off in the list."""
    return KINDS[(seed * 7 + len(KINDS) // 2) % len(KINDS)]


def clean(kind: str, seed: int, size_px: int) -> np.ndarray:
    """A whole dish in the middle, (size_px, size_px, 3) uint8 RGB."""
    return draw_dish(kind, DRAWING_SEEDS + seed, size_px).picture


def placed(dishes: Sequence[tuple[str, Place]], rng: Rng, size_px: int) -> np.ndarray:
    """Dishes on one table, each at its place; it may stick out of the frame."""
    side = size_px * SUPERSAMPLING
    wares = [WARES[str(rng.choice(DISHES[kind].wares))] for kind, _ in dishes]
    table = background(str(rng.choice(wares[0].backgrounds)), rng, side)
    for (kind, (x, y, half)), ware in zip(dishes, wares, strict=True):
        dish = DISHES[kind]
        top = -ware.half_height if dish.top is None else dish.top
        y -= half * (top + ware.half_height) / 2
        canvas = Canvas(table, x * side, y * side, half * side)
        ware.paint(canvas, rng)
        dish.paint(canvas.within(0, 0, ware.food), rng)
    return cv2.resize(table, (size_px, size_px), interpolation=cv2.INTER_AREA)


def cut(kind: str, rng: Rng, size_px: int) -> np.ndarray:
    """A dish of which 10 to 30 % of the width sticks out of one side."""
    half = rng.uniform(0.34, 0.42)
    out = half - 2 * half * rng.uniform(0.1, 0.3)
    middle = (out, 0.5) if rng.random() < 0.5 else (1 - out, 0.5)
    x, y = middle if DISHES[kind].top is not None or rng.random() < 0.5 else middle[::-1]
    return placed([(kind, (x, y, half))], rng, size_px)


def stray(kind: str, rng: Rng, size_px: int) -> np.ndarray:
    """A whole dish of which the middle lies 0.3 half diagonals or more from the picture's."""
    x, y = 0.5 + rng.choice([-1, 1], 2) * rng.uniform((0.19, 0.13), (0.26, 0.24))
    return placed([(kind, (x, y, rng.uniform(0.14, 0.2)))], rng, size_px)


def tiny(kind: str, rng: Rng, size_px: int) -> np.ndarray:
    """A dish in the middle whose box is 6 % of the frame at most."""
    x, y = rng.uniform(0.45, 0.55, 2)
    return placed([(kind, (x, y, rng.uniform(0.07, 0.12)))], rng, size_px)


def two(kinds: tuple[str, str], rng: Rng, size_px: int) -> np.ndarray:
    """Two dishes of one size side by side."""
    half = rng.uniform(0.17, 0.2)
    left, right = rng.uniform(0.45, 0.55, 2)
    places = ((0.26, left, half), (0.74, right, half))
    return placed(list(zip(kinds, places, strict=True)), rng, size_px)


def empty(rng: Rng, size_px: int) -> np.ndarray:
    """Ware in the middle with nothing on it."""
    side = size_px * SUPERSAMPLING
    ware = WARES[str(rng.choice(EMPTY_WARES))]
    table = background(str(rng.choice(ware.backgrounds)), rng, side)
    ware.paint(Canvas(table, side / 2, side / 2, rng.uniform(0.36, 0.42) * side), rng)
    return cv2.resize(table, (size_px, size_px), interpolation=cv2.INTER_AREA)


def bare_table(rng: Rng, size_px: int) -> np.ndarray:
    """A table with nothing on it."""
    return background(str(rng.choice(("wood", "marble", "slate", "linen", "plain"))), rng, size_px)


def rng_of(group: str, seed: int) -> Rng:
    """Randomness of its own for each group."""
    return np.random.default_rng([zlib.crc32(group.encode()), seed])
