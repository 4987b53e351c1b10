"""Exposure, contrast, colours and sharpness: classical measures, no model.

Belongs here: numbers about pixels, and changing their light. Does not belong here: what number is
good enough (`resources/checks/`), and where things lie (`dish_layout.py`, `composition.py`).
"""

from dataclasses import dataclass

import cv2
import numpy as np

COLOUR_SIDE_PX = 256
SHARPNESS_SIDE_PX = 512
"""Larger pictures are measured at these sizes, sharpness as guests see it; smaller ones at their
own."""

GRAIN_SIGMA_PX = 0.7
"""Smoothing before the Laplacian, which takes noise for detail otherwise."""

EDGE_SHARE = 0.2
"""Share of the dish's pixels, the steepest, that sharpness is told by: elsewhere there is grain."""

FAINT = 0.5
"""Square of a slope, (L*/px)², that is too gentle for an edge: rounding to 8 bits shows there."""

TONES = 25
"""Steps of L* in which colours of equal lightness are compared: 4 each."""


@dataclass(frozen=True)
class LightAndColour:
    """Measures of one picture, in CIE L*a*b*.

    Attributes:
        lightness: Mean L*, 0 to 100.
        clipped_dark: Share of pixels with L* below 2.
        clipped_light: Share of pixels with L* above 99.
        contrast: L* at the 95th percentile less L* at the 5th, 0 to 100.
        chroma: Mean distance from grey, sqrt(a*² + b*²), 0 to about 130.
        colour_spread: How far colours of equal lightness differ: 95th percentile of the distance
            in a*b* to their mean. 0 for grey and for toned (sepia) pictures.
        cast: Grey-world distance of the background: of its mean a*b* from grey. None = no
            background.
        sharpness: On the dish's edges, mean square of the Laplacian of L* over that of its
            gradient, 1/px². Blur takes it away; contrast and the amount of detail do not change it.
    """

    lightness: float
    clipped_dark: float
    clipped_light: float
    contrast: float
    chroma: float
    colour_spread: float
    cast: float | None
    sharpness: float


def measure(picture: np.ndarray, dish: np.ndarray | None = None) -> LightAndColour:
    """Measure a picture, (height, width, 3) uint8 RGB.

    Args:
        picture: The pixels.
        dish: Where the dish is, (height, width) bool: sharpness looks there only, the cast at the
            rest. None = the dish is all, and there is no background.
    """
    lab = _lab(shrunk(picture, COLOUR_SIDE_PX))
    lightness, colours = lab[..., 0], lab[..., 1:]
    dark, light = np.percentile(lightness, (5, 95))
    return LightAndColour(
        lightness=float(lightness.mean()),
        clipped_dark=float((lightness < 2).mean()),
        clipped_light=float((lightness > 99).mean()),
        contrast=float(light - dark),
        chroma=float(cv2.magnitude(lab[..., 1], lab[..., 2]).mean()),
        colour_spread=_colour_spread(lightness, colours),
        cast=None if dish is None else _cast(colours, dish),
        sharpness=_sharpness(_lab(shrunk(picture, SHARPNESS_SIDE_PX))[..., 0], dish),
    )


def relit(picture: np.ndarray, stops: float) -> np.ndarray:
    """A picture, (height, width, 3) uint8 RGB, with so many stops more light, clipped.

    Light adds up in linear tones; sRGB's curve is that of IEC 61966-2-1.
    """
    tones = np.arange(256) / 255
    linear = np.where(tones <= 0.04045, tones / 12.92, ((tones + 0.055) / 1.055) ** 2.4)
    lit = np.minimum(linear * 2.0**stops, 1)
    curve = np.where(lit <= 0.0031308, lit * 12.92, 1.055 * lit ** (1 / 2.4) - 0.055)
    return cv2.LUT(picture, (curve * 255).round().astype(np.uint8))


def _lab(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def shrunk(picture: np.ndarray, side_px: int) -> np.ndarray:
    """The picture with a long side of at most `side_px`; never enlarged: that would be a blur."""
    scale = side_px / max(picture.shape[:2])
    if scale >= 1:
        return picture
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)


def resized_mask(mask: np.ndarray, like: np.ndarray) -> np.ndarray:
    """A mask of any size at the size of another array, bool."""
    height, width = like.shape[:2]
    return cv2.resize(mask.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0


def _colour_spread(lightness: np.ndarray, colours: np.ndarray) -> float:
    tone = np.minimum(lightness.ravel() * (TONES / 100), TONES - 1).astype(np.intp)
    pixels = np.maximum(np.bincount(tone, minlength=TONES), 1)
    a, b = (
        channel - (np.bincount(tone, channel, TONES) / pixels).astype(np.float32)[tone]
        for channel in (colours[..., 0].ravel(), colours[..., 1].ravel())
    )
    return float(np.percentile(np.hypot(a, b), 95))


def _cast(colours: np.ndarray, dish: np.ndarray) -> float | None:
    background = colours[~resized_mask(dish, colours)]
    return float(np.hypot(*background.mean(axis=0))) if background.size else None


def _sharpness(lightness: np.ndarray, dish: np.ndarray | None) -> float:
    calm = cv2.GaussianBlur(lightness, (0, 0), GRAIN_SIGMA_PX)
    across = cv2.Sobel(calm, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(calm, cv2.CV_32F, 0, 1, scale=1 / 8)
    steepness, curvature = across**2 + down**2, cv2.Laplacian(calm, cv2.CV_32F)
    if dish is not None and (inside := resized_mask(dish, lightness)).any():
        steepness, curvature = steepness[inside], curvature[inside]
    edges = steepness >= np.percentile(steepness, 100 * (1 - EDGE_SHARE))
    return float((curvature[edges] ** 2).mean() / (steepness[edges].mean() + FAINT))
