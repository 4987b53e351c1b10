"""Drawn animals, alive, as what no picture of a dish may show.

Belongs here: one function per kind, filling about the unit disc of the canvas it is given. Does not
belong here: where in a picture they are (`tagger_pictures`), and animals as food (`dishes_*`).
"""

import math

import numpy as np

from models.recipe.canvas import Canvas, Colour, any_colour, shade, tint
from models.recipe.outlines import Rng, arc, blob, curve, ellipse, ribbon

FURS: tuple[Colour, ...] = (
    (40, 36, 36),
    (126, 124, 126),
    (206, 138, 70),
    (238, 232, 222),
    (150, 104, 66),
    (96, 66, 44),
)
FEATHERS: tuple[Colour, ...] = (
    (120, 104, 92),
    (70, 110, 170),
    (226, 190, 60),
    (46, 46, 54),
    (196, 72, 56),
    (236, 234, 230),
    (92, 158, 88),
)
SCALES: tuple[Colour, ...] = (
    (240, 128, 36),
    (64, 116, 182),
    (226, 66, 52),
    (240, 206, 70),
    (60, 160, 160),
)
BEETLES: tuple[Colour, ...] = ((94, 52, 30), (190, 40, 32), (52, 84, 50), (30, 28, 30))
BLACK: Colour = (18, 16, 16)
PINK: Colour = (226, 140, 140)


def cat(c: Canvas, rng: Rng) -> None:
    """A cat: its head, or sitting with its tail beside it, or lying."""
    fur = _one(rng, FURS)
    pose = rng.random()
    if pose < 0.2:
        c.solid(ribbon(curve([(0.7, 0.5), (1.1, 0.2), (0.9, -0.3)]), 0.17), shade(fur, 0.9))
        c.solid(blob(rng, 0.2, 0.35, 0.8, 0.42, 0.05), fur, depth=4, rise=1.5)
        for x in (-0.35, 0.5):
            c.solid(ellipse(x, 0.75, 0.26, 0.11), shade(fur, 1.1), rise=0.6)
        _cat_head(c.within(-0.5, -0.1, rng.uniform(0.4, 0.55), rng.uniform(-0.3, 0.3)), rng, fur)
    elif pose < 0.65:
        tail = curve([(0.35, 0.85), (0.95, 0.7), (0.9, 0.1), (0.7, -0.05)])
        c.solid(ribbon(tail, 0.17), shade(fur, 0.9), rise=1)
        c.solid(blob(rng, 0, 0.45, 0.5, 0.6, 0.04), fur, depth=4, rise=1.5)
        for x in (-0.18, 0.18):
            c.solid(ellipse(x, 0.95, 0.16, 0.12), shade(fur, 1.1), rise=0.6)
        _cat_head(c.within(0, -0.38, 0.55, rng.uniform(-0.2, 0.2)), rng, fur)
    else:
        _cat_head(c.within(0, 0.1, 0.95, rng.uniform(-0.25, 0.25)), rng, fur)


def _cat_head(c: Canvas, rng: Rng, fur: Colour) -> None:
    lined, tip, wide = rng.random() < 0.6, rng.uniform(-1.25, -0.95), rng.uniform(0.78, 0.95)
    for side in (-1, 1):
        ear = np.array([(side * 0.2, -0.55), (side * 0.85, -0.4), (side * 0.72, tip)])
        c.solid(ear, fur, depth=0.8)
        if lined:
            c.flat(ear * 0.7 + np.array((side * 0.17, -0.2)), PINK)
    c.solid(ellipse(0, 0, wide, rng.uniform(0.7, 0.85)), fur, depth=3)
    if rng.random() < 0.5:
        for x in (-0.3, 0, 0.3):
            c.line(np.array([(x, -0.72), (x * 0.8, -0.42)]), shade(fur, 0.6), 0.09)
    iris = _one(rng, ((150, 190, 70), (230, 190, 60), (110, 170, 210)))
    size, slit = rng.uniform(0.13, 0.21), rng.uniform(0.3, 0.8)
    whisker = (240, 238, 234) if rng.random() < 0.6 else BLACK
    for side in (-1, 1):
        _eye(c, rng, (side * 0.38, -0.08), size, iris, slit)
        for y in (0.2, 0.32, 0.44):
            c.line(np.array([(side * 0.25, 0.3), (side * 1.15, y)]), whisker, 0.03)
    if rng.random() < 0.7:
        c.solid(ellipse(0, 0.36, 0.34, 0.22), shade(fur, 1.2), shadow=0.1)
    c.flat(np.array([(-0.11, 0.2), (0.11, 0.2), (0.0, 0.32)]), _one(rng, (PINK, BLACK)))
    for side in (-1, 1):
        c.line(arc(side * 0.13, 0.36, 0.13, 0.1, 0, math.pi), BLACK, 0.04)


def _eye(
    c: Canvas, rng: Rng, at: tuple[float, float], size: float, iris: Colour, pupil: float
) -> None:
    """A dot, or a ball of one colour with a pupil of a share of its width."""
    x, y = at
    if rng.random() < 0.25:
        c.flat(ellipse(x, y, size * 0.6, size * 0.6), BLACK)
        return
    c.flat(ellipse(x, y, size, size * 0.9), iris)
    c.flat(ellipse(x, y, size * pupil, size * 0.8), BLACK)


def dog(c: Canvas, rng: Rng) -> None:
    """A dog: its head, or standing, seen from the side."""
    fur = _one(rng, FURS)
    if rng.random() < 0.5:
        _dog_head(c.within(0, 0.05, 0.9, rng.uniform(-0.25, 0.25)), rng, fur)
        return
    for x in (-0.5, -0.32, 0.28, 0.45):
        c.solid(ribbon(curve([(x, 0.2), (x, 0.9)]), 0.15), shade(fur, 0.85), rise=0.6)
    tail = curve([(-0.6, 0.0), (-0.9, -0.3), (-0.95, -0.55)])
    c.solid(ribbon(tail, 0.13), fur, rise=0.6)
    c.solid(blob(rng, -0.05, 0.1, 0.68, 0.32, 0.05), fur, depth=4, rise=1.5)
    if rng.random() < 0.4:
        c.soft(blob(rng, -0.2, 0.05, 0.22, 0.16, 0.2), shade(fur, 0.5), 0.9, 0.8)
    _dog_head(c.within(0.58, -0.35, 0.42, rng.uniform(-0.2, 0.2)), rng, fur)


def _dog_head(c: Canvas, rng: Rng, fur: Colour) -> None:
    ear = shade(fur, rng.uniform(0.6, 0.85))
    c.solid(ellipse(0, -0.1, 0.72, 0.75), fur, depth=3)
    hanging = rng.random() < 0.65
    for side in (-1, 1):
        if hanging:
            c.solid(blob(rng, side * 0.78, 0.0, 0.26, 0.58, 0.08, side * -0.25), ear, depth=1.5)
        else:
            upright = [(side * 0.25, -0.65), (side * 0.75, -0.4), (side * 0.75, -1.05)]
            c.solid(np.array(upright), ear, depth=0.8)
        c.flat(ellipse(side * 0.3, -0.22, 0.12, 0.13), BLACK)
        c.flat(ellipse(side * 0.3 - 0.03, -0.26, 0.04, 0.04), (250, 250, 250))
    if rng.random() < 0.6:
        c.solid(ellipse(0.02, 0.78, 0.16, 0.26), (222, 96, 104), depth=1, rise=0.4)
    c.solid(ellipse(0, 0.38, 0.42, 0.36), shade(fur, 1.25), depth=2, rise=0.6)
    c.flat(ellipse(0, 0.2, 0.18, 0.13), BLACK)
    c.line(np.array([(0, 0.32), (0, 0.55)]), BLACK, 0.05)
    c.line(arc(0, 0.42, 0.28, 0.16, 0.2, math.pi - 0.2), BLACK, 0.05)


def bird(c: Canvas, rng: Rng) -> None:
    """A bird on its legs, seen from the side or from the front, or flying."""
    feather, other = _one(rng, FEATHERS), _one(rng, FEATHERS)
    other = other if rng.random() < 0.6 else shade(feather, rng.uniform(0.6, 0.9))
    bill = tint(rng, _one(rng, ((232, 156, 48), (70, 60, 56), (206, 90, 50))), 0.06)
    pose = rng.random()
    if pose < 0.15:
        _bird_in_flight(c, rng, feather, bill)
        return
    if pose < 0.3:
        _bird_from_the_front(c, rng, feather, bill)
        return
    foot, lean = rng.uniform(0.75, 1.15), rng.uniform(-0.5, 0.1)
    for x in (-0.08, 0.16):
        leg = np.array([(x, 0.4), (x + 0.03, foot), (x + 0.2, foot + 0.02)])
        c.line(leg, bill, rng.uniform(0.05, 0.09))
    tail = np.array([(-0.4, 0.0), (-1.1, rng.uniform(-0.3, 0.4)), (-1.0, 0.55), (-0.35, 0.35)])
    c.solid(tail[rng.integers(2) :], shade(feather, 0.75), rise=0.6)
    body = blob(rng, -0.05, 0.12, rng.uniform(0.5, 0.7), rng.uniform(0.36, 0.5), 0.05, lean)
    c.solid(body, feather, depth=4, rise=1.5)
    if rng.random() < 0.6:
        c.soft(ellipse(0.15, 0.28, 0.3, 0.2), shade(feather, 1.35), 0.8, 1.5)
    wing = blob(rng, -0.2, 0.1, rng.uniform(0.34, 0.48), rng.uniform(0.18, 0.28), 0.05, 0.35)
    c.solid(wing, shade(other, 0.85), depth=1.5)
    if rng.random() < 0.6:
        for shift in (0.0, 0.12):
            c.line(arc(-0.25, 0.08 + shift, 0.32, 0.12, 0.4, 2.4), shade(other, 0.55), 0.03)
    head = c.within(0.45, -0.42, rng.uniform(0.27, 0.38))
    beak = np.array([(0.7, -0.3), (rng.uniform(1.5, 2.2), rng.uniform(-0.2, 0.25)), (0.65, 0.4)])
    head.solid(beak, bill, depth=0.6)
    head.solid(ellipse(0, 0, 1.0, 0.95), feather, depth=2.5, rise=0.8)
    if rng.random() < 0.2:
        head.solid(np.array([(-0.4, -0.8), (0.3, -0.85), (-0.6, -1.7)]), other, depth=0.6)
    _eye(head, rng, (0.28, -0.18), rng.uniform(0.2, 0.3), (250, 250, 246), 0.65)


def _bird_in_flight(c: Canvas, rng: Rng, feather: Colour, bill: Colour) -> None:
    """From above, its wings spread."""
    sweep = rng.uniform(-0.3, 0.4)
    c.solid(np.array([(-0.1, 0.4), (-0.3, 1.0), (0.3, 1.0), (0.1, 0.4)]), shade(feather, 0.75))
    for side in (-1, 1):
        tip = (side * 1.1, sweep)
        wing = curve([(side * 0.1, -0.35), (side * 0.6, sweep - 0.4), tip, (side * 0.1, 0.3)])
        c.solid(wing, shade(feather, 0.85), depth=1)
    c.solid(np.array([(-0.08, -0.75), (0.08, -0.75), (0, -1.05)]), bill, depth=0.5)
    c.solid(blob(rng, 0, 0, 0.24, 0.6, 0.04), feather, depth=2.5)
    c.solid(ellipse(0, -0.58, 0.2, 0.22), feather, depth=1.5)
    for side in (-1, 1):
        c.flat(ellipse(side * 0.1, -0.65, 0.05, 0.05), BLACK)


def _bird_from_the_front(c: Canvas, rng: Rng, feather: Colour, bill: Colour) -> None:
    """A chick or an owl."""
    for side in (-1, 1):
        c.line(np.array([(side * 0.2, 0.7), (side * 0.25, 1.0)]), bill, 0.1)
        c.solid(blob(rng, side * 0.6, 0.3, 0.2, 0.45, 0.05, side * -0.3), shade(feather, 0.8))
    c.solid(blob(rng, 0, 0.3, 0.6, 0.58, 0.03), feather, depth=4, rise=1.5)
    c.solid(ellipse(0, -0.4, 0.48, 0.45), feather, depth=3)
    for side in (-1, 1):
        _eye(c, rng, (side * 0.2, -0.48), rng.uniform(0.1, 0.18), (250, 248, 240), 0.6)
    c.solid(np.array([(-0.1, -0.36), (0.1, -0.36), (0, -0.16)]), bill, depth=0.5)


def rodent(c: Canvas, rng: Rng) -> None:
    """A mouse or rat, seen from the side or from above."""
    fur = _one(rng, ((132, 128, 126), (92, 80, 72), (214, 208, 202), (60, 56, 56)))
    tail = curve([(-0.5, 0.3), (-0.95, 0.5), (-1.2, 0.1), (-1.5, 0.3)])
    c.line(tail, (216, 150, 142), 0.09)
    c.solid(blob(rng, -0.1, 0.15, 0.62, 0.42, 0.04), fur, depth=4, rise=1.5)
    head = np.array([(0.3, -0.25), (0.75, -0.05), (1.05, 0.25), (0.8, 0.42), (0.35, 0.45)])
    c.solid(head, fur, depth=2, rise=0.6)
    for x, y in ((0.28, -0.3), (0.5, -0.26)):
        c.solid(ellipse(x, y, 0.2, 0.22), shade(fur, 0.85), rise=0.5)
        c.flat(ellipse(x, y, 0.12, 0.14), PINK)
    c.flat(ellipse(0.72, 0.08, 0.07, 0.07), BLACK)
    c.flat(ellipse(1.03, 0.27, 0.07, 0.06), PINK)
    for x in (-0.4, 0.1, 0.45):
        c.solid(ellipse(x, 0.56, 0.14, 0.07), PINK, rise=0.3)


def insect(c: Canvas, rng: Rng) -> None:
    """A fly, ant, beetle, cockroach, wasp, spider or butterfly, from above."""
    kinds = ("fly", "ant", "beetle", "beetle", "cockroach", "wasp", "spider", "butterfly")
    kind = str(rng.choice(kinds))
    if kind == "butterfly":
        _butterfly(c, rng)
        return
    body = (34.0, 30.0, 32.0) if kind in ("fly", "ant", "spider") else (232.0, 182.0, 40.0)
    shelled = kind in ("beetle", "cockroach")
    body = _one(rng, BEETLES) if shelled else tint(rng, body, 0.08)
    legs, stout = 4 if kind == "spider" else 3, rng.uniform(0.05, 0.11)
    for side in (-1, 1):
        for place in np.linspace(-0.35, 0.4, legs):
            knee = (side * rng.uniform(0.55, 0.75), place * 1.3 - 0.15)
            foot = (side * rng.uniform(0.75, 1.0), place * 2.2 + rng.uniform(-0.1, 0.15))
            c.line(curve([(0, place), knee, foot]), BLACK, stout)
        if kind != "spider":
            feeler = (side * rng.uniform(0.15, 0.5), rng.uniform(-1.3, -0.85))
            c.line(curve([(side * 0.1, -0.6), feeler]), BLACK, stout * 0.7)
    wide = rng.uniform(0.36, 0.62) if kind in ("beetle", "spider") else 0.26
    if shelled and rng.random() < 0.6:
        _shell(c, rng, body)
        return
    c.solid(ellipse(0, 0.4, wide, 0.56), body, depth=2, rise=1)
    if kind == "wasp":
        for y in (0.15, 0.4, 0.65):
            c.line(np.array([(-0.2, y), (0.2, y)]), BLACK, 0.11)
    if kind == "beetle":
        c.line(np.array([(0, -0.1), (0, 0.9)]), shade(body, 0.5), 0.05)
    thorax = shade(body, 0.75 if kind != "wasp" else 0.3)
    c.solid(ellipse(0, -0.2, 0.26, 0.28), thorax, depth=1.5, rise=0.8)
    c.solid(ellipse(0, -0.6, 0.22, 0.2), shade(body, 0.6), depth=1.2, rise=0.8)
    if kind == "fly":
        for side in (-1, 1):
            c.flat(ellipse(side * 0.13, -0.66, 0.1, 0.1), (150, 40, 36))
    if kind in ("fly", "wasp"):
        for side in (-1, 1):
            c.soft(ellipse(side * 0.42, 0.35, 0.22, 0.62, side * -0.5), (216, 222, 230), 0.65, 0.3)


def _shell(c: Canvas, rng: Rng, body: Colour) -> None:
    """Wing cases that cover most of it, plain, parted or dotted, and a small head."""
    head = BLACK if rng.random() < 0.6 else shade(body, 0.6)
    c.solid(ellipse(0, -0.62, rng.uniform(0.25, 0.4), rng.uniform(0.2, 0.32)), head, depth=1.2)
    half = rng.uniform(0.35, 0.75)
    c.solid(ellipse(0, 0.15, half, rng.uniform(0.7, 0.85)), body, depth=2.5, rise=1)
    if rng.random() < 0.7:
        c.line(np.array([(0, -0.5), (0, 0.85)]), shade(body, 0.4), rng.uniform(0.03, 0.07))
    if rng.random() < 0.4:
        for x, y in ((0.5, -0.15), (0.45, 0.4), (0.2, 0.15)):
            for side in (-1, 1):
                c.flat(ellipse(side * x * half / 0.6, y, 0.09, 0.09), BLACK)


def _butterfly(c: Canvas, rng: Rng) -> None:
    wing, spot = _one(rng, SCALES), _one(rng, FEATHERS)
    for side in (-1, 1):
        c.solid(blob(rng, side * 0.52, -0.32, 0.5, 0.46, 0.06, side * -0.4), wing, depth=0.6)
        c.solid(blob(rng, side * 0.42, 0.4, 0.36, 0.38, 0.06), shade(wing, 0.85), depth=0.6)
        c.flat(ellipse(side * 0.62, -0.38, 0.17, 0.15), spot)
        c.line(curve([(side * 0.04, -0.5), (side * 0.28, -1.0)]), BLACK, 0.05)
    c.solid(ellipse(0, 0, 0.09, 0.6), BLACK, depth=0.6)


def fish(c: Canvas, rng: Rng) -> None:
    """A live fish from the side, in the colours of an aquarium, often in water."""
    scale = _one(rng, SCALES)
    if rng.random() < 0.4:
        c.solid(blob(rng, 0, 0, 1.15, 0.85, 0.06), (126, 190, 220), depth=1, bevel=-0.2)
    c.solid(np.array([(-0.5, 0), (-1.05, -0.5), (-0.88, 0), (-1.05, 0.5)]), shade(scale, 0.85))
    fin = np.array([(-0.3, -0.3), (rng.uniform(-0.3, 0), -0.75), (0.35, -0.32)])
    c.solid(fin, shade(scale, 0.8), depth=0.6)
    c.solid(ellipse(0.1, 0, 0.75, rng.uniform(0.36, 0.5)), scale, depth=4, rise=1)
    c.soft(ellipse(0.1, 0.2, 0.5, 0.14), shade(scale, 1.4), 0.7, 1.2)
    if rng.random() < 0.4:
        for x in (-0.1, 0.25):
            c.soft(ellipse(x, 0, 0.07, 0.36), (248, 248, 246), 0.9, 0.4)
    else:
        for x in np.linspace(-0.35, 0.3, 4):
            c.line(arc(x, 0, 0.14, 0.22, -1.2, 1.2), shade(scale, 0.7), 0.035)
    c.solid(np.array([(0.15, 0.12), (-0.15, 0.42), (0.2, 0.3)]), shade(scale, 0.8), depth=0.6)
    c.flat(ellipse(0.58, -0.08, 0.12, 0.12), (250, 250, 246))
    c.flat(ellipse(0.6, -0.08, 0.07, 0.07), BLACK)
    c.line(arc(0.8, 0.12, 0.1, 0.06, 2.0, 4.0), shade(scale, 0.5), 0.05)


def _one(rng: Rng, colours: tuple[Colour, ...]) -> Colour:
    choice = (*colours, any_colour(rng), any_colour(rng))
    return tint(rng, choice[int(rng.integers(len(choice)))], 0.07)
