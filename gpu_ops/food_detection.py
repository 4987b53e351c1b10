"""Finding things by name in photos, by Grounding DINO (transformers' implementation, ADR 7).

Belongs here: from photos and phrases to boxes with scores. Does not belong here: which phrases are
asked, and what follows from a box (`resources/food_finder.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gpu_ops.devices import prepare

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 as shares of width and height."""

SEPARATOR = "."
"""What the model was trained to see between phrases. The model looks for its token and for those
of `?`, [CLS] and [SEP] by number (1012, 1029, 101, 102): a vocabulary has to have them there."""


@dataclass(frozen=True)
class Detection:
    """One thing that was found.

    Attributes:
        phrase: The phrase that fits best, one of those asked for.
        score: How well, 0 to 1.
        box: Where.
    """

    phrase: str
    score: float
    box: Box


@dataclass(frozen=True, eq=False)
class Sight:
    """All that the model answered about one photo.

    Attributes:
        phrases: What it was asked for.
        scores: Of each query for each phrase, (queries, phrases) float32 in 0..1.
        boxes: Of each query, (queries, 4) float32: centre x and y, width and height, in 0..1.
    """

    phrases: tuple[str, ...]
    scores: np.ndarray
    boxes: np.ndarray

    def among(self, phrases: Sequence[str], *, threshold: float) -> list[Detection]:
        """What of some of the phrases is seen, best score first.

        Raises:
            ValueError: a phrase was not asked for.
        """
        scores = self.scores[:, [self.phrases.index(phrase) for phrase in phrases]]
        best, which = scores.max(axis=1), scores.argmax(axis=1)
        found = []
        for query in np.argsort(-best, kind="stable"):
            if not best[query] >= threshold:
                break
            x, y, width, height = self.boxes[query]
            corners = np.clip((x - width / 2, y - height / 2, x + width / 2, y + height / 2), 0, 1)
            x0, y0, x1, y1 = (float(side) for side in corners)
            found.append(Detection(phrases[which[query]], float(best[query]), (x0, y0, x1, y1)))
        return found


@cache
def load_detector(folder: Path, device: str) -> tuple[Any, Any]:
    """A detector and its processor from a local transformers folder.

    Raises:
        FileNotFoundError: there is no model in the folder.
    """
    if not (folder / "config.json").exists():
        raise FileNotFoundError(f"no detector in {folder}: config.json is missing")
    prepare(device)
    import torch
    from transformers import AutoModelForZeroShotObjectDetection, AutoProcessor

    model = AutoModelForZeroShotObjectDetection.from_pretrained(
        folder, dtype=torch.float32, local_files_only=True
    )
    return model.to(device).eval(), AutoProcessor.from_pretrained(folder, local_files_only=True)


def detect(
    detector: tuple[Any, Any],
    pictures: Sequence[np.ndarray],
    phrases: Sequence[str],
    *,
    threshold: float,
) -> list[list[Detection]]:
    """What of the phrases is seen in each picture, best score first: `look_for`, `Sight.among`."""
    sights = look_for(detector, pictures, phrases)
    return [sight.among(phrases, threshold=threshold) for sight in sights]


def look_for(
    detector: tuple[Any, Any], pictures: Sequence[np.ndarray], phrases: Sequence[str]
) -> list[Sight]:
    """How well each query of the model fits each phrase, in each picture.

    The score of a phrase is that of its best token. transformers' own post-processing decodes every
    token above a threshold instead, and so may answer with parts of several phrases ("pizza burger
    [SEP]").

    Args:
        detector: What `load_detector` gave.
        pictures: (height, width, 3) uint8 RGB each, of any sizes.
        phrases: Short, in lower case, without `.` and `?`, each once.

    Raises:
        ValueError: a phrase is empty, has a separator in it, or all are too long together.
    """
    found: dict[int, Sight] = {}
    for numbers in _same_sizes(pictures):
        together = [pictures[number] for number in numbers]
        found.update(zip(numbers, _look_together(detector, together, phrases), strict=True))
    return [found[number] for number in range(len(pictures))]


def distinct(detections: Sequence[Detection], *, overlap: float) -> list[Detection]:
    """The detections without those that lie on a better one.

    Args:
        detections: Best score first.
        overlap: Share of the smaller box from which on two boxes are one thing. Not of the union:
            a soup lies in its bowl, and both are the same dish.
    """
    kept: list[Detection] = []
    for detection in detections:
        if all(overlap_of(detection.box, better.box) < overlap for better in kept):
            kept.append(detection)
    return kept


def area(box: Box) -> float:
    """Share of the picture that a box covers."""
    x0, y0, x1, y1 = box
    return max(0.0, x1 - x0) * max(0.0, y1 - y0)


def overlap_of(one: Box, other: Box) -> float:
    """What two boxes have in common, as share of the smaller one."""
    common = (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )
    return area(common) / max(1e-9, min(area(one), area(other)))


def _same_sizes(pictures: Sequence[np.ndarray]) -> list[list[int]]:
    """The numbers of the pictures, those of one size together.

    Sizes that differ would be padded to the largest, and the backbone sees the padding: what is
    found in a photo would depend on the photos beside it.
    """
    groups: dict[tuple[int, ...], list[int]] = {}
    for number, picture in enumerate(pictures):
        groups.setdefault(picture.shape, []).append(number)
    return list(groups.values())


def _look_together(
    detector: tuple[Any, Any], pictures: Sequence[np.ndarray], phrases: Sequence[str]
) -> list[Sight]:
    import torch

    model, processor = detector
    text = f"{SEPARATOR} ".join(phrases) + SEPARATOR
    inputs = processor(images=list(pictures), text=[text] * len(pictures), return_tensors="pt").to(
        model.device
    )
    ids = inputs["input_ids"][0].tolist()
    spans = _token_spans(ids, processor.tokenizer)
    if len(spans) != len(phrases) or len(ids) > model.config.max_text_len:
        raise ValueError(
            f"{len(phrases)} phrases read as {len(spans)}: they may not be empty, nor have . or ? "
            f"in them, nor more than {model.config.max_text_len} tokens together"
        )
    with torch.inference_mode():
        outputs = model(**inputs)
        tokens = outputs.logits.sigmoid()
        scores = torch.stack([tokens[..., span].amax(-1) for span in spans], dim=-1)
    boxes = outputs.pred_boxes.float().cpu().numpy()
    return [
        Sight(tuple(phrases), of_picture, its_boxes)
        for of_picture, its_boxes in zip(scores.float().cpu().numpy(), boxes, strict=True)
    ]


def _token_spans(ids: Sequence[int], tokenizer: Any) -> list[list[int]]:
    """The places of each phrase's tokens: what stands between two separators."""
    between = set(tokenizer.convert_tokens_to_ids(["[CLS]", "[SEP]", "[PAD]", SEPARATOR, "?"]))
    spans: list[list[int]] = [[]]
    for place, token in enumerate(ids):
        if token not in between:
            spans[-1].append(place)
        elif spans[-1]:
            spans.append([])
    return [span for span in spans if span]
