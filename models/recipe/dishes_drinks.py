"""Drinks, in a glass or a cup. One function per kind."""

import math

import numpy as np

from models.recipe.canvas import WHITE, Canvas, Colour, shade, tint
from models.recipe.dish import Dish, Garnishes
from models.recipe.ingredients import put
from models.recipe.outlines import Rng, arc, curve, ellipse, rounded


def bubble_tea(c: Canvas, rng: Rng) -> Garnishes:
    """Paint bubble tea."""
    teas: tuple[Colour, ...] = ((206, 158, 112), (214, 170, 188), (178, 190, 132))
    tea = tint(rng, teas[rng.integers(3)], 0.03)
    c.line(np.array([(0.26, -1.0), (0.02, 0.2)]), (226, 74, 92), 0.15)
    cup = np.array([(-0.52, -0.5), (0.52, -0.5), (0.4, 0.94), (-0.4, 0.94)])
    c.solid(cup, (236, 238, 238), depth=2, rise=2)
    c.solid(
        np.array([(-0.48, -0.32), (0.48, -0.32), (0.38, 0.9), (-0.38, 0.9)]),
        tea,
        depth=3.5,
        shadow=0,
    )
    c.soft(
        np.array([(-0.45, -0.3), (0.45, -0.3), (0.43, -0.1), (-0.43, -0.1)]),
        (255, 246, 232),
        0.7,
        1.5,
    )
    for row, count in enumerate((6, 5, 6, 4)):
        for x in np.linspace(-0.3, 0.3, count) * (1 + 0.04 * row) + rng.normal(0, 0.015, count):
            y = 0.8 - 0.13 * row + rng.normal(0, 0.015)
            c.solid(
                ellipse(x, y, 0.075, 0.075, n=16), (42, 24, 20), depth=1.2, shadow=0.2, rise=0.5
            )
    c.soft(np.array([(-0.4, -0.4), (-0.28, -0.4), (-0.24, 0.8), (-0.32, 0.8)]), WHITE, 0.4, 0.8)
    dome = arc(0, -0.5, 0.52, 0.3, math.pi, 2 * math.pi)
    c.soft(dome, (244, 248, 250), 0.65, 0.6)
    c.solid(rounded(0, -0.5, 0.57, 0.055, 6), (240, 242, 242), depth=1, rise=0.8)
    return ()


def lemonade(c: Canvas, rng: Rng) -> Garnishes:
    """Paint lemonade."""
    c.line(np.array([(-0.34, -1.0), (-0.1, 0.2)]), (226, 84, 74), 0.075)
    glass = np.array([(-0.46, -0.62), (0.46, -0.62), (0.4, 0.94), (-0.4, 0.94)])
    c.solid(glass, (228, 236, 234), depth=2, rise=2)
    drink = tint(rng, (250, 218, 84), 0.03)
    c.solid(
        np.array([(-0.43, -0.4), (0.43, -0.4), (0.36, 0.84), (-0.36, 0.84)]),
        drink,
        depth=3.5,
        shadow=0,
    )
    for x, y, turn in ((-0.2, -0.2, 0.3), (0.2, -0.08, -0.3), (-0.1, 0.2, 0.7)):
        outline = rounded(x, y, 0.15, 0.15, 7, turn + rng.normal(0, 0.2))
        c.soft(outline, (255, 252, 230), 0.75, 0.5)
    put(c, rng, "lemon slice", 0.1, 0.5, 0.2)
    c.soft(np.array([(-0.37, -0.5), (-0.26, -0.5), (-0.22, 0.8), (-0.3, 0.8)]), WHITE, 0.5, 0.8)
    put(c, rng, "lemon slice", 0.44, -0.62, 0.32, rng.uniform(0, 1))
    if rng.random() < 0.75:
        return "lemon slice", put(c, rng, "mint", -0.04, -0.54, 0.28)
    return ("lemon slice",)


def coffee(c: Canvas, rng: Rng) -> Garnishes:
    """Paint coffee."""
    cup: Colour = (246, 243, 237)
    handle = c.within(0, 0, 1, rng.choice((-0.5, 0.5)))
    handle.line(ellipse(1.02, 0, 0.24, 0.17), shade(cup, 0.72), 0.15)
    handle.line(ellipse(1.0, -0.02, 0.24, 0.17), cup, 0.11)
    c.solid(ellipse(0, 0, 0.98, 0.98, n=56), cup, depth=2, rise=2.6, shadow=0.5)
    c.solid(
        ellipse(0, 0, 0.86, 0.86, n=56),
        tint(rng, (140, 80, 40), 0.05),
        depth=3,
        bevel=-0.2,
        shadow=0,
        rim=0.4,
    )
    art = c.within(0, 0, 0.72, rng.normal(0, 0.3))
    foam: Colour = (250, 230, 198)
    art.soft(ellipse(0, 0.0, 0.85, 0.85), (190, 122, 70), 0.8, 3)
    heart = curve(
        [
            (0, 0.9),
            (-0.66, 0.2),
            (-0.62, -0.45),
            (-0.24, -0.56),
            (0, -0.3),
            (0.24, -0.56),
            (0.62, -0.45),
            (0.66, 0.2),
            (0, 0.9),
        ],
        6,
    )
    art.soft(heart, foam, 0.95, 0.5)
    if rng.random() < 0.6:
        art.soft(heart * 0.62, (176, 108, 58), 0.9, 0.5)
        art.soft(heart * 0.4, foam, 0.95, 0.5)
    return ("cream",)


DISHES: dict[str, Dish] = {
    "bubble tea": Dish(bubble_tea, ("plastic cup",)),
    "lemonade": Dish(lemonade, ("glass",)),
    "coffee": Dish(coffee, ("cup",)),
}
