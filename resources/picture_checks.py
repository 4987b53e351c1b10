"""What is said about a picture: vetoes (safety) and scores (quality), with thresholds.

Belongs here: from measures to verdicts, and the versions of both. Does not belong here: the
measures (`gpu_ops/`), and which pictures are looked at (`menu_assets/safety_scores.py`,
`quality_scores.py`).

Start values without a source are proposals, to be calibrated on reviewed pictures; the rule
numbers are those of docs/quality.md.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from gpu_ops.dish_layout import DishLayout, find_dish
from gpu_ops.light_and_colour import LightAndColour, measure
from gpu_ops.picture_text_match import label_probabilities, load_matcher
from resources.model_copies import weights_hash

RULES_VERSION = "1"
"""Bump when a rule or a threshold below changes: all pictures are then looked at again."""

LABEL_TEMPLATE = "a photo of {}"
SHOWN_PROBABILITY = 0.5
NOT_SHOWN_PROBABILITY = 0.05
OFF_CENTRE = 0.25
"""Rule 6, as a share of half the diagonal."""

Verdict = Literal["pass", "veto", "unchecked"]

UNCHECKED_LOCALLY = {
    "people_and_animals": "no detector for people and animals is installed",
    "text_and_logos": "no text detector is installed",
    "nudity_and_violence": "no detector for nudity and violence is installed",
    "diet_and_allergens": "whether the picture fits diet, faith and allergens needs a person",
}


@dataclass(frozen=True)
class Finding:
    """What one check says of one picture."""

    check_name: str
    verdict: Verdict
    score: float | None = None
    reason: str | None = None
    evidence: dict[str, Any] | None = None


@dataclass(frozen=True)
class QualityScores:
    """Scores from 0 (bad) to 1 (good); None = unchecked."""

    exposure: float
    contrast: float
    saturation: float
    sharpness: float
    position: float | None
    margins: float | None
    content: float | None

    WEIGHTS = {  # noqa: RUF012 (a constant, not a field)
        "exposure": 1.0,
        "contrast": 1.0,
        "saturation": 1.0,
        "sharpness": 1.0,
        "position": 1.0,
        "margins": 1.0,
        "content": 3.0,
    }

    @property
    def combined(self) -> float:
        """Weighted geometric mean of the scores that are there.

        Geometric, so that one very bad score is not bought back by many good ones.
        """
        there = {name: score for name, score in vars(self).items() if score is not None}
        weights = np.array([self.WEIGHTS[name] for name in there])
        logs = np.log(np.maximum(list(there.values()), 1e-3))
        return float(np.exp((weights * logs).sum() / weights.sum()))

    @property
    def missing(self) -> int:
        """How many scores are unchecked."""
        return sum(score is None for score in vars(self).values())


def ramp(value: float, *, bad: float, good: float) -> float:
    """0 at `bad` and beyond, 1 at `good` and beyond, straight between."""
    return float(np.clip((value - bad) / (good - bad), 0, 1))


def plateau(value: float, *, low: float, good_low: float, good_high: float, high: float) -> float:
    """1 between the good values, falling to 0 at `low` and `high`."""
    return min(ramp(value, bad=low, good=good_low), ramp(value, bad=high, good=good_high))


@dataclass(frozen=True)
class PictureChecks:
    """All checks, with a CLIP for what a picture shows.

    Attributes:
        matcher_folder: The CLIP, a transformers folder.
        kinds_file: The kinds of dishes that it knows, a JSON list of names.
        device: "cpu" or "cuda".
        batch_size: Pictures looked at at once.
    """

    matcher_folder: Path
    kinds_file: Path
    device: str
    batch_size: int

    @cached_property
    def version(self) -> str:
        """Rules and weights: a row of another version is made anew."""
        return f"{RULES_VERSION}-{weights_hash(self.matcher_folder)}"

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of dishes that the CLIP can tell apart."""
        return tuple(json.loads(self.kinds_file.read_text(encoding="utf-8")))

    def asked_kind(self, subject: str) -> str | None:
        """The kind that a dish's English name mentions first; None = the CLIP cannot judge it."""
        found = [
            (match.start(), -len(kind), kind)
            for kind in self.kinds
            if (match := re.search(_words_of(kind), subject.casefold()))
        ]
        return min(found)[2] if found else None

    def safety(
        self, pictures: Sequence[np.ndarray], subjects: Sequence[str]
    ) -> list[list[Finding]]:
        """The findings on each picture, (height, width, 3) uint8 RGB, and what it should show."""
        contents = self._content(pictures, subjects)
        unchecked = [
            Finding(name, "unchecked", None, why) for name, why in UNCHECKED_LOCALLY.items()
        ]
        return [
            [*_layout_findings(find_dish(picture)), _dish_shown(content), *unchecked]
            for picture, content in zip(pictures, contents, strict=True)
        ]

    def quality(
        self, pictures: Sequence[np.ndarray], subjects: Sequence[str]
    ) -> list[QualityScores]:
        """The scores of each picture, (height, width, 3) uint8 RGB, that should show a subject."""
        contents = self._content(pictures, subjects)
        return [
            _quality(picture, content) for picture, content in zip(pictures, contents, strict=True)
        ]

    def _content(
        self, pictures: Sequence[np.ndarray], subjects: Sequence[str]
    ) -> list[dict[str, Any] | None]:
        """For each picture: the kind asked for, its probability, the likeliest kind."""
        labels = tuple(LABEL_TEMPLATE.format(kind) for kind in self.kinds)
        asked = [self.asked_kind(subject) for subject in subjects]
        if not any(asked):
            return [None] * len(pictures)
        matcher = load_matcher(self.matcher_folder, self.device)
        probabilities = label_probabilities(matcher, pictures, labels)
        return [
            {
                "asked": kind,
                "probability": round(float(row[self.kinds.index(kind)]), 4),
                "likeliest": self.kinds[int(row.argmax())],
            }
            if kind
            else None
            for kind, row in zip(asked, probabilities, strict=True)
        ]


def _words_of(kind: str) -> str:
    stem = re.escape(kind.removesuffix("s"))
    return rf"\b{stem}(?:e?s)?\b"


def _layout_findings(layout: DishLayout | None) -> list[Finding]:
    if layout is None:
        return [Finding("dish_present", "veto", 0.0, "no dish stands out from the background")]
    box = {"box": [round(side, 3) for side in layout.box]}
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


def _dish_shown(content: dict[str, Any] | None) -> Finding:
    if content is None:
        why = "the installed model does not know this dish: a person has to look"
        return Finding("dish_shown", "unchecked", None, why)
    probability, asked, likeliest = content["probability"], content["asked"], content["likeliest"]
    if probability >= SHOWN_PROBABILITY:
        return Finding("dish_shown", "pass", probability, None, content)
    if probability < NOT_SHOWN_PROBABILITY:
        why = f"looks like {likeliest}, not like {asked}"
        return Finding("dish_shown", "veto", probability, why, content)
    why = f"may be {likeliest} rather than {asked}: a person has to look"
    return Finding("dish_shown", "unchecked", probability, why, content)


def _quality(picture: np.ndarray, content: dict[str, Any] | None) -> QualityScores:
    layout = find_dish(picture)
    light = measure(picture, layout.mask if layout else None)
    return QualityScores(
        exposure=_exposure(light),
        contrast=ramp(light.contrast, bad=15, good=45),  # rule 18
        saturation=plateau(light.chroma, low=4, good_low=15, good_high=55, high=80),  # rule 19
        sharpness=ramp(np.log10(max(light.sharpness, 1e-3)), bad=-0.5, good=0.8),  # rule 16
        position=ramp(layout.centre_offset, bad=OFF_CENTRE, good=0.06) if layout else None,
        margins=_margins(layout) if layout else None,
        content=content["probability"] if content else None,
    )


def _margins(layout: DishLayout) -> float:
    """Rules 5 and 7: large in the frame, with at least 4 % of air on every side."""
    size = plateau(layout.area_share, low=0.1, good_low=0.35, good_high=0.85, high=1.0)
    return min(size, ramp(layout.smallest_margin, bad=0, good=0.04))


def _exposure(light: LightAndColour) -> float:
    """Rule 17: mean L* of 45 to 75; little clipped at either end."""
    return min(
        plateau(light.lightness, low=15, good_low=45, good_high=75, high=95),
        ramp(light.clipped_light, bad=0.25, good=0.02),
        ramp(light.clipped_dark, bad=0.25, good=0.05),
    )
