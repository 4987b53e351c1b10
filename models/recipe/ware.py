"""What food is served on and stands on: table tops, plates, bowls, boards, paper.

What belongs here: backgrounds and ware. What does not: food. A ware paints itself on a canvas
whose unit is half the dish's size, and says how much of it food may cover.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from models.recipe.canvas import WHITE, Canvas, Colour, shade, smooth_noise, tint
from models.recipe.outlines import Rng, arc, ellipse, rounded


def _wood(rng: Rng, side: int, colour: Colour) -> np.ndarray:
    streaks = 0.05 * smooth_noise(rng, side, side, (28, 3)) + 0.03 * smooth_noise(
        rng, side, side, (4, 2)
    )
    planks = 4
    tone = np.repeat(rng.normal(0, 0.05, planks), side // planks + 1)[:side, None]
    seam = (np.arange(side) % (side // planks) < max(1, side // 90))[:, None] * 0.28
    return np.asarray(colour) * (1 + streaks + tone - seam)[..., None]


def wood(rng: Rng, side: int) -> np.ndarray:
    """Warm oak planks."""
    return _wood(rng, side, tint(rng, (186, 138, 92), 0.05))


def dark_wood(rng: Rng, side: int) -> np.ndarray:
    """Walnut planks."""
    return _wood(rng, side, tint(rng, (112, 76, 54), 0.05))


def marble(rng: Rng, side: int) -> np.ndarray:
    """Pale stone with soft grey veins."""
    veins = np.exp(-np.abs(smooth_noise(rng, side, side, (5, 4))) * 9)
    cloud = 0.02 * smooth_noise(rng, side, side, (6, 6))
    return np.asarray((226, 222, 218)) * (1 + cloud - 0.16 * veins)[..., None]


def slate(rng: Rng, side: int) -> np.ndarray:
    """Grey-blue stone."""
    cloud = 0.07 * smooth_noise(rng, side, side, (9, 7)) + 0.03 * smooth_noise(
        rng, side, side, (30, 30)
    )
    return np.asarray(tint(rng, (88, 98, 108), 0.04)) * (1 + cloud)[..., None]


def linen(rng: Rng, side: int) -> np.ndarray:
    """Beige woven cloth."""
    weave = 0.025 * smooth_noise(rng, side, side, (40, 2)) + 0.025 * smooth_noise(
        rng, side, side, (2, 40)
    )
    return np.asarray(tint(rng, (214, 196, 168), 0.03)) * (1 + weave)[..., None]


def plain(rng: Rng, side: int) -> np.ndarray:
    """One quiet painted colour."""
    colours: tuple[Colour, ...] = ((120, 160, 152), (206, 150, 112), (128, 152, 182))
    colour = tint(rng, colours[rng.integers(len(colours))], 0.04)
    return np.asarray(colour) * (1 + 0.015 * smooth_noise(rng, side, side, (5, 5)))[..., None]


BACKGROUNDS: dict[str, Callable[[Rng, int], np.ndarray]] = {
    "wood": wood,
    "dark wood": dark_wood,
    "marble": marble,
    "slate": slate,
    "linen": linen,
    "plain": plain,
}


def background(name: str, rng: Rng, side: int) -> np.ndarray:
    """The table top with light falling from the upper left: (side, side, 3) uint8 RGB."""
    half = side // 2
    ramp = np.linspace(1.06, 0.9, half)
    light = (ramp[:, None] + ramp[None, :]) / 2
    pixels = np.clip(BACKGROUNDS[name](rng, half) * light[..., None], 0, 255).astype(np.uint8)
    return cv2.resize(pixels, (side, side), interpolation=cv2.INTER_LINEAR)


@dataclass(frozen=True)
class Ware:
    """`food`: radius for food; `half_width`, `half_height`: extents in units of half the dish."""

    paint: Callable[[Canvas, Rng], None]
    food: float
    half_width: float = 1.0
    half_height: float = 1.0
    backgrounds: tuple[str, ...] = ("wood", "dark wood", "marble", "slate", "linen", "plain")


def _plate(canvas: Canvas, rim: Colour, well: Colour, height: float = 1.0) -> None:
    canvas.solid(ellipse(0, 0, 1, height, n=64), rim, rise=2.6, depth=1.4, shadow=0.55, bevel=0.2)
    canvas.soft(ellipse(0.02, 0.03, 0.83, 0.83 * height, n=48), shade(rim, 0.78), 0.75, 1.5)
    canvas.soft(ellipse(0, 0, 0.79, 0.79 * height, n=48), well, 1.0, 0.7)


def _white_plate(canvas: Canvas, rng: Rng) -> None:
    _plate(canvas, (240, 237, 231), (247, 245, 240))


def _oval_plate(canvas: Canvas, rng: Rng) -> None:
    _plate(canvas, (238, 234, 226), (246, 243, 236), 0.74)


def _dark_plate(canvas: Canvas, rng: Rng) -> None:
    _plate(canvas, (70, 74, 80), (58, 61, 67))


def _blue_plate(canvas: Canvas, rng: Rng) -> None:
    _plate(canvas, (70, 112, 168), (244, 243, 240))
    canvas.line(arc(0, 0, 0.96, 0.96, 0, 2 * math.pi, 64), (236, 238, 240), 0.025)


def _bowl(canvas: Canvas, outer: Colour, inner: Colour) -> None:
    canvas.solid(ellipse(0, 0, 1, 1, n=64), outer, rise=3.2, depth=2.2, shadow=0.6)
    canvas.solid(ellipse(0, 0, 0.9, 0.9, n=64), inner, shadow=0, bevel=-0.45, depth=3.0, rim=0.5)


def _white_bowl(canvas: Canvas, rng: Rng) -> None:
    _bowl(canvas, (242, 239, 233), (226, 221, 212))


def _dark_bowl(canvas: Canvas, rng: Rng) -> None:
    _bowl(canvas, (62, 62, 70), (46, 45, 50))


def _clay_bowl(canvas: Canvas, rng: Rng) -> None:
    _bowl(canvas, tint(rng, (184, 104, 66), 0.04), (138, 74, 46))


def _board(canvas: Canvas, rng: Rng) -> None:
    colour = tint(rng, (204, 158, 106), 0.04)
    canvas.solid(rounded(0, 0, 1, 0.86, 9), colour, rise=2.4, depth=1.2, grain=(rng, 0.03))
    for y in np.linspace(-0.6, 0.6, 5):
        canvas.soft(rounded(0, y, 0.9, 0.02), shade(colour, 0.8), 0.35, 0.6)


def _paper(canvas: Canvas, rng: Rng) -> None:
    canvas.solid(rounded(0, 0, 1, 0.84, 20), (238, 230, 214), rise=1.2, depth=0.8, shadow=0.4)
    red = (206, 96, 84)
    for offset in (-0.72, -0.36, 0.0, 0.36, 0.72):
        canvas.soft(rounded(offset, 0, 0.09, 0.83, 20), red, 0.3, 0.4)
        canvas.soft(rounded(0, offset, 0.98, 0.09, 20), red, 0.3, 0.4)


def _low_plate(canvas: Canvas, rng: Rng) -> None:
    canvas.solid(ellipse(0, 0.66, 1, 0.34, n=64), (238, 235, 229), rise=2.4, depth=1.2, shadow=0.5)
    canvas.soft(ellipse(0, 0.64, 0.72, 0.22, n=40), shade(WHITE, 0.84), 0.8, 1.2)
    canvas.soft(ellipse(0, 0.65, 0.68, 0.2, n=40), (246, 244, 240), 1.0, 0.6)


def _low_board(canvas: Canvas, rng: Rng) -> None:
    colour = tint(rng, (176, 124, 78), 0.04)
    canvas.solid(ellipse(0, 0.7, 1, 0.31, n=64), shade(colour, 0.7), rise=2.2, depth=1, shadow=0.5)
    canvas.solid(ellipse(0, 0.64, 1, 0.31, n=64), colour, depth=1.2, shadow=0, grain=(rng, 0.03))


def _steamer(canvas: Canvas, rng: Rng) -> None:
    colour = tint(rng, (206, 158, 96), 0.03)
    _bowl(canvas, colour, shade(colour, 0.86))
    for y in np.linspace(-0.66, 0.66, 6):
        reach = (0.8 - y * y) ** 0.5 * 0.9
        canvas.soft(rounded(0, y, reach, 0.03), shade(colour, 0.6), 0.5, 0.5)


def _pan(canvas: Canvas, rng: Rng) -> None:
    for x in (-0.9, 0.9):
        canvas.line(ellipse(x, 0, 0.12, 0.2), (92, 88, 86), 0.06)
    canvas.solid(ellipse(0, 0, 0.93, 0.93, n=64), (66, 64, 66), rise=2.6, depth=1.6, shadow=0.55)
    canvas.flat(ellipse(0, 0, 0.86, 0.86, n=64), (40, 38, 40))


def _saucer(canvas: Canvas, rng: Rng) -> None:
    _plate(canvas, (240, 237, 231), (242, 239, 233))


def _bare(canvas: Canvas, rng: Rng) -> None:
    canvas.soft(ellipse(0.08, 0.9, 0.6, 0.1, n=32), (30, 24, 20), 0.6, 2.5)


_LIGHT = ("wood", "marble", "linen", "plain")
_BRIGHT = ("wood", "linen", "slate", "plain")
_DARK = ("wood", "dark wood", "slate", "plain")

WARES: dict[str, Ware] = {
    "white plate": Ware(_white_plate, 0.84, backgrounds=(*_DARK, "linen")),
    "oval plate": Ware(_oval_plate, 0.82, 1.0, 0.74, backgrounds=(*_DARK, "linen")),
    "dark plate": Ware(_dark_plate, 0.84, backgrounds=_LIGHT),
    "blue rim plate": Ware(_blue_plate, 0.84, backgrounds=("wood", "linen", "marble", "dark wood")),
    "white bowl": Ware(_white_bowl, 0.88, backgrounds=(*_DARK, "linen")),
    "dark bowl": Ware(_dark_bowl, 0.88, backgrounds=_LIGHT),
    "clay bowl": Ware(_clay_bowl, 0.88, backgrounds=("wood", "linen", "marble", "slate", "plain")),
    "board": Ware(_board, 0.84, 1.0, 0.86, backgrounds=("dark wood", "marble", "slate", "plain")),
    "paper": Ware(_paper, 0.84, 1.0, 0.84, backgrounds=_DARK),
    "steamer": Ware(_steamer, 0.86, backgrounds=("dark wood", "marble", "slate", "plain")),
    "pan": Ware(_pan, 0.86, 1.02, 0.93, backgrounds=("wood", "linen", "marble", "plain")),
    "cup": Ware(_saucer, 0.66, backgrounds=(*_DARK, "linen")),
    "low plate": Ware(_low_plate, 1.0, backgrounds=(*_DARK, "linen")),
    "low board": Ware(_low_board, 1.0, backgrounds=("linen", "marble", "slate", "plain")),
    "glass": Ware(_bare, 1.0, 0.78, 1.0, backgrounds=_BRIGHT),
    "cone": Ware(_bare, 1.0, 0.64, 1.0, backgrounds=_BRIGHT),
    "plastic cup": Ware(_bare, 1.0, 0.6, 1.0, backgrounds=_BRIGHT),
}
