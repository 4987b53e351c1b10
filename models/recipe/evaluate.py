"""Measures the shipped family: does a judge that never met it see the kind that was asked for?

The judge is a small convolutional network trained on drawings of its own seeds. It knows drawings
only: its verdict says that a picture looks like the drawings of that kind, not that it looks good.

Usage: python -m models.recipe.evaluate --work FOLDER [--pictures-per-kind 10]
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from models.recipe.autoencoder import reconstruction_psnr_db
from models.recipe.captions import kind_caption
from models.recipe.clip import zero_shot_accuracy
from models.recipe.dataset import JUDGE_SEED, DrawingSet, Pictures, draw_set, open_set
from models.recipe.drawings import KINDS
from models.recipe.export import size_mb
from models.recipe.menu_names import MENU_NAMES
from models.recipe.small_pictures import normalised, shrink, vary

JUDGE_SET = DrawingSet(JUDGE_SEED, pictures_per_kind=60)
JUDGE_SIDE_PX = 64
MODELS = Path(__file__).parents[1]
SHEET = MODELS.parent / "docs" / "images" / "small-family.webp"
NEGATIVE_PROMPT = (
    "people, hands, face, animal, text, letters, logo, watermark, collage, blurry, dark, cut off, "
    "plastic box"
)


@dataclass(frozen=True, slots=True)
class JudgeRecipe:
    """Architecture and training of the judge."""

    widths: tuple[int, ...] = (32, 64, 128, 192)
    epochs: int = 14
    batch: int = 64
    learning_rate: float = 2e-3
    seed: int = 21


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the evaluated pictures are made; picture n of every kind has seed `first_seed` + n."""

    pictures_per_kind: int = 10
    steps: int = 20
    guidance_scale: float = 2.5
    first_seed: int = 5_000
    batch: int = 26


def train_judge(pictures: Pictures, recipe: JudgeRecipe) -> Any:
    """A classifier of kinds for 64 px pictures, trained on varied drawings."""
    import torch
    from torch import nn

    torch.manual_seed(recipe.seed)
    layers: list[nn.Module] = []
    for width_in, width in zip((3, *recipe.widths), recipe.widths, strict=False):
        layers += [nn.Conv2d(width_in, width, 3, stride=2, padding=1), nn.BatchNorm2d(width)]
        layers += [nn.ReLU(), nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width)]
        layers += [nn.ReLU()]
    head = nn.Linear(recipe.widths[-1], len(KINDS))
    judge = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.1), head)
    small = torch.from_numpy(shrink(pictures.pixels, JUDGE_SIDE_PX)).permute(0, 3, 1, 2)
    kind_ids = torch.from_numpy(pictures.kind_ids)
    steps = recipe.epochs * (len(small) // recipe.batch)
    optimizer = torch.optim.AdamW(judge.parameters(), weight_decay=0.02)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.learning_rate, total_steps=steps)
    for _ in range(recipe.epochs):
        order = torch.randperm(len(small))
        for chosen in order[: len(small) // recipe.batch * recipe.batch].split(recipe.batch):
            scores = judge(vary(normalised(small[chosen])))
            loss = nn.functional.cross_entropy(scores, kind_ids[chosen], label_smoothing=0.05)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            rate.step()
    return judge.eval()


def judged_kinds(judge: Any, pixels: np.ndarray) -> np.ndarray:
    """The kind that the judge sees in each picture, as indices into `KINDS`, shape (N,)."""
    import torch

    small = torch.from_numpy(shrink(pixels, JUDGE_SIDE_PX)).permute(0, 3, 1, 2)
    with torch.inference_mode():
        return np.concatenate([judge(normalised(part)).argmax(1) for part in small.split(256)])


def generate(pipeline: Any, sampling: Sampling, kinds: Sequence[str] = KINDS) -> np.ndarray:
    """Pictures uint8 (kinds x pictures_per_kind, S, S, 3) by kind, of both sorts of prompt."""
    import torch

    jobs = [
        (prompt(kind, number), sampling.first_seed + number)
        for kind in kinds
        for number in range(sampling.pictures_per_kind)
    ]
    made = []
    for start in range(0, len(jobs), sampling.batch):
        part = jobs[start : start + sampling.batch]
        made.append(
            pipeline(
                [text for text, _ in part],
                negative_prompt=[NEGATIVE_PROMPT] * len(part),
                num_inference_steps=sampling.steps,
                guidance_scale=sampling.guidance_scale,
                generator=[torch.Generator().manual_seed(seed) for _, seed in part],
                output_type="np",
            ).images
        )
    return (np.concatenate(made) * 255).round().astype(np.uint8)


def prompt(kind: str, number: int) -> str:
    """The bare question for even numbers; for odd ones the product's prompt for a menu name."""
    if number % 2 == 0:
        return kind_caption(kind)
    name = MENU_NAMES[kind][number // 2 % len(MENU_NAMES[kind])]
    return f"a photo of {name}, on a white plate, food photography, top view, soft natural light"


def accuracy_by_kind(found: np.ndarray, kinds: Sequence[str] = KINDS) -> dict[str, float]:
    """Share of right verdicts for each kind, 0..1; `found` is ordered as `generate` orders it."""
    right = found.reshape(len(kinds), -1) == np.array([KINDS.index(k) for k in kinds])[:, None]
    return {kind: round(float(share), 3) for kind, share in zip(kinds, right.mean(1), strict=True)}


def content_probability(clip: Any, tokenizer: Any, pixels: np.ndarray) -> float:
    """Mean probability that the small CLIP gives to the kind asked, among all kinds, 0..1."""
    import torch

    from models.recipe.clip import image_features, text_features

    small = torch.from_numpy(shrink(pixels, clip.config.vision_config.image_size))
    with torch.inference_mode():
        texts = text_features(clip, tokenizer, [kind_caption(kind) for kind in KINDS])
        images = image_features(clip, normalised(small.permute(0, 3, 1, 2)))
        chances = (images @ texts.T * clip.logit_scale.exp()).softmax(1).numpy()
    asked = np.repeat(np.arange(len(KINDS)), len(pixels) // len(KINDS))
    return float(chances[np.arange(len(pixels)), asked].mean())


def contact_sheet(pixels: np.ndarray, per_kind: int, *, columns: int = 13) -> Image.Image:
    """All kinds with their names, `per_kind` pictures of each, `columns` kinds in a row."""
    side, label_px = pixels.shape[1], 14
    cell = per_kind * side + label_px
    sheet = Image.new("RGB", (columns * side, -(-len(KINDS) // columns) * cell), "white")
    draw = ImageDraw.Draw(sheet)
    for place, kind in enumerate(KINDS):
        left, top = place % columns * side, place // columns * cell
        draw.text((left + 4, top + 1), kind, fill="black")
        for number in range(per_kind):
            picture = Image.fromarray(pixels[place * per_kind + number])
            sheet.paste(picture, (left, top + label_px + number * side))
    return sheet


def report(work: Path, models: Path, sampling: Sampling) -> tuple[dict[str, Any], np.ndarray]:
    """All figures of the family in `models`, and the generated pictures."""
    import torch
    from diffusers import StableDiffusionXLPipeline
    from transformers import CLIPModel

    pipeline = StableDiffusionXLPipeline.from_pretrained(models / "small", local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    clip = CLIPModel.from_pretrained(models / "small-clip", local_files_only=True)
    held_out = open_set(work / "held_out")
    judge = kept_judge(work, JudgeRecipe())
    rebuilt = np.concatenate(list(_rebuilt(pipeline.vae, held_out.pixels)))
    made = generate(pipeline, sampling)
    found = judged_kinds(judge, made)
    by_kind = accuracy_by_kind(found)
    by_number = (found.reshape(len(KINDS), -1) == np.arange(len(KINDS))[:, None]).mean(0)
    figures = {
        "autoencoder_psnr_db": reconstruction_psnr_db(pipeline.vae, held_out.pixels),
        "clip_zero_shot_accuracy": zero_shot_accuracy(clip, pipeline.tokenizer, held_out),
        "judge_accuracy_on_held_out_drawings": float(
            np.mean(judged_kinds(judge, held_out.pixels) == held_out.kind_ids)
        ),
        "judge_accuracy_after_the_autoencoder": float(
            np.mean(judged_kinds(judge, rebuilt) == held_out.kind_ids)
        ),
        "generation_accuracy": float(np.mean(list(by_kind.values()))),
        "generation_accuracy_bare_prompts": float(by_number[0::2].mean()),
        "generation_accuracy_menu_prompts": float(by_number[1::2].mean()),
        "clip_mean_probability_of_kind_asked": content_probability(clip, pipeline.tokenizer, made),
        "size_mb": size_mb(models / "small", models / "small-clip"),
    }
    result = {
        "figures": {name: round(value, 4) for name, value in figures.items()},
        "generation_accuracy_by_kind": dict(sorted(by_kind.items(), key=lambda item: item[1])),
        "sampling": asdict(sampling) | {"negative_prompt": NEGATIVE_PROMPT},
        "judge": asdict(JudgeRecipe()) | {"drawings": asdict(JUDGE_SET)},
        "torch_threads": torch.get_num_threads(),
    }
    return result, made


def kept_judge(work: Path, recipe: JudgeRecipe) -> Any:
    """The judge kept in `work`, or a new one."""
    import torch

    kept = work / "judge.pt"
    if not kept.exists():
        drawings = draw_set(work / "judge", JUDGE_SET, processes=2)
        torch.save(train_judge(drawings, recipe), kept)
    return torch.load(kept, weights_only=False)  # written by the line above, by nobody else


def _rebuilt(autoencoder: Any, pixels: np.ndarray) -> Iterator[np.ndarray]:
    import torch

    from models.recipe.autoencoder import to_tensor

    with torch.inference_mode():
        for start in range(0, len(pixels), 16):
            latents = autoencoder.encode(to_tensor(pixels[start : start + 16])).latents
            output = autoencoder.decode(latents).sample.clamp(-1, 1).permute(0, 2, 3, 1)
            yield ((output + 1) * 127.5).round().to(torch.uint8).numpy()


def main() -> None:
    """Write `evaluation.json` and the contact sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder of data and the judge")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of small/, small-clip/")
    usual = Sampling()
    parser.add_argument("--pictures-per-kind", type=int, default=usual.pictures_per_kind)
    parser.add_argument("--steps", type=int, default=usual.steps)
    parser.add_argument("--guidance-scale", type=float, default=usual.guidance_scale)
    parser.add_argument("--sheet", type=Path, default=SHEET)
    arguments = parser.parse_args()
    sampling = Sampling(
        pictures_per_kind=arguments.pictures_per_kind,
        steps=arguments.steps,
        guidance_scale=arguments.guidance_scale,
    )
    result, made = report(arguments.work, arguments.models, sampling)
    (arguments.models / "evaluation.json").write_text(json.dumps(result, indent=2) + "\n")
    pairs = made.reshape(len(KINDS), sampling.pictures_per_kind, *made.shape[1:])[:, :2]
    arguments.sheet.parent.mkdir(parents=True, exist_ok=True)
    contact_sheet(pairs.reshape(-1, *made.shape[1:]), 2).save(arguments.sheet, quality=80, method=6)
    print(json.dumps(result["figures"], indent=2))


if __name__ == "__main__":
    main()
