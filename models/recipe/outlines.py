"""Outlines and paths of simple shapes, and ways to spread points over a disc.

What belongs here: pure geometry, as float arrays of shape (n, 2) in whatever units the caller
uses, angles in radians, y downwards. What does not: colour and pixels (see `canvas`).
"""

import math
from collections.abc import Iterable

import numpy as np

Points = np.ndarray
Rng = np.random.Generator


def ellipse(x: float, y: float, rx: float, ry: float, angle: float = 0.0, n: int = 36) -> Points:
    """Outline of an ellipse; `angle` in radians."""
    turn = np.linspace(0, 2 * math.pi, n, endpoint=False)
    return moved(np.stack([rx * np.cos(turn), ry * np.sin(turn)], 1), x, y, angle)


def blob(
    rng: Rng, x: float, y: float, rx: float, ry: float, wobble: float = 0.08, angle: float = 0.0
) -> Points:
    """Smooth random closed outline around an ellipse; `wobble` is a fraction of the radius."""
    turn = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    phases = rng.uniform(0, 2 * math.pi, 3)
    waves = sum(np.sin(k * turn + phases[k - 2]) / (k - 0.8) for k in (2, 3, 4))
    radius = 1 + wobble * waves
    outline = np.stack([rx * radius * np.cos(turn), ry * radius * np.sin(turn)], 1)
    return moved(outline, x, y, angle)


def rounded(
    x: float, y: float, half_width: float, half_height: float, power: float = 5.0, angle: float = 0
) -> Points:
    """Rounded rectangle as a superellipse; a higher `power` means sharper corners."""
    turn = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    cosine, sine = np.cos(turn), np.sin(turn)
    outline = np.stack(
        [
            half_width * np.sign(cosine) * np.abs(cosine) ** (2 / power),
            half_height * np.sign(sine) * np.abs(sine) ** (2 / power),
        ],
        1,
    )
    return moved(outline, x, y, angle)


def sector(x: float, y: float, radius: float, start: float, end: float) -> Points:
    """A slice of a disc between two angles in radians."""
    turn = np.linspace(start, end, 24)
    rim = np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], 1)
    return np.concatenate([[(x, y)], rim])


def ribbon(path: Points, width: float | np.ndarray) -> Points:
    """Outline of a band along `path`; `width` may vary along it."""
    ahead = np.gradient(path, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    normal = np.stack([-ahead[:, 1], ahead[:, 0]], 1) * np.broadcast_to(width, len(path))[:, None]
    return np.concatenate([path + normal / 2, (path - normal / 2)[::-1]])


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, n: int = 20) -> Points:
    """An open piece of an ellipse between two angles in radians."""
    turn = np.linspace(start, end, n)
    return np.stack([x + rx * np.cos(turn), y + ry * np.sin(turn)], 1)


def curve(control: Iterable[tuple[float, float]], n: int = 12) -> Points:
    """A smooth path through control points (Catmull-Rom), `n` steps between neighbours."""
    knots = np.array(list(control), float)
    knots = np.concatenate([knots[:1], knots, knots[-1:]])
    t = np.linspace(0, 1, n, endpoint=False)[:, None]
    pieces = [
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
        for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False)
    ]
    return np.concatenate([*pieces, knots[-1:]])


def moved(points: Points, x: float, y: float, angle: float = 0.0) -> Points:
    """Points turned about the origin, then moved by (x, y)."""
    return turned(points, angle) + np.array((x, y))


def turned(points: Points, angle: float) -> Points:
    """Points turned about the origin by `angle` radians."""
    c, s = math.cos(angle), math.sin(angle)
    return np.asarray(points, float) @ np.array([[c, s], [-s, c]])


def spread(rng: Rng, count: int, radius: float, tries: int = 8) -> list[tuple[float, float]]:
    """Well separated points in a disc, each the best of a few tries (Mitchell's best candidate)."""
    chosen: list[tuple[float, float]] = []
    for _ in range(count):
        reach = radius * np.sqrt(rng.random(tries))
        turn = rng.uniform(0, 2 * math.pi, tries)
        tried = np.stack([reach * np.cos(turn), reach * np.sin(turn)], 1)
        if chosen:
            gaps = np.linalg.norm(tried[:, None] - np.array(chosen)[None], axis=2).min(1)
            best = tried[gaps.argmax()]
        else:
            best = tried[0]
        chosen.append((float(best[0]), float(best[1])))
    return chosen


def strewn(rng: Rng, count: int, radius: float) -> list[tuple[float, float]]:
    """Evenly strewn points in a disc: a sunflower spiral (Vogel 1979) with some disorder."""
    index = np.arange(count) + 0.5
    turn = index * (math.pi * (3 - math.sqrt(5))) + rng.uniform(0, 2 * math.pi)
    spiral = np.sqrt(index / count)[:, None] * np.stack([np.cos(turn), np.sin(turn)], 1)
    points = rng.permutation(radius * (spiral + rng.normal(0, 0.3 / math.sqrt(count), (count, 2))))
    return [(float(x), float(y)) for x, y in points]
