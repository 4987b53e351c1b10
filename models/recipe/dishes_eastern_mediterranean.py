"""Dishes of the eastern Mediterranean. One function per kind."""

import math

import numpy as np

from models.recipe.canvas import Canvas, Colour, shade, tint
from models.recipe.dish import Dish, Garnishes
from models.recipe.ingredients import put, scatter
from models.recipe.outlines import Rng, arc, blob, curve, ellipse, moved, rounded, spread, strewn


def shawarma(c: Canvas, rng: Rng) -> Garnishes:
    """Paint shawarma."""
    c = c.within(0, 0.02, 1.12, 0.4 + rng.normal(0, 0.08))
    for x in np.linspace(-0.3, 0.3, 5):
        put(c, rng, "lettuce", x, -0.62 + 0.2 * abs(x), 0.2, rng.uniform(0, 6))
    for x, y in ((-0.24, -0.6), (0.0, -0.72), (0.22, -0.6), (-0.1, -0.5), (0.12, -0.5)):
        c.solid(
            rounded(x, y, 0.15, 0.09, 4, rng.uniform(0, 3)),
            tint(rng, (150, 84, 40), 0.08),
            depth=1.4,
            rise=1,
            grain=(rng, 0.1),
        )
    put(c, rng, "tomato", -0.3, -0.5, 0.15)
    put(c, rng, "tomato", 0.3, -0.48, 0.15)
    wrap = np.array(
        [
            (-0.46, -0.42),
            (-0.2, -0.34),
            (0.1, -0.4),
            (0.46, -0.46),
            (0.36, 0.3),
            (0.27, 0.86),
            (-0.27, 0.86),
            (-0.36, 0.3),
        ]
    )
    c.solid(wrap, tint(rng, (240, 208, 152), 0.03), depth=5, rise=1.8)
    for x, y in spread(rng, 6, 0.26):
        c.soft(ellipse(x, y - 0.12, 0.07, 0.05), (168, 104, 50), 0.6, 0.7)
    paper = np.array([(-0.4, 0.06), (0.0, 0.22), (0.4, -0.02), (0.28, 0.92), (-0.28, 0.92)])
    c.solid(paper, (250, 248, 242), depth=2.5, rise=0.8)
    for y in (0.4, 0.58, 0.76):
        c.line(np.array([(-0.3, y), (0.3, y - 0.04)]), (206, 72, 58), 0.035)
    c.strand(
        curve([(-0.34, -0.56), (-0.1, -0.66), (0.08, -0.56), (0.3, -0.64)], 6),
        (254, 250, 238),
        0.07,
    )
    return "lettuce", "tomato", "sauce"


def kebab(c: Canvas, rng: Rng) -> Garnishes:
    """Paint kebab."""
    c = c.within(0, 0, 1.04, -0.5 + rng.normal(0, 0.08))
    colours: dict[str, Colour] = {
        "meat": (134, 70, 36),
        "red": (212, 48, 34),
        "green": (96, 150, 52),
        "onion": (228, 176, 204),
    }
    row = ("meat", "red", "meat", "green", "meat", "onion", "meat")
    for y in (-0.46, 0.0, 0.46):
        stick = c.within(0.0, y, 1, rng.normal(0, 0.03))
        stick.line(np.array([(-1.06, 0), (1.06, 0)]), (222, 184, 124), 0.05)
        for x, name in zip(np.linspace(-0.72, 0.72, 7), row, strict=True):
            wide, high = (0.13, 0.18) if name == "meat" else (0.085, 0.16)
            grain = (rng, 0.14) if name == "meat" else None
            stick.solid(
                rounded(x, rng.normal(0, 0.01), wide, high, 3.4),
                tint(rng, colours[name]),
                depth=2.2,
                rise=1.4,
                grain=grain,
            )
    names = [scatter(c, rng, "parsley", [(-0.6, 0.76), (0.62, -0.74)], 0.16)]
    if rng.random() < 0.5:
        names.append(put(c, rng, "lemon", 0.1, 0.8, 0.22))
    return "red pepper", *names


def falafel(c: Canvas, rng: Rng) -> Garnishes:
    """Paint falafel."""
    scatter(c, rng, "lettuce", [(-0.76, 0.1), (-0.5, -0.66), (0.1, -0.82), (-0.5, 0.7)], 0.32)
    places = (
        (-0.46, -0.36),
        (0.06, -0.5),
        (-0.58, 0.16),
        (-0.06, 0.02),
        (-0.2, 0.52),
        (0.44, -0.12),
    )
    for x, y in places:
        crust = tint(rng, (148, 94, 42), 0.06)
        c.solid(blob(rng, x, y, 0.27, 0.26, 0.05), crust, depth=4.5, rise=1.8, grain=(rng, 0.16))
    half = places[3]
    c.flat(ellipse(*half, 0.2, 0.19), (142, 166, 72))
    c.dots([(half[0] + x, half[1] + y) for x, y in spread(rng, 6, 0.14)], (104, 132, 46), 0.03)
    c.solid(ellipse(0.5, 0.48, 0.34, 0.34), (184, 104, 66), depth=1.4, rise=1.6)
    c.flat(ellipse(0.5, 0.48, 0.27, 0.27), (250, 240, 214))
    c.line(arc(0.5, 0.48, 0.14, 0.13, 0.5, 5), (226, 206, 164), 0.05)
    put(c, rng, "parsley", 0.5, 0.46, 0.1)
    return "lettuce", "sauce", put(c, rng, "tomato", 0.72, -0.5, 0.22)


def hummus(c: Canvas, rng: Rng) -> Garnishes:
    """Paint hummus."""
    beige = tint(rng, (232, 200, 144), 0.03)
    c.solid(ellipse(0, 0, 0.97, 0.97), beige, depth=3, shadow=0.2, rim=0.2)
    for radius in (0.74, 0.5):
        start = rng.uniform(0, 6.28)
        c.line(arc(0, 0, radius, radius, start, start + 5.2, 40), shade(beige, 0.8), 0.09)
        c.line(arc(0, -0.05, radius, radius, start, start + 5.2, 40), shade(beige, 1.08), 0.08)
    c.soft(ellipse(0, 0, 0.4, 0.38), (206, 164, 40), 0.9, 1)
    c.soft(blob(rng, 0.1, 0.5, 0.4, 0.12, 0.2), (206, 160, 40), 0.8, 1)
    for x, y in spread(rng, 7, 0.22):
        c.solid(ellipse(x, y, 0.095, 0.09, n=16), (238, 196, 116), depth=1.4, rise=0.8)
    c.dots(
        [(x, y) for x, y in strewn(rng, 40, 0.86) if math.hypot(x, y) > 0.35], (196, 60, 24), 0.026
    )
    names = [scatter(c, rng, "parsley", spread(rng, 5, 0.6), 0.11)]
    if rng.random() < 0.4:
        names.append(scatter(c, rng, "pomegranate", spread(rng, 4, 0.66), 0.13))
    return tuple(names)


def greek_salad(c: Canvas, rng: Rng) -> Garnishes:
    """Paint greek salad."""
    c.solid(blob(rng, 0, 0, 0.94, 0.94, 0.04), (104, 160, 58), depth=3, shadow=0.3)
    scatter(c, rng, "lettuce", spread(rng, 8, 0.78), 0.26)
    names = [scatter(c, rng, "cucumber", spread(rng, 7, 0.72), 0.2)]
    names.append(scatter(c, rng, "tomato", spread(rng, 6, 0.7), 0.21))
    names.append(scatter(c, rng, "red onion", spread(rng, 4, 0.66), 0.2))
    names.append(scatter(c, rng, "olives", spread(rng, 6, 0.78), 0.115))
    slab = c.within(0, -0.02, 1, rng.normal(0, 0.4))
    slab.solid(rounded(0.03, 0.06, 0.42, 0.27, 9), (222, 214, 198), depth=1, rise=1.8)
    slab.solid(rounded(0, 0, 0.42, 0.26, 9), (253, 251, 244), depth=1.2, shadow=0)
    slab.grains(spread(rng, 9, 0.24), ((86, 116, 52),), rng, 0.06, 0.035)
    return *names, "feta"


def moussaka(c: Canvas, rng: Rng) -> Garnishes:
    """Paint moussaka."""
    top = np.array([(-0.76, -0.34), (0.04, -0.62), (0.8, -0.36), (0.0, -0.04)])
    high = 0.76
    cream: Colour = (252, 224, 156)
    bands: tuple[tuple[float, float, Colour], ...] = (
        (0.0, 0.34, cream),
        (0.34, 0.56, (132, 66, 38)),
        (0.56, 0.7, (70, 36, 66)),
        (0.7, 0.88, (148, 70, 40)),
        (0.88, 1.0, (66, 34, 60)),
    )
    left, right = top[[0, 3]], top[[3, 2]]
    c.soft(
        moved(np.array([top[0], top[3], top[2], *moved(top[[2, 3, 0]], 0, high)]), 0, 0.05),
        (40, 26, 20),
        0.5,
        2,
    )
    for face, light in ((left, 1.0), (right, 0.82)):
        for start, end, colour in bands:
            upper, lower = moved(face, 0, start * high), moved(face, 0, end * high)[::-1]
            c.flat(np.concatenate([upper, lower]), shade(colour, light))
        for share in (0.24, 0.5, 0.76):
            x, y = face[0] + share * (face[1] - face[0])
            for level in (0.6, 0.94):
                c.solid(ellipse(x, y + level * high, 0.12, 0.065), (84, 42, 78), depth=1, shadow=0)
                c.flat(ellipse(x, y + level * high, 0.085, 0.035), (206, 176, 112))
            c.soft(ellipse(x, y + 0.45 * high, 0.07, 0.04), (188, 74, 40), 0.8, 0.5)
    c.solid(top, tint(rng, (244, 188, 92), 0.03), depth=2, shadow=0, grain=(rng, 0.06))
    for x, y in spread(rng, 8, 0.5):
        c.soft(ellipse(x, y * 0.42 - 0.33, 0.13, 0.06), (178, 96, 36), 0.7, 0.9)
    return (put(c, rng, "parsley", 0.02, -0.36, 0.2),)


DISHES: dict[str, Dish] = {
    "shawarma": Dish(shawarma, ("board", "dark plate", "white plate")),
    "kebab": Dish(kebab, ("white plate", "board", "dark plate")),
    "falafel": Dish(falafel, ("blue rim plate", "white plate", "dark plate")),
    "hummus": Dish(hummus, ("clay bowl", "white bowl", "dark bowl")),
    "greek salad": Dish(greek_salad, ("white bowl", "clay bowl")),
    "moussaka": Dish(moussaka, ("low plate", "low board"), top=-0.66),
}
