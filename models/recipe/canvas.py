"""A small drawing surface: smooth shapes, light, shadow, strands and grains on NumPy + OpenCV.

What belongs here: how an outline becomes shaded pixels. What does not: the geometry of outlines
(see `outlines`) and anything that knows what food is.

Outlines are float arrays of shape (n, 2) in the canvas's own units; `Canvas.within` gives a moved,
scaled and turned view onto the same pixels. Light always comes from the picture's upper left.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from models.recipe.outlines import Points, Rng, ellipse, moved, ribbon, turned

Colour = tuple[float, float, float]

SUPERSAMPLING = 2
FRACTION_BITS = 4
WHITE: Colour = (255, 255, 255)


def shade(colour: Colour, factor: float) -> Colour:
    """Colour made darker (factor < 1) or lighter (factor > 1)."""
    red, green, blue = (min(255.0, channel * factor) for channel in colour)
    return red, green, blue


def tint(rng: Rng, colour: Colour, amount: float = 0.06) -> Colour:
    """Colour with a little random brightness and hue."""
    factors = (1 + rng.normal(0, amount)) * (1 + rng.normal(0, amount / 3, 3))
    red, green, blue = np.clip(np.array(colour) * factors, 0, 255)
    return float(red), float(green), float(blue)


def any_colour(rng: Rng) -> Colour:
    """Some colour."""
    red, green, blue = rng.uniform(30, 230, 3)
    return float(red), float(green), float(blue)


def smooth_noise(rng: Rng, height: int, width: int, cells: tuple[int, int]) -> np.ndarray:
    """Smooth noise of about unit deviation: float32 (height, width) from cells (rows, columns)."""
    coarse = rng.standard_normal(cells, dtype=np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


@dataclass(frozen=True)
class Canvas:
    """A view onto RGB pixels (side, side, 3) uint8, with its own origin, unit (px) and turn."""

    pixels: np.ndarray
    x: float
    y: float
    unit: float
    angle: float = 0.0

    def within(self, x: float, y: float, size: float = 1.0, angle: float = 0.0) -> "Canvas":
        """The view whose origin is (x, y) here and whose unit is `size` units of this one."""
        origin = self._placed(np.array([(x, y)], float))[0]
        return replace(
            self, x=origin[0], y=origin[1], unit=self.unit * size, angle=self.angle + angle
        )

    def flat(self, points: Points, colour: Colour) -> None:
        """Fill an outline with one colour."""
        cv2.fillPoly(
            self.pixels, [_fixed(self._placed(points))], colour, cv2.LINE_AA, FRACTION_BITS
        )

    def solid(
        self,
        points: Points,
        colour: Colour,
        *,
        bevel: float = 0.35,
        depth: float = 2.0,
        shadow: float = 0.45,
        rise: float = 1.0,
        rim: float = 0.25,
        grain: tuple[Rng, float] | None = None,
    ) -> None:
        """Fill an outline as a lit, rounded body that throws a soft shadow.

        `depth` (of the rounding) and `rise` (above what lies beneath) are hundredths of the
        picture's side; `bevel`, `shadow` and `rim` are strengths 0..1; `grain` adds smooth noise.
        """
        side = self.pixels.shape[0]
        outline = self._placed(points)
        lift = rise * side / 100
        round_px = max(1, round(depth * side / 100))
        window = self._window(outline, 2.5 * lift + round_px + 2)
        if window is None:
            return
        x0, y0, x1, y1 = window
        region = self.pixels[y0:y1, x0:x1]
        local = outline - (x0, y0)
        mask = _mask(local, region.shape[:2])
        if shadow > 0:
            kernel = 2 * max(1, round(lift)) + 1
            cast = _mask(local + np.array((0.5 * lift, lift)), region.shape[:2])
            cast = cv2.GaussianBlur(cast, (kernel, kernel), 0)
            _blend(region, np.zeros_like(region), cast, shadow)
        body = cv2.blur(mask.astype(np.float32), (2 * round_px + 1, 2 * round_px + 1)) / 255
        step = max(1, round_px // 2)
        light = body * (bevel * 1.6 + rim) + (1 - rim)
        light[step:, step:] -= bevel * 1.6 * body[:-step, :-step]
        if grain is not None:
            rng, strength = grain
            cells = (max(2, (y1 - y0) // 7), max(2, (x1 - x0) // 7))
            light += strength * smooth_noise(rng, y1 - y0, x1 - x0, cells)
        np.maximum(light, 0, out=light)
        paint = cv2.merge([cv2.convertScaleAbs(light, alpha=channel) for channel in colour])
        _blend(region, paint, mask, 1.0)

    def soft(self, points: Points, colour: Colour, opacity: float, blur: float = 2.0) -> None:
        """Blend a blurred patch over the picture; `blur` in hundredths of the side."""
        side = self.pixels.shape[0]
        outline = self._placed(points)
        reach = max(1, round(blur * side / 100))
        window = self._window(outline, 2 * reach + 2)
        if window is None:
            return
        x0, y0, x1, y1 = window
        region = self.pixels[y0:y1, x0:x1]
        mask = _mask(outline - (x0, y0), region.shape[:2])
        mask = cv2.GaussianBlur(mask, (2 * reach + 1, 2 * reach + 1), 0)
        _blend(region, np.full_like(region, np.round(colour)), mask, opacity)

    def line(self, path: Points, colour: Colour, width: float) -> None:
        """Draw an open line `width` units wide, with round ends."""
        thickness = max(1, round(width * self.unit))
        placed = [_fixed(self._placed(path))]
        cv2.polylines(self.pixels, placed, False, colour, thickness, cv2.LINE_AA, FRACTION_BITS)

    def strand(self, path: Points, colour: Colour, width: float) -> None:
        """A round noodle: dark edge, body and a lit line."""
        self.line(path, shade(colour, 0.68), width * 1.35)
        self.line(path, colour, width)
        self.line(
            path - turned(np.array([(0.0, width * 0.18)]), -self.angle),
            shade(colour, 1.13),
            width * 0.3,
        )

    def tube(self, path: Points, colour: Colour, width: float) -> None:
        """A thick round rope: like a strand, with softer steps of light; may cross itself."""
        lift = turned(np.array([(-width * 0.1, -width * 0.14)]), -self.angle)
        steps = (
            (-0.7, 1.12, 0.55),
            (0.0, 1.0, 0.8),
            (0.5, 0.78, 0.92),
            (1.1, 0.5, 1.06),
            (1.6, 0.34, 1.16),
        )
        for shift, size, light in steps:
            if shift < 0:
                self.soft(ribbon(path - lift * 1.5, width), (30, 18, 10), 0.35, 1.0)
            self.line(path + lift * shift, shade(colour, light), width * size)

    def grains(
        self,
        centres: Iterable[tuple[float, float]],
        colours: Sequence[Colour],
        rng: Rng,
        length: float,
        width: float,
    ) -> None:
        """Short rounded grains (rice, seeds, chopped herbs) lying every way, one per centre."""
        middle = np.array(list(centres), float)
        turn = rng.uniform(0, math.pi, len(middle))
        reach = np.stack([np.cos(turn), np.sin(turn)], 1) * (length / 2)
        ends = np.stack([middle - reach, middle + reach], 1)
        lit = _fixed(self._placed(ends.reshape(-1, 2))).reshape(-1, 2, 2)
        thickness = max(1, round(width * self.unit))
        below = np.array([0, round(0.35 * thickness * (1 << FRACTION_BITS))], np.int32)
        edges = [shade(colour, 0.74) for colour in colours]
        for index, path in enumerate(lit):
            for line, tones in ((path + below, edges), (path, colours)):
                cv2.polylines(
                    self.pixels,
                    [line],
                    False,
                    tones[index % len(tones)],
                    thickness,
                    cv2.LINE_AA,
                    FRACTION_BITS,
                )

    def dots(self, centres: Iterable[tuple[float, float]], colour: Colour, radius: float) -> None:
        """Small round specks."""
        middle = np.array(list(centres), float)
        for x, y in _fixed(self._placed(middle)).tolist():
            size = round(radius * self.unit * (1 << FRACTION_BITS))
            cv2.circle(self.pixels, (x, y), size, colour, -1, cv2.LINE_AA, FRACTION_BITS)

    def shine(self, x: float, y: float, rx: float, ry: float, opacity: float = 0.5) -> None:
        """A soft specular highlight."""
        self.soft(ellipse(x, y, rx, ry, n=20), WHITE, opacity, 0.8)

    def _placed(self, points: Points) -> Points:
        return moved(np.asarray(points, float) * self.unit, self.x, self.y, self.angle)

    def _window(self, outline: Points, pad: float) -> tuple[int, int, int, int] | None:
        height, width = self.pixels.shape[:2]
        x0, y0 = np.maximum(np.floor(outline.min(0) - pad), 0).astype(int)
        x1, y1 = np.minimum(np.ceil(outline.max(0) + pad), (width, height)).astype(int)
        return (int(x0), int(y0), int(x1), int(y1)) if x1 - x0 > 1 and y1 - y0 > 1 else None


def _fixed(points: Points) -> np.ndarray:
    return np.round((points - 0.5) * (1 << FRACTION_BITS)).astype(np.int32)


def _mask(points: Points, shape: tuple[int, ...]) -> np.ndarray:
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [_fixed(points)], 255, cv2.LINE_AA, FRACTION_BITS)
    return mask


def _blend(region: np.ndarray, paint: np.ndarray, mask: np.ndarray, opacity: float) -> None:
    """Lay `paint` over `region` in place, as far as the uint8 mask and the opacity say."""
    coverage = mask.astype(np.float32) * np.float32(opacity / 255)
    np.copyto(region, cv2.blendLinear(paint, region, coverage, 1 - coverage))
