"""Where the dish is, by classical saliency: what differs from the picture's rim.

Belongs here: the dish's mask and box without a model. A detector (Grounding DINO) answers the same
question where its weights are installed. Does not belong here: which position is good.
"""

from dataclasses import dataclass

import cv2
import numpy as np

WORKING_SIDE_PX = 128
RIM_SHARE = 0.04
"""The rim of a food picture is table: this share of each side is taken as the background."""
SMALLEST_DISH_SHARE = 0.02


@dataclass(frozen=True)
class DishLayout:
    """Where the dish is.

    Attributes:
        mask: (height, width) bool.
        box: x0, y0, x1, y1 as shares of width and height.
        area_share: Share of the picture that the box covers.
        centre_offset: Distance from the box's centre to the picture's, as share of half a diagonal.
        smallest_margin: Smallest gap between box and border, as share of the side.
    """

    mask: np.ndarray
    box: tuple[float, float, float, float]
    area_share: float
    centre_offset: float
    smallest_margin: float


def find_dish(picture: np.ndarray) -> DishLayout | None:
    """The dish in a picture, (height, width, 3) uint8 RGB; None if nothing stands out."""
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (WORKING_SIDE_PX, WORKING_SIDE_PX), interpolation=cv2.INTER_AREA)
    distance = _distance_from_rim(cv2.GaussianBlur(small, (0, 0), 1.5))
    _, binary = cv2.threshold(distance, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    binary = cv2.morphologyEx(
        cv2.morphologyEx(binary, cv2.MORPH_CLOSE, kernel), cv2.MORPH_OPEN, kernel
    )
    contours, _ = cv2.findContours(binary, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    smallest = SMALLEST_DISH_SHARE * WORKING_SIDE_PX**2
    contours = [contour for contour in contours if cv2.contourArea(contour) >= smallest]
    if not contours or int(distance.max()) < 8:
        return None
    mask = cv2.drawContours(np.zeros_like(binary), contours, -1, 255, cv2.FILLED)
    x, y, box_width, box_height = cv2.boundingRect(np.vstack(contours))
    box = tuple(side / WORKING_SIDE_PX for side in (x, y, x + box_width, y + box_height))
    full_mask = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST) > 0
    return _layout(full_mask, (box[0], box[1], box[2], box[3]))


def _distance_from_rim(small: np.ndarray) -> np.ndarray:
    """Distance of each pixel to the nearest of the rim's main colours, (side, side) uint8."""
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    rim_px = max(2, round(RIM_SHARE * WORKING_SIDE_PX))
    rim = np.ones(lab.shape[:2], bool)
    rim[rim_px:-rim_px, rim_px:-rim_px] = False
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    cv2.setRNGSeed(1)
    _, _, colours = cv2.kmeans(lab[rim], 4, None, criteria, 1, cv2.KMEANS_PP_CENTERS)
    distances = np.linalg.norm(lab[:, :, None, :] - colours[None, None], axis=-1).min(axis=-1)
    return np.clip(distances * 3, 0, 255).astype(np.uint8)


def _layout(mask: np.ndarray, box: tuple[float, float, float, float]) -> DishLayout:
    x0, y0, x1, y1 = box
    offset = np.hypot((x0 + x1) / 2 - 0.5, (y0 + y1) / 2 - 0.5) / np.hypot(0.5, 0.5)
    return DishLayout(
        mask=mask,
        box=box,
        area_share=(x1 - x0) * (y1 - y0),
        centre_offset=float(offset),
        smallest_margin=min(x0, y0, 1 - x1, 1 - y1),
    )
