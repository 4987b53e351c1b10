"""Nobody and nothing alive in the picture: people, hands, faces, animals and creatures.

Belongs here: who votes, what each voter is asked, and its thresholds. Does not belong here: models
(`gpu_ops/`), the list of tags and what a dish's name declares (`tags.py`), uniting votes
(`sightings.py`).

Rule 10: any vote makes a person look, so thresholds for doubt are low. All thresholds without a
source are start values, to be calibrated on reviewed pictures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from gpu_ops.picture_classification import class_names, class_probabilities, load_classifier
from resources.checks.check import Picture
from resources.checks.finding import Finding
from resources.checks.shared_models import SharedDetector, SharedTagger
from resources.checks.sightings import Sighting, Thresholds, united
from resources.checks.tags import declared_families, load_tags
from resources.model_copies import weights_hash

PEOPLE, ANIMALS = "people", "animals"

GROUPS: Mapping[str, str] = {
    "person": PEOPLE,
    "body": PEOPLE,
    "animal": ANIMALS,
    "insect": ANIMALS,
}
"""Groups of tags and the check that each belongs to; tags of other groups only compete."""

DRAWN: Mapping[str, tuple[str, str, str]] = {
    "face": (PEOPLE, "", "a face"),
    "hand": (PEOPLE, "", "a hand"),
    "person": (PEOPLE, "", "a person"),
    "cat": (ANIMALS, "", "a cat"),
    "dog": (ANIMALS, "", "a dog"),
    "bird": (ANIMALS, "", "a bird"),
    "rodent": (ANIMALS, "", "a mouse or rat"),
    "insect": (ANIMALS, "", "an insect"),
    "fish": (ANIMALS, "fish", "a live fish"),
}
"""Classes of the small tagger: check, family, words."""

PHRASES: Mapping[str, tuple[str, str]] = {
    "a person": (PEOPLE, ""),
    "a human face": (PEOPLE, ""),
    "a hand": (PEOPLE, ""),
    "an animal": (ANIMALS, ""),
    "a cat": (ANIMALS, ""),
    "a dog": (ANIMALS, ""),
    "a bird": (ANIMALS, ""),
    "a mouse": (ANIMALS, ""),
    "an insect": (ANIMALS, ""),
    "a whole fish": (ANIMALS, "fish"),
    "a whole crab": (ANIMALS, "shellfish"),
    "a whole pig": (ANIMALS, "pig"),
}
"""What Grounding DINO is asked for: check and family."""

DRAWN_THRESHOLDS = Thresholds(doubt=0.15, veto=0.8)
"""Small tagger, probability of anything but a dish; measured: models/README.md."""

MAY_BE_MEANT = 0.1
"""Small tagger: from this share of the probability on, what is there may be of the check. It takes
people for animals now and then, and animals for people."""

NO_VETO = Thresholds(doubt=0.15, veto=float("inf"))
"""Small tagger, on what may be a photograph: it takes tables and clutter for creatures."""

SIGLIP_THRESHOLDS = Thresholds(doubt=0.05, veto=0.3)
"""SigLIP, score of the best tag. Its scores are low: start values."""

CLIP_THRESHOLDS = Thresholds(doubt=0.2, veto=0.6)
"""CLIP, probability of all tags of a check together, among all tags: start values."""

DETECTOR_THRESHOLDS = Thresholds(doubt=0.25, veto=0.35)
"""Grounding DINO: text and box thresholds in the examples of its authors."""

DRAWN_SIDE_PX = 128
"""The small tagger knows the pictures of the small family, which are of this size. What is larger
may be a photograph, of which it knows nothing: it can neither veto nor clear it."""

ONLY_DRAWINGS = (
    "only drawings can be judged here: install a tagger (tagger/) or Grounding DINO"
    " (grounding-dino/) below GARNISH_MODELS, or a person has to look"
)

Votes = dict[str, list[Sighting]]
"""The sightings of each check in one picture."""


@dataclass(frozen=True)
class PeopleAndAnimalsCheck:
    """`people` and `animals`: all installed voters, united.

    Attributes:
        drawn: The small tagger that ships, a transformers image classifier: knows drawings only.
        tagger: CLIP, SigLIP or SigLIP 2.
        detector: Grounding DINO.
        device: "cpu" or "cuda", of the small tagger.
    """

    drawn: Path
    tagger: SharedTagger
    detector: SharedDetector
    device: str

    @cached_property
    def version(self) -> str:
        """Rules, tags and weights."""
        weights = (weights_hash(self.drawn), self.tagger.model.weights, self.detector.version)
        return "-".join(("people-and-animals-3", str(len(load_tags())), *weights))

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """Both findings on each picture."""
        pixels = [picture.pixels for picture in pictures]
        declared = [declared_families(picture.dish.subject) for picture in pictures]
        voters = (
            self._drawn_votes(pixels, declared),
            self._tag_votes(pictures, declared),
            self._detector_votes(pictures, declared),
        )
        return [
            [
                united(name, [seen for voter in votes for seen in voter[name]], self._unseen(p))
                for name in (PEOPLE, ANIMALS)
            ]
            for p, *votes in zip(pixels, *voters, strict=True)
        ]

    def _unseen(self, pixels: np.ndarray) -> str | None:
        """Why a picture in which nobody saw anything is no pass."""
        knows_photos = self.tagger.is_installed or self.detector.is_installed
        return None if knows_photos or _may_be_drawn(pixels) else ONLY_DRAWINGS

    def _drawn_votes(
        self, pictures: Sequence[np.ndarray], declared: Sequence[frozenset[str]]
    ) -> Iterator[Votes]:
        """Whatever it takes to be there counts in full for each check that may be meant."""
        classifier = load_classifier(self.drawn, self.device)
        places = [(place, DRAWN.get(name)) for place, name in enumerate(class_names(classifier))]
        chances_of = class_probabilities(classifier, pictures)
        for pixels, row, families in zip(pictures, chances_of, declared, strict=True):
            thresholds = DRAWN_THRESHOLDS if _may_be_drawn(pixels) else NO_VETO
            chances = {
                (kind[0], kind[2]): float(row[place])
                for place, kind in places
                if kind and kind[1] not in families
            }
            votes, anything = _no_votes(), sum(chances.values())
            for check, sightings in votes.items():
                of_check = {words: p for (name, words), p in chances.items() if name == check}
                if sum(of_check.values()) >= MAY_BE_MEANT * anything:
                    likeliest = max(of_check, key=lambda words: of_check[words])
                    sightings.append(Sighting(likeliest, anything, thresholds))
            yield votes

    def _tag_votes(
        self, pictures: Sequence[Picture], declared: Sequence[frozenset[str]]
    ) -> Iterator[Votes]:
        if not self.tagger.is_installed:
            yield from (_no_votes() for _ in pictures)
            return
        tags = load_tags()
        checks = np.array([GROUPS.get(tag.group, "") for tag in tags])
        family_of = np.array([tag.family for tag in tags])
        for row, families in zip(self.tagger.scores(pictures), declared, strict=True):
            votes = _no_votes()
            for check in votes:
                asked = (checks == check) & ~np.isin(family_of, list(families))
                best = int(np.argmax(np.where(asked, row, -1)))
                score, thresholds = (
                    (row[best], SIGLIP_THRESHOLDS)
                    if self.tagger.scores_are_independent
                    else (row[asked].sum(), CLIP_THRESHOLDS)
                )
                votes[check].append(Sighting(tags[best].name, float(score), thresholds))
            yield votes

    def _detector_votes(
        self, pictures: Sequence[Picture], declared: Sequence[frozenset[str]]
    ) -> Iterator[Votes]:
        if not self.detector.is_installed:
            yield from (_no_votes() for _ in pictures)
            return
        found = self.detector.detections(
            pictures, tuple(PHRASES), threshold=DETECTOR_THRESHOLDS.doubt
        )
        for detections, families in zip(found, declared, strict=True):
            votes = _no_votes()
            for seen in detections:
                check, family = PHRASES[seen.phrase]
                if family not in families:
                    votes[check].append(
                        Sighting(seen.phrase, seen.score, DETECTOR_THRESHOLDS, seen.box)
                    )
            yield votes


def _may_be_drawn(pixels: np.ndarray) -> bool:
    return max(pixels.shape) <= DRAWN_SIDE_PX


def _no_votes() -> Votes:
    """A picture in which nothing was seen yet."""
    return {PEOPLE: [], ANIMALS: []}
