"""Which tags fit pictures, by a CLIP or SigLIP and the embeddings of thousands of tags.

Belongs here: scores of tags for pictures, and the matrix of their texts, which takes minutes and so
is kept in a file. Does not belong here: which tags are asked, and what follows from a score.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gpu_ops.devices import prepare

TEMPLATE = "a photo of {}."
"""The form of text that CLIP's authors recommend for a single word."""

TEXT_BATCH = 128


@dataclass(frozen=True, eq=False)
class Tagger:
    """A loaded model, with what prepares pictures and texts for it.

    Attributes:
        model: CLIP, SigLIP or SigLIP 2.
        pictures: Its image processor.
        texts: Its tokenizer.
    """

    model: Any
    pictures: Any
    texts: Any

    @property
    def scores_are_independent(self) -> bool:
        """SigLIP says of each tag whether it fits; CLIP says which of all tags fits best."""
        return str(self.model.config.model_type).startswith("siglip")


@cache
def load_tagger(folder: Path, device: str) -> Tagger:
    """A CLIP or SigLIP from a local transformers folder.

    Raises:
        FileNotFoundError: there is no model in the folder.
    """
    if not (folder / "config.json").exists():
        raise FileNotFoundError(f"no tagger in {folder}: config.json is missing")
    prepare(device)
    import torch
    from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    return Tagger(
        model.to(device).eval(),
        AutoImageProcessor.from_pretrained(folder, local_files_only=True),
        AutoTokenizer.from_pretrained(folder, local_files_only=True),
    )


@cache
def tag_embeddings(
    tagger: Tagger, tags: tuple[str, ...], weights: str, kept_in: Path
) -> np.ndarray:
    """The directions of all tags, (tags, width) float32 of length 1, computed once and kept.

    Args:
        tagger: What `load_tagger` gave.
        tags: What is asked for.
        weights: What tells these weights from others: with template and tags it names the file.
        kept_in: Folder of such files; half precision, 5 to 12 MB for 5,000 tags.
    """
    import torch

    key = hashlib.sha256(json.dumps([weights, TEMPLATE, tags]).encode()).hexdigest()[:16]
    file = kept_in / f"tags-{key}.npy"
    if not file.exists():
        texts = [TEMPLATE.format(tag) for tag in tags]
        parts = [
            _text_directions(tagger, texts[start : start + TEXT_BATCH])
            for start in range(0, len(texts), TEXT_BATCH)
        ]
        kept_in.mkdir(parents=True, exist_ok=True)
        # Beside it and swapped in: another process may read, or this one be killed.
        draft = file.with_suffix(f".{os.getpid()}.npy")
        np.save(draft, torch.cat(parts).half().cpu().numpy())
        draft.replace(file)
    return np.load(file).astype(np.float32)


def picture_directions(tagger: Tagger, pictures: Sequence[np.ndarray]) -> np.ndarray:
    """What the model makes of pictures: (pictures, width) float32 of length 1.

    Args:
        tagger: What `load_tagger` gave.
        pictures: (height, width, 3) uint8 RGB each, of any sizes; at least one.
    """
    import torch

    inputs = tagger.pictures(images=list(pictures), return_tensors="pt").to(tagger.model.device)
    with torch.inference_mode():
        features = tagger.model.get_image_features(pixel_values=inputs["pixel_values"])
        return _direction(features).float().cpu().numpy()


def tag_scores(tagger: Tagger, directions: np.ndarray, embeddings: np.ndarray) -> np.ndarray:
    """How well each tag fits each picture.

    Args:
        tagger: What `load_tagger` gave.
        directions: What `picture_directions` gave.
        embeddings: What `tag_embeddings` gave.

    Returns:
        (pictures, tags) float32 in 0..1. SigLIP: independent of other tags, several may be near 1.
        CLIP: the softmax over all tags, rows sum to 1.
    """
    import torch

    model = tagger.model
    with torch.inference_mode():
        images = torch.from_numpy(directions).to(model.device)
        logits = images @ torch.from_numpy(embeddings).to(images).T * model.logit_scale.exp()
        scores = (
            (logits + model.logit_bias).sigmoid()
            if tagger.scores_are_independent
            else logits.softmax(-1)
        )
        return scores.float().cpu().numpy()


def _text_directions(tagger: Tagger, texts: list[str]) -> Any:
    """SigLIP was trained on texts filled up to the full length, and looks at the filling."""
    import torch

    filled = tagger.scores_are_independent
    tokens = tagger.texts(
        texts,
        padding="max_length" if filled else True,
        truncation=True,
        max_length=tagger.model.config.text_config.max_position_embeddings,
        return_tensors="pt",
    ).to(tagger.model.device)
    wanted = ("input_ids",) if filled else ("input_ids", "attention_mask")
    with torch.inference_mode():
        return _direction(tagger.model.get_text_features(**{n: tokens[n] for n in wanted}))


def _direction(features: Any) -> Any:
    pooled = features.pooler_output
    return pooled / pooled.norm(dim=-1, keepdim=True)
