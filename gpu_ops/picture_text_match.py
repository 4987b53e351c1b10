"""How well pictures fit texts, by a CLIP model.

Belongs here: probabilities of labels for pictures. Does not belong here: which labels are asked.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gpu_ops.devices import prepare


@cache
def load_matcher(folder: Path, device: str) -> tuple[Any, Any]:
    """A CLIP model and its processor from a local transformers folder.

    Raises:
        FileNotFoundError: there is no model in the folder.
    """
    if not (folder / "config.json").exists():
        raise FileNotFoundError(f"no CLIP model in {folder}: config.json is missing")
    prepare(device)
    import torch
    from transformers import CLIPModel, CLIPProcessor

    model = CLIPModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    return model.to(device).eval(), CLIPProcessor.from_pretrained(folder, local_files_only=True)


def picture_directions(matcher: tuple[Any, Any], pictures: Sequence[np.ndarray]) -> np.ndarray:
    """What the model makes of pictures: (pictures, width) float32 of length 1.

    Args:
        matcher: What `load_matcher` gave.
        pictures: (height, width, 3) uint8 RGB each; at least one.
    """
    import torch

    model, processor = matcher
    with torch.inference_mode():
        pixels = processor(images=list(pictures), return_tensors="pt").to(model.device)
        images = model.get_image_features(**pixels).pooler_output
        return (images / images.norm(dim=-1, keepdim=True)).float().cpu().numpy()


def label_probabilities(
    matcher: tuple[Any, Any], directions: np.ndarray, labels: tuple[str, ...]
) -> np.ndarray:
    """The softmax over labels for each picture.

    Args:
        matcher: What `load_matcher` gave.
        directions: What `picture_directions` gave.
        labels: Texts of the form that the model was trained on.

    Returns:
        (pictures, labels) float32, rows sum to 1.
    """
    import torch

    model, processor = matcher
    with torch.inference_mode():
        images = torch.from_numpy(directions).to(model.device)
        logits = images @ _label_embeddings(model, processor, labels).T * model.logit_scale.exp()
        return logits.softmax(-1).float().cpu().numpy()


@cache
def _label_embeddings(model: Any, processor: Any, labels: tuple[str, ...]) -> Any:
    import torch

    with torch.inference_mode():
        tokens = processor(text=list(labels), padding=True, return_tensors="pt").to(model.device)
        texts = model.get_text_features(**tokens).pooler_output
        return texts / texts.norm(dim=-1, keepdim=True)
