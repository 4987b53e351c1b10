"""Rice, curry and the snacks around them. One function per kind."""

import math

import numpy as np

from models.recipe.canvas import Canvas, Colour, shade, tint
from models.recipe.dish import Dish, Garnishes
from models.recipe.ingredients import put, scatter
from models.recipe.outlines import Rng, arc, blob, curve, ellipse, rounded, sector, spread, strewn

GOLD: Colour = (222, 148, 58)


def _rice(
    c: Canvas, rng: Rng, colours: tuple[Colour, ...], rx: float, ry: float, count: int, long: float
) -> None:
    """A mound of rice: a soft body strewn with grains."""
    c.solid(blob(rng, 0, 0, rx, ry, 0.04), shade(colours[0], 0.88), depth=4, rise=1.4)
    places = [(x * rx, y * ry) for x, y in strewn(rng, count, 0.92)]
    c.grains(places, colours, rng, long, 0.055)


def sushi(c: Canvas, rng: Rng) -> Garnishes:
    """Paint sushi."""
    c = c.within(0, 0, 1.08, rng.normal(0, 0.08))
    for x, fish in ((-0.62, 0), (0.0, 1), (0.62, 0)):
        piece = c.within(x, -0.36, 1, math.pi / 2 + 0.2)
        piece.solid(rounded(0, 0, 0.42, 0.22, 3), (252, 249, 240), depth=2.5, rise=1.6)
        top: Colour = (250, 130, 76) if fish == 0 else (222, 70, 74)
        piece.solid(rounded(0, -0.01, 0.44, 0.2, 3), tint(rng, top, 0.03), depth=2, rise=0.6)
        for u in (-0.26, -0.08, 0.1, 0.28):
            piece.line(np.array([(u, -0.17), (u - 0.07, 0.15)]), shade(top, 1.25), 0.035)
    fillings: tuple[Colour, ...] = ((250, 120, 70), (112, 172, 62), (250, 120, 70))
    for x, colour in zip((-0.6, 0.0, 0.6), fillings, strict=True):
        roll = c.within(x, 0.4, 0.27)
        roll.solid(ellipse(0, 0, 1, 1), (30, 40, 36), depth=2, rise=1.6)
        roll.flat(ellipse(0, 0, 0.8, 0.8), (252, 249, 240))
        roll.solid(rounded(0, 0, 0.38, 0.36, 4), colour, depth=0.8, shadow=0.2)
    if rng.random() < 0.6:
        c.solid(blob(rng, 0.94, 0.04, 0.1, 0.09, 0.1), (132, 182, 74), depth=1.2)
    return (scatter(c, rng, "sesame", [(-0.3, 0.1), (0.34, 0.08)], 0.1),)


def onigiri(c: Canvas, rng: Rng) -> Garnishes:
    """Paint onigiri."""
    c = c.within(0, 0, 0.93)
    places = ((0.0, -0.44, 0.06), (-0.45, 0.4, -0.08), (0.46, 0.42, 0.08))
    for x, y, turn in places:
        one = c.within(x, y, 0.47, turn + rng.normal(0, 0.05))
        knots = [
            (-0.05, -0.98),
            (0.1, -0.96),
            (0.95, 0.5),
            (0.82, 0.76),
            (0, 0.82),
            (-0.82, 0.76),
            (-0.95, 0.5),
            (-0.12, -0.96),
            (-0.05, -0.98),
        ]
        one.solid(curve(knots, 5), (246, 243, 235), depth=3.4, rise=1.8, rim=0.22)
        one.grains(
            [(u * 0.9, v * 0.8 + 0.1) for u, v in spread(rng, 14, 0.55)],
            ((250, 248, 242),),
            rng,
            0.14,
            0.08,
        )
        one.solid(rounded(0, 0.54, 0.36, 0.36, 9), (26, 42, 36), depth=1.2, rise=0.6)
        if rng.random() < 0.6:
            one.grains([(-0.1, -0.5), (0.12, -0.42), (0.0, -0.25)], ((60, 48, 40),), rng, 0.1, 0.07)
    return ("sesame",)


def fried_rice(c: Canvas, rng: Rng) -> Garnishes:
    """Paint fried rice."""
    colours: tuple[Colour, ...] = ((236, 196, 124), (246, 216, 150), (222, 172, 94))
    _rice(c, rng, colours, 0.92, 0.86, 130, 0.13)
    for x, y in spread(rng, 7, 0.66):
        c.solid(blob(rng, x, y, 0.12, 0.09, 0.2), (252, 210, 82), depth=1, rise=0.5)
    names = [scatter(c, rng, "peas", spread(rng, 8, 0.72), 0.13)]
    names.append(scatter(c, rng, "carrot", spread(rng, 9, 0.7), 0.08))
    if rng.random() < 0.6:
        for x, y in spread(rng, 3, 0.5):
            names.append(put(c, rng, "shrimp", x, y, 0.24, rng.uniform(0, 6.28)))
    return *names, scatter(c, rng, "spring onion", spread(rng, 4, 0.6), 0.11)


def biryani(c: Canvas, rng: Rng) -> Garnishes:
    """Paint biryani."""
    colours: tuple[Colour, ...] = (
        (250, 236, 200),
        (246, 176, 56),
        (250, 236, 200),
        (248, 206, 104),
        (232, 130, 42),
    )
    _rice(c, rng, colours, 0.95, 0.93, 130, 0.17)
    for x, y, turn in ((-0.3, 0.1, 0.6), (0.36, -0.22, -0.7)):
        leg = c.within(x, y, 0.4, turn + rng.normal(0, 0.2))
        leg.line(np.array([(0.6, 0), (1.15, 0)]), (248, 236, 214), 0.2)
        leg.solid(
            curve(
                [
                    (-0.9, 0),
                    (-0.5, 0.52),
                    (0.2, 0.4),
                    (0.8, 0.0),
                    (0.2, -0.4),
                    (-0.5, -0.52),
                    (-0.9, 0),
                ],
                6,
            ),
            (164, 66, 26),
            depth=3,
            rise=1.4,
            grain=(rng, 0.12),
        )
    for x, y in spread(rng, 6, 0.7):
        start = rng.uniform(0, 6)
        c.line(arc(x, y, 0.12, 0.1, start, start + 2.5, 8), (92, 42, 20), 0.045)
    names = [scatter(c, rng, "mint", spread(rng, 4, 0.66), 0.2)]
    if rng.random() < 0.5:
        names.append(put(c, rng, "boiled egg", 0.3, 0.5, 0.26))
    else:
        names.append(put(c, rng, "lemon", 0.36, 0.56, 0.26))
    return tuple(names)


def curry(c: Canvas, rng: Rng) -> Garnishes:
    """Paint curry."""
    c = c.within(0, 0, 1, rng.normal(0, 0.2))
    sauce = tint(rng, (218, 128, 30), 0.05)
    c.solid(ellipse(0, 0, 0.97, 0.97), sauce, depth=2, shadow=0.1, rim=0.3)
    c.soft(ellipse(0.3, -0.3, 0.4, 0.2), shade(sauce, 1.2), 0.5, 3)
    _rice(c.within(-0.46, 0, 1), rng, ((252, 249, 240), (246, 240, 226)), 0.44, 0.76, 60, 0.13)
    for x, y in spread(rng, 6, 0.5):
        outline = blob(rng, 0.4 + x * 0.8, y * 1.1, 0.17, 0.14, 0.12)
        c.solid(outline, tint(rng, (232, 166, 84), 0.05), depth=2.2, rise=1.2)
    scatter(c, rng, "carrot", [(0.2, 0.44), (0.64, 0.26), (0.36, -0.6)], 0.12)
    names = [scatter(c, rng, "coriander", [(0.4, -0.1), (0.26, 0.2), (0.56, -0.3)], 0.15)]
    if rng.random() < 0.5:
        names.append(put(c, rng, "chili", 0.5, 0.4, 0.24))
    return "carrot", *names


def bibimbap(c: Canvas, rng: Rng) -> Garnishes:
    """Paint bibimbap."""
    c = c.within(0, 0, 1, rng.uniform(0, 6.28))
    c.solid(ellipse(0, 0, 0.97, 0.97), (248, 244, 232), depth=2, shadow=0.2)
    colours: tuple[Colour, ...] = (
        (240, 126, 34),
        (64, 120, 48),
        (104, 58, 34),
        (246, 226, 170),
        (196, 52, 34),
        (176, 204, 96),
    )
    for k, colour in enumerate(colours):
        start = k * math.pi / 3
        heap = sector(0, 0, 0.93, start + 0.03, start + 1.02)
        c.solid(heap, tint(rng, colour, 0.04), depth=2.2, rise=0.8, grain=(rng, 0.08))
        for offset in np.linspace(0.15, 0.9, 5):
            ray = np.array([math.cos(start + offset), math.sin(start + offset)])
            light = 1.2 if rng.random() < 0.5 else 0.78
            c.line(np.stack([ray * 0.45, ray * 0.86]), shade(colour, light), 0.05)
    put(c, rng, "fried egg", 0, 0, 0.46)
    return "fried egg", "carrot", scatter(c, rng, "sesame", spread(rng, 4, 0.7), 0.14)


def paella(c: Canvas, rng: Rng) -> Garnishes:
    """Paint paella."""
    colours: tuple[Colour, ...] = ((250, 190, 46), (254, 210, 84), (238, 166, 34))
    _rice(c, rng, colours, 0.97, 0.97, 110, 0.11)
    scatter(c, rng, "peas", spread(rng, 7, 0.8), 0.1)
    scatter(c, rng, "red pepper", spread(rng, 6, 0.75), 0.17)
    start = rng.uniform(0, 6.28)
    for k in range(5):
        turn = start + k * 1.2566
        put(c, rng, "shrimp", 0.48 * math.cos(turn), 0.48 * math.sin(turn), 0.25, turn)
        mussel = c.within(0.6 * math.cos(turn + 0.63), 0.6 * math.sin(turn + 0.63), 0.2, turn)
        mussel.solid(ellipse(0, 0, 1, 0.58), (34, 36, 50), depth=1.4, rise=1)
        mussel.flat(ellipse(0.1, 0, 0.66, 0.34), (240, 156, 74))
    put(c, rng, "lemon", 0, 0.05, 0.24, start)
    return "shrimp", "red pepper", "peas", "lemon"


def _dip(c: Canvas, x: float, y: float, radius: float, colour: Colour) -> None:
    """A small white bowl of sauce."""
    c.solid(ellipse(x, y, radius, radius), (244, 240, 232), depth=1.2, rise=1.4)
    c.flat(ellipse(x, y, radius * 0.78, radius * 0.78), colour)
    c.shine(x - radius * 0.25, y - radius * 0.3, radius * 0.25, radius * 0.14, 0.5)


def spring_rolls(c: Canvas, rng: Rng) -> Garnishes:
    """Paint spring rolls."""
    c = c.within(0, 0, 1, rng.normal(0, 0.1))
    scatter(c, rng, "lettuce", [(-0.7, -0.5), (-0.76, 0.4), (-0.4, 0.74)], 0.26)
    places = ((-0.16, -0.42, 0.1), (-0.2, 0.0, -0.05), (-0.12, 0.42, 0.08), (-0.3, 0.18, -0.55))
    for x, y, turn in places:
        roll = c.within(x, y, 1, turn - 0.3 + rng.normal(0, 0.06))
        roll.solid(
            rounded(0, 0, 0.6, 0.17, 4), tint(rng, GOLD, 0.05), depth=4, rise=1.6, grain=(rng, 0.09)
        )
        roll.line(np.array([(-0.4, 0.1), (0.1, -0.1), (0.44, -0.12)]), (172, 98, 34), 0.03)
        roll.shine(-0.1, -0.09, 0.3, 0.03, 0.4)
    _dip(c, 0.58, 0.46, 0.3, (214, 66, 26))
    return "lettuce", "sauce"


def samosa(c: Canvas, rng: Rng) -> Garnishes:
    """Paint samosa."""
    c = c.within(0, 0, 1, rng.normal(0, 0.1))
    for x, y, turn in ((-0.42, -0.3, -0.2), (0.36, -0.4, 0.25), (-0.2, 0.4, 0.1)):
        one = c.within(x, y, 0.52, turn + rng.normal(0, 0.1))
        knots = [
            (0, -0.95),
            (0.55, -0.2),
            (0.98, 0.62),
            (0.5, 0.8),
            (-0.5, 0.8),
            (-0.98, 0.62),
            (-0.55, -0.2),
            (0, -0.95),
        ]
        one.solid(
            curve(knots, 5),
            tint(rng, (214, 144, 58), 0.05),
            depth=5,
            rise=2,
            bevel=0.5,
            grain=(rng, 0.08),
        )
        one.line(np.array([(0.0, -0.8), (0.12, 0.0), (0.5, 0.66)]), (158, 92, 34), 0.06)
        for u, v in ((-0.4, 0.4), (0.0, 0.3), (-0.12, -0.2)):
            one.soft(ellipse(u, v, 0.14, 0.1), (246, 190, 100), 0.6, 0.6)
    _dip(c, 0.5, 0.42, 0.32, (92, 150, 50))
    return "sauce", put(c, rng, "mint", 0.02, 0.0, 0.22)


DISHES: dict[str, Dish] = {
    "sushi": Dish(sushi, ("board", "dark plate", "white plate")),
    "onigiri": Dish(onigiri, ("board", "dark plate", "blue rim plate")),
    "fried rice": Dish(fried_rice, ("white bowl", "dark bowl", "blue rim plate")),
    "biryani": Dish(biryani, ("clay bowl", "dark plate")),
    "curry": Dish(curry, ("white bowl", "dark bowl", "white plate")),
    "bibimbap": Dish(bibimbap, ("dark bowl", "clay bowl")),
    "paella": Dish(paella, ("pan",)),
    "spring rolls": Dish(spring_rolls, ("white plate", "dark plate", "board")),
    "samosa": Dish(samosa, ("white plate", "board", "blue rim plate")),
}
