"""The command line of the recipe: draws, trains and exports the small model family, stage by stage.

Every stage continues where it was stopped. All numbers that shape the result are in the recipes of
the stage modules; this module only passes results from one stage to the next.

Usage: python -m models.recipe.train STAGE --work FOLDER [--threads 2]
       with STAGE one of: draw, tokenizer, autoencoder, clip, unet, decoder, export
"""

import argparse
import csv
import json
import platform
import random
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.recipe.autoencoder import (
    AutoencoderRecipe,
    build_autoencoder,
    encode_pictures,
    refine_decoder,
    train_autoencoder,
)
from models.recipe.captions import drawing_caption, general_caption, negative_caption
from models.recipe.clip import ClipRecipe, Towers, build_towers, train_towers
from models.recipe.dataset import (
    HELD_OUT_SEED,
    TRAINING_SEED,
    DrawingSet,
    Pictures,
    draw_set,
    open_set,
)
from models.recipe.export import assemble_pipeline, export_clip, export_pipeline
from models.recipe.optimisation import load_checkpoint
from models.recipe.tokenizer import train_tokenizer
from models.recipe.unet import Captions, UNetRecipe, averaged_unet, embed_captions, train_unet

if TYPE_CHECKING:
    import torch

STAGES = ("draw", "tokenizer", "autoencoder", "clip", "unet", "decoder", "export")
TRAINING_SET = DrawingSet(TRAINING_SEED, pictures_per_kind=385)
HELD_OUT_SET = DrawingSet(HELD_OUT_SEED, pictures_per_kind=10)
VOCABULARY_SIZE = 2_048
TOKENIZER_SEED = 10
CAPTION_SEED = 14
GENERAL_CAPTIONS_PER_KIND = 40
NEGATIVE_CAPTIONS = 300
MODELS = Path(__file__).parents[1]
GLOSSARY = MODELS.parent / "resources" / "glossary.csv"


def draw(work: Path, processes: int) -> None:
    """Draw the training set and the held-out set."""
    draw_set(work / "training", TRAINING_SET, processes=processes)
    draw_set(work / "held_out", HELD_OUT_SET, processes=processes)


def tokenizer_texts(pictures: Pictures) -> Iterator[str]:
    """Captions of all kinds of sentence, and the English words of the product's glossary."""
    rng = random.Random(TOKENIZER_SEED)
    for facts in pictures.facts:
        yield drawing_caption(facts, rng)
        yield general_caption(facts.kind, rng)
        yield negative_caption(rng)
    with GLOSSARY.open(newline="") as file:
        for row in csv.DictReader(file):
            yield from (row["english"] for _ in range(10))


def train_unet_stage(work: Path) -> None:
    """Compute latents and caption embeddings once, then train the UNet on them."""
    training = open_set(work / "training")
    pipeline = assemble_pipeline(
        load_autoencoder(work), load_towers(work), load_tokenizer(work), unet=None
    )
    latents = _latents(pipeline.vae, training, work / "latents.pt")
    captions = _captions(pipeline, training, work / "captions.pt")
    train_unet(latents, training.kind_ids, captions, UNetRecipe(), work)


def refine_decoder_stage(work: Path) -> None:
    """Train the decoder further on the latents that the UNet learns from."""
    training, autoencoder = open_set(work / "training"), load_autoencoder(work)
    latents = _latents(autoencoder, training, work / "latents.pt")
    unscaled = [scaled.float() / autoencoder.config.scaling_factor for scaled in latents]
    refine_decoder(autoencoder, training.pixels, unscaled, AutoencoderRecipe(), work)


def export(work: Path, folder: Path) -> None:
    """Write the shipped folders from the last checkpoints, and what is known of their training."""
    towers, tokenizer, recipe = load_towers(work), load_tokenizer(work), UNetRecipe()
    autoencoder = load_autoencoder(work)
    text_width = 2 * towers.clip.config.text_config.hidden_size
    unet = averaged_unet(recipe, (text_width, towers.clip.config.projection_dim), work)
    pipeline = assemble_pipeline(autoencoder, towers, tokenizer, unet)
    export_pipeline(pipeline, work / "tokenizer", folder / "small")
    export_clip(towers.clip, work / "tokenizer", folder / "small-clip")
    record = json.dumps(_training_record(work), indent=2) + "\n"
    (folder / "small" / "training.json").write_text(record)


def load_tokenizer(work: Path) -> Any:
    """The tokenizer of the `tokenizer` stage."""
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(work / "tokenizer", local_files_only=True)


def load_autoencoder(work: Path) -> Any:
    """The trained autoencoder, with scaling factor and refined decoder as far as they exist."""
    autoencoder = build_autoencoder(AutoencoderRecipe())
    autoencoder.load_state_dict(_checkpoint(work, "autoencoder")["model"])
    if refined := load_checkpoint(work / "decoder.pt"):
        autoencoder.decoder.load_state_dict(refined["decoder"])
    scaling = work / "scaling_factor.json"
    if scaling.exists():
        autoencoder.register_to_config(scaling_factor=json.loads(scaling.read_text()))
    return autoencoder.eval()


def load_towers(work: Path) -> Towers:
    """The trained image tower and both text towers."""
    towers, state = build_towers(ClipRecipe(), load_tokenizer(work)), _checkpoint(work, "clip")
    towers.clip.load_state_dict(state["clip"])
    towers.first_text.load_state_dict(state["first_text"])
    towers.clip.eval()
    towers.first_text.eval()
    return towers


def _checkpoint(work: Path, stage: str) -> dict[str, Any]:
    state = load_checkpoint(work / f"{stage}.pt")
    if state is None:
        raise FileNotFoundError(f"{work / stage}.pt is missing: run the stage `{stage}` first")
    return state


def _latents(autoencoder: Any, pictures: Pictures, path: Path) -> tuple["torch.Tensor", ...]:
    """Latents as drawn and mirrored, scaled to unit variance, float16; kept in `path`."""
    import torch

    if not path.exists():
        raw = [encode_pictures(autoencoder, pictures.pixels, mirrored=m) for m in (False, True)]
        scaling_factor = 1 / float(raw[0].std())
        (path.parent / "scaling_factor.json").write_text(json.dumps(scaling_factor))
        torch.save([(latents * scaling_factor).half() for latents in raw], path)
    return tuple(torch.load(path, weights_only=True))


def _captions(pipeline: Any, pictures: Pictures, path: Path) -> Captions:
    """The embeddings of all captions of the training; kept in `path`."""
    import torch

    if not path.exists():
        captions = embed_captions(
            pipeline,
            pictures,
            general_per_kind=GENERAL_CAPTIONS_PER_KIND,
            negatives=NEGATIVE_CAPTIONS,
            seed=CAPTION_SEED,
        )
        torch.save((captions.tokens, captions.pooled), path)
    tokens, pooled = torch.load(path, weights_only=True, mmap=True)
    return Captions(tokens, pooled, len(pictures.facts), GENERAL_CAPTIONS_PER_KIND)


def _training_record(work: Path) -> dict[str, Any]:
    """Recipes, steps done, last reported figures, wall-clock hours, versions and machine."""
    recipes = {
        "autoencoder": asdict(AutoencoderRecipe()),
        "clip": asdict(ClipRecipe()),
        "unet": asdict(UNetRecipe()),
        "decoder": "the decoder_ settings of the autoencoder",
    }
    stages = {}
    for name in (name for name in recipes if (work / f"{name}.pt").exists()):
        reports = [json.loads(line) for line in (work / f"{name}.jsonl").read_text().splitlines()]
        ends = [
            report["run_seconds"]
            for report, following in zip(reports, [*reports[1:], {"run_seconds": 0}], strict=True)
            if following["run_seconds"] < report["run_seconds"]
        ]
        stages[name] = {
            "steps_done": _checkpoint(work, name)["step"],
            "wall_clock_hours": round(sum(ends) / 3600, 2),
            "last_report": reports[-1],
            "recipe": recipes[name],
        }
    return {
        "command": "python -m models.recipe.train STAGE --work FOLDER, for each stage in order",
        "stages": list(STAGES),
        "training_set": asdict(TRAINING_SET),
        "held_out_set": asdict(HELD_OUT_SET),
        "tokenizer": {"vocabulary_size": VOCABULARY_SIZE, "seed": TOKENIZER_SEED},
        "captions": {
            "seed": CAPTION_SEED,
            "general_per_kind": GENERAL_CAPTIONS_PER_KIND,
            "negatives": NEGATIVE_CAPTIONS,
        },
        "trainings": stages,
        "versions": {name: version(name) for name in ("torch", "diffusers", "transformers")},
        "python": platform.python_version(),
        "hardware": "2 CPU cores (x86-64 with AVX-512 bfloat16), no GPU",
        "exported": datetime.now(UTC).isoformat(timespec="minutes"),
    }


def main() -> None:
    """Run one stage."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--work", type=Path, required=True, help="folder of data and checkpoints")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads or processes")
    parser.add_argument("--out", type=Path, default=MODELS, help="where `export` writes")
    arguments = parser.parse_args()
    work = arguments.work
    if arguments.stage == "draw":
        draw(work, arguments.threads)
        return
    import torch

    torch.set_num_threads(arguments.threads)
    match arguments.stage:
        case "tokenizer":
            train_tokenizer(
                tokenizer_texts(open_set(work / "training")),
                vocabulary_size=VOCABULARY_SIZE,
                folder=work / "tokenizer",
            )
        case "autoencoder":
            train_autoencoder(open_set(work / "training").pixels, AutoencoderRecipe(), work)
        case "clip":
            train_towers(open_set(work / "training"), load_tokenizer(work), ClipRecipe(), work)
        case "unet":
            train_unet_stage(work)
        case "decoder":
            refine_decoder_stage(work)
        case "export":
            export(work, arguments.out)


if __name__ == "__main__":
    main()
