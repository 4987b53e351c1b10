"""The command line of the recipe: draws, trains and exports the small model family, stage by stage.

Every stage continues where it was stopped. All numbers that shape the result are in the recipes of
the stage modules; this module only passes results from one stage to the next.

Usage: python -m models.recipe.train STAGE --work FOLDER
       with STAGE one of: draw, tokenizer, autoencoder, clip
"""

import argparse
import csv
import random
from collections.abc import Iterator
from pathlib import Path

from models.recipe.autoencoder import AutoencoderRecipe, train_autoencoder
from models.recipe.captions import drawing_caption, general_caption, negative_caption
from models.recipe.clip import ClipRecipe, train_towers
from models.recipe.dataset import (
    HELD_OUT_SEED,
    TRAINING_SEED,
    DrawingSet,
    Pictures,
    draw_set,
    open_set,
)
from models.recipe.tokenizer import train_tokenizer

TRAINING_SET = DrawingSet(TRAINING_SEED, pictures_per_kind=385)
HELD_OUT_SET = DrawingSet(HELD_OUT_SEED, pictures_per_kind=10)
VOCABULARY_SIZE = 2_048
GLOSSARY = Path(__file__).parents[2] / "resources" / "glossary.csv"


def draw(work: Path, processes: int) -> None:
    """Draw the training set and the held-out set."""
    draw_set(work / "training", TRAINING_SET, processes=processes)
    draw_set(work / "held_out", HELD_OUT_SET, processes=processes)


def tokenizer_texts(pictures: Pictures) -> Iterator[str]:
    """Captions of all kinds of sentence, and the English words of the product's glossary."""
    rng = random.Random(10)
    for facts in pictures.facts:
        yield drawing_caption(facts, rng)
        yield general_caption(facts.kind, rng)
        yield negative_caption(rng)
    with GLOSSARY.open(newline="") as file:
        for row in csv.DictReader(file):
            yield from (row["english"] for _ in range(10))


def main() -> None:
    """Run one stage."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stage", choices=("draw", "tokenizer", "autoencoder", "clip"))
    parser.add_argument("--work", type=Path, required=True, help="folder of data and checkpoints")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads or processes")
    arguments = parser.parse_args()
    work = arguments.work
    if arguments.stage == "draw":
        draw(work, arguments.threads)
        return
    import torch
    from transformers import CLIPTokenizer

    torch.set_num_threads(arguments.threads)
    training = open_set(work / "training")
    match arguments.stage:
        case "tokenizer":
            train_tokenizer(
                tokenizer_texts(training),
                vocabulary_size=VOCABULARY_SIZE,
                folder=work / "tokenizer",
            )
        case "autoencoder":
            train_autoencoder(training.pixels, AutoencoderRecipe(), work)
        case "clip":
            tokenizer = CLIPTokenizer.from_pretrained(work / "tokenizer", local_files_only=True)
            train_towers(training, tokenizer, ClipRecipe(), work)


if __name__ == "__main__":
    main()
