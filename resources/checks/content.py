"""Whether a picture shows its dish, by a CLIP that knows some kinds of dishes.

Belongs here: from probabilities to a verdict. Does not belong here: the model
(`gpu_ops/picture_text_match.py`).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from gpu_ops.picture_text_match import label_probabilities, load_matcher, picture_directions
from resources.checks.check import Picture, seen_once
from resources.checks.finding import Finding
from resources.model_copies import weights_hash

LABEL_TEMPLATE = "a photo of {}"
SHOWN_PROBABILITY = 0.5
NOT_SHOWN_PROBABILITY = 0.05
"""Rule 24: start values, to be calibrated on reviewed pictures."""


@dataclass(frozen=True)
class Match:
    """How well a picture fits its dish.

    Attributes:
        asked: The kind that the dish's name mentions.
        probability: Of that kind, among all that the model knows.
        likeliest: The kind that fits best.
    """

    asked: str
    probability: float
    likeliest: str


@dataclass(frozen=True)
class ContentCheck:
    """`dish_shown`.

    Attributes:
        matcher_folder: The CLIP, a transformers folder.
        kinds_file: The kinds of dishes that it knows, a JSON list of names.
        device: "cpu" or "cuda".
    """

    matcher_folder: Path
    kinds_file: Path
    device: str

    @cached_property
    def version(self) -> str:
        """Rules and weights."""
        return f"content-1-{weights_hash(self.matcher_folder)}"

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

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The finding on each picture."""
        return [[_dish_shown(match)] for match in self.matches(pictures)]

    def matches(self, pictures: Sequence[Picture]) -> list[Match | None]:
        """How well each picture fits its dish; None where the model does not know the dish."""
        asked = [self.asked_kind(picture.dish.subject) for picture in pictures]
        if not any(asked):
            return [None] * len(pictures)
        return [
            Match(kind, round(float(row[self.kinds.index(kind)]), 4), self.kinds[int(row.argmax())])
            if kind
            else None
            for kind, row in zip(asked, self.probabilities(pictures), strict=True)
        ]

    def probabilities(self, pictures: Sequence[Picture]) -> np.ndarray:
        """Of each kind for each picture: (pictures, kinds) float32, rows sum to 1.

        A picture is looked at once, by whichever check asks first.
        """
        labels = tuple(LABEL_TEMPLATE.format(kind) for kind in self.kinds)
        matcher = load_matcher(self.matcher_folder, self.device)
        look = partial(picture_directions, matcher)
        directions = seen_once(pictures, self.matcher_folder, look)
        return label_probabilities(matcher, np.stack(directions), labels)


def _words_of(kind: str) -> str:
    stem = re.escape(kind.removesuffix("s"))
    return rf"\b{stem}(?:e?s)?\b"


def _dish_shown(match: Match | None) -> Finding:
    if match is None:
        why = "the installed model does not know this dish: a person has to look"
        return Finding("dish_shown", "unchecked", None, why)
    probability, evidence = match.probability, vars(match)
    if probability >= SHOWN_PROBABILITY:
        return Finding("dish_shown", "pass", probability, None, evidence)
    if probability < NOT_SHOWN_PROBABILITY:
        why = f"looks like {match.likeliest}, not like {match.asked}"
        return Finding("dish_shown", "veto", probability, why, evidence)
    why = f"may be {match.likeliest} rather than {match.asked}: a person has to look"
    return Finding("dish_shown", "unchecked", probability, why, evidence)
