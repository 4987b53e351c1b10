"""How a picture is composed, by classical measures: what lies beside the dish, and how calmly.

Belongs here: numbers about the arrangement. Does not belong here: where the dish is
(`dish_layout.py`), and what number is good enough (`resources/checks/quality.py`).
"""

import cv2
import numpy as np

from gpu_ops.light_and_colour import resized_mask, shrunk

WORKING_SIDE_PX = 128
"""As the dish is looked for at."""

TONES = 32
"""Steps of lightness: an even spread over all of them is log2(32) = 5 bits."""


def background_entropy(picture: np.ndarray, dish: np.ndarray) -> float | None:
    """Shannon entropy of the background's lightness in bits, 0 to 5; None if there is none.

    Args:
        picture: (height, width, 3) uint8 RGB.
        dish: (height, width) bool.
    """
    grey = cv2.cvtColor(shrunk(picture, WORKING_SIDE_PX), cv2.COLOR_RGB2GRAY)
    background = grey[~resized_mask(dish, grey)]
    if not background.size:
        return None
    shares = np.bincount(background // (256 // TONES), minlength=TONES) / background.size
    shares = shares[shares > 0]
    return float(-(shares * np.log2(shares)).sum())


def largest_part_share(dish: np.ndarray) -> float:
    """Share that the largest connected part has of what stands out, (height, width) bool."""
    small = shrunk(dish.astype(np.uint8), WORKING_SIDE_PX)
    _, _, statistics, _ = cv2.connectedComponentsWithStats(small)
    pixels = statistics[1:, cv2.CC_STAT_AREA]
    return float(pixels.max() / pixels.sum()) if pixels.size else 0.0
