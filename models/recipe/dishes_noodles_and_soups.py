"""Noodles, dumplings and everything ladled into a bowl. One function per kind."""

import math

import numpy as np

from models.recipe.canvas import Canvas, Colour, shade, tint
from models.recipe.dish import Dish, Garnishes
from models.recipe.ingredients import put, scatter
from models.recipe.outlines import Rng, arc, blob, curve, ellipse, rounded, spread, strewn


def _liquid(c: Canvas, colour: Colour) -> None:
    c.solid(ellipse(0, 0, 1, 1, n=56), colour, bevel=-0.25, depth=2.5, shadow=0, rim=0.3)
    c.soft(ellipse(-0.3, -0.4, 0.4, 0.25), shade(colour, 1.25), 0.5, 4)


def _swirls(c: Canvas, rng: Rng, colour: Colour, count: int, reach: float, width: float) -> None:
    """Loose loops of noodles, the widest first."""
    for k in range(count):
        radius = reach * (1 - 0.72 * k / count)
        x, y = rng.normal(0, 0.1 * reach, 2)
        start = rng.uniform(0, 6.28)
        path = arc(x, y, radius, radius * rng.uniform(0.75, 1), start, start + 4.6, 26)
        c.strand(path, tint(rng, colour, 0.05), width)


def spaghetti(c: Canvas, rng: Rng) -> Garnishes:
    """Paint spaghetti."""
    pasta: Colour = (246, 206, 112)
    c.solid(blob(rng, 0, 0, 0.92, 0.88, 0.05), (206, 152, 66), depth=4, rise=1.4)
    _swirls(c, rng, pasta, 26, 0.88, 0.06)
    c.solid(blob(rng, 0, -0.02, 0.52, 0.46, 0.16), (188, 42, 22), depth=3, grain=(rng, 0.12))
    for x, y in spread(rng, 8, 0.36):
        c.solid(blob(rng, x, y, 0.09, 0.08, 0.2), tint(rng, (136, 56, 30)), depth=1, rise=0.5)
    c.grains(spread(rng, 12, 0.4), ((255, 244, 208),), rng, 0.06, 0.04)
    return (put(c, rng, "basil", 0.02, -0.05, 0.26),)


def lasagna(c: Canvas, rng: Rng) -> Garnishes:
    """Paint lasagna."""
    top = np.array([(-0.78, -0.3), (0.12, -0.62), (0.82, -0.32), (-0.06, 0.06)])
    depth = np.array([(0, 0.68)])
    front = np.array([top[0], top[3], top[3] + depth[0], top[0] + depth[0]])
    side = np.array([top[3], top[2], top[2] + depth[0], top[3] + depth[0]])
    c.soft(np.concatenate([front, side])[[0, 3, 2, 6, 5]] + (0, 0.06), (40, 26, 20), 0.5, 2)
    layers: tuple[Colour, ...] = (
        (250, 216, 130),
        (190, 52, 28),
        (252, 238, 206),
        (246, 204, 112),
        (176, 48, 28),
        (252, 238, 206),
        (246, 204, 112),
        (190, 58, 32),
    )
    for face, light in ((front, 0.96), (side, 0.78)):
        c.flat(face, shade((190, 52, 28), light))
        for k, colour in enumerate(layers):
            y = depth * (k + 0.5) / len(layers)
            path = np.linspace(face[0], face[1], 12) + y
            path[:, 1] += 0.014 * np.sin(np.arange(12) * 1.9 + k)
            c.line(path, shade(colour, light), 0.08 if k % 3 == 1 else 0.055)
    c.solid(top, tint(rng, (246, 190, 84), 0.03), depth=2, shadow=0, grain=(rng, 0.08))
    for x, y in spread(rng, 7, 0.42):
        c.soft(ellipse(x, y * 0.5 - 0.29, 0.13, 0.07), (196, 72, 30), 0.75, 0.8)
    for x, reach in ((-0.5, 0.3), (-0.2, 0.2), (0.3, 0.26), (0.62, 0.16)):
        y = -0.2 + 0.42 * (x + 0.5) if x < 0 else 0.02 - 0.44 * x
        c.line(np.array([(x, y), (x, y + reach)]), (252, 204, 98), 0.1)
    return (put(c, rng, "basil", 0.0, -0.34, 0.24),)


def _wavy_noodles(c: Canvas, rng: Rng, colour: Colour, width: float) -> None:
    along = np.linspace(-1, 1, 30)
    for y in np.linspace(-0.6, 0.7, 12):
        reach = math.sqrt(max(0.05, 0.86 - y * y))
        wave = 0.07 * np.sin(along * 7 + y * 5)
        c.strand(np.stack([along * reach, y + wave], 1), tint(rng, colour, 0.03), width)


def ramen(c: Canvas, rng: Rng) -> Garnishes:
    """Paint ramen."""
    _liquid(c, tint(rng, (186, 116, 54), 0.05))
    _wavy_noodles(c.within(0, 0.05, 0.92), rng, (250, 216, 130), 0.07)
    for x, turn in ((0.5, 0.2), (0.72, 0.35)):
        c.within(x, -0.55, 1, turn).solid(rounded(0, 0, 0.2, 0.32, 12), (28, 44, 36), depth=0.8)
    for x, y in ((-0.52, -0.28), (-0.18, -0.5)):
        c.solid(blob(rng, x, y, 0.32, 0.28, 0.05), (214, 150, 108), depth=1.6)
        c.line(arc(x, y, 0.2, 0.17, 0.3, 5.2), (246, 214, 180), 0.07)
    put(c, rng, "boiled egg", 0.44, 0.22, 0.3, 0.4)
    put(c, rng, "boiled egg", 0.04, 0.5, 0.3, -0.3)
    scatter(c, rng, "spring onion", [(-0.5, 0.28), (-0.3, 0.44), (-0.44, 0.1)], 0.16)
    if rng.random() < 0.5:
        return "boiled egg", "spring onion", put(c, rng, "corn", 0.1, -0.06, 0.22)
    return "boiled egg", "spring onion"


def pho(c: Canvas, rng: Rng) -> Garnishes:
    """Paint pho."""
    _liquid(c, tint(rng, (214, 164, 92), 0.04))
    for k in range(9):
        start = (-0.7 + 0.12 * k, 0.5 - 0.05 * k)
        path = curve([start, (start[0] + 0.3, -0.1), (start[0] + 0.1, -0.5), (0.3, -0.7)], 8)
        c.strand(path * (0.85, 1), tint(rng, (252, 246, 228), 0.02), 0.1)
    for x, y, turn in ((0.42, -0.1, 0.4), (0.22, 0.26, 1.0), (0.56, 0.3, 0.7), (-0.02, -0.02, 0.2)):
        slab = c.within(x, y, 0.3, turn)
        slab.solid(blob(rng, 0, 0, 1, 0.66, 0.12), tint(rng, (166, 98, 80), 0.05), depth=1)
        slab.flat(blob(rng, 0, 0, 0.7, 0.4, 0.1), (206, 138, 118))
    scatter(c, rng, "coriander", [(-0.5, -0.3), (-0.3, -0.56), (-0.14, 0.3)], 0.19)
    scatter(c, rng, "chili rings", [(-0.1, 0.6), (0.14, 0.66), (-0.34, 0.5)], 0.09)
    put(c, rng, "lime", -0.6, 0.34, 0.26, 0.6)
    return "coriander", "chili rings", "lime"


def pad_thai(c: Canvas, rng: Rng) -> Garnishes:
    """Paint pad thai."""
    c.solid(blob(rng, 0, 0, 0.94, 0.84, 0.05), (166, 88, 34), depth=4, rise=1.4)
    for x, y in strewn(rng, 22, 0.56):
        start = rng.uniform(0, 6.28)
        c.strand(
            arc(x, y * 0.85, 0.32, 0.26, start, start + 3, 12),
            tint(rng, (226, 146, 64), 0.06),
            0.085,
        )
    scatter(c, rng, "spring onion", spread(rng, 3, 0.62), 0.16)
    turn = rng.uniform(0, 6.28)
    for k in range(3):
        x, y = 0.4 * math.cos(turn + 2.1 * k), 0.36 * math.sin(turn + 2.1 * k)
        put(c, rng, "shrimp", x, y, 0.29, rng.uniform(0, 6.28))
    c.grains(strewn(rng, 12, 0.66), ((246, 216, 160),), rng, 0.04, 0.08)
    put(c, rng, "lime", 0.66, 0.5, 0.28, 0.3)
    return "shrimp", "spring onion", "lime"


def tom_yum(c: Canvas, rng: Rng) -> Garnishes:
    """Paint tom yum."""
    _liquid(c, tint(rng, (226, 96, 38), 0.04))
    for x, y in spread(rng, 14, 0.8):
        c.soft(ellipse(x, y, 0.09, 0.08), (250, 160, 60), 0.7, 0.6)
    c.line(np.array([(-0.8, 0.2), (0.1, -0.7)]), (178, 190, 110), 0.09)
    turn = rng.uniform(0, 6.28)
    ring = [(0.48 * math.cos(turn + k * 2.1), 0.48 * math.sin(turn + k * 2.1)) for k in range(3)]
    for x, y in ring:
        put(c, rng, "shrimp", x, y, 0.36, rng.uniform(0, 6.28))
    gaps = [
        (0.5 * math.cos(turn + 1 + k * 2.1), 0.5 * math.sin(turn + 1 + k * 2.1)) for k in range(3)
    ]
    scatter(c, rng, "mushroom", gaps, 0.24)
    put(c, rng, "chili", 0.0, 0.0, 0.3, rng.uniform(-0.6, 0.6))
    scatter(c, rng, "coriander", spread(rng, 4, 0.7), 0.14)
    return "shrimp", "mushroom", "chili", "coriander"


def goulash(c: Canvas, rng: Rng) -> Garnishes:
    """Paint goulash."""
    _liquid(c, tint(rng, (136, 40, 18), 0.05))
    for x, y in spread(rng, 9, 0.72):
        outline = blob(rng, x, y, 0.24, 0.2, 0.14, rng.uniform(0, 3))
        c.solid(outline, tint(rng, (112, 58, 34), 0.08), depth=2.4, rise=1.2, grain=(rng, 0.12))
    for x, y in spread(rng, 4, 0.66):
        turn = rng.uniform(0, 3)
        c.solid(rounded(x, y, 0.16, 0.13, 4, turn), (236, 188, 96), depth=1.6, rise=1)
    scatter(c, rng, "red pepper", spread(rng, 4, 0.6), 0.16)
    names = [put(c, rng, "cream", 0.04, 0, 0.24)] if rng.random() < 0.5 else []
    names.append(scatter(c, rng, "parsley", spread(rng, 4, 0.5), 0.11))
    return "red pepper", *names


def lentil_soup(c: Canvas, rng: Rng) -> Garnishes:
    """Paint lentil soup."""
    _liquid(c, tint(rng, (232, 160, 48), 0.04))
    c.dots(strewn(rng, 50, 0.86), (206, 124, 30), 0.035)
    turn = np.linspace(0, 4 * math.pi, 50) + rng.uniform(0, 6)
    radius = np.linspace(0.08, 0.56, 50)
    c.line(np.stack([radius * np.cos(turn), radius * np.sin(turn)], 1), (255, 244, 214), 0.075)
    scatter(c, rng, "parsley", spread(rng, 4, 0.3), 0.12)
    c.dots(spread(rng, 16, 0.66), (196, 46, 20), 0.03)
    return "cream", "parsley", put(c, rng, "lemon", 0.62, 0.5, 0.3, -0.7)


def dumplings(c: Canvas, rng: Rng) -> Garnishes:
    """Paint dumplings."""
    start = rng.uniform(0, 6.28)
    places = [
        (0.62 * math.cos(start + k * 1.257), 0.62 * math.sin(start + k * 1.257)) for k in range(5)
    ]
    for x, y in [*places, (0.0, 0.0)]:
        one = c.within(x, y, 0.35, math.atan2(y, x) + math.pi / 2)
        one.solid(
            blob(rng, 0, 0, 1, 0.8, 0.03), tint(rng, (248, 236, 212), 0.02), depth=3, rise=1.4
        )
        for pleat in range(7):
            angle = pleat * 2 * math.pi / 7
            ray = np.array([math.cos(angle), math.sin(angle) * 0.8])
            one.line(np.stack([ray * 0.2, ray * 0.72]), (208, 182, 144), 0.11)
        one.solid(ellipse(0, 0, 0.24, 0.2, n=14), (252, 244, 226), depth=0.8, rise=0.5)
    names = [scatter(c, rng, "spring onion", spread(rng, 3, 0.5), 0.12)]
    if rng.random() < 0.5:
        names.append(scatter(c, rng, "sesame", spread(rng, 4, 0.5), 0.16))
    return tuple(names)


DISHES: dict[str, Dish] = {
    "spaghetti": Dish(spaghetti, ("white plate", "blue rim plate", "dark plate")),
    "lasagna": Dish(lasagna, ("low plate", "low board"), top=-0.66),
    "ramen": Dish(ramen, ("dark bowl", "clay bowl")),
    "pho": Dish(pho, ("white bowl",)),
    "pad thai": Dish(pad_thai, ("white plate", "dark plate", "blue rim plate")),
    "tom yum": Dish(tom_yum, ("clay bowl", "white bowl", "dark bowl")),
    "goulash": Dish(goulash, ("clay bowl", "white bowl", "dark bowl")),
    "lentil soup": Dish(lentil_soup, ("white bowl", "dark bowl", "clay bowl")),
    "dumplings": Dish(dumplings, ("steamer", "dark bowl")),
}
