"""Where the food is in a vendor's photo, and whether it can be redrawn there.

Belongs here: rules, with their thresholds and reasons, and which detector is installed. Does not
belong here: detectors and masks (`gpu_ops/`), and how photos are read (`vendor_photos.py`).

Thresholds without a source are proposals, to be calibrated on photos whose redrawn pictures were
reviewed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from gpu_ops.dish_layout import SMALLEST_DISH_SHARE, find_dish
from gpu_ops.food_detection import Box, Detection, area, detect, distinct, load_detector
from gpu_ops.food_mask import box_mask, load_segmenter, outlines, soft_mask
from gpu_ops.light_and_colour import LightAndColour, measure
from resources.model_copies import OptionalModel
from resources.photo_decoding import UnusablePhoto

RULES_VERSION = "2"
"""Bump when a rule, a threshold or a phrase below changes: all photos are then looked at again."""

PHRASES = (
    "a plate of food",
    "a bowl of food",
    "a tray of food",
    "a sandwich",
    "a pizza",
    "a dessert",
    "a glass of drink",
    "a cup of coffee",
)
"""Food with what it lies in or on: the rim of a plate belongs to the dish that is drawn anew."""

DETECTED = 0.35
"""Least score of a detection: the box threshold in the examples of Grounding DINO's authors."""

ONE_DISH = 0.6
"""Boxes that share so much of the smaller one are the same dish: a soup and its bowl."""

TOO_DARK = 20.0
"""Mean L*. Below 15 the score of exposure is 0 (`checks/quality.py`); a redrawn dish takes up the
light around it."""

CLIPPED = 0.25
"""Share of burnt-out pixels from which on the score of exposure is 0."""

BLURRED = 0.08
"""Sharpness inside the dish at which its score is 0 (`checks/quality.py`)."""

FOOD_TOO_SMALL = 0.05
"""Share of the photo that the food's box covers. A square dish has then 22 % of the side: made as
large as a canvas of 1024 px wants it, even a photo of 2048 px is enlarged 1.6 times."""

RIVAL = 0.5
"""Another dish of at least so much of the largest one's area: which one does the menu mean?"""

AT_BORDER = 0.01
"""A box that comes so near to a side touches it: boxes are known to about 1 %."""

LIGHT_SIDE_PX = 512
"""Light is measured at this size; it does not depend on pixels, and large photos take time."""


@dataclass(frozen=True, eq=False)
class Food:
    """Food that can be redrawn.

    Attributes:
        box: Where it is, in shares of the photo.
        mask: (height, width) float32: 1 = drawn anew, 0 = kept as it is, soft between.
    """

    box: Box
    mask: np.ndarray


@dataclass(frozen=True, eq=False)
class Sight:
    """Something in a photo that may be a dish, and its outline, (height, width) bool, if known."""

    box: Box
    outline: np.ndarray | None = None


@dataclass(frozen=True)
class FoodFinder:
    """Finds food by Grounding DINO where its weights are installed, else by saliency.

    Attributes:
        detector: Grounding DINO; copied from a store by the first photo that a process looks at.
        segmenter: SAM or SAM 2; where there is none, outlines come from saliency, or are rounded
            boxes.
        device: "cpu" or "cuda".
        batch_size: Photos looked at at once.
    """

    detector: OptionalModel
    segmenter: OptionalModel
    device: str
    batch_size: int

    @cached_property
    def version(self) -> str:
        """Rules and weights: photos are looked at again by another version."""
        used = [f"rules-{RULES_VERSION}", self.detector.named_weights or "saliency"]
        if self.segmenter.named_weights:
            used.append(self.segmenter.named_weights)
        return "+".join(used)

    def find(self, photos: Sequence[np.ndarray]) -> list[Food | UnusablePhoto]:
        """The food in each photo, (height, width, 3) uint8 RGB, or why it cannot be redrawn."""
        judged = [
            _dish_of(photo, sights)
            for photo, sights in zip(photos, self._sights(photos), strict=True)
        ]
        dishes = [
            (photo, dish)
            for photo, dish in zip(photos, judged, strict=True)
            if isinstance(dish, Sight)
        ]
        masks = iter(self._masks(dishes))
        return [Food(dish.box, next(masks)) if isinstance(dish, Sight) else dish for dish in judged]

    def _sights(self, photos: Sequence[np.ndarray]) -> list[list[Sight]]:
        """What may be a dish in each photo, the likeliest first."""
        if self.detector.folder is None:
            return [_salient(photo) for photo in photos]
        detector = load_detector(self.detector.folder, self.device)
        found: list[list[Detection]] = detect(detector, photos, PHRASES, threshold=DETECTED)
        return [
            [Sight(detection.box) for detection in distinct(of_photo, overlap=ONE_DISH)]
            for of_photo in found
        ]

    def _masks(self, dishes: Sequence[tuple[np.ndarray, Sight]]) -> list[np.ndarray]:
        known = [dish.outline for _, dish in dishes]
        if self.segmenter.folder is not None:
            segmenter = load_segmenter(self.segmenter.folder, self.device)
            seen = outlines(segmenter, [p for p, _ in dishes], [d.box for _, d in dishes])
            known = [new if new is not None else old for new, old in zip(seen, known, strict=True)]
        return [
            soft_mask(outline) if outline is not None else box_mask(dish.box, *photo.shape[:2])
            for (photo, dish), outline in zip(dishes, known, strict=True)
        ]


def _salient(photo: np.ndarray) -> list[Sight]:
    """The parts of the photo that stand out from its rim, the largest first."""
    layout = find_dish(photo)
    if layout is None:
        return []
    height, width = layout.mask.shape
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(layout.mask.astype(np.uint8))
    parts = []
    for label in range(1, len(statistics)):
        x, y, part_width, part_height, pixels = (int(value) for value in statistics[label])
        if pixels >= SMALLEST_DISH_SHARE * height * width:
            box = (x / width, y / height, (x + part_width) / width, (y + part_height) / height)
            parts.append((pixels, Sight(box, _hull(labels == label))))
    return [sight for _, sight in sorted(parts, key=lambda part: -part[0])]


def _hull(region: np.ndarray) -> np.ndarray:
    """The region without holes and bays: where a dish has the table's colour, saliency ends."""
    outline, _ = cv2.findContours(
        region.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    hull = cv2.convexHull(np.vstack(outline))
    return cv2.fillConvexPoly(np.zeros(region.shape, np.uint8), hull, 1).astype(bool)


def _dish_of(photo: np.ndarray, sights: Sequence[Sight]) -> Sight | UnusablePhoto:
    """The one dish of a photo, or the first rule that the photo breaks."""
    light = _light(photo, sights[0].box if sights else (0.0, 0.0, 1.0, 1.0))
    if light.lightness < TOO_DARK:
        return UnusablePhoto("too_dark", f"mean lightness {light.lightness:.0f} of 100")
    if light.clipped_light > CLIPPED:
        return UnusablePhoto("too_bright", f"{light.clipped_light:.0%} of it is burnt out")
    if not sights:
        return UnusablePhoto("no_food", "no food stands out in it")
    dish, *others = sights
    share = area(dish.box)
    rivals = sum(area(other.box) >= RIVAL * share for other in others)
    if rivals:
        return UnusablePhoto("several_dishes", f"{rivals + 1} dishes: send a photo of one")
    cut = _sides_touched(dish.box)
    if cut > 1:
        return UnusablePhoto("food_cut_off", f"the food is cut off on {cut} sides")
    if share < FOOD_TOO_SMALL:
        return UnusablePhoto("food_too_small", f"the food takes {share:.1%} of it: go nearer")
    if light.sharpness < BLURRED:
        return UnusablePhoto("blurred", f"sharpness {light.sharpness:.2f}, at least {BLURRED:.2f}")
    return dish


def _light(photo: np.ndarray, box: Box) -> LightAndColour:
    scale = LIGHT_SIDE_PX / max(photo.shape[:2])
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    inside = np.zeros((height, width), bool)
    x0, y0, x1, y1 = box
    inside[round(y0 * height) : round(y1 * height), round(x0 * width) : round(x1 * width)] = True
    return measure(small, inside)


def _sides_touched(box: Box) -> int:
    x0, y0, x1, y1 = box
    return sum(gap < AT_BORDER for gap in (x0, y0, 1 - x1, 1 - y1))
