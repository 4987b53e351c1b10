"""Exposure, contrast, saturation and sharpness: classical measures, no model.

Belongs here: numbers about pixels. Does not belong here: what number is good enough
(`resources/picture_checks.py`).
"""

from dataclasses import dataclass

import cv2
import numpy as np

SHARPNESS_SIDE_PX = 256
"""The Laplacian depends on resolution, so sharpness is measured at one size."""


@dataclass(frozen=True)
class LightAndColour:
    """Measures of one picture, in CIE L*a*b*.

    Attributes:
        lightness: Mean L*, 0 to 100.
        clipped_dark: Share of pixels with L* below 2.
        clipped_light: Share of pixels with L* above 99.
        contrast: L* at the 95th percentile less L* at the 5th, 0 to 100.
        chroma: Mean distance from grey, sqrt(a*² + b*²), 0 to about 130.
        sharpness: Variance of the Laplacian of L* inside the dish, at 256 px.
    """

    lightness: float
    clipped_dark: float
    clipped_light: float
    contrast: float
    chroma: float
    sharpness: float


def measure(picture: np.ndarray, dish: np.ndarray | None = None) -> LightAndColour:
    """Measure a picture, (height, width, 3) uint8 RGB.

    Args:
        picture: The pixels.
        dish: Where the dish is, (height, width) bool; sharpness looks there only. None = all.
    """
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lightness = lab[..., 0]
    dark, light = np.percentile(lightness, (5, 95))
    return LightAndColour(
        lightness=float(lightness.mean()),
        clipped_dark=float((lightness < 2).mean()),
        clipped_light=float((lightness > 99).mean()),
        contrast=float(light - dark),
        chroma=float(np.hypot(lab[..., 1], lab[..., 2]).mean()),
        sharpness=_sharpness(lightness, dish),
    )


def _sharpness(lightness: np.ndarray, dish: np.ndarray | None) -> float:
    size = (SHARPNESS_SIDE_PX, SHARPNESS_SIDE_PX)
    laplacian = cv2.Laplacian(cv2.resize(lightness, size, interpolation=cv2.INTER_AREA), cv2.CV_32F)
    if dish is None or not dish.any():
        return float(laplacian.var())
    inside = cv2.resize(dish.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    return float(laplacian[inside].var())
