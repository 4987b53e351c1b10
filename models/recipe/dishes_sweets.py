"""Desserts and breakfast sweets. One function per kind."""

import math

import numpy as np

from models.recipe.canvas import Canvas, Colour, shade, tint
from models.recipe.dish import Dish, Garnishes
from models.recipe.ingredients import put
from models.recipe.outlines import Rng, blob, curve, ellipse, rounded, spread


def ice_cream(c: Canvas, rng: Rng) -> Garnishes:
    """Paint ice cream."""
    cone = np.array([(-0.44, -0.02), (0.44, -0.02), (0.05, 0.97), (-0.05, 0.97)])
    c.solid(cone, tint(rng, (222, 158, 84), 0.03), depth=3, rise=2)
    for k in np.linspace(-0.3, 0.9, 7):
        wide = 0.42 * (1 - max(k, 0.0) * 0.9)
        c.line(np.array([(-wide, k), (wide * 0.5, min(k + 0.34, 0.9))]), (172, 106, 48), 0.025)
    flavours: tuple[Colour, ...] = (
        (250, 232, 190),
        (244, 158, 172),
        (112, 68, 44),
        (170, 206, 150),
        (250, 206, 110),
    )
    picked = rng.choice(len(flavours), 3, replace=False)
    for (x, y), pick in zip(((-0.27, -0.22), (0.27, -0.22), (0.0, -0.6)), picked, strict=True):
        colour = tint(rng, flavours[pick], 0.03)
        for bump in (-0.24, -0.08, 0.08, 0.24):
            c.solid(ellipse(x + bump, y + 0.2, 0.13, 0.1), colour, depth=1.5, rise=0.8)
        c.solid(blob(rng, x, y, 0.35, 0.34, 0.02), colour, depth=5, rise=1, grain=(rng, 0.05))
        c.shine(x - 0.12, y - 0.14, 0.08, 0.05, 0.5)
    if rng.random() < 0.5:
        return (put(c, rng, "strawberry", 0.02, -0.94, 0.15),)
    return (put(c, rng, "mint", 0.04, -0.92, 0.17),)


def pancakes(c: Canvas, rng: Rng) -> Garnishes:
    """Paint pancakes."""
    count = int(rng.integers(4, 6))
    levels = np.linspace(0.5, -0.12 - 0.06 * (count - 4), count)
    for y in levels:
        x = rng.normal(0, 0.02)
        c.solid(ellipse(x, y + 0.08, 0.74, 0.25), (246, 208, 132), depth=2, rise=1.2)
        c.solid(ellipse(x, y, 0.74, 0.25), tint(rng, (206, 130, 56), 0.04), depth=2, shadow=0)
    top = float(levels[-1])
    c.soft(ellipse(0, top, 0.64, 0.2), (226, 156, 80), 0.8, 1.5)
    syrup: Colour = (156, 74, 18)
    c.solid(blob(rng, 0, top, 0.52, 0.16, 0.12), syrup, depth=1.2, shadow=0.15)
    for x, reach in ((-0.5, 0.36), (-0.2, 0.5), (0.24, 0.4), (0.52, 0.26)):
        y = top + 0.22 * math.sqrt(1 - (x / 0.74) ** 2)
        c.line(np.array([(x * 0.8, top + 0.08), (x, y), (x, y + reach)]), syrup, 0.085)
        c.line(np.array([(x - 0.02, y), (x - 0.02, y + reach * 0.9)]), (206, 120, 44), 0.025)
    put(c, rng, "butter", 0.0, top - 0.08, 0.2, 0.2)
    fruit = "berries" if rng.random() < 0.5 else "strawberry"
    for x, y in ((-0.32, -0.06), (0.34, -0.06)):
        put(c, rng, fruit, x, top + y - 0.04, 0.13)
    return "butter", fruit


def waffle(c: Canvas, rng: Rng) -> Garnishes:
    """Paint waffle."""
    c = c.within(0, 0, 1.02, rng.normal(0, 0.15))
    gold = tint(rng, (222, 150, 66), 0.04)
    c.solid(rounded(0, 0, 0.82, 0.82, 6), gold, depth=2, rise=2)
    steps = np.linspace(-0.6, 0.6, 5)
    for x in steps:
        for y in steps:
            c.solid(rounded(x, y, 0.115, 0.115, 6), (172, 102, 38), bevel=-0.5, depth=1, shadow=0)
    c.line(curve([(-0.6, 0.5), (-0.2, 0.2), (0.2, 0.56), (0.66, 0.3)], 8), (150, 72, 20), 0.08)
    put(c, rng, "cream", 0, -0.02, 0.34)
    fruit = "berries" if rng.random() < 0.4 else "strawberry"
    size = 0.15 if fruit == "berries" else 0.2
    for x, y in ((-0.36, -0.24), (0.36, -0.2), (0.26, 0.32), (-0.28, 0.3)):
        put(c, rng, fruit, x, y, size)
    return "cream", fruit, put(c, rng, "mint", 0.06, -0.12, 0.16)


def croissant(c: Canvas, rng: Rng) -> Garnishes:
    """Paint croissant."""
    c = c.within(0, 0.1, 1.22, rng.normal(0, 0.25))
    crust = tint(rng, (212, 132, 52), 0.05)
    order = sorted(range(9), key=lambda k: -abs(k - 4))
    for k in order:
        turn = math.pi * (1.06 + 0.11 * k)
        size = 1 - abs(k - 4) * 0.16
        fold = c.within(0.62 * math.cos(turn) * 1.12, 0.5 * math.sin(turn) + 0.3, 1, turn)
        fold.solid(
            ellipse(0, 0, 0.4 * size, 0.17),
            shade(crust, 0.94 + 0.1 * (k % 2)),
            depth=3.4,
            rise=1.2,
            bevel=0.5,
        )
        fold.line(np.array([(-0.24 * size, 0.05), (0.28 * size, 0.05)]), (146, 78, 26), 0.03)
        fold.soft(ellipse(0.08, -0.05, 0.2 * size, 0.04), (250, 196, 112), 0.7, 0.7)
    return ()


def donut(c: Canvas, rng: Rng) -> Garnishes:
    """Paint donut."""
    c = c.within(0, 0, 1.04)
    glazes: tuple[Colour, ...] = ((244, 130, 168), (96, 52, 34), (250, 240, 226))
    glaze = tint(rng, glazes[rng.choice(3, p=(0.6, 0.25, 0.15))], 0.03)
    turn = np.linspace(0, 2 * math.pi, 60)
    ring = 0.56 * np.stack([np.cos(turn), np.sin(turn)], 1)
    c.tube(ring, (218, 150, 78), 0.64)
    wave = 1 + 0.03 * np.sin(turn * 7 + rng.uniform(0, 6))
    c.line(ring * 0.99 + (0.01, 0.03), shade(glaze, 0.78), 0.5)
    c.line(ring * wave[:, None] * 0.99, glaze, 0.48)
    c.line(ring[32:48] * 1.12 - 0.02, shade(glaze, 1.2), 0.05)
    colours: tuple[Colour, ...] = ((255, 236, 90), (90, 190, 230), (255, 255, 255), (120, 210, 110))
    angles = np.linspace(0, 2 * math.pi, 26, endpoint=False) + rng.normal(0, 0.1, 26)
    reach = rng.uniform(0.4, 0.74, 26)
    c.grains(
        list(zip(reach * np.cos(angles), reach * np.sin(angles), strict=True)),
        colours,
        rng,
        0.09,
        0.05,
    )
    return ()


def cheesecake(c: Canvas, rng: Rng) -> Garnishes:
    """Paint cheesecake."""
    tip, left, right = np.array([(-0.8, 0.08), (0.36, -0.42), (0.82, -0.02)])
    down = np.array((0.0, 1.0))
    high, base = down * 0.5, down * 0.13
    c.soft(
        np.array([tip, left, right, right + down * 0.7, tip + down * 0.72]), (40, 26, 20), 0.4, 2
    )
    front = np.array([tip, right, right + high, tip + high])
    c.solid(front, tint(rng, (250, 228, 168), 0.02), depth=1.5, shadow=0, rim=0.1)
    crust = np.array([tip + high, right + high, right + high + base, tip + high + base])
    c.solid(crust, (176, 108, 54), depth=1, shadow=0, grain=(rng, 0.12))
    toppings: tuple[Colour, ...] = ((206, 30, 52), (110, 44, 110), (252, 240, 204))
    pick = int(rng.integers(3))
    c.solid(np.array([tip, left, right]), toppings[pick], depth=1.6, shadow=0)
    for share, reach in ((0.1, 0.12), (0.3, 0.22), (0.5, 0.14), (0.72, 0.2), (0.92, 0.1)):
        start = tip + share * (right - tip)
        c.line(np.stack([start, start + down * reach]), toppings[pick], 0.12)
    c.shine(0.1, -0.12, 0.2, 0.05, 0.35)
    fruit = "berries" if pick == 1 else "strawberry"
    put(c, rng, fruit, 0.34, -0.3, 0.22)
    put(c, rng, fruit, 0.02, -0.14, 0.17)
    return fruit, put(c, rng, "mint", 0.54, -0.36, 0.2)


def baklava(c: Canvas, rng: Rng) -> Garnishes:
    """Paint baklava."""
    c = c.within(0, 0, 1, rng.normal(0, 0.08))
    for x, y in ((0, -0.52), (-0.46, -0.04), (0.46, -0.04), (0, 0.44)):
        piece = c.within(x + rng.normal(0, 0.01), y, 0.44)
        corners = np.array([(0, -0.8), (0.96, 0), (0, 0.8), (-0.96, 0)])
        depth = np.array([(0, 0.36)])
        piece.solid(corners + depth, (150, 84, 30), depth=1.4, rise=1.6)
        for k in (0.85, 0.6, 0.35):
            colour: Colour = (246, 200, 112) if k != 0.6 else (140, 160, 62)
            piece.line(np.array([(-0.94, 0), (0, 0.8), (0.94, 0)]) + depth * k, colour, 0.09)
        piece.solid(corners, tint(rng, (226, 150, 54), 0.04), depth=1.6, shadow=0)
        piece.shine(-0.25, -0.2, 0.25, 0.08, 0.35)
        for u, v in spread(rng, 8, 0.3):
            piece.solid(
                blob(rng, u, v, 0.13, 0.11, 0.2),
                tint(rng, (128, 164, 54), 0.1),
                depth=0.8,
                rise=0.4,
            )
    return ("pistachios",)


def churros(c: Canvas, rng: Rng) -> Garnishes:
    """Paint churros."""
    c = c.within(0, 0, 1.04, rng.normal(0, 0.1))
    for k, x in enumerate((-0.72, -0.44, -0.16, 0.12, -0.3)):
        turn = (0.06, -0.04, 0.05, -0.06, 0.6)[k] + rng.normal(0, 0.03)
        stick = c.within(x, 0.0, 1, turn)
        stick.solid(
            rounded(0, 0, 0.125, 0.86 if k < 4 else 0.78, 5),
            tint(rng, (206, 128, 52), 0.05),
            depth=2.6,
            rise=1.6,
        )
        for offset in (-0.055, 0.03):
            stick.line(np.array([(offset, -0.78), (offset, 0.78)]), (150, 82, 28), 0.03)
        sugar = [
            (u * 0.13, v)
            for u, v in zip(rng.uniform(-0.7, 0.7, 14), rng.uniform(-0.75, 0.75, 14), strict=True)
        ]
        stick.dots(sugar, (255, 244, 220), 0.02)
    c.solid(ellipse(0.56, 0.36, 0.38, 0.38), (244, 240, 232), depth=1.6, rise=2)
    c.solid(ellipse(0.56, 0.36, 0.3, 0.3), (78, 40, 24), depth=1.6, bevel=-0.3, shadow=0)
    c.shine(0.48, 0.26, 0.1, 0.05, 0.4)
    return ("sauce",)


DISHES: dict[str, Dish] = {
    "baklava": Dish(baklava, ("white plate", "blue rim plate", "dark plate")),
    "pancakes": Dish(pancakes, ("low plate", "low board"), top=-0.6),
    "waffle": Dish(waffle, ("white plate", "blue rim plate", "board")),
    "croissant": Dish(croissant, ("white plate", "board", "blue rim plate")),
    "donut": Dish(donut, ("white plate", "board", "blue rim plate")),
    "cheesecake": Dish(cheesecake, ("low plate", "low board"), top=-0.62),
    "ice cream": Dish(ice_cream, ("cone",)),
    "churros": Dish(churros, ("paper", "board", "white plate")),
}
