"""Where the dish is, by classical saliency: what differs from the table at the picture's rim.

Belongs here: the dish's mask and box without a model. A detector (Grounding DINO) answers the same
question where its weights are installed. Does not belong here: which position is good.

Thresholds without a source were chosen on drawings (`models/recipe/`) and on pictures of the small
model family; see docs/quality.md for what they miss.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from gpu_ops.food_detection import Box

WORKING_SIDE_PX = 128
RIM_SHARE = 0.04
"""The rim of a food picture is mostly table: this share of each side is looked at."""
RIM_COLOURS = 8
RIM_STEP = 3
"""Every third pixel of the rim tells its colours as well as all do, in a third of the time."""
ON_A_SIDE = 0.05
"""A colour is on a side of the rim from this share of the side's pixels on."""
SHADED = 12.0
"""Colours at the rim so near to the table's, in CIE76 dE, are the table in another light."""
LIGHTNESS_IN_SHADE = 0.5
"""In that comparison: light that falls off changes L* more than the colour."""
STANDS_OUT = 7.0
"""The 90th percentile of a dish's distance from the table, in dE: 8 and more for dishes in the
dark, below 6 for the grain of bare tables."""
EDGE_OF_DISH = 6.0
"""Least distance from the table, in dE, of what belongs to the dish: a white plate on white linen
is much nearer to the table than its food."""
SMALLEST_DISH_SHARE = 0.008
PART_SHARE = 0.1
"""What is smaller than this share of the dish's largest part is a crumb."""
DISH_OF_ITS_OWN = 0.25
"""A part of at least this share of the largest one may be a dish of its own."""
COMPACT = 0.7
"""Least share of its convex hull that a dish of its own fills; cutlery and shadows do not."""


@dataclass(frozen=True)
class Placement:
    """Where a dish is in the frame.

    Attributes:
        box: Around the whole dish.
    """

    box: Box

    @property
    def area_share(self) -> float:
        """Share of the picture that the box covers."""
        x0, y0, x1, y1 = self.box
        return (x1 - x0) * (y1 - y0)

    @property
    def centre_offset(self) -> float:
        """Distance from the box's centre to the picture's, as share of half a diagonal."""
        x0, y0, x1, y1 = self.box
        return float(np.hypot((x0 + x1) / 2 - 0.5, (y0 + y1) / 2 - 0.5) / np.hypot(0.5, 0.5))

    @property
    def smallest_margin(self) -> float:
        """Smallest gap between box and border, as share of the side."""
        x0, y0, x1, y1 = self.box
        return min(x0, y0, 1 - x1, 1 - y1)


@dataclass(frozen=True)
class DishLayout(Placement):
    """Where the dish is, to the pixel.

    Attributes:
        mask: (height, width) bool.
        dishes: Parts that may be dishes of their own, the largest first: boxes, one at least.
    """

    mask: np.ndarray
    dishes: tuple[Box, ...]


def find_dish(picture: np.ndarray) -> DishLayout | None:
    """The dish in a picture, (height, width, 3) uint8 RGB; None if nothing stands out."""
    height, width = picture.shape[:2]
    side = WORKING_SIDE_PX
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    distance = _distance_from_table(cv2.GaussianBlur(small, (0, 0), 1.5))
    parts = _parts(distance)
    if not parts:
        return None
    mask = cv2.drawContours(np.zeros((side, side), np.uint8), parts, -1, 1, cv2.FILLED)
    if np.percentile(distance[mask > 0], 90) < STANDS_OUT:
        return None
    whole = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST) > 0
    dishes = [part for part in parts if _may_be_a_dish(part, parts[0])]
    return DishLayout(_box(np.vstack(parts)), whole, tuple(map(_box, dishes or parts[:1])))


def _distance_from_table(small: np.ndarray) -> np.ndarray:
    """Distance of each pixel to the nearest of the table's colours, (side, side) float32 dE."""
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    table = _table_colours(lab)
    pixels = lab.reshape(-1, 3)
    squares = (pixels**2).sum(1)[:, None] - 2 * pixels @ table.T + (table**2).sum(1)
    return np.sqrt(np.maximum(squares.min(1), 0)).reshape(lab.shape[:2])


def _table_colours(lab: np.ndarray) -> np.ndarray:
    """The rim's main colours without those of a dish that sticks out, (n, 3) float32.

    A table lies behind the whole dish, so its colours are on opposite sides of the rim. What is on
    one side or round one corner is a dish that the border cuts, unless it looks like the table.
    """
    rim_px = max(2, round(RIM_SHARE * WORKING_SIDE_PX))
    top_bottom_left_right = (lab[:rim_px], lab[-rim_px:], lab[:, :rim_px], lab[:, -rim_px:])
    rim = np.concatenate([part.reshape(-1, 3)[::RIM_STEP] for part in top_bottom_left_right])
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    cv2.setRNGSeed(1)
    _, labels, colours = cv2.kmeans(rim, RIM_COLOURS, None, criteria, 1, cv2.KMEANS_PP_CENTERS)
    shares = np.stack(
        [np.bincount(side, minlength=RIM_COLOURS) / len(side) for side in labels.reshape(4, -1)]
    )
    top, bottom, left, right = shares >= ON_A_SIDE
    table = (top & bottom) | (left & right)
    if not table.any():
        return colours
    shaded = colours * np.array([LIGHTNESS_IN_SHADE, 1, 1], np.float32)
    apart = np.linalg.norm(shaded[:, None] - shaded[None], axis=-1)
    return colours[apart[:, table].min(1) < SHADED]


def _parts(distance: np.ndarray) -> list[np.ndarray]:
    """The contours of what differs from the table, the largest first.

    Otsu's threshold parts food from table; half of it takes in the ware, which is nearer to the
    table's colour. What only sticks into the frame beside the dish is none of it.
    """
    grey = np.clip(distance * 3, 0, 255).astype(np.uint8)
    otsu, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    binary = (distance > min(otsu, max(3 * EDGE_OF_DISH, otsu / 2)) / 3).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    binary = cv2.morphologyEx(binary, cv2.MORPH_CLOSE, kernel)
    binary = cv2.morphologyEx(binary, cv2.MORPH_OPEN, kernel)
    contours, _ = cv2.findContours(binary, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    parts = sorted(contours, key=cv2.contourArea, reverse=True)
    if not parts or cv2.contourArea(parts[0]) < SMALLEST_DISH_SHARE * WORKING_SIDE_PX**2:
        return []
    largest = cv2.contourArea(parts[0])
    return [
        part
        for part in parts
        if cv2.contourArea(part) >= (0.5 if _at_border(part) else PART_SHARE) * largest
    ]


def _may_be_a_dish(part: np.ndarray, largest: np.ndarray) -> bool:
    area = cv2.contourArea(part)
    is_compact = area >= COMPACT * cv2.contourArea(cv2.convexHull(part))
    return bool(is_compact and area >= DISH_OF_ITS_OWN * cv2.contourArea(largest))


def _at_border(part: np.ndarray) -> bool:
    x0, y0, x1, y1 = _box(part)
    return min(x0, y0) <= 0 or max(x1, y1) >= 1


def _box(part: np.ndarray) -> Box:
    x, y, width, height = cv2.boundingRect(part)
    return (
        x / WORKING_SIDE_PX,
        y / WORKING_SIDE_PX,
        (x + width) / WORKING_SIDE_PX,
        (y + height) / WORKING_SIDE_PX,
    )
