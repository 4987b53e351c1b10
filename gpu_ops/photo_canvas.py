"""From a vendor's photo to the canvas that a model draws on.

Belongs here: cropping and resizing around the food. Does not belong here: drawing
(`sdxl_engine.py`), and which pixels are food (`food_mask.py`).
"""

import cv2
import numpy as np

from gpu_ops.generation import Photo

FOOD_SHARE = 0.7
"""How much of the canvas the food takes, on its tighter side, where the photo has so much air
around it. What the scores of margins like best (`resources/picture_checks.py`)."""

LEAST_MARGIN = 0.08
"""Air that there is around the food in any case: the 4 % that the checks ask for, and as much again
for a new dish that is a little larger."""

SEAM = 0.03
"""Width of the soft edge beside what lies beyond the photo, as a share of the canvas."""

KEPT = 1 / 255
"""A mask below this is 0: kept means kept, to the bit."""


def canvas(photo: np.ndarray, mask: np.ndarray, width_px: int, height_px: int) -> Photo:
    """The photo around its food, in the size that a model draws.

    The food goes to the middle, as far as the photo reaches. Where the food is so near the border
    that no air would be left, the canvas reaches beyond the photo: there its border goes on, and is
    drawn anew. (Mirrored, a dish that is cut off would look like two.)

    Args:
        photo: (height, width, 3) uint8 RGB.
        mask: (height, width) float32 of the same size: 1 = drawn anew, 0 = kept.
        width_px: Width of the canvas.
        height_px: Height of the canvas.

    Raises:
        ValueError: photo and mask are of different sizes, or the mask is empty.
    """
    if photo.shape[:2] != mask.shape:
        raise ValueError(f"the photo is {photo.shape[:2]}, its mask {mask.shape}")
    rows, columns = np.nonzero(mask.max(1) > 0.5)[0], np.nonzero(mask.max(0) > 0.5)[0]
    if not rows.size:
        raise ValueError("the mask names nothing to draw anew")
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    tight = max((bottom - top) / height_px, (right - left) / width_px)
    whole = min(photo.shape[0] / height_px, photo.shape[1] / width_px)
    scale = max(tight / (1 - 2 * LEAST_MARGIN), min(tight / FOOD_SHARE, whole))
    crop_height, crop_width = round(height_px * scale), round(width_px * scale)
    y = _begin(top, bottom, crop_height, photo.shape[0])
    x = _begin(left, right, crop_width, photo.shape[1])
    before_y, before_x = max(0, -y), max(0, -x)
    beyond = (
        before_y,
        max(0, y + crop_height - photo.shape[0]),
        before_x,
        max(0, x + crop_width - photo.shape[1]),
    )
    crop = np.s_[
        y + before_y : y + before_y + crop_height, x + before_x : x + before_x + crop_width
    ]
    pixels = cv2.copyMakeBorder(photo, *beyond, cv2.BORDER_REPLICATE)[crop]
    softness = cv2.copyMakeBorder(mask, *beyond, cv2.BORDER_CONSTANT, value=1.0)[crop]
    there = cv2.copyMakeBorder(np.ones(mask.shape, np.uint8), *beyond, cv2.BORDER_CONSTANT)[crop]
    softness = np.maximum(softness, _seam(there))
    shrinks = crop_height >= height_px
    pixels = cv2.resize(
        pixels, (width_px, height_px), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    )
    softness = cv2.resize(softness, (width_px, height_px), interpolation=cv2.INTER_LINEAR)
    softness = np.where(softness < KEPT, 0, np.where(softness > 1 - KEPT, 1, softness))
    return Photo(pixels, softness.astype(np.float32))


def _begin(low: int, high: int, size: int, limit: int) -> int:
    """Where a crop of `size` px begins so that low..high lies in its middle, and in the photo."""
    begin = (low + high - size) / 2
    inside = float(np.clip(begin, min(0, limit - size), max(0, limit - size)))
    slack = max(0.0, (size - (high - low)) / 2 - LEAST_MARGIN * size)
    return round(float(np.clip(inside, begin - slack, begin + slack)))


def _seam(there: np.ndarray) -> np.ndarray:
    """1 beyond the photo, falling to 0 within it, where `there` is 1."""
    if there.all():
        return np.zeros(there.shape, np.float32)
    distance = cv2.distanceTransform(there, cv2.DIST_L2, 5)
    return np.clip(1 - distance / (SEAM * min(there.shape)), 0, 1).astype(np.float32)
