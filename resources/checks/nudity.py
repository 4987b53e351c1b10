"""Neither nudity nor violence in the picture (rule 32).

Belongs here: from a classifier's probabilities to a verdict. Does not belong here: the classifier
(`gpu_ops/picture_classification.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gpu_ops.picture_classification import class_names, class_probabilities, load_classifier
from resources.checks.check import Picture
from resources.checks.finding import Finding
from resources.checks.sightings import Sighting, Thresholds, united
from resources.model_copies import OptionalModel

NAME = "nudity_and_violence"

HARMLESS = frozenset({"normal", "neutral", "safe", "sfw", "drawings"})
"""Classes of published classifiers that say that nothing is wrong; all others count."""

THRESHOLDS = Thresholds(doubt=0.1, veto=0.5)
"""Start values: any vote vetoes (rule 32), a faint one makes a person look."""

NOT_INSTALLED = (
    "no detector for nudity and violence is installed: put Falconsai/nsfw_image_detection"
    " into nsfw/ below GARNISH_MODELS, or a person has to look"
)


@dataclass(frozen=True)
class NudityCheck:
    """`nudity_and_violence`, by an image classifier such as Falconsai/nsfw_image_detection.

    Attributes:
        classifier: A transformers image classifier.
        device: "cpu" or "cuda".
    """

    classifier: OptionalModel
    device: str

    @cached_property
    def version(self) -> str:
        """Rules and weights."""
        return f"nudity-1-{self.classifier.weights}"

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The finding on each picture.

        Raises:
            ValueError: none of the classifier's classes is known to be harmless.
        """
        if self.classifier.folder is None:
            return [[Finding(NAME, "unchecked", None, NOT_INSTALLED)] for _ in pictures]
        classifier = load_classifier(self.classifier.folder, self.device)
        names = class_names(classifier)
        harmful = [number for number, name in enumerate(names) if name.lower() not in HARMLESS]
        if len(harmful) == len(names):
            raise ValueError(
                f"{self.classifier.where} has the classes {', '.join(names)}: one of them has to"
                f" be {', '.join(sorted(HARMLESS))}; install another classifier"
            )
        rows = class_probabilities(classifier, [picture.pixels for picture in pictures])
        return [
            [
                united(
                    NAME,
                    [Sighting("nudity or violence", float(row[harmful].sum()), THRESHOLDS)],
                    None,
                )
            ]
            for row in rows
        ]
