"""Pictures that the small tagger learns from and is measured on: clean dishes, and intruders.

Belongs here: which pictures, with their labels. Does not belong here: how anything is drawn
(`people`, `animals`, `drawings`), and training (`tagger`).
"""

import csv
import math
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from gpu_ops.devices import prepare
from models.recipe import animals, people
from models.recipe.canvas import SUPERSAMPLING, Canvas
from models.recipe.drawings import KINDS, draw_dish
from models.recipe.outlines import Rng
from models.recipe.snapshots import CLUTTER
from models.recipe.train import GLOSSARY, MODELS
from models.recipe.ware import BACKGROUNDS, background

INTRUDERS: dict[str, Callable[[Canvas, Rng], None]] = {
    "face": people.face,
    "hand": people.hand,
    "person": people.person,
    "cat": animals.cat,
    "dog": animals.dog,
    "bird": animals.bird,
    "rodent": animals.rodent,
    "insect": animals.insect,
    "fish": animals.fish,
}
CLEAN = "dish"
LABELS = (CLEAN, *INTRUDERS)

SIDE_PX = 128
ALONE = 0.15
CLUTTERED = 0.3
HALF_SIZES: dict[str, tuple[float, float]] = {"insect": (0.07, 0.2)}
HALF_SIZE = (0.13, 0.33)
"""Half of an intruder's size as a share of the picture's side: an insect is smaller than a hand."""

PROMPTS = (
    "a photo of {}, on a white plate, food photography, top view, soft natural light",
    "a photo of {}, in a bowl, food photography, top view, soft natural light",
    "a photo of {}, on a small plate, food photography, side view, soft natural light",
    "a photo of {}, food photography, side view, soft natural light",
)
NEGATIVE_PROMPT = (
    "people, hands, face, animal, text, letters, logo, watermark, collage, blurry, dark, cut off,"
    " plastic box"
)
GENERATION_STEPS = 8
GENERATION_BATCH = 20


@dataclass(frozen=True, slots=True)
class LabelledPictures:
    """`pixels`: uint8 (N, 128, 128, 3) RGB; `labels`: int64 (N,), indices into `LABELS`."""

    pixels: np.ndarray
    labels: np.ndarray


def draw_labelled(
    first_seed: int, clean: int, intruded: int, generated: np.ndarray, *, processes: int
) -> LabelledPictures:
    """Drawn dishes, clean and with an intruder, and generated dishes, clean and with an intruder.

    Half of the intruders are painted into generated pictures: else a tagger could learn that what
    is soft is clean. Clean generated pictures are not among the result.
    """
    jobs = [(first_seed + number, CLEAN, None) for number in range(clean)]
    names = tuple(INTRUDERS)
    for number in range(intruded):
        # Counted by the round, so that every kind meets drawn and generated dishes.
        of_generated = (number // len(names)) % 2 == 1
        base = generated[number % len(generated)] if of_generated else None
        jobs.append((first_seed + clean + number, names[number % len(names)], base))
    with ProcessPoolExecutor(processes) as pool:
        pixels = np.stack(list(pool.map(_drawn, jobs, chunksize=64)))
    return LabelledPictures(pixels, np.array([LABELS.index(label) for _, label, _ in jobs]))


def _drawn(job: tuple[int, str, np.ndarray | None]) -> np.ndarray:
    return labelled_picture(*job)


def labelled_picture(seed: int, label: str, base: np.ndarray | None = None) -> np.ndarray:
    """One picture, uint8 (128, 128, 3) RGB: a dish, clean or with the intruder that `label` names.

    Args:
        seed: The same seed gives the same picture.
        label: One of `LABELS`.
        base: A picture of a dish to paint into; None = a dish, or only a table, is drawn.
    """
    rng = np.random.default_rng([LABELS.index(label), seed])
    side = SIDE_PX * SUPERSAMPLING
    if base is None and label != CLEAN and rng.random() < ALONE:
        pixels = background(str(rng.choice(tuple(BACKGROUNDS))), rng, side)
    else:
        dish = draw_dish(str(rng.choice(KINDS)), seed).picture if base is None else base
        pixels = cv2.resize(dish, (side, side), interpolation=cv2.INTER_LINEAR)
    canvas = Canvas(pixels, 0, 0, side)
    if rng.random() < CLUTTERED:
        clutter = CLUTTER[str(rng.choice(tuple(CLUTTER)))]
        x, y = _at_the_rim(rng)
        clutter(canvas.within(x, y, 1.4, rng.uniform(-math.pi, math.pi)), rng)
    if label != CLEAN:
        _intrude(canvas, rng, label)
    return cv2.resize(pixels, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)


def _at_the_rim(rng: Rng) -> tuple[float, float]:
    along, across = rng.uniform(0, 1), float(rng.choice((0.06, 0.94)))
    return (along, across) if rng.random() < 0.5 else (across, along)


def _intrude(canvas: Canvas, rng: Rng, label: str) -> None:
    """Anywhere, with its middle inside the picture; an arm comes from the nearest border."""
    x, y = rng.uniform(0.1, 0.9, 2)
    half = rng.uniform(*HALF_SIZES.get(label, HALF_SIZE))
    if label == "hand":
        towards_border = math.atan2(y - 0.5, x - 0.5)
        angle = towards_border - math.pi / 2 + rng.normal(0, 0.4)
    elif label == "insect":
        angle = rng.uniform(-math.pi, math.pi)
    else:
        angle = rng.normal(0, 0.25)
    INTRUDERS[label](canvas.within(x, y, half, angle), rng)


def generated_dishes(path: Path, first_seed: int, count: int) -> np.ndarray:
    """Pictures by the small family of dishes in the glossary: uint8 (count, 128, 128, 3).

    They are kept in `path`, and what is there is not drawn again. Picture n has seed
    `first_seed` + n; other first seeds shuffle other dishes to the front.
    """
    drawn: list[np.ndarray] = list(np.load(path)) if path.exists() else []
    if len(drawn) < count:
        prepare("cpu")
        import torch
        from diffusers import StableDiffusionXLPipeline

        pipeline = StableDiffusionXLPipeline.from_pretrained(MODELS / "small")
        pipeline.set_progress_bar_config(disable=True)
        prompts = _prompts(first_seed, count)
        while len(drawn) < count:
            numbers = range(len(drawn), min(count, len(drawn) + GENERATION_BATCH))
            made = pipeline(
                [prompts[number] for number in numbers],
                negative_prompt=[NEGATIVE_PROMPT] * len(numbers),
                num_inference_steps=GENERATION_STEPS,
                guidance_scale=2.5,
                generator=[torch.Generator().manual_seed(first_seed + n) for n in numbers],
                output_type="np",
            ).images
            drawn.extend((made * 255).round().astype(np.uint8))
            np.save(path, np.stack(drawn))
    return np.stack(drawn[:count])


def _prompts(seed: int, count: int) -> list[str]:
    with GLOSSARY.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "dish"]
    names = sorted({row["english"] for row in rows})
    rng = np.random.default_rng(seed)
    chosen = [names[number % len(names)] for number in rng.permutation(max(count, len(names)))]
    return [str(rng.choice(PROMPTS)).format(name) for name in chosen[:count]]
