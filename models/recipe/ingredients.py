"""The drawn vocabulary of toppings and garnishes, each recognisable at 8 to 16 pixels.

What belongs here: one function per ingredient, filling about the unit disc of the canvas it is
given. What does not: where a dish puts them.
"""

import math
from collections.abc import Callable, Iterable

import numpy as np

from models.recipe.canvas import Canvas, Colour, shade, tint
from models.recipe.outlines import Rng, arc, blob, ellipse, ribbon, rounded, sector, spread

CREAM: Colour = (248, 242, 226)
LEAF: Colour = (64, 138, 50)


def _disc(c: Canvas, colour: Colour, radius: float = 1.0, depth: float = 1.0) -> None:
    c.solid(ellipse(0, 0, radius, radius, n=28), colour, depth=depth, rise=0.7)


def _leaf(c: Canvas, rng: Rng, colour: Colour, width: float = 0.5) -> None:
    turn = np.linspace(0, math.pi, 14)
    upper = np.stack([-np.cos(turn), -width * np.sin(turn) ** 1.3], 1)
    c.solid(np.concatenate([upper, (upper * (1, -1))[::-1]]), tint(rng, colour), depth=1, rise=0.7)
    c.line(np.array([(-0.8, 0.0), (0.8, 0.0)]), shade(colour, 1.45), 0.09)


def tomato(c: Canvas, rng: Rng) -> None:
    """Draw tomato."""
    _disc(c, tint(rng, (206, 44, 32), 0.04))
    c.flat(ellipse(0, 0, 0.8, 0.8, n=20), (230, 92, 66))
    for k in range(4):
        turn = k * math.pi / 2 + 0.4
        c.flat(ellipse(0.42 * math.cos(turn), 0.42 * math.sin(turn), 0.24, 0.2), (244, 172, 104))


def cherry_tomato(c: Canvas, rng: Rng) -> None:
    """Draw cherry tomato."""
    _disc(c, tint(rng, (216, 42, 32), 0.05), depth=2)
    c.shine(-0.3, -0.35, 0.25, 0.18, 0.7)


def basil(c: Canvas, rng: Rng) -> None:
    """Draw basil."""
    _leaf(c.within(-0.2, 0.1, 0.8, 0.5), rng, (54, 134, 48))
    _leaf(c.within(0.3, -0.15, 0.75, -0.7), rng, (72, 152, 58))


def mint(c: Canvas, rng: Rng) -> None:
    """Draw mint."""
    for turn in (-0.5, -1.6, -2.7):
        _leaf(c.within(0.45 * math.cos(turn), 0.45 * math.sin(turn), 0.6, turn), rng, (84, 176, 84))


def lettuce(c: Canvas, rng: Rng) -> None:
    """Draw lettuce."""
    c.solid(blob(rng, 0, 0, 1, 0.85, 0.22), tint(rng, (122, 182, 66)), depth=1, rise=0.7)
    c.soft(blob(rng, 0, 0, 0.45, 0.35, 0.2), (188, 220, 124), 0.8, 0.8)


def parsley(c: Canvas, rng: Rng) -> None:
    """Draw parsley."""
    for x, y in ((-0.45, 0.1), (0.45, 0.05), (0, -0.45), (0.05, 0.3)):
        c.solid(ellipse(x, y, 0.42, 0.38, n=14), tint(rng, LEAF, 0.1), depth=0.6, rise=0.5)


def coriander(c: Canvas, rng: Rng) -> None:
    """Draw coriander."""
    c.line(np.array([(0, 0.0), (0.2, 1.0)]), (92, 150, 60), 0.14)
    parsley(c.within(0, -0.2, 0.9), rng)


def olive(c: Canvas, rng: Rng) -> None:
    """Draw olives."""
    _disc(c, (62, 48, 58))
    c.flat(ellipse(0, 0, 0.38, 0.38, n=16), (168, 118, 96))
    c.shine(-0.45, -0.45, 0.2, 0.15, 0.5)


def cheese_cube(c: Canvas, rng: Rng) -> None:
    """Draw feta."""
    c.solid(rounded(0, 0, 0.85, 0.85, 8), (232, 226, 212), depth=0.8, rise=1)
    c.flat(rounded(-0.12, -0.14, 0.62, 0.6, 9), (252, 250, 243))


def shrimp(c: Canvas, rng: Rng) -> None:
    """Draw shrimp."""
    path = arc(0, 0, 0.65, 0.62, -2.6, 1.5)
    c.solid(ribbon(path, np.linspace(0.3, 0.85, len(path))), (246, 132, 88), depth=1.2, rise=1)
    for turn in (-1.5, -0.55, 0.4):
        c.line(np.array([(0.5, 0), (0.9, 0)]) @ _turn(turn), (255, 206, 178), 0.09)
    for turn in (-2.3, -1.7):
        c.flat(ellipse(-0.62, -0.42, 0.34, 0.16, turn + 3.0, n=14), (220, 78, 52))


def _turn(angle: float) -> np.ndarray:
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.array([[cosine, sine], [-sine, cosine]])


def egg_half(c: Canvas, rng: Rng) -> None:
    """Draw boiled egg."""
    c.solid(ellipse(0, 0, 1, 0.84, n=28), (250, 246, 236), depth=1, rise=0.8)
    c.solid(ellipse(0.05, 0, 0.56, 0.52, n=24), (244, 158, 32), depth=1.2, shadow=0)
    c.shine(-0.1, -0.15, 0.18, 0.12, 0.6)


def fried_egg(c: Canvas, rng: Rng) -> None:
    """Draw fried egg."""
    c.solid(blob(rng, 0, 0, 1, 0.96, 0.1), (252, 249, 240), depth=1.2, rise=0.8)
    c.solid(ellipse(0.05, 0, 0.46, 0.46, n=28), (250, 172, 24), depth=2, shadow=0.2)
    c.shine(-0.1, -0.18, 0.16, 0.11, 0.8)


def _citrus_wedge(c: Canvas, peel: Colour, flesh: Colour) -> None:
    c.solid(sector(0, -0.35, 1, 0, math.pi), peel, depth=0.9, rise=1)
    c.flat(sector(0, -0.33, 0.84, 0.04, math.pi - 0.04), (252, 248, 220))
    for start in (0.12, 1.1, 2.08):
        c.flat(sector(0, -0.28, 0.74, start, start + 0.86), flesh)


def lemon_wedge(c: Canvas, rng: Rng) -> None:
    """Draw lemon."""
    _citrus_wedge(c, (246, 200, 36), (250, 222, 84))


def lime_wedge(c: Canvas, rng: Rng) -> None:
    """Draw lime."""
    _citrus_wedge(c, (84, 150, 44), (178, 208, 92))


def lemon_slice(c: Canvas, rng: Rng) -> None:
    """Draw lemon slice."""
    _disc(c, (246, 204, 44))
    c.flat(ellipse(0, 0, 0.85, 0.85, n=24), (253, 247, 212))
    for k in range(6):
        c.flat(sector(0, 0, 0.76, k * 1.047 + 0.1, k * 1.047 + 0.95), (250, 218, 78))


def mushroom(c: Canvas, rng: Rng) -> None:
    """Draw mushroom."""
    c.solid(rounded(0, 0.5, 0.26, 0.5, 4), (236, 220, 194), depth=0.8, rise=0.7)
    c.solid(sector(0, 0.15, 0.95, math.pi, 2 * math.pi), (206, 172, 132), depth=1.2, rise=0.7)
    c.flat(sector(0, 0.1, 0.62, math.pi + 0.2, 2 * math.pi - 0.2), (240, 226, 202))


def onion_ring(c: Canvas, rng: Rng) -> None:
    """Draw red onion."""
    c.line(ellipse(0.05, 0.08, 0.8, 0.7), (98, 30, 66), 0.34)
    c.line(ellipse(0, 0, 0.8, 0.7), (168, 66, 124), 0.3)
    c.line(ellipse(0, 0, 0.74, 0.64), (240, 208, 228), 0.13)


def cucumber(c: Canvas, rng: Rng) -> None:
    """Draw cucumber."""
    _disc(c, (52, 118, 52))
    c.flat(ellipse(0, 0, 0.84, 0.84, n=24), (204, 226, 158))
    c.flat(ellipse(0, 0, 0.46, 0.46, n=20), (226, 238, 190))


def chili(c: Canvas, rng: Rng) -> None:
    """Draw chili."""
    path = arc(0, 0.8, 1.0, 1.0, -2.5, -0.6)
    width = np.linspace(0.5, 0.08, len(path))
    c.solid(ribbon(path, width), (210, 28, 24), depth=0.9, rise=0.8)
    c.line(np.array([(-1.1, 0.55), (-0.8, 0.2)]), (72, 130, 48), 0.24)


def chili_ring(c: Canvas, rng: Rng) -> None:
    """Draw chili rings."""
    c.line(ellipse(0, 0, 0.7, 0.7, n=20), (206, 34, 28), 0.5)


def pepperoni(c: Canvas, rng: Rng) -> None:
    """Draw pepperoni."""
    _disc(c, tint(rng, (186, 48, 34), 0.05), depth=1.2)
    c.dots(spread(rng, 5, 0.6), (222, 112, 84), 0.13)


def corn(c: Canvas, rng: Rng) -> None:
    """Draw corn."""
    for x, y in spread(rng, 5, 0.75):
        c.solid(ellipse(x, y, 0.34, 0.28, n=12), (250, 206, 52), depth=0.7, rise=0.4)


def peas(c: Canvas, rng: Rng) -> None:
    """Draw peas."""
    for x, y in spread(rng, 4, 0.7):
        c.solid(ellipse(x, y, 0.36, 0.36, n=12), (112, 176, 60), depth=0.8, rise=0.4)


def carrot(c: Canvas, rng: Rng) -> None:
    """Draw carrot."""
    c.solid(rounded(0, 0, 0.85, 0.7, 6), tint(rng, (240, 128, 34), 0.05), depth=0.9, rise=0.6)


def red_pepper(c: Canvas, rng: Rng) -> None:
    """Draw red pepper."""
    path = arc(0, 0.5, 1, 0.9, -2.7, -0.4)
    c.solid(ribbon(path, 0.45), tint(rng, (214, 46, 32), 0.05), depth=0.9, rise=0.6)


def sesame(c: Canvas, rng: Rng) -> None:
    """Draw sesame."""
    c.grains(spread(rng, 6, 0.85), ((252, 238, 204),), rng, 0.16, 0.2)


def spring_onion(c: Canvas, rng: Rng) -> None:
    """Draw spring onion."""
    for x, y in spread(rng, 4, 0.75):
        c.line(ellipse(x, y, 0.24, 0.22, n=14), (96, 166, 58), 0.22)


def pomegranate(c: Canvas, rng: Rng) -> None:
    """Draw pomegranate."""
    for x, y in spread(rng, 5, 0.8):
        c.solid(ellipse(x, y, 0.3, 0.26, n=12), (186, 20, 52), depth=0.8, rise=0.4)


def cream(c: Canvas, rng: Rng) -> None:
    """Draw cream."""
    for radius, y in ((1.0, 0.1), (0.68, -0.1), (0.36, -0.3)):
        c.solid(blob(rng, 0, y, radius, radius * 0.86, 0.05), CREAM, depth=1.4, rise=0.7)


def sauce(c: Canvas, rng: Rng, colour: Colour = CREAM) -> None:
    """A zigzag drizzle across the unit disc."""
    across = np.linspace(-1, 1, 36)
    c.strand(np.stack([across, 0.6 * np.sin(across * 10)], 1), colour, 0.12)


def butter(c: Canvas, rng: Rng) -> None:
    """Draw butter."""
    c.solid(rounded(0, 0, 0.9, 0.7, 8), (252, 222, 106), depth=1, rise=1)


def berry(c: Canvas, rng: Rng) -> None:
    """Draw berries."""
    _disc(c, tint(rng, (66, 66, 132), 0.05), depth=1.6)
    c.shine(-0.3, -0.35, 0.25, 0.18, 0.5)


def strawberry(c: Canvas, rng: Rng) -> None:
    """Draw strawberry."""
    outline = np.array([(0, 1), (-0.5, 0.55), (-0.85, -0.1), (-0.6, -0.6), (0, -0.7)])
    c.solid(np.concatenate([outline, (outline * (-1, 1))[::-1]]), (222, 36, 44), depth=1.6, rise=1)
    c.dots(((-0.3, 0), (0.3, 0), (0, 0.4), (0, -0.3)), (252, 206, 120), 0.09)
    for turn in (-2.4, -1.57, -0.7):
        _leaf(c.within(0.3 * math.cos(turn), -0.62, 0.4, turn), rng, LEAF)


def walnut(c: Canvas, rng: Rng) -> None:
    """Draw walnuts."""
    c.solid(blob(rng, 0, 0, 0.9, 0.8, 0.14), (142, 88, 48), depth=1, rise=0.8, grain=(rng, 0.12))


INGREDIENTS: dict[str, Callable[[Canvas, Rng], None]] = {
    "tomato": tomato, "cherry tomato": cherry_tomato, "basil": basil, "mint": mint,
    "lettuce": lettuce, "parsley": parsley, "coriander": coriander, "olives": olive,
    "feta": cheese_cube, "shrimp": shrimp, "boiled egg": egg_half, "fried egg": fried_egg,
    "lemon": lemon_wedge, "lime": lime_wedge, "lemon slice": lemon_slice, "mushroom": mushroom,
    "red onion": onion_ring, "cucumber": cucumber, "chili": chili, "chili rings": chili_ring,
    "pepperoni": pepperoni, "corn": corn, "peas": peas, "carrot": carrot,
    "red pepper": red_pepper, "sesame": sesame, "spring onion": spring_onion,
    "pomegranate": pomegranate, "cream": cream, "sauce": sauce, "butter": butter,
    "berries": berry, "strawberry": strawberry, "walnuts": walnut,
}  # fmt: skip


def put(
    canvas: Canvas, rng: Rng, name: str, x: float, y: float, size: float, angle: float = 0.0
) -> str:
    """Draw one ingredient of radius `size` at (x, y); returns its name, for the caller's list."""
    INGREDIENTS[name](canvas.within(x, y, size, angle), rng)
    return name


def scatter(
    canvas: Canvas, rng: Rng, name: str, places: Iterable[tuple[float, float]], size: float
) -> str:
    """Draw one ingredient at every place, each turned at random; returns its name."""
    for x, y in places:
        put(canvas, rng, name, x, y, size * rng.uniform(0.9, 1.1), rng.uniform(0, 2 * math.pi))
    return name
