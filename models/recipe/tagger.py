"""The small tagger: sees drawn people and animals in drawn and generated pictures of dishes.

Belongs here: architecture, training, export and figures of `models/small-tagger`. Does not belong
here: the pictures (`tagger_pictures`), and which probability is a veto
(`resources/checks/people_and_animals.py`).

Usage: python -m models.recipe.tagger --work FOLDER [--threads 2]
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from gpu_ops.devices import prepare
from gpu_ops.picture_classification import class_names, class_probabilities, load_classifier
from models.recipe.clip import IMAGE_MEAN, IMAGE_STD, normalised, shrink, vary
from models.recipe.dataset import HELD_OUT_SEED, TRAINING_SEED
from models.recipe.tagger_pictures import (
    CLEAN,
    LABELS,
    LabelledPictures,
    draw_labelled,
    generated_dishes,
)
from models.recipe.train import MODELS

GENERATED_TRAINING_SEED = 40_000
GENERATED_HELD_OUT_SEED = 50_000
SUSPICION = (0.1, 0.3, 0.5)
"""Probabilities of an intruder at which recall and false alarms are measured."""


@dataclass(frozen=True, slots=True)
class TaggerRecipe:
    """Pictures, architecture and training."""

    drawn_clean: int = 2_600
    drawn_intruded: int = 6_300
    generated: int = 400
    generated_repeats: int = 4
    side_px: int = 64
    embedding: int = 32
    widths: tuple[int, ...] = (32, 64, 128, 192)
    epochs: int = 10
    batch: int = 64
    learning_rate: float = 2e-3
    seed: int = 31


def training_pictures(recipe: TaggerRecipe, work: Path) -> LabelledPictures:
    """All pictures of the training, generated clean ones repeated."""
    made = generated_dishes(
        work / "generated-training.npy", GENERATED_TRAINING_SEED, recipe.generated
    )
    drawn = draw_labelled(
        TRAINING_SEED, recipe.drawn_clean, recipe.drawn_intruded, made, processes=2
    )
    clean = np.repeat(made, recipe.generated_repeats, axis=0)
    labels = np.full(len(clean), LABELS.index(CLEAN))
    return LabelledPictures(
        np.concatenate([drawn.pixels, clean]), np.concatenate([drawn.labels, labels])
    )


def build_tagger(recipe: TaggerRecipe) -> Any:
    """A small ResNet over `LABELS`, of random weights."""
    import torch
    from transformers import ResNetConfig, ResNetForImageClassification

    torch.manual_seed(recipe.seed)
    config = ResNetConfig(
        embedding_size=recipe.embedding,
        hidden_sizes=list(recipe.widths),
        depths=[1] * len(recipe.widths),
        layer_type="basic",
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
    )
    return ResNetForImageClassification(config)


def train_tagger(pictures: LabelledPictures, recipe: TaggerRecipe) -> Any:
    """The tagger, trained on varied pictures."""
    import torch
    from torch.nn import functional

    tagger = build_tagger(recipe)
    small = torch.from_numpy(shrink(pictures.pixels, recipe.side_px)).permute(0, 3, 1, 2)
    labels = torch.from_numpy(pictures.labels)
    steps = recipe.epochs * (len(small) // recipe.batch)
    optimizer = torch.optim.AdamW(tagger.parameters(), weight_decay=0.02)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.learning_rate, total_steps=steps)
    for epoch in range(recipe.epochs):
        losses = []
        order = torch.randperm(len(small))[: len(small) // recipe.batch * recipe.batch]
        for chosen in order.split(recipe.batch):
            logits = tagger(vary(normalised(small[chosen]))).logits
            loss = functional.cross_entropy(logits, labels[chosen])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            rate.step()
            losses.append(float(loss.detach()))
        print(json.dumps({"epoch": epoch, "loss": round(float(np.mean(losses)), 4)}), flush=True)
    return tagger.eval()


def export_tagger(tagger: Any, recipe: TaggerRecipe, folder: Path) -> None:
    """Write the model at half precision and the settings of its image processor."""
    tagger.half().save_pretrained(folder)
    processor = {
        "image_processor_type": "ViTImageProcessor",
        "do_resize": True,
        "size": {"height": recipe.side_px, "width": recipe.side_px},
        "resample": 2,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": IMAGE_MEAN,
        "image_std": IMAGE_STD,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(processor, indent=2) + "\n")


def figures(folder: Path, work: Path) -> dict[str, Any]:
    """Recall on held-out intruders by kind, and false alarms, of the exported tagger."""
    made = generated_dishes(work / "generated-held-out.npy", GENERATED_HELD_OUT_SEED, 300)
    held_out = draw_labelled(HELD_OUT_SEED, 520, 1_800, made, processes=2)
    suspected = intruder_probabilities(folder, held_out.pixels)
    generated = intruder_probabilities(folder, made)
    of_label = {label: suspected[held_out.labels == number] for number, label in enumerate(LABELS)}
    drawn = of_label.pop(CLEAN)
    intruded = np.concatenate(list(of_label.values()))
    return {
        "pictures": {
            "intruded": len(intruded),
            "drawn clean": len(drawn),
            "generated": len(generated),
        },
        **{
            f"suspicion {limit}": {
                "recall": round(float((intruded >= limit).mean()), 4),
                "recall by kind": {
                    label: round(float((found >= limit).mean()), 4)
                    for label, found in of_label.items()
                },
                "false alarms, drawn": round(float((drawn >= limit).mean()), 4),
                "false alarms, generated": round(float((generated >= limit).mean()), 4),
            }
            for limit in SUSPICION
        },
    }


def intruder_probabilities(folder: Path, pixels: np.ndarray) -> np.ndarray:
    """The probability that each picture shows anything but a dish, (N,) float32."""
    tagger = load_classifier(folder, "cpu")
    clean = class_names(tagger).index(CLEAN)
    parts = [
        class_probabilities(tagger, list(pixels[n : n + 64])) for n in range(0, len(pixels), 64)
    ]
    return 1 - np.concatenate(parts)[:, clean]


def main() -> None:
    """Train, export, measure, and write what is known of it into `training.json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder of generated pictures")
    parser.add_argument("--out", type=Path, default=MODELS / "small-tagger")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    prepare("cpu")
    import torch

    torch.set_num_threads(arguments.threads)
    recipe = TaggerRecipe()
    pictures = training_pictures(recipe, arguments.work)
    begun_s = time.monotonic()
    export_tagger(train_tagger(pictures, recipe), recipe, arguments.out)
    record = {
        "recipe": asdict(recipe),
        "training_seconds": round(time.monotonic() - begun_s),
        "held_out": figures(arguments.out, arguments.work),
        "versions": {name: version(name) for name in ("torch", "transformers", "numpy")},
    }
    (arguments.out / "training.json").write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record["held_out"], indent=2))


if __name__ == "__main__":
    main()
