"""Tiny taggers and classifiers of random weights in the folders' real formats.

Belongs here: building them. What they see means nothing, unless a test sets a bias.
"""

from pathlib import Path

import torch
from transformers import (
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    SiglipConfig,
    SiglipImageProcessor,
    SiglipModel,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
)

from models.recipe.tokenizer import train_tokenizer

WORDS = ["a photo of a hand, a cat and a plate of soup."] * 5
TOWER = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
}
VISION = {**TOWER, "image_size": 32, "patch_size": 8}
TEXT = {**TOWER, "vocab_size": 600, "max_position_embeddings": 16}
SIDE = {"height": 32, "width": 32}


def save_clip(folder: Path) -> Path:
    """A CLIP of about 0.1 million weights."""
    config = CLIPConfig(text_config=_text(folder), vision_config=VISION, projection_dim=16)
    torch.manual_seed(0)
    CLIPModel(config).save_pretrained(folder)
    CLIPImageProcessor(size=SIDE, crop_size=SIDE).save_pretrained(folder)
    return folder


def save_siglip(folder: Path) -> Path:
    """A SigLIP of about 0.1 million weights, with a fast tokenizer, as SigLIP 2 has one."""
    torch.manual_seed(0)
    model = SiglipModel(SiglipConfig(text_config=_text(folder), vision_config=VISION))
    with torch.no_grad():  # as it is made, no tag would ever fit
        model.logit_scale.fill_(2.0)
        model.logit_bias.fill_(0.0)
    model.save_pretrained(folder)
    SiglipImageProcessor(size=SIDE).save_pretrained(folder)
    return folder


def _text(folder: Path) -> dict[str, int]:
    """The text tower for the tokenizer that is written into the folder."""
    tokenizer = train_tokenizer(WORDS, vocabulary_size=600, folder=folder)
    marks = {f"{name}_token_id": getattr(tokenizer, f"{name}_token_id") for name in ("bos", "eos")}
    return {**TEXT, **marks, "vocab_size": len(tokenizer)}


def save_classifier(folder: Path, classes: tuple[str, ...], *, sees: str, surely: float) -> Path:
    """A ViT that gives the class `sees` the probability `surely` in every picture."""
    torch.manual_seed(0)
    model = ViTForImageClassification(ViTConfig(**VISION, id2label=dict(enumerate(classes))))
    others = (1 - surely) / (len(classes) - 1)
    with torch.no_grad():
        model.classifier.weight.zero_()
        chances = torch.tensor([surely if name == sees else others for name in classes])
        model.classifier.bias.copy_(chances.log())
    model.save_pretrained(folder)
    ViTImageProcessor(size=SIDE).save_pretrained(folder)
    return folder
