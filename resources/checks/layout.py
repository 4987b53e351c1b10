"""Where the dish is: there, one, whole, large enough, in the middle.

Belongs here: from what was found in a picture to verdicts. Does not belong here: finding it
(`gpu_ops/dish_layout.py`, `gpu_ops/food_detection.py`), and scores of the same numbers
(`quality.py`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gpu_ops.dish_layout import Placement
from gpu_ops.food_detection import Box, Detection, area, distinct
from resources.checks.check import Picture
from resources.checks.finding import Finding, boxed
from resources.checks.shared_models import UNNAMED, SharedDetector

WARE = ("plate", "bowl", "glass")

PHRASES = (UNNAMED, *WARE)
"""What a detector is asked for, beside the dish by its name."""

DETECTED = 0.35
"""Rule 4: least score of a detection."""

ONE_DISH = 0.6
"""Boxes that share so much of the smaller one are one dish. As in `food_finder.py`."""

RIVAL = 0.25
"""Rule 9: from this share of the largest dish's area on, another one is a dish too. Start value."""

OFF_CENTRE = 0.25
"""Rule 6, as a share of half the diagonal."""

TINY = 0.1
"""Rule 5: below this share of the frame a dish is no picture of it. Start value."""

AT_BORDER = 0.005
"""Rule 7 says no gap; boxes are known to about half a percent."""

DECLARES_SEVERAL = re.compile(
    r"\b(and|with|plus|set|combo|menu|meal|box|bento|platter|mixed|assorted|assortment|selection"
    r"|sharing|family|duo|trio|thali|mezze|tapas|two|three|four|five|six|\d+)\b|[&+]"
)
"""Rule 9: a name with such a word may show several dishes or pieces side by side. Start value."""


@dataclass(frozen=True)
class Found:
    """What may be the dish in a picture.

    Attributes:
        dishes: Where, the one that is meant first.
        score: How sure a detector is; None for saliency, which does not know.
    """

    dishes: tuple[Box, ...]
    score: float | None = None


@dataclass(frozen=True)
class LayoutCheck:
    """`dish_present`, `single_dish`, `dish_whole`, `dish_size`, `dish_centred`.

    By Grounding DINO where its weights are installed, else by saliency.

    Attributes:
        detector: Grounding DINO; None = saliency.
    """

    detector: SharedDetector | None = None

    @cached_property
    def version(self) -> str:
        """Rules, and weights if there are any."""
        looks = self.detector and self.detector.is_installed and self.detector.version
        return f"layout-2-{looks or 'saliency'}"

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The findings on each picture."""
        return [
            _findings(seen, picture.dish.subject)
            for seen, picture in zip(self._found(pictures), pictures, strict=True)
        ]

    def _found(self, pictures: Sequence[Picture]) -> list[Found | None]:
        if self.detector is None or not self.detector.is_installed:
            return [_salient(picture) for picture in pictures]
        detected = self.detector.detections(pictures, PHRASES, threshold=DETECTED, named=True)
        return [_dishes_among(detections) for detections in detected]


def _dishes_among(detections: Sequence[Detection]) -> Found | None:
    """The dishes, each with the ware that it lies in: a cut plate is a cut dish."""
    dishes = distinct(detections, overlap=ONE_DISH)
    if not dishes:
        return None
    ware = [detection for detection in detections if detection.phrase in WARE]
    boxes = [
        _hull([dish.box, *(one.box for one in ware if _is_same(dish, one))]) for dish in dishes
    ]
    main, *others = sorted(boxes, key=area, reverse=True)
    rivals = [other for other in others if area(other) >= RIVAL * area(main)]
    return Found((main, *rivals), dishes[0].score)


def _is_same(one: Detection, other: Detection) -> bool:
    return len(distinct([one, other], overlap=ONE_DISH)) == 1


def _salient(picture: Picture) -> Found | None:
    layout = picture.layout
    if layout is None:
        return None
    single = len(layout.dishes) == 1
    return Found((layout.box,) if single else layout.dishes)


def _findings(found: Found | None, subject: str) -> list[Finding]:
    if found is None:
        absent = Finding("dish_present", "veto", 0.0, "no dish stands out from the background")
        unjudged = ("single_dish", "dish_whole", "dish_size", "dish_centred")
        why = "no dish was found that could be judged"
        return [absent, *(Finding(name, "unchecked", None, why) for name in unjudged)]
    count = len(found.dishes)
    whole = Placement(_hull(found.dishes))
    box = {"boxes": [boxed(whole.box, "dish", found.score)]}
    each = {"boxes": [boxed(one, f"dish {number}") for number, one in enumerate(found.dishes, 1)]}
    is_declared = DECLARES_SEVERAL.search(subject.casefold()) is not None
    return [
        Finding("dish_present", "pass", found.score or whole.area_share, None, box),
        _ruled(
            "single_dish",
            count > 1 and not is_declared,
            count,
            f"{count} dishes, where the name declares one",
            each,
        ),
        _ruled(
            "dish_whole",
            whole.smallest_margin < AT_BORDER,
            whole.smallest_margin,
            "the dish is cut off by the border",
            box,
        ),
        _ruled(
            "dish_size",
            whole.area_share < TINY,
            whole.area_share,
            f"the dish takes {whole.area_share:.0%} of the picture: go nearer",
            box,
        ),
        _ruled(
            "dish_centred",
            whole.centre_offset > OFF_CENTRE,
            whole.centre_offset,
            "the dish is far from the middle",
            box,
        ),
    ]


def _ruled(
    name: str, is_broken: bool, score: float, reason: str, evidence: dict[str, Any]
) -> Finding:
    if is_broken:
        return Finding(name, "veto", score, reason, evidence)
    return Finding(name, "pass", score, None, evidence)


def _hull(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)
