"""Models that several checks ask: each looks at a picture once, however many ask.

Belongs here: what is asked in one look, and telling the answers apart. Does not belong here: what
follows from an answer (the checks), and models themselves (`gpu_ops/`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from gpu_ops.food_detection import Detection, load_detector, look_for
from gpu_ops.tag_index import load_tagger, picture_directions, tag_embeddings, tag_scores
from resources.checks.check import Dish, Picture, seen_once
from resources.checks.tags import load_tags
from resources.model_copies import OptionalModel
from resources.short_hash import short_hash

LONGEST_PHRASE = 8
"""Words of a dish's name that a detector is asked for: longer names are descriptions."""

UNNAMED = "food"
"""What a detector is asked for where a dish has no name."""


def phrase_of(dish: Dish) -> str:
    """What a detector is asked for to find a dish: the beginning of its name."""
    return " ".join(re.findall(r"[\w'-]+", dish.subject.casefold())[:LONGEST_PHRASE]) or UNNAMED


@dataclass(frozen=True)
class SharedDetector:
    """Grounding DINO, asked for all that checks look for in one text.

    Its authors ask so for the 80 classes of COCO ("Grounding DINO", ECCV 2024); a text may have 256
    tokens. Each phrase has its own score, so checks do not compete.

    Attributes:
        model: Its folder.
        device: "cpu" or "cuda".
        together: All phrases of all checks; a check that asks for others gets a look of its own.
    """

    model: OptionalModel
    device: str
    together: tuple[str, ...] = ()

    @property
    def is_installed(self) -> bool:
        """Whether it can be asked."""
        return self.model.folder is not None

    @cached_property
    def version(self) -> str:
        """Weights, and what they are asked: another phrase in the text may move other scores."""
        if not self.is_installed:
            return self.model.weights
        return f"{self.model.named_weights}-{short_hash(' '.join(self.together))}"

    def detections(
        self,
        pictures: Sequence[Picture],
        phrases: Sequence[str],
        *,
        threshold: float,
        named: bool = False,
    ) -> list[list[Detection]]:
        """What of some phrases is seen in each picture, best score first.

        Args:
            pictures: A batch.
            phrases: What a check looks for.
            threshold: Least score of a detection.
            named: Whether the check looks for the dish by its name as well.
        """
        folder = self.model.folder
        if folder is None:
            raise FileNotFoundError(f"no detector in {self.model.where}")
        by_name: dict[str, list[int]] = {}
        for number, picture in enumerate(pictures):
            by_name.setdefault(phrase_of(picture.dish), []).append(number)
        found: dict[int, list[Detection]] = {}
        for name, numbers in by_name.items():
            text = tuple(dict.fromkeys((name, *self.together, *phrases)))
            wanted = tuple(dict.fromkeys((name, *phrases))) if named else phrases
            look = partial(look_for, load_detector(folder, self.device), phrases=text)
            sights = seen_once([pictures[number] for number in numbers], (folder, text), look)
            answers = [sight.among(wanted, threshold=threshold) for sight in sights]
            found.update(zip(numbers, answers, strict=True))
        return [found[number] for number in range(len(pictures))]


@dataclass(frozen=True)
class SharedTagger:
    """A CLIP or SigLIP that is asked for all tags of `tags.csv`.

    Attributes:
        model: Its folder.
        cache: Folder for embeddings of tags.
        device: "cpu" or "cuda".
    """

    model: OptionalModel
    cache: Path
    device: str

    @property
    def is_installed(self) -> bool:
        """Whether it can be asked."""
        return self.model.folder is not None

    @property
    def scores_are_independent(self) -> bool:
        """See `gpu_ops.tag_index.Tagger`."""
        return load_tagger(self._folder, self.device).scores_are_independent

    def scores(self, pictures: Sequence[Picture]) -> np.ndarray:
        """See `gpu_ops.tag_index.tag_scores`: (pictures, tags) float32."""
        tagger = load_tagger(self._folder, self.device)
        names = tuple(tag.name for tag in load_tags())
        embeddings = tag_embeddings(tagger, names, self.model.weights, self.cache)
        look = partial(picture_directions, tagger)
        directions = seen_once(pictures, self._folder, look)
        return tag_scores(tagger, np.stack(directions), embeddings)

    @property
    def _folder(self) -> Path:
        if self.model.folder is None:
            raise FileNotFoundError(f"no tagger in {self.model.where}")
        return self.model.folder
