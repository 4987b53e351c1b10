"""Mains from the grill and the pan. One function per kind."""

import math

import numpy as np

from models.recipe.canvas import Canvas, shade, tint
from models.recipe.dish import Dish, Garnishes
from models.recipe.ingredients import LEAF, put, scatter
from models.recipe.outlines import Rng, arc, curve, ellipse, sector, spread


def schnitzel(c: Canvas, rng: Rng) -> Garnishes:
    """Paint schnitzel."""
    c = c.within(0, 0, 1.08, rng.normal(0, 0.15))
    knots = [
        (-0.9, 0.1),
        (-0.6, -0.5),
        (0.0, -0.62),
        (0.5, -0.5),
        (0.92, -0.1),
        (0.7, 0.42),
        (0.1, 0.5),
        (-0.4, 0.66),
        (-0.9, 0.1),
    ]
    crust = tint(rng, (224, 150, 58), 0.04)
    c.solid(curve(knots, 8), crust, depth=3, rise=1.8, grain=(rng, 0.13))
    for x, y in spread(rng, 16, 0.5):
        c.soft(ellipse(x * 1.5, y - 0.02, 0.08, 0.05), (176, 98, 30), 0.5, 0.7)
    put(c, rng, "lemon", -0.12, -0.08, 0.3, rng.normal(0, 0.3))
    put(c, rng, "parsley", 0.26, 0.06, 0.18)
    if rng.random() < 0.5:
        scatter(c, rng, "cucumber", [(0.5, 0.68), (0.22, 0.74), (0.74, 0.5)], 0.2)
        return "lemon", "parsley", "cucumber"
    return "lemon", "parsley"


def _drumstick(c: Canvas, rng: Rng) -> None:
    c.line(np.array([(0.5, 0.0), (1.0, 0.0)]), (206, 188, 160), 0.2)
    c.line(np.array([(0.5, -0.02), (1.0, -0.02)]), (250, 242, 224), 0.16)
    for y in (-0.09, 0.09):
        c.solid(ellipse(1.04, y, 0.11, 0.1), (250, 242, 224), depth=1, rise=0.6)
    knots = [
        (-0.95, 0.0),
        (-0.75, 0.46),
        (-0.2, 0.54),
        (0.35, 0.26),
        (0.72, 0.14),
        (0.72, -0.14),
        (0.35, -0.26),
        (-0.2, -0.54),
        (-0.75, -0.46),
        (-0.95, 0.0),
    ]
    outline = curve(knots, 5)
    outline = outline * (1 + rng.normal(0, 0.025, (len(outline), 1)))
    c.solid(outline, tint(rng, (206, 122, 44), 0.06), depth=5, rise=2, grain=(rng, 0.2))
    for x, y in spread(rng, 5, 0.35):
        c.soft(ellipse(x - 0.3, y, 0.12, 0.08), (246, 182, 88), 0.6, 0.6)


def fried_chicken(c: Canvas, rng: Rng) -> Garnishes:
    """Paint fried chicken."""
    for x, y, turn in ((0.0, -0.5, 0.3), (-0.1, 0.0, -0.2), (0.02, 0.48, 0.15)):
        _drumstick(c.within(x, y, 0.68, turn + rng.normal(0, 0.1)), rng)
    if rng.random() < 0.5:
        return (put(c, rng, "lemon", 0.68, 0.62, 0.24),)
    return (scatter(c, rng, "parsley", [(-0.74, -0.56), (0.7, 0.66)], 0.18),)


def steak(c: Canvas, rng: Rng) -> Garnishes:
    """Paint steak."""
    c = c.within(0, 0, 1.02, rng.normal(0, 0.15))
    knots = [
        (-0.86, 0.1),
        (-0.7, -0.4),
        (-0.2, -0.5),
        (0.3, -0.62),
        (0.78, -0.4),
        (0.86, 0.1),
        (0.5, 0.5),
        (0.0, 0.42),
        (-0.5, 0.56),
        (-0.86, 0.1),
    ]
    c.solid(curve(knots, 8), (236, 202, 150), depth=2, rise=2)
    meat = curve([(x * 0.95, y * 0.93) for x, y in knots], 8)
    c.solid(meat, tint(rng, (122, 60, 38), 0.05), depth=3, shadow=0.2, grain=(rng, 0.1))
    for x in np.linspace(-0.56, 0.6, 5):
        c.line(np.array([(x - 0.16, 0.3), (x + 0.14, -0.36)]), (56, 26, 18), 0.06)
    c.shine(-0.4, -0.24, 0.22, 0.06, 0.25)
    put(c, rng, "butter", 0.02, -0.04, 0.17, 0.3)
    for k in range(7):
        c.grains([(0.38 + 0.02 * k, -0.1 + 0.06 * k)], ((74, 116, 62),), rng, 0.16, 0.035)
    names = ("cherry tomato", [(-0.5, 0.72), (-0.26, 0.78), (-0.72, 0.58)], 0.13)
    return "butter", scatter(c, rng, *names), scatter(c, rng, "basil", [(0.62, 0.66)], 0.22)


def grilled_fish(c: Canvas, rng: Rng) -> Garnishes:
    """Paint grilled fish."""
    c = c.within(0, 0, 1.08, -0.25 + rng.normal(0, 0.1))
    skin = tint(rng, (152, 148, 140), 0.04)
    tail = curve([(0.55, 0), (0.98, -0.34), (0.88, 0.0), (0.98, 0.34), (0.55, 0)], 5)
    c.solid(tail, shade(skin, 0.75), depth=1.5, rise=1.6)
    c.solid(curve([(-0.2, -0.3), (0.1, -0.46), (0.3, -0.24)], 6), shade(skin, 0.75), depth=1)
    body = [
        (-0.98, 0.02),
        (-0.7, -0.24),
        (-0.2, -0.36),
        (0.3, -0.22),
        (0.7, -0.05),
        (0.7, 0.05),
        (0.3, 0.22),
        (-0.2, 0.34),
        (-0.7, 0.24),
        (-0.98, 0.02),
    ]
    c.solid(curve(body, 8), skin, depth=5, rise=1.8)
    c.soft(
        curve([(-0.6, 0.1), (-0.1, 0.2), (0.5, 0.05), (-0.1, 0.0), (-0.6, 0.1)], 6),
        (240, 206, 150),
        0.7,
        1.6,
    )
    c.soft(ellipse(-0.1, -0.2, 0.4, 0.08), (196, 130, 64), 0.6, 2)
    for x in (-0.34, -0.1, 0.14, 0.36):
        c.line(np.array([(x - 0.06, 0.18), (x + 0.06, -0.2)]), (70, 46, 34), 0.05)
    c.line(arc(-0.72, 0, 0.2, 0.24, -1.1, 1.1), shade(skin, 0.6), 0.035)
    c.dots([(-0.78, -0.06)], (250, 246, 236), 0.06)
    c.dots([(-0.78, -0.06)], (30, 28, 28), 0.035)
    scatter(c, rng, "lemon slice", [(-0.3, 0.56), (0.02, 0.58)], 0.2)
    scatter(c, rng, "parsley", [(0.34, 0.46), (0.1, -0.56)], 0.16)
    if rng.random() < 0.4:
        return "lemon slice", "parsley", scatter(c, rng, "cherry tomato", [(-0.3, -0.56)], 0.14)
    return "lemon slice", "parsley"


def omelette(c: Canvas, rng: Rng) -> Garnishes:
    """Paint omelette."""
    c = c.within(0, 0, 1.08, rng.normal(-0.15, 0.15))
    yellow = tint(rng, (252, 204, 76), 0.03)
    c.solid(
        sector(0, -0.36, 0.92, -0.1, math.pi + 0.1) * (1, 0.95),
        shade(yellow, 0.86),
        depth=3,
        rise=1.8,
    )
    scatter(c, rng, "mushroom", [(-0.5, -0.34), (0.1, -0.38)], 0.17)
    scatter(c, rng, "tomato", [(-0.2, -0.36), (0.45, -0.34)], 0.14)
    fold = curve(
        [
            (-0.9, -0.24),
            (-0.4, -0.34),
            (0.3, -0.3),
            (0.9, -0.26),
            (0.74, 0.2),
            (0.3, 0.46),
            (-0.3, 0.46),
            (-0.74, 0.2),
            (-0.9, -0.24),
        ],
        7,
    )
    c.solid(fold, yellow, depth=5, rise=1.4, grain=(rng, 0.03))
    for x, y in spread(rng, 6, 0.4):
        c.soft(ellipse(x * 1.3, y * 0.6 + 0.06, 0.14, 0.06), (222, 140, 44), 0.5, 1)
    c.grains(
        [(x * 1.4, y * 0.6 + 0.05) for x, y in spread(rng, 16, 0.45)], (LEAF,), rng, 0.07, 0.045
    )
    return "mushroom", "tomato", scatter(c, rng, "basil", [(0.0, 0.72)], 0.22)


DISHES: dict[str, Dish] = {
    "schnitzel": Dish(schnitzel, ("white plate", "blue rim plate", "board")),
    "fried chicken": Dish(fried_chicken, ("paper", "white plate", "board")),
    "steak": Dish(steak, ("white plate", "board", "blue rim plate")),
    "grilled fish": Dish(grilled_fish, ("oval plate", "white plate", "dark plate")),
    "omelette": Dish(omelette, ("white plate", "blue rim plate", "dark plate")),
}
