"""Faces, hands, people and animals over a finished picture, in two styles.

Belongs here: the style of `models/recipe`, which the small tagger was trained on, from other seeds;
and a plain cartoon style that nothing in `models/` has seen, so that a tagger that only knows its
own drawings is found out. Positions and sizes are shares of the side.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from models.recipe import animals, people
from models.recipe.canvas import Canvas, Colour, shade
from models.recipe.outlines import Rng, arc, blob, ellipse, ribbon, rounded

SKINS: tuple[Colour, ...] = ((244, 208, 178), (224, 172, 132), (172, 116, 80), (104, 68, 48))
HAIRS: tuple[Colour, ...] = ((40, 30, 26), (96, 62, 36), (206, 168, 96), (150, 150, 150))
FURS: tuple[Colour, ...] = ((226, 150, 70), (120, 120, 126), (44, 42, 44), (196, 168, 130))
DARK: Colour = (26, 22, 24)

PEOPLE = (people.face, people.hand, people.person)
ANIMALS = (animals.cat, animals.dog, animals.bird, animals.rodent, animals.insect)


def of_recipe(
    subjects: Sequence[Callable[[Canvas, Rng], None]],
) -> Callable[[np.ndarray, Rng], np.ndarray]:
    """One of the subjects, drawn as the small tagger knows it, a quarter of the side or more."""

    def drawn(picture: np.ndarray, rng: Rng) -> np.ndarray:
        canvas = _over(picture, rng, rng.uniform(0.14, 0.3), rng.normal(0, 0.2))
        subjects[rng.integers(len(subjects))](canvas, rng)
        return canvas.pixels

    return drawn


def face(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """A face from the front, a third of the side high or more."""
    canvas = _over(picture, rng, rng.uniform(0.17, 0.26))
    _face(canvas, rng, SKINS[rng.integers(4)])
    return canvas.pixels


def hand(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """A hand that reaches in from the rim, with five fingers."""
    side = picture.shape[0]
    turn = rng.uniform(0, 2 * math.pi)
    reach = rng.uniform(0.28, 0.36)
    x, y = 0.5 + reach * math.cos(turn), 0.5 + reach * math.sin(turn)
    skin = SKINS[rng.integers(4)]
    canvas = Canvas(picture.copy(), x * side, y * side, side * 0.13, turn - math.pi / 2)
    canvas.solid(rounded(0, 3.0, 0.6, 2.6, 6), skin, rise=1.2, depth=1.4)
    for offset, length in ((-0.62, 0.95), (-0.22, 1.25), (0.2, 1.2), (0.6, 0.85)):
        finger = rounded(offset * 1.1, -length, 0.18, 0.75, 3, offset * 0.35)
        canvas.solid(finger, skin, rise=1.0, depth=1.0)
    canvas.solid(rounded(1.0, 0.0, 0.2, 0.72, 3, -0.7), skin, rise=1.0, depth=1.0)
    canvas.solid(ellipse(0, 0.2, 0.86, 0.95), skin, rise=1.0, depth=1.6)
    return canvas.pixels


def person(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """A whole person, from head to feet."""
    canvas = _over(picture, rng, rng.uniform(0.13, 0.17))
    skin = SKINS[rng.integers(4)]
    shirt, trousers = (tuple(float(part) for part in rng.integers(30, 220, 3)) for _ in "ab")
    for sign in (-1, 1):
        leg = np.array([(sign * 0.3, 1.4), (sign * 0.45, 2.9)])
        arm = np.array([(sign * 0.6, 0.3), (sign * 1.1, 1.5)])
        canvas.solid(ribbon(leg, 0.45), trousers[:3], rise=0.8)
        canvas.solid(ribbon(arm, 0.32), shirt[:3], rise=0.8)
        canvas.solid(ellipse(sign * 1.13, 1.62, 0.2, 0.2), skin)
        canvas.solid(ellipse(sign * 0.55, 3.0, 0.34, 0.16), DARK)
    canvas.solid(rounded(0, 0.75, 0.68, 0.85, 4), shirt[:3], rise=1.0)
    _face(canvas.within(0, -0.75, 0.62), rng, skin)
    return canvas.pixels


def cat(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """A sitting cat from the front."""
    canvas = _over(picture, rng, rng.uniform(0.14, 0.2))
    fur = FURS[rng.integers(4)]
    tail = arc(0.9, 0.8, 0.6, 0.8, -1.2, 1.4)
    canvas.solid(ribbon(tail, 0.25), shade(fur, 0.9))
    canvas.solid(blob(rng, 0, 0.9, 0.85, 1.1), fur)
    for sign in (-1, 1):
        ear = np.array([(sign * 0.2, -0.75), (sign * 0.75, -0.45), (sign * 0.68, -1.25)])
        canvas.solid(ear, fur)
    canvas.solid(ellipse(0, -0.35, 0.78, 0.66), fur)
    for sign in (-1, 1):
        canvas.solid(ellipse(sign * 0.32, -0.45, 0.16, 0.18), (120, 190, 90), shadow=0)
        canvas.flat(ellipse(sign * 0.32, -0.45, 0.05, 0.16), DARK)
        for slope in (-0.12, 0.0, 0.12):
            whisker = np.array([(sign * 0.2, -0.1), (sign * 1.1, -0.1 + slope)])
            canvas.line(whisker, (240, 240, 240), 0.03)
    canvas.flat(ellipse(0, -0.16, 0.1, 0.07), (220, 120, 130))
    return canvas.pixels


def bird(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """A bird from the side."""
    canvas = _over(picture, rng, rng.uniform(0.14, 0.2))
    plumage = tuple(float(part) for part in rng.integers(40, 230, 3))[:3]
    for x in (-0.1, 0.25):
        canvas.line(np.array([(x, 0.6), (x, 1.35)]), (220, 150, 40), 0.08)
    canvas.solid(np.array([(-0.7, 0.1), (-1.7, -0.2), (-1.6, 0.35)]), shade(plumage, 0.7))
    canvas.solid(ellipse(0, 0.15, 0.95, 0.62, -0.2), plumage)
    canvas.solid(ellipse(-0.1, 0.1, 0.6, 0.34, 0.3), shade(plumage, 0.75))
    canvas.solid(ellipse(0.75, -0.5, 0.42, 0.42), plumage)
    canvas.solid(np.array([(1.1, -0.6), (1.1, -0.35), (1.65, -0.45)]), (236, 160, 40))
    canvas.flat(ellipse(0.85, -0.58, 0.09, 0.09), DARK)
    return canvas.pixels


def insect(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """A beetle from above, a sixth of the side long or more."""
    canvas = _over(picture, rng, rng.uniform(0.08, 0.13), rng.uniform(0, 2 * math.pi))
    for sign in (-1, 1):
        for y in (-0.4, 0.1, 0.6):
            leg = np.array([(sign * 0.5, y), (sign * 1.0, y - 0.15), (sign * 1.3, y + 0.25)])
            canvas.line(leg, DARK, 0.1)
        feeler = np.array([(sign * 0.15, -1.0), (sign * 0.45, -1.6)])
        canvas.line(feeler, DARK, 0.07)
    canvas.solid(ellipse(0, -0.85, 0.4, 0.35), DARK)
    canvas.solid(ellipse(0, 0.1, 0.72, 0.95), (190, 36, 30) if rng.random() < 0.5 else (70, 52, 40))
    canvas.line(np.array([(0, -0.8), (0, 1.0)]), DARK, 0.07)
    return canvas.pixels


def _over(picture: np.ndarray, rng: Rng, size: float, angle: float = 0.0) -> Canvas:
    side = picture.shape[0]
    x, y = rng.uniform(0.32, 0.68, 2) * side
    return Canvas(picture.copy(), x, y, size * side, angle)


def _face(canvas: Canvas, rng: Rng, skin: Colour) -> None:
    hair = HAIRS[rng.integers(4)]
    canvas.solid(ellipse(0, -0.25, 0.95, 1.0), hair)
    canvas.solid(ellipse(0, 0, 0.8, 1.0), skin, rise=0.5)
    for sign in (-1, 1):
        canvas.flat(ellipse(sign * 0.32, -0.15, 0.17, 0.1), (250, 250, 250))
        canvas.flat(ellipse(sign * 0.32, -0.15, 0.08, 0.09), DARK)
        canvas.line(arc(sign * 0.32, -0.3, 0.2, 0.1, math.pi, 2 * math.pi), hair, 0.07)
    canvas.line(np.array([(0, -0.05), (-0.09, 0.25), (0.05, 0.27)]), shade(skin, 0.7), 0.05)
    canvas.line(arc(0, 0.42, 0.3, 0.2, 0.2, math.pi - 0.2), (176, 60, 60), 0.09)
