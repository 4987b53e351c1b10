"""Drawn people: faces, hands and whole figures, as what no picture of a dish may show.

Belongs here: one function per kind, filling about the unit disc of the canvas it is given. Does not
belong here: where in a picture they are (`tagger_pictures`).
"""

import math

import numpy as np

from models.recipe.canvas import Canvas, Colour, any_colour, shade, tint
from models.recipe.outlines import Rng, arc, blob, curve, ellipse, ribbon, rounded, sector

SKINS: tuple[Colour, ...] = (
    (250, 214, 186),
    (236, 188, 150),
    (214, 158, 116),
    (176, 116, 78),
    (128, 80, 54),
    (88, 56, 42),
)
HAIRS: tuple[Colour, ...] = (
    (32, 26, 24),
    (82, 52, 32),
    (146, 96, 50),
    (220, 182, 108),
    (164, 62, 34),
    (176, 174, 172),
)
CLOTHES: tuple[Colour, ...] = (
    (238, 238, 236),
    (48, 62, 104),
    (176, 46, 52),
    (66, 124, 92),
    (44, 44, 48),
    (222, 178, 64),
    (120, 90, 150),
)


def face(c: Canvas, rng: Rng) -> None:
    """A face from the front, sometimes with beard, glasses, long hair or a cook's hat."""
    skin, hair = tint(rng, _one(rng, SKINS), 0.04), tint(rng, _one(rng, HAIRS), 0.06)
    width = rng.uniform(0.58, 0.72)
    if rng.random() < 0.5:
        c.solid(blob(rng, 0, 0.1, width + 0.22, rng.uniform(0.75, 1.0), 0.05), hair)
    if rng.random() < 0.7:
        c.solid(rounded(0, 0.9, 0.26, 0.3, 4), shade(skin, 0.9), rise=0.4)
    if rng.random() < 0.7:
        for side in (-1, 1):
            c.solid(ellipse(side * width, 0.08, 0.12, 0.19), shade(skin, 0.94), rise=0.4)
    c.solid(blob(rng, 0, 0.08, width, 0.84, 0.03), skin, depth=3)
    bald = rng.random() < 0.12
    if not bald:
        c.solid(sector(0, -0.2, width + 0.06, math.pi * 1.02, math.pi * 1.98), hair, depth=1)
        c.solid(blob(rng, rng.uniform(-0.2, 0.2), -0.62, width * 0.8, 0.24, 0.15), hair, depth=1)
    if rng.random() < 0.25:
        c.solid(sector(0, 0.25, width * 0.92, 0.1, math.pi - 0.1), shade(hair, 0.95), shadow=0)
    _eyes(c, rng, width * rng.uniform(0.38, 0.48), shade(hair, 0.8))
    c.line(curve([(0.02, 0.0), (-0.08, 0.26), (0.06, 0.28)]), shade(skin, 0.72), 0.05)
    _mouth(c, rng)
    if rng.random() < 0.2:
        c.solid(rounded(0, -0.78, width * 0.85, 0.2, 5), (246, 246, 244), rise=0.8)
        c.solid(blob(rng, 0, -1.05, width * 1.05, 0.28, 0.1), (250, 250, 248), rise=0.8)


def _eyes(c: Canvas, rng: Rng, apart: float, brow: Colour) -> None:
    iris = _one(rng, ((84, 54, 34), (62, 96, 140), (74, 110, 70), (40, 30, 26)))
    glasses, dots, brows = rng.random() < 0.2, rng.random() < 0.25, rng.random() < 0.8
    wide, high = rng.uniform(0.11, 0.18), rng.uniform(0.07, 0.13)
    for side in (-1, 1):
        x = side * apart
        if not dots:
            c.flat(ellipse(x, -0.05, wide, high), (248, 248, 246))
            c.flat(ellipse(x + rng.uniform(-0.03, 0.03), -0.05, 0.08, high * 0.9), iris)
        c.flat(ellipse(x, -0.05, 0.05, 0.055), (16, 14, 14))
        if brows:
            c.line(arc(x, -0.18, 0.19, 0.08, math.pi * 1.1, math.pi * 1.9), brow, 0.06)
        if glasses:
            c.line(np.vstack([ellipse(x, -0.04, 0.24, 0.2)] * 2)[:38], (30, 30, 34), 0.05)


def _mouth(c: Canvas, rng: Rng) -> None:
    lips = tint(rng, (186, 78, 76), 0.08)
    half = rng.uniform(0.18, 0.3)
    if rng.random() < 0.4:
        c.flat(sector(0, 0.46, half, 0, math.pi), shade(lips, 0.6))
        c.flat(rounded(0, 0.5, half * 0.8, 0.05, 4), (250, 250, 248))
    else:
        c.line(arc(0, 0.42, half, rng.uniform(0.04, 0.18), 0.1, math.pi - 0.1), lips, 0.09)


def hand(c: Canvas, rng: Rng) -> None:
    """A hand whose arm goes down out of the unit disc: flat, gripping, pointing or a fist."""
    skin = tint(rng, _one(rng, SKINS), 0.04)
    side = float(rng.choice((-1, 1)))
    arm = curve([(0, 0.5), (rng.uniform(-0.1, 0.1), 1.6), (rng.uniform(-0.5, 0.5), 4.5)])
    c.solid(ribbon(arm, np.linspace(0.5, 0.85, len(arm))), shade(skin, 0.96), rise=2)
    if rng.random() < 0.6:
        sleeve = arm[len(arm) // 3 :]
        cloth = _cloth(rng)
        c.solid(ribbon(sleeve, np.linspace(0.8, 1.1, len(sleeve))), cloth, rise=2)
    pose = str(rng.choice(("flat", "gripping", "pointing", "fist")))
    thumb = curve([(side * 0.3, 0.4), (side * 0.62, 0.1), (side * rng.uniform(0.45, 0.8), -0.25)])
    c.solid(ribbon(thumb, np.linspace(0.3, 0.19, len(thumb))), skin, rise=1)
    c.solid(rounded(0, 0.22, 0.43, 0.4, rng.uniform(2, 5)), skin, depth=3, rise=1.5)
    spreading = rng.uniform(0.0, 0.4)
    thickness = rng.uniform(0.85, 1.25)
    for number, reach in enumerate((0.9, 1.0, 0.94, 0.76)):
        place = number - 1.5
        folded = pose == "fist" or (pose == "pointing" and number != 0)
        length = 0.25 if folded else reach * (0.62 if pose == "gripping" else 1.0)
        root = (-side * place * 0.25, 0.0)
        lean = -side * place * spreading
        bend = rng.uniform(-0.08, 0.08) + (side * 0.15 if pose == "gripping" else 0)
        tip = (root[0] + lean * length + bend, root[1] - length)
        middle = ((root[0] + tip[0]) / 2 - bend / 2, (root[1] + tip[1]) / 2)
        finger = curve([root, middle, tip])
        tone = tint(rng, skin, 0.015)
        c.solid(
            ribbon(finger, thickness * np.linspace(0.23, 0.18, len(finger))),
            tone,
            rise=0.8,
            depth=1.2,
        )
        c.solid(ellipse(*tip, 0.1, 0.11), tone, rise=0.2, shadow=0)
        if not folded:
            c.flat(ellipse(tip[0], tip[1] - 0.02, 0.055, 0.06), shade(tone, 1.14))
        c.line(np.array([middle, (middle[0] + 0.08, middle[1])]), shade(skin, 0.76), 0.03)


def person(c: Canvas, rng: Rng) -> None:
    """A whole figure, or one from the waist up, with a head, arms and clothes."""
    skin, hair = tint(rng, _one(rng, SKINS), 0.04), tint(rng, _one(rng, HAIRS), 0.06)
    top, legs = _cloth(rng), _cloth(rng)
    whole = rng.random() < 0.6
    body = c.within(0, -0.1, 1.0) if whole else c.within(0, 0.35, 1.6)
    if whole:
        for x in (-0.13, 0.13):
            foot = x + rng.uniform(-0.1, 0.1) + x * rng.uniform(0, 0.8)
            body.solid(ribbon(curve([(x, 0.35), (foot, 1.0)]), rng.uniform(0.15, 0.24)), legs)
            body.solid(ellipse(foot, 1.02, 0.13, 0.07), (50, 40, 36), rise=0.5)
    for x in (-0.3, 0.3):
        elbow = (x * rng.uniform(1.5, 2.0), rng.uniform(-0.15, 0.15))
        palm = (x * rng.uniform(1.2, 2.4), rng.uniform(-0.5, 0.45))
        body.solid(ribbon(curve([(x, -0.3), elbow, palm]), 0.14), top, rise=1)
        body.solid(ellipse(*palm, 0.085, 0.085), skin, rise=0.4)
    body.solid(rounded(0, 0.02, 0.33, 0.42, 4), top, rise=1, depth=3)
    if rng.random() < 0.3:
        body.solid(rounded(0, 0.15, 0.22, 0.36, 6), (244, 244, 242), rise=0.2)
    body.solid(rounded(0, -0.42, 0.09, 0.1, 4), shade(skin, 0.9), rise=0.3)
    head = body.within(0, -0.66, rng.uniform(0.2, 0.36))
    head.solid(ellipse(0, -0.08, 0.96, 1.0), hair, rise=0.6)
    head.solid(ellipse(0, 0.12, 0.78, 0.88), skin, shadow=0)
    eye = rng.uniform(0.08, 0.14)
    for x in (-0.3, 0.3):
        if rng.random() < 0.4:
            head.flat(ellipse(x, 0.05, eye * 1.8, eye * 1.3), (248, 248, 246))
        head.flat(ellipse(x, 0.05, eye, eye), (24, 20, 20))
    head.line(arc(0, 0.4, 0.3, 0.14, 0.2, math.pi - 0.2), (166, 66, 64), 0.12)


def _cloth(rng: Rng) -> Colour:
    return tint(rng, _one(rng, (*CLOTHES, any_colour(rng), any_colour(rng))), 0.06)


def _one(rng: Rng, colours: tuple[Colour, ...]) -> Colour:
    return colours[int(rng.integers(len(colours)))]
