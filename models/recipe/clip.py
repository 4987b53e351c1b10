"""Trains the image tower and the two text towers together, by contrast of drawings and captions.

The second text tower becomes SDXL's `text_encoder_2` and, with the image tower, the small CLIP that
tags pictures. The first text tower, without its projection, becomes SDXL's `text_encoder`. Captions
are made in `captions`; the tokenizer comes from `tokenizer`.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.recipe.captions import drawing_caption, general_caption, kind_caption
from models.recipe.dataset import Pictures
from models.recipe.drawings import KINDS
from models.recipe.optimisation import (
    TrainingLog,
    load_checkpoint,
    save_checkpoint,
    set_learning_rate,
    warmup_cosine,
)
from models.recipe.small_pictures import normalised, shrink, vary
from models.recipe.tokenizer import MAX_TOKENS

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class ClipRecipe:
    """Architecture and training of the three towers."""

    text_width: int = 128
    text_layers: int = 3
    image_px: int = 64
    patch_px: int = 8
    image_width: int = 128
    image_layers: int = 4
    heads: int = 4
    projection: int = 128
    steps: int = 1_600
    batch: int = 48
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    warmup_steps: int = 150
    drawing_caption_weight: float = 0.5
    largest_logit_scale: float = 30.0
    seed: int = 12
    report_every: int = 50
    save_every: int = 250


@dataclass(frozen=True, slots=True)
class Towers:
    """`clip` holds the image tower and the second text tower, `first_text` the first text tower."""

    clip: Any
    first_text: Any


def build_towers(recipe: ClipRecipe, tokenizer: Any) -> Towers:
    """Untrained towers with the recipe's widths and the tokenizer's vocabulary.

    Attention is "eager": on a CPU the fused kernel's backward pass took half of every step.
    """
    import torch
    from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPTextModelWithProjection

    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": recipe.text_width,
        "intermediate_size": 3 * recipe.text_width,
        "num_hidden_layers": recipe.text_layers,
        "num_attention_heads": recipe.heads,
        "max_position_embeddings": MAX_TOKENS,
        "projection_dim": recipe.projection,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    vision = {
        "hidden_size": recipe.image_width,
        "intermediate_size": 3 * recipe.image_width,
        "num_hidden_layers": recipe.image_layers,
        "num_attention_heads": recipe.heads,
        "image_size": recipe.image_px,
        "patch_size": recipe.patch_px,
        "projection_dim": recipe.projection,
    }
    torch.manual_seed(recipe.seed)
    clip = CLIPModel(
        CLIPConfig(text_config=text, vision_config=vision, projection_dim=recipe.projection)
    )
    first_text = CLIPTextModelWithProjection(CLIPTextConfig(**text))
    for model in (clip, first_text):
        model.set_attn_implementation("eager")
    return Towers(clip, first_text)


def train_towers(pictures: Pictures, tokenizer: Any, recipe: ClipRecipe, folder: Path) -> Towers:
    """Train all towers; continues from `folder`'s checkpoint.

    Each step asks two questions of a batch: which of all kinds is it, by one caption of each kind
    (what the product's content check asks), and which of the batch's own captions is it (so that
    ware, background and ingredients are learned too).
    """
    import torch

    towers = build_towers(recipe, tokenizer)
    parameters = [*towers.clip.parameters(), *towers.first_text.parameters()]
    optimizer = torch.optim.AdamW(
        parameters, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )
    checkpoint, first_step = folder / "clip.pt", 0
    if state := load_checkpoint(checkpoint):
        towers.clip.load_state_dict(state["clip"])
        towers.first_text.load_state_dict(state["first_text"])
        optimizer.load_state_dict(state["optimizer"])
        first_step = state["step"]
    torch.manual_seed(recipe.seed + first_step)
    batches = _batches(pictures, recipe, seed=recipe.seed + first_step)
    log = TrainingLog(folder / "clip.jsonl")
    for step in range(first_step, recipe.steps):
        share = warmup_cosine(step, total_steps=recipe.steps, warmup_steps=recipe.warmup_steps)
        set_learning_rate(optimizer, recipe.learning_rate * share)
        loss, figures = _loss(towers, tokenizer, next(batches), recipe)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        with torch.no_grad():
            towers.clip.logit_scale.clamp_(max=float(np.log(recipe.largest_logit_scale)))
        if (step + 1) % recipe.report_every == 0:
            log.report(step + 1, **figures)
        if (step + 1) % recipe.save_every == 0 or step + 1 == recipe.steps:
            save_checkpoint(
                checkpoint,
                {
                    "clip": towers.clip.state_dict(),
                    "first_text": towers.first_text.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "step": step + 1,
                },
            )
    towers.clip.eval()
    towers.first_text.eval()
    return towers


def zero_shot_accuracy(clip: Any, tokenizer: Any, pictures: Pictures) -> float:
    """Share of pictures whose own kind has the most similar "a photo of ..." caption, 0..1."""
    import torch

    side = clip.config.vision_config.image_size
    small = torch.from_numpy(shrink(pictures.pixels, side)).permute(0, 3, 1, 2)
    with torch.inference_mode():
        texts = text_features(clip, tokenizer, [kind_caption(kind) for kind in KINDS])
        found = [
            (image_features(clip, normalised(batch)) @ texts.T).argmax(1)
            for batch in small.split(256)
        ]
    return float(np.mean(torch.cat(found).numpy() == pictures.kind_ids))


def text_features(tower: Any, tokenizer: Any, captions: Sequence[str]) -> "torch.Tensor":
    """Unit-length embeddings of captions, float32, shape (N, projection)."""
    tokens = tokenizer(
        list(captions),
        padding="longest",
        max_length=MAX_TOKENS,
        truncation=True,
        return_tensors="pt",
    )
    pooled = tower.text_model(input_ids=tokens.input_ids).pooler_output
    return _unit(tower.text_projection(pooled))


def image_features(clip: Any, images: "torch.Tensor") -> "torch.Tensor":
    """Unit-length embeddings of normalised images (N, 3, P, P), float32, shape (N, projection)."""
    return _unit(clip.visual_projection(clip.vision_model(pixel_values=images).pooler_output))


@dataclass(frozen=True, slots=True)
class _Batch:
    images: "torch.Tensor"
    kind_ids: "torch.Tensor"
    captions: tuple[str, ...]
    kind_captions: tuple[str, ...]


def _batches(pictures: Pictures, recipe: ClipRecipe, seed: int) -> Iterator[_Batch]:
    """Endless batches of changed small pictures, their captions, and one caption of every kind."""
    import torch

    words, rng = random.Random(seed), np.random.default_rng(seed)
    small = torch.from_numpy(shrink(pictures.pixels, recipe.image_px)).permute(0, 3, 1, 2)
    kind_ids = torch.from_numpy(pictures.kind_ids)
    while True:
        order = rng.permutation(len(small))
        for start in range(0, len(order) - recipe.batch + 1, recipe.batch):
            chosen = order[start : start + recipe.batch]
            yield _Batch(
                images=vary(normalised(small[chosen])),
                kind_ids=kind_ids[chosen],
                captions=tuple(drawing_caption(pictures.facts[n], words) for n in chosen),
                kind_captions=tuple(general_caption(kind, words) for kind in KINDS),
            )


def _loss(
    towers: Towers, tokenizer: Any, batch: _Batch, recipe: ClipRecipe
) -> tuple["torch.Tensor", dict[str, float]]:
    import torch
    from torch.nn.functional import cross_entropy

    with torch.autocast("cpu", torch.bfloat16):
        images = image_features(towers.clip, batch.images).float()
        texts = [
            tuple(
                text_features(tower, tokenizer, captions).float()
                for captions in (batch.kind_captions, batch.captions)
            )
            for tower in (towers.clip, towers.first_text)
        ]
    scale = towers.clip.logit_scale.exp()
    own = torch.arange(len(images))
    kind_loss = drawing_loss = torch.zeros(())
    for kinds, drawings in texts:
        kind_loss = kind_loss + cross_entropy(scale * images @ kinds.T, batch.kind_ids) / 2
        logits = scale * images @ drawings.T
        both_ways = cross_entropy(logits, own) + cross_entropy(logits.T, own)
        drawing_loss = drawing_loss + both_ways / 4
    right = (images @ texts[0][0].T).argmax(1) == batch.kind_ids
    figures = {
        "kind_loss": kind_loss.item(),
        "drawing_loss": drawing_loss.item(),
        "batch_accuracy": right.float().mean().item(),
        "logit_scale": scale.item(),
    }
    return kind_loss + recipe.drawing_caption_weight * drawing_loss, figures


def _unit(features: "torch.Tensor") -> "torch.Tensor":
    return features / features.norm(dim=-1, keepdim=True)
