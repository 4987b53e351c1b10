"""Which of its classes a classifier sees in pictures (transformers' image classifiers).

Belongs here: from pictures to probabilities of the classes that a model was trained on. Does not
belong here: classes that are named when asking (`tag_index.py`), and what follows from them.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gpu_ops.devices import prepare


@cache
def load_classifier(folder: Path, device: str) -> tuple[Any, Any]:
    """A classifier and its image processor from a local transformers folder.

    Raises:
        FileNotFoundError: there is no model in the folder.
    """
    if not (folder / "config.json").exists():
        raise FileNotFoundError(f"no classifier in {folder}: config.json is missing")
    prepare(device)
    import torch
    from transformers import AutoImageProcessor, AutoModelForImageClassification

    model = AutoModelForImageClassification.from_pretrained(
        folder, dtype=torch.float32, local_files_only=True
    )
    processor = AutoImageProcessor.from_pretrained(folder, local_files_only=True)
    return model.to(device).eval(), processor


def class_names(classifier: tuple[Any, Any]) -> tuple[str, ...]:
    """The classes, in the order of the probabilities."""
    names = classifier[0].config.id2label
    return tuple(names[number] for number in range(len(names)))


def class_probabilities(classifier: tuple[Any, Any], pictures: Sequence[np.ndarray]) -> np.ndarray:
    """The softmax over classes for each picture.

    Args:
        classifier: What `load_classifier` gave.
        pictures: (height, width, 3) uint8 RGB each, of any sizes; the processor makes them alike.

    Returns:
        (pictures, classes) float32, rows sum to 1.
    """
    import torch

    model, processor = classifier
    if not pictures:
        return np.zeros((0, len(model.config.id2label)), np.float32)
    inputs = processor(images=list(pictures), return_tensors="pt").to(model.device)
    with torch.inference_mode():
        return model(**inputs).logits.softmax(-1).float().cpu().numpy()
