"""All that is said about a picture: vetoes (safety) and scores (quality).

Belongs here: which checks there are, in which order, and the version of them all. Does not belong
here: the checks (`resources/checks/`), measures and models (`gpu_ops/`), and which pictures are
looked at (`menu_assets/safety_scores.py`, `quality_scores.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from resources.checks import quality
from resources.checks.check import Check, Picture
from resources.checks.content import ContentCheck
from resources.checks.finding import Finding
from resources.checks.quality import QualityScores, quality_of
from resources.short_hash import short_hash


@dataclass(frozen=True)
class PictureChecks:
    """All checks.

    Attributes:
        checks: What is looked at, in the order in which findings are told.
        content: The check whose probabilities are a score as well; one of `checks`.
        batch_size: Pictures looked at at once.
    """

    checks: tuple[Check, ...]
    content: ContentCheck
    batch_size: int

    @cached_property
    def version(self) -> str:
        """Rules and weights of all checks: a row of another version is made anew."""
        return short_hash("\n".join([quality.VERSION, *(check.version for check in self.checks)]))

    def safety(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The findings on each picture, of all checks."""
        if not pictures:
            return []  # all files of a batch were damaged; models take no empty batch
        by_check = [check.look(pictures) for check in self.checks]
        return [
            [finding for findings in of_picture for finding in findings]
            for of_picture in zip(*by_check, strict=True)
        ]

    def quality(self, pictures: Sequence[Picture]) -> list[QualityScores]:
        """The scores of each picture."""
        matches = self.content.matches(pictures)
        return [
            quality_of(picture, match) for picture, match in zip(pictures, matches, strict=True)
        ]
