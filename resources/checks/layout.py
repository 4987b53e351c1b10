"""Where the dish is: there, whole, in the middle.

Belongs here: from the layout of a picture to verdicts. Does not belong here: finding the dish
(`gpu_ops/dish_layout.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gpu_ops.dish_layout import DishLayout
from resources.checks.check import Picture
from resources.checks.finding import Finding, boxed

OFF_CENTRE = 0.25
"""Rule 6, as a share of half the diagonal."""


@dataclass(frozen=True)
class LayoutCheck:
    """`dish_present`, `dish_whole`, `dish_centred`, by saliency."""

    version: str = "layout-1"

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The findings on each picture."""
        return [_findings(picture.layout) for picture in pictures]


def _findings(layout: DishLayout | None) -> list[Finding]:
    if layout is None:
        return [Finding("dish_present", "veto", 0.0, "no dish stands out from the background")]
    box = {"boxes": [boxed(layout.box, "dish")]}
    margin, offset = layout.smallest_margin, layout.centre_offset
    cut = margin <= 0  # rule 7
    off = offset > OFF_CENTRE
    return [
        Finding("dish_present", "pass", layout.area_share, None, box),
        Finding(
            "dish_whole",
            "veto" if cut else "pass",
            margin,
            "the dish is cut off by the border" if cut else None,
            box,
        ),
        Finding(
            "dish_centred",
            "veto" if off else "pass",
            offset,
            "the dish is far from the middle" if off else None,
            box,
        ),
    ]
