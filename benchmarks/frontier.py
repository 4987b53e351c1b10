"""Quality against cost, lever by lever, on the small family: `python -m benchmarks.frontier`.

Every lever draws the same dishes with the same seeds. Each picture is asked of a judge that never
met the generator (which kind of dish is it?) and of the small CLIP, and compared with the picture
of 40 steps. Writes `results/frontier.json`, the table in docs/performance.md and a sheet of
pictures, so that nobody has to take a number's word for it.

Usage: python -m benchmarks.frontier --work FOLDER [--pictures-per-kind 2]
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.measurement import write_figures, write_table
from benchmarks.rungs import MIDDLE, SMALL_GUIDANCE
from gpu_ops.denoising_plan import planned_steps, unet_evaluations
from gpu_ops.devices import prepare
from gpu_ops.engines import ModelSetup, load_engine
from gpu_ops.generation import GenerationSettings, PictureRequest
from gpu_ops.model_folder import ModelFiles
from gpu_ops.unet_flops import UNetFlops, unet_flops
from models.recipe.drawings import KINDS
from models.recipe.evaluate import (
    JUDGE_SIDE_PX,
    NEGATIVE_PROMPT,
    JudgeRecipe,
    content_probability,
    judged_kinds,
    kept_judge,
    prompt,
)
from models.recipe.small_pictures import normalised, shrink
from resources.environment import REPOSITORY

MODELS = REPOSITORY / "models"
SHEET = REPOSITORY / "docs" / "images" / "frontier.webp"
SHEET_KINDS = ("pizza", "burger", "ramen", "greek salad", "sushi", "cheesecake", "curry", "coffee")
FIRST_SEED = 7_000
BATCH = 26


@dataclass(frozen=True)
class Lever:
    """A setting beside the reference's."""

    name: str
    settings: GenerationSettings


def levers() -> Sequence[Lever]:
    """The reference first, then one lever at a time, then what they are together."""
    forty = GenerationSettings(steps=40, guidance_scale=SMALL_GUIDANCE)
    twenty = replace(forty, steps=20)
    twelve = replace(forty, steps=12)
    quick = replace(twenty, solver="dpmpp_2m")
    return (
        Lever("40 steps of Euler: the reference", forty),
        Lever("bf16", replace(forty, dtype="bfloat16")),
        Lever("int8 linears", replace(forty, linears="int8")),
        Lever("20 steps of Euler", twenty),
        Lever("20 steps of DPM++ 2M", quick),
        Lever("20 steps of UniPC", replace(twenty, solver="unipc")),
        Lever("12 steps of Euler: the catalogue's", twelve),
        Lever("12 steps of DPM++ 2M", replace(twelve, solver="dpmpp_2m")),
        Lever("8 steps of Euler", replace(forty, steps=8)),
        Lever("guidance in the middle half", replace(twenty, **MIDDLE)),
        Lever("guidance in the first half", replace(twenty, guidance_to=0.5)),
        Lever("no guidance", replace(twenty, guidance_scale=1.0)),
        Lever("deep features kept every 2nd step", replace(twenty, full_every=2)),
        Lever("deep features kept 2 of 3 steps", replace(twenty, full_every=3)),
        Lever("20 DPM++, middle half, every 2nd step", replace(quick, full_every=2, **MIDDLE)),
        Lever("12 steps, every 2nd step", replace(twelve, full_every=2)),
        Lever("8 steps, no guidance", replace(forty, steps=8, guidance_scale=1.0)),
    )


def drawn(settings: GenerationSettings, pictures_per_kind: int) -> tuple[np.ndarray, float]:
    """Pictures uint8 (kinds x pictures_per_kind, side, side, 3), and seconds of drawing for one."""
    files = ModelFiles(MODELS / "small")
    engine = load_engine(ModelSetup("sdxl", files, "cpu", settings.dtype, linears=settings.linears))
    requests = [
        PictureRequest(prompt(kind, number), NEGATIVE_PROMPT, FIRST_SEED + number)
        for kind in KINDS
        for number in range(pictures_per_kind)
    ]
    pictures, seconds = [], 0.0
    for start in range(0, len(requests), BATCH):
        began = time.perf_counter()
        drawing = engine.draw(requests[start : start + BATCH], settings)
        seconds += time.perf_counter() - began
        made = engine.develop(drawing)
        if any(made.failure_reasons):
            raise RuntimeError(f"{settings}: {made.failure_reasons}")
        pictures += made.pictures
    return np.stack(pictures), seconds / len(requests)


def psnr_db(pictures: np.ndarray, reference: np.ndarray) -> float:
    """Mean over pictures of the peak signal-to-noise ratio, in dB, of 8-bit pictures."""
    squared = (pictures.astype(np.float64) - reference.astype(np.float64)) ** 2
    errors = squared.reshape(len(pictures), -1).mean(1)
    return float((10 * np.log10(255**2 / np.maximum(errors, 1e-2))).mean())


def perceived_distance(judge: Any, pictures: np.ndarray, reference: np.ndarray) -> float:
    """Mean distance in the judge's features, as LPIPS measures it (Zhang et al., 2018).

    Unit-normalised features of every block, squared differences summed over channels and averaged
    over places, all blocks alike: published LPIPS needs weights that cannot be had here.
    """
    import torch

    def features(pixels: np.ndarray) -> list[Any]:
        values = normalised(torch.from_numpy(shrink(pixels, JUDGE_SIDE_PX)).permute(0, 3, 1, 2))
        kept = []
        for layer in judge:
            values = layer(values)
            if isinstance(layer, torch.nn.ReLU):
                kept.append(torch.nn.functional.normalize(values, dim=1))
        return kept

    with torch.inference_mode():
        pairs = zip(features(pictures), features(reference), strict=True)
        return float(sum(((a - b) ** 2).sum(1).mean() for a, b in pairs))


def row_of(
    lever: Lever,
    pictures: np.ndarray,
    seconds: float,
    reference: np.ndarray,
    judge: Any,
    clip: tuple[Any, Any],
    flops: UNetFlops,
) -> dict[str, Any]:
    """All figures of a lever."""
    per_kind = len(pictures) // len(KINDS)
    asked = np.repeat(np.arange(len(KINDS)), per_kind)
    right, was_right = (judged_kinds(judge, p) == asked for p in (pictures, reference))
    plan = planned_steps(lever.settings)
    return {
        "name": lever.name,
        "settings": lever.settings.as_dict(),
        "unet_evaluations": unet_evaluations(plan),
        "unet_gflop": flops.of_plan(plan) / 1e9,
        "seconds": seconds,
        "pictures": len(pictures),
        "right": int(right.sum()),
        "right_share": float(right.mean()),
        "lost": int((was_right & ~right).sum()),
        "gained": int((~was_right & right).sum()),
        "clip_probability": content_probability(*clip, pictures),
        "psnr_db": None if pictures is reference else psnr_db(pictures, reference),
        "perceived_distance": perceived_distance(judge, pictures, reference),
    }


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The frontier in Markdown."""
    lines = [
        "| lever | UNet passes | GFLOP | right kind | lost, gained | CLIP | PSNR dB | distance |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        psnr = "" if row["psnr_db"] is None else f"{row['psnr_db']:.1f}"
        lines.append(
            f"| {row['name']} | {row['unet_evaluations']} | {row['unet_gflop']:.1f}"
            f" | {row['right_share']:.1%} | -{row['lost']} +{row['gained']}"
            f" | {row['clip_probability']:.3f} | {psnr} | {row['perceived_distance']:.3f} |"
        )
    return "\n".join(lines)


def sheet(columns: Sequence[tuple[Lever, np.ndarray]], per_kind: int) -> Image.Image:
    """A row for each lever, a column for each of `SHEET_KINDS`."""
    side, label_px = columns[0][1].shape[1], 14
    height = len(columns) * (side + label_px)
    image = Image.new("RGB", (len(SHEET_KINDS) * side, height), "white")
    draw = ImageDraw.Draw(image)
    for row, (lever, pictures) in enumerate(columns):
        top = row * (side + label_px)
        draw.text((4, top + 1), lever.name, fill="black")
        for column, kind in enumerate(SHEET_KINDS):
            picture = Image.fromarray(pictures[KINDS.index(kind) * per_kind])
            image.paste(picture, (column * side, top + label_px))
    return image


def main() -> None:
    """Draw with every lever, judge, write figures, table and sheet."""
    prepare("cpu")
    from transformers import CLIPModel, CLIPTokenizer

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder of the judge")
    parser.add_argument("--pictures-per-kind", type=int, default=2)
    options = parser.parse_args()
    per_kind = options.pictures_per_kind
    judge = kept_judge(options.work, JudgeRecipe())
    clip = (
        CLIPModel.from_pretrained(MODELS / "small-clip", local_files_only=True),
        CLIPTokenizer.from_pretrained(MODELS / "small" / "tokenizer", local_files_only=True),
    )
    small = load_engine(ModelSetup("sdxl", ModelFiles(MODELS / "small"), "cpu", "float32"))
    flops = unet_flops(small.pipeline.unet.config, 128, 128)
    rows, columns = [], []
    for lever in levers():
        pictures, seconds = drawn(lever.settings, per_kind)
        columns.append((lever, pictures))
        rows.append(row_of(lever, pictures, seconds, columns[0][1], judge, clip, flops))
        print(table(rows[-1:]).splitlines()[-1], flush=True)
    path = write_figures("frontier", {"levers": rows})
    write_table("frontier", table(rows))
    sheet(columns, per_kind).save(SHEET, quality=70, method=6)
    print(path, SHEET)


if __name__ == "__main__":
    main()
