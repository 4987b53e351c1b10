"""The small tagger: sees drawn people and animals in drawn and generated pictures of dishes.

Belongs here: architecture, training, export and figures of `models/small-tagger`. Does not belong
here: the pictures (`tagger_pictures`), and which probability is a veto
(`resources/checks/people_and_animals.py`).

Usage: python -m models.recipe.tagger STAGE --work FOLDER [--threads 2]
       with STAGE one of: train, measure
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from gpu_ops.devices import prepare
from gpu_ops.picture_classification import class_names, class_probabilities, load_classifier
from models.recipe.dataset import HELD_OUT_SEED, TRAINING_SEED
from models.recipe.small_pictures import (
    IMAGE_MEAN,
    IMAGE_STD,
    normalised,
    placed,
    placements,
    relit,
    shrink,
)
from models.recipe.tagger_pictures import (
    CLEAN,
    INTRUDERS,
    LABELS,
    PARTS,
    LabelledPictures,
    draw_bases,
    draw_labelled,
    generated_dishes,
)
from models.recipe.train import MODELS

GENERATED_TRAINING_SEED = 40_000
GENERATED_HELD_OUT_SEED = 50_000
SUSPICION = (0.05, 0.1, 0.15, 0.3, 0.5, 0.6, 0.7, 0.8)
"""Probabilities of an intruder at which recall and false alarms are measured."""


@dataclass(frozen=True, slots=True)
class TaggerRecipe:
    """Pictures, architecture and training."""

    epochs: int
    drawn: int = 3_640
    generated: int = 1_000
    clean: int = 5_400
    of_each_intruder: int = 1_200
    side_px: int = 128
    embedding: int = 16
    widths: tuple[int, ...] = (24, 48, 112, 224)
    depths: tuple[int, ...] = (1, 2, 3, 1)
    covered: float = 0.1
    batch: int = 64
    learning_rate: float = 3e-3
    seed: int = 31


def training_pictures(recipe: TaggerRecipe, work: Path) -> LabelledPictures:
    """All pictures of the training; kept in `work`."""

    def draw() -> LabelledPictures:
        made = generated_dishes(
            work / "generated-training.npy", GENERATED_TRAINING_SEED, recipe.generated
        )
        bases = np.concatenate([draw_bases(TRAINING_SEED, recipe.drawn, processes=2), made])
        np.random.default_rng(recipe.seed).shuffle(bases)
        counts = {CLEAN: recipe.clean, **dict.fromkeys(INTRUDERS, recipe.of_each_intruder)}
        return draw_labelled(TRAINING_SEED, bases, counts, processes=2)

    return _kept(work / "training.npz", draw)


def held_out_pictures(work: Path) -> tuple[LabelledPictures, np.ndarray]:
    """Drawings that were not learnt from, and clean generated pictures; kept in `work`."""
    made = generated_dishes(work / "generated-held-out.npy", GENERATED_HELD_OUT_SEED, 300)

    def draw() -> LabelledPictures:
        drawn = draw_bases(HELD_OUT_SEED, 260, processes=2)
        bases = np.concatenate([drawn, made])
        np.random.default_rng(0).shuffle(bases)
        intruded = draw_labelled(HELD_OUT_SEED, bases, dict.fromkeys(INTRUDERS, 100), processes=2)
        return LabelledPictures(
            np.concatenate([intruded.pixels, drawn]),
            np.concatenate([intruded.labels, np.full(len(drawn), LABELS.index(CLEAN))]),
            np.concatenate([intruded.where, np.zeros((len(drawn), PARTS, PARTS), np.float32)]),
        )

    return _kept(work / "held-out.npz", draw), made


def _kept(path: Path, draw: Callable[[], LabelledPictures]) -> LabelledPictures:
    if not path.exists():
        new = draw()
        np.savez(path, pixels=new.pixels, labels=new.labels, where=new.where)
    return LabelledPictures(**np.load(path))


def build_tagger(recipe: TaggerRecipe) -> Any:
    """A small RegNet of dense convolutions over `LABELS`, of random weights."""
    import torch
    from transformers import RegNetConfig, RegNetForImageClassification

    torch.manual_seed(recipe.seed)
    config = RegNetConfig(
        embedding_size=recipe.embedding,
        hidden_sizes=list(recipe.widths),
        depths=list(recipe.depths),
        groups_width=max(recipe.widths),  # one group: grouped convolutions are slow on a CPU
        layer_type="x",
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
    )
    return RegNetForImageClassification(config).to(memory_format=torch.channels_last)


def train_tagger(tagger: Any, pictures: LabelledPictures, recipe: TaggerRecipe) -> Any:
    """The tagger, trained (further) on varied pictures.

    A second head, which is not exported, has to say of each part of the picture what covers it:
    told only that there is a cat somewhere, the tagger learns many times slower.
    """
    import torch
    from torch import nn
    from torch.nn import functional

    tagger.train()
    small = torch.from_numpy(shrink(pictures.pixels, recipe.side_px)).permute(0, 3, 1, 2)
    labels = torch.from_numpy(pictures.labels)
    where = torch.from_numpy(pictures.where)[:, None]
    parts_head = nn.Conv2d(recipe.widths[-2], len(LABELS), 1)
    optimizer = torch.optim.AdamW(
        [*tagger.parameters(), *parts_head.parameters()], weight_decay=0.02
    )
    steps = recipe.epochs * (len(small) // recipe.batch)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.learning_rate, total_steps=steps)
    for epoch in range(recipe.epochs):
        losses = []
        order = torch.randperm(len(small))[: len(small) // recipe.batch * recipe.batch]
        for chosen in order.split(recipe.batch):
            theta, label = placements(len(chosen)), labels[chosen]
            images = relit(placed(normalised(small[chosen]), theta))
            covered = placed(where[chosen], theta)[:, 0] > recipe.covered
            of_part = label[:, None, None] * covered + LABELS.index(CLEAN) * ~covered
            with torch.autocast("cpu", torch.bfloat16):  # twice as fast where a CPU has AMX
                seen = tagger(
                    images.contiguous(memory_format=torch.channels_last), output_hidden_states=True
                )
                told_apart = parts_head(seen.hidden_states[-2])
            whole = functional.cross_entropy(seen.logits.float(), label)
            parts = functional.cross_entropy(told_apart.float(), of_part)
            (whole + 2 * parts).backward()
            optimizer.step()
            optimizer.zero_grad()
            rate.step()
            losses.append((float(whole.detach()), float(parts.detach())))
        print(
            json.dumps({"epoch": epoch, "losses": np.mean(losses, 0).round(4).tolist()}), flush=True
        )
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


def figures(folder: Path, held_out: LabelledPictures, made: np.ndarray) -> dict[str, Any]:
    """Recall on intruders by kind, and false alarms, of the exported tagger."""
    suspected = intruder_probabilities(folder, held_out.pixels)
    generated = intruder_probabilities(folder, made)
    of_label = {label: suspected[held_out.labels == number] for number, label in enumerate(LABELS)}
    drawn = of_label.pop(CLEAN)
    intruded = np.concatenate(list(of_label.values()))

    def share(found: np.ndarray, limit: float) -> float:
        return round(float((found >= limit).mean()), 4)

    return {
        "pictures": {"intruded": len(intruded), "drawn": len(drawn), "generated": len(generated)},
        **{
            f"from {limit}": {
                "recall": share(intruded, limit),
                "recall by kind": {label: share(of_label[label], limit) for label in of_label},
                "false alarms, drawn": share(drawn, limit),
                "false alarms, generated": share(generated, limit),
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
    """Train and export, or measure what is exported; what is known goes into JSON beside it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stage", choices=("train", "measure"))
    parser.add_argument("--work", type=Path, required=True, help="folder of pictures")
    parser.add_argument("--out", type=Path, default=MODELS / "small-tagger")
    parser.add_argument("--further", type=Path, help="folder of a tagger that is trained further")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    prepare("cpu")
    import torch

    torch.set_num_threads(arguments.threads)
    if arguments.stage == "measure":
        measured = figures(arguments.out, *held_out_pictures(arguments.work))
        _write(arguments.out / "evaluation.json", measured)
        return
    recipe = TaggerRecipe(epochs=arguments.epochs)
    pictures = training_pictures(recipe, arguments.work)
    begun_s = time.monotonic()
    further = arguments.further
    tagger = load_classifier(further, "cpu")[0] if further else build_tagger(recipe)
    export_tagger(train_tagger(tagger, pictures, recipe), recipe, arguments.out)
    record = {
        "recipe": asdict(recipe),
        "training_seconds": round(time.monotonic() - begun_s),
        "versions": {name: version(name) for name in ("torch", "transformers", "numpy")},
    }
    _write(arguments.out / "training.json", record)


def _write(path: Path, values: dict[str, Any]) -> None:
    text = json.dumps(values, indent=2) + "\n"
    path.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
