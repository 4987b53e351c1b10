"""Breads and fast food. One function per kind."""

import math

import numpy as np

from models.recipe.canvas import Canvas, Colour, shade, tint
from models.recipe.dish import Dish, Garnishes
from models.recipe.ingredients import LEAF, put, scatter
from models.recipe.outlines import (
    Rng,
    arc,
    blob,
    curve,
    ellipse,
    ribbon,
    rounded,
    sector,
    spread,
    strewn,
)

BREAD: Colour = (214, 148, 74)
CHEESE: Colour = (250, 196, 62)


def pizza(c: Canvas, rng: Rng) -> Garnishes:
    """Paint pizza."""
    c = c.within(0, 0, 1.06, rng.uniform(0, 6.28))
    crust = tint(rng, (212, 150, 78), 0.05)
    c.solid(blob(rng, 0, 0, 1, 1, 0.02), crust, depth=2.2, rise=1.4, grain=(rng, 0.07))
    c.flat(blob(rng, 0, 0, 0.84, 0.84, 0.03), (190, 58, 28))
    c.solid(blob(rng, 0, 0, 0.79, 0.79, 0.05), tint(rng, (248, 204, 104), 0.03), depth=1, shadow=0)
    for x, y in spread(rng, 9, 0.68):
        c.soft(ellipse(x, y, 0.12, 0.1), (216, 124, 50), 0.55, 1.0)
    for turn in range(4):
        reach = 0.97 * np.array([math.cos(turn * math.pi / 4), math.sin(turn * math.pi / 4)])
        c.line(np.stack([-reach, reach]), (166, 92, 36), 0.018)
    if rng.random() < 0.55:
        first = scatter(c, rng, "pepperoni", spread(rng, 8, 0.62), 0.17)
        return first, scatter(c, rng, "olives", spread(rng, 4, 0.6), 0.09)
    first = scatter(c, rng, "tomato", spread(rng, 6, 0.6), 0.18)
    return first, scatter(c, rng, "basil", spread(rng, 5, 0.55), 0.2)


def burger(c: Canvas, rng: Rng) -> Garnishes:
    """Paint burger."""
    bun = tint(rng, (216, 140, 62), 0.05)
    c.solid(rounded(0, 0.52, 0.72, 0.2, 3.5), bun, depth=3, rise=1.6)
    wave = np.linspace(-0.82, 0.82, 40)
    lower = 0.36 + 0.06 * np.sin(wave * 15 + rng.uniform(0, 6))
    leaf = np.concatenate([np.stack([wave, lower], 1), [(0.78, 0.2), (-0.78, 0.2)]])
    c.solid(rounded(0, 0.26, 0.78, 0.15, 4), (92, 50, 30), depth=2, grain=(rng, 0.1))
    c.solid(np.array([(-0.8, 0.1), (0.8, 0.1), (0.45, 0.22), (0.2, 0.36), (-0.1, 0.2)]), CHEESE)
    c.solid(leaf - (0, 0.26), (116, 180, 60), depth=1.2)
    for x in (-0.42, 0.06, 0.46):
        c.solid(rounded(x, -0.08, 0.3, 0.07, 4), (214, 50, 36), depth=1)
    dome = arc(0, -0.1, 0.8, 0.74, math.pi, 2 * math.pi, 30)
    c.solid(np.concatenate([dome, [(0.74, -0.02), (-0.74, -0.02)]]), bun, depth=4, rise=0.8)
    c.shine(-0.28, -0.6, 0.22, 0.08, 0.5)
    seeds = [(x, y * 0.6 - 0.5) for x, y in strewn(rng, 14, 0.5)]
    c.grains(seeds, ((254, 238, 200),), rng, 0.05, 0.05)
    return "lettuce", "tomato", "sesame"


def french_fries(c: Canvas, rng: Rng) -> Garnishes:
    """Paint french fries."""
    for row, count in ((0, 8), (1, 7)):
        for x in np.linspace(-0.5, 0.5, count) + rng.normal(0, 0.02, count):
            top = rng.uniform(-0.95, -0.55) + 0.22 * row
            lean = x * 1.5 + rng.normal(0, 0.04)
            path = np.array([(x, 0.3), ((x + lean) / 2, (top + 0.3) / 2), (lean, top)])
            c.solid(ribbon(path, 0.13), tint(rng, (250, 200, 78), 0.05), depth=1, rise=0.8)
    red = tint(rng, (206, 42, 36), 0.04)
    rim = arc(0, -0.2, 0.6, 0.2, math.pi, 0, 16)
    c.solid(np.concatenate([rim, [(0.46, 0.85), (-0.46, 0.85)]]), red, depth=2, rise=1.4)
    c.flat(np.array([(-0.14, 0.01), (0.14, 0.01), (0.11, 0.84), (-0.11, 0.84)]), (250, 236, 216))
    return ()


def hot_dog(c: Canvas, rng: Rng) -> Garnishes:
    """Paint hot dog."""
    c = c.within(0, 0, 1.06, rng.normal(-0.5, 0.12))
    bun = tint(rng, (220, 152, 76), 0.04)
    c.solid(rounded(0, 0.2, 0.9, 0.24, 3.2), bun, depth=4, rise=1.6)
    c.solid(rounded(0, -0.2, 0.9, 0.24, 3.2), bun, depth=4, rise=1.2)
    lettuce = rng.random() < 0.5
    if lettuce:
        scatter(c, rng, "lettuce", [(x, -0.13) for x in np.linspace(-0.7, 0.7, 6)], 0.17)
    c.tube(np.array([(-0.86, 0.0), (0.0, 0.02), (0.86, 0.0)]), (190, 72, 42), 0.27)
    across = np.linspace(-0.8, 0.8, 60)
    zigzag = np.stack([across, 0.1 * np.sin(across * 20)], 1)
    c.strand(zigzag, (252, 202, 40), 0.06)
    return ("lettuce", "sauce") if lettuce else ("sauce",)


def sandwich(c: Canvas, rng: Rng) -> Garnishes:
    """Paint sandwich."""
    toast = tint(rng, (196, 126, 62), 0.04)
    c.solid(rounded(0, 0.58, 0.76, 0.13, 6), (246, 220, 170), depth=1, rise=1.8)
    c.flat(rounded(0, 0.69, 0.75, 0.035), toast)
    layers: tuple[tuple[float, Colour, float], ...] = (
        (0.43, (236, 142, 136), 0.08),
        (0.34, (250, 204, 72), 0.06),
        (0.24, (222, 58, 42), 0.08),
    )
    for y, colour, thick in layers:
        c.solid(rounded(rng.normal(0, 0.02), y, 0.78, thick, 5), tint(rng, colour, 0.03), depth=1)
    for x in np.linspace(-0.7, 0.7, 8):
        c.solid(blob(rng, x, 0.12, 0.17, 0.1, 0.2), tint(rng, (120, 186, 64)), depth=1, rise=0.8)
    c.solid(rounded(0, -0.04, 0.76, 0.12, 6), (246, 220, 170), depth=1, rise=1)
    top = np.array([(-0.76, -0.12), (0.76, -0.12), (0.56, -0.5), (-0.56, -0.5)])
    c.solid(top, toast, depth=1.4, shadow=0, grain=(rng, 0.06))
    c.soft(top * (0.75, 0.6) + (0, -0.12), (226, 164, 92), 0.8, 1.4)
    c.line(np.array([(0.0, -0.3), (0.0, -0.9)]), (232, 204, 150), 0.035)
    put(c, rng, "olives" if rng.random() < 0.4 else "cherry tomato", 0, -0.8, 0.09)
    return "lettuce", "tomato"


def _taco(c: Canvas, rng: Rng) -> None:
    shell = tint(rng, (240, 184, 78), 0.04)
    c.solid(sector(0.04, -0.06, 0.72, 0, math.pi), tint(rng, (206, 146, 56)), rise=1.4)
    for x in np.linspace(-0.5, 0.5, 5):
        y = -0.06 - 0.14 * (1 - (x / 0.7) ** 2)
        c.solid(blob(rng, x, y + 0.1, 0.17, 0.15, 0.15), (112, 62, 36), depth=1, grain=(rng, 0.1))
    for x in np.linspace(-0.55, 0.55, 7):
        y = -0.08 - 0.2 * (1 - (x / 0.7) ** 2)
        put(c, rng, "lettuce", x, y, 0.14, rng.uniform(0, 6))
    for x in (-0.36, -0.02, 0.3):
        put(c, rng, "cherry tomato", x + rng.normal(0, 0.03), -0.24 + 0.4 * x * x, 0.1)
    for x in np.linspace(-0.4, 0.4, 6):
        c.line(np.array([(x, -0.3 + 0.4 * x * x), (x + 0.1, -0.16)]), (254, 214, 96), 0.045)
    c.solid(sector(0, 0.02, 0.74, 0, math.pi), shell, depth=3, rise=0.8, grain=(rng, 0.03))
    c.dots([(x * 0.8, 0.28 + y * 0.5) for x, y in spread(rng, 5, 0.5)], (206, 136, 44), 0.035)


def taco(c: Canvas, rng: Rng) -> Garnishes:
    """Paint taco."""
    c = c.within(0, -0.12, 1, rng.normal(0, 0.06))
    _taco(c.within(0.22, -0.3, 0.92, 0.1), rng)
    _taco(c.within(-0.16, 0.2, 1.0, -0.08), rng)
    return "lettuce", "cherry tomato"


def burrito(c: Canvas, rng: Rng) -> Garnishes:
    """Paint burrito."""
    c = c.within(0, 0, 1.06, rng.normal(-0.35, 0.1))
    for x, y in ((-0.1, -0.34), (0.06, 0.36)):
        half = c.within(x, y)
        wrap = tint(rng, (236, 206, 158), 0.03)
        half.solid(rounded(-0.08, 0, 0.8, 0.33, 4), wrap, depth=5, rise=1.8)
        for u, v in spread(rng, 7, 0.5):
            half.soft(ellipse(u - 0.15, v * 0.5, 0.09, 0.06), (172, 112, 58), 0.6, 0.8)
        half.line(np.array([(-0.8, 0.1), (-0.2, 0.16), (0.45, 0.12)]), (196, 156, 104), 0.025)
        half.solid(ellipse(0.62, 0, 0.21, 0.34), shade(wrap, 1.04), depth=1, shadow=0.25)
        half.flat(ellipse(0.63, 0, 0.165, 0.28), (120, 66, 38))
        colours: tuple[Colour, ...] = (
            (250, 240, 214),
            (70, 34, 30),
            (214, 54, 36),
            (122, 184, 60),
            (252, 204, 70),
        )
        for index, (u, v) in enumerate(spread(rng, 14, 0.24)):
            half.flat(ellipse(0.63 + u * 0.55, v, 0.05, 0.06, n=12), colours[index % 5])
    if rng.random() < 0.6:
        put(c, rng, "coriander", 0.66, -0.6, 0.2)
        return (put(c, rng, "coriander", -0.66, 0.64, 0.18),)
    return ()


def nachos(c: Canvas, rng: Rng) -> Garnishes:
    """Paint nachos."""
    for x, y in sorted(spread(rng, 26, 0.78), key=lambda p: -math.hypot(*p)):
        chip = c.within(x, y, 0.34, rng.uniform(0, 6.28))
        triangle = curve([(0, -1), (0.8, 0.45), (0, 0.6), (-0.8, 0.45), (0, -1)], 5)
        chip.solid(triangle, tint(rng, (242, 186, 72), 0.07), depth=1.1, rise=1.1)
    for x, y in spread(rng, 4, 0.45):
        c.solid(blob(rng, x, y, 0.24, 0.16, 0.3), (252, 170, 30), depth=1.2, shadow=0.25)
    names = [scatter(c, rng, "tomato", spread(rng, 5, 0.6), 0.11)]
    names.append(scatter(c, rng, "olives", spread(rng, 6, 0.6), 0.09))
    c.solid(blob(rng, 0.3, 0.24, 0.25, 0.22, 0.1), (132, 168, 58), depth=2, grain=(rng, 0.06))
    return *names, put(c, rng, "cream", -0.24, -0.18, 0.24)


def currywurst(c: Canvas, rng: Rng) -> Garnishes:
    """Paint currywurst."""
    c = c.within(0, 0, 1.0, rng.normal(0, 0.15))
    c.solid(rounded(0, 0, 1.08, 0.72, 7), (250, 246, 236), depth=1.5, rise=1.8)
    c.solid(rounded(0, 0, 0.98, 0.62, 7), (226, 218, 204), depth=2, bevel=-0.3, shadow=0)
    c.solid(blob(rng, 0, 0.02, 0.86, 0.5, 0.05), (196, 50, 22), depth=2, shadow=0.2)
    for y in (-0.25, 0.22):
        for x in np.linspace(-0.66, 0.6, 5):
            piece = c.within(x + rng.normal(0, 0.02), y + rng.normal(0, 0.02), 0.21, 0.5)
            piece.solid(rounded(0, 0, 0.72, 1.0, 3), (170, 92, 48), depth=1.6, rise=1.2)
            piece.flat(ellipse(0.3, 0, 0.5, 0.85), (226, 154, 108))
    c.solid(blob(rng, 0.0, 0.0, 0.76, 0.2, 0.25), (214, 58, 24), depth=1.6, shadow=0.3)
    c.shine(-0.3, -0.06, 0.2, 0.04, 0.4)
    powder = [(x * 1.2, y * 0.6) for x, y in strewn(rng, 34, 0.56)]
    c.dots(powder, (250, 190, 40), 0.028)
    fork = c.within(0.78, -0.1, 1, -0.7)
    fork.solid(rounded(0, -0.2, 0.04, 0.46, 4), (232, 200, 146), depth=0.8)
    return ("sauce",)


def pretzel(c: Canvas, rng: Rng) -> Garnishes:
    """Paint pretzel."""
    c = c.within(0, 0, 1.0, rng.normal(0, 0.2))
    half = [
        (0.0, 0.7),
        (0.7, 0.44),
        (0.9, -0.24),
        (0.56, -0.66),
        (0.16, -0.4),
        (-0.12, 0.02),
        (-0.46, 0.5),
    ]
    path = curve([(-x, y) for x, y in half[:0:-1]] + half)
    c.tube(path, tint(rng, (172, 92, 40), 0.05), 0.27)
    salt = path[rng.choice(len(path), 24, replace=False)] + rng.normal(0, 0.04, (24, 2))
    c.dots([(float(x), float(y)) for x, y in salt], (255, 252, 244), 0.028)
    return ()


def langos(c: Canvas, rng: Rng) -> Garnishes:
    """Paint langos."""
    c = c.within(0, 0, 1.05)
    dough = tint(rng, (224, 160, 72), 0.04)
    c.solid(blob(rng, 0, 0, 0.98, 0.94, 0.06), dough, depth=4, rise=1.6, grain=(rng, 0.06))
    for turn in rng.uniform(0, 6.28, 9):
        c.solid(
            ellipse(0.82 * math.cos(turn), 0.8 * math.sin(turn), 0.13, 0.11),
            tint(rng, (230, 170, 84)),
            depth=2,
            shadow=0.15,
        )
    c.solid(blob(rng, 0, 0, 0.66, 0.62, 0.12), (254, 250, 240), depth=2, shadow=0.25)
    c.grains(strewn(rng, 60, 0.6), ((252, 212, 96), (254, 226, 132)), rng, 0.2, 0.05)
    herb = "spring onion" if rng.random() < 0.5 else "parsley"
    return "sauce", scatter(c, rng, herb, spread(rng, 6, 0.5), 0.08)


def naan(c: Canvas, rng: Rng) -> Garnishes:
    """Paint naan."""
    for x, y, turn in ((0.2, -0.22, 0.5), (-0.12, 0.2, -0.25)):
        bread = c.within(x, y, 0.98, turn + rng.normal(0, 0.1))
        outline = curve(
            [
                (-0.9, 0.0),
                (-0.6, 0.36),
                (0, 0.52),
                (0.56, 0.46),
                (0.84, 0.0),
                (0.56, -0.46),
                (0, -0.52),
                (-0.6, -0.36),
                (-0.9, 0.0),
            ],
            6,
        )
        bread.solid(outline, tint(rng, (240, 204, 142), 0.03), depth=4, rise=1.6, grain=(rng, 0.05))
        for u, v in spread(rng, 9, 0.42):
            bread.soft(blob(rng, u * 1.4, v, 0.1, 0.07, 0.2), (136, 78, 38), 0.75, 0.8)
        bread.shine(0.1, -0.2, 0.25, 0.06, 0.35)
        specks = [(u * 1.3, v) for u, v in spread(rng, 12, 0.42)]
        bread.grains(specks, (LEAF,), rng, 0.07, 0.05)
    return ("coriander",)


DISHES: dict[str, Dish] = {
    "pizza": Dish(pizza, ("white plate", "board", "dark plate")),
    "burger": Dish(burger, ("low plate", "low board"), top=-0.84),
    "french fries": Dish(french_fries, ("low board", "low plate"), top=-0.95),
    "hot dog": Dish(hot_dog, ("paper", "board", "white plate")),
    "sandwich": Dish(sandwich, ("low plate", "low board"), top=-0.9),
    "taco": Dish(taco, ("board", "paper", "blue rim plate")),
    "burrito": Dish(burrito, ("paper", "board", "dark plate")),
    "nachos": Dish(nachos, ("dark bowl", "clay bowl", "dark plate")),
    "currywurst": Dish(currywurst, ("paper", "board")),
    "pretzel": Dish(pretzel, ("board", "white plate", "blue rim plate")),
    "langos": Dish(langos, ("paper", "white plate", "board")),
    "naan": Dish(naan, ("board", "dark plate", "clay bowl")),
}
