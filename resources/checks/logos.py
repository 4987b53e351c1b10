"""Brands: logos, stickers and labels, by Grounding DINO where its weights are installed.

Belongs here: which phrases are asked, and the verdict. Does not belong here: the detector
(`shared_models.py`), and writing (`text.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gpu_ops.food_detection import Detection
from resources.checks.check import Picture
from resources.checks.finding import Finding, boxed
from resources.checks.shared_models import SharedDetector

RULES_VERSION = "1"
"""Bump when a phrase or the threshold below changes."""

PHRASES = ("logo", "brand", "label", "watermark")

SEEN = 0.35
"""Rule 14, start value: the box threshold in the examples of Grounding DINO's authors."""

NOT_INSTALLED = (
    "no detector for logos is installed: put Grounding DINO into grounding-dino/ below"
    " GARNISH_MODELS, or a person has to look"
)


@dataclass(frozen=True)
class LogoCheck:
    """`logos`.

    Attributes:
        detector: Grounding DINO.
    """

    detector: SharedDetector

    @cached_property
    def version(self) -> str:
        """Rules and weights."""
        return f"logos-{RULES_VERSION}-{self.detector.version}"

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The finding on each picture."""
        if not self.detector.is_installed:
            return [[Finding("logos", "unchecked", None, NOT_INSTALLED)] for _ in pictures]
        found = self.detector.detections(pictures, PHRASES, threshold=SEEN)
        return [[_finding(of_picture)] for of_picture in found]


def _finding(found: Sequence[Detection]) -> Finding:
    if not found:
        return Finding("logos", "pass", 0.0)
    boxes = [boxed(one.box, one.phrase, one.score) for one in found]
    why = f"a {found[0].phrase} is in the picture: only the dish may be seen"
    return Finding("logos", "veto", round(found[0].score, 4), why, {"boxes": boxes})
