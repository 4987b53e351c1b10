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
from models.recipe.drawing_styles import in_some_hand
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
PARTS = 8
VISIBLE = 24
"""Difference of a colour, of 255, from which on a pixel is the intruder's and not its shadow's."""
ALONE = 0.15
CLUTTERED = 0.3
PARTLY_HIDDEN = 0.2
"""Share of intruders of which something hides a side."""
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
    """Pictures, what each shows beside its dish, and where.

    `pixels`: uint8 (N, 128, 128, 3) RGB; `labels`: int64 (N,), indices into `LABELS`; `where`:
    float32 (N, 8, 8), the share of each part of the picture that the intruder covers.
    """

    pixels: np.ndarray
    labels: np.ndarray
    where: np.ndarray


def draw_bases(first_seed: int, count: int, *, processes: int) -> np.ndarray:
    """Clean drawn dishes of all kinds, in turn: uint8 (count, 128, 128, 3)."""
    with ProcessPoolExecutor(processes) as pool:
        seeds = range(first_seed, first_seed + count)
        return np.stack(list(pool.map(_clean_dish, seeds, chunksize=64)))


def _clean_dish(seed: int) -> np.ndarray:
    return draw_dish(KINDS[seed % len(KINDS)], seed).picture


def draw_labelled(
    first_seed: int, bases: np.ndarray, counts: dict[str, int], *, processes: int
) -> LabelledPictures:
    """Pictures of each label, painted over the bases in turn.

    The bases are drawn and generated dishes, clean ones too: else a tagger could learn that what is
    soft is clean.
    """
    jobs: list[tuple[int, str, np.ndarray]] = []
    for label, count in counts.items():
        jobs += [
            (first_seed + number, label, bases[(number + len(jobs)) % len(bases)])
            for number in range(count)
        ]
    with ProcessPoolExecutor(processes) as pool:
        drawn = list(pool.map(_drawn, jobs, chunksize=64))
    return LabelledPictures(
        np.stack([pixels for pixels, _ in drawn]),
        np.array([LABELS.index(label) for _, label, _ in jobs]),
        np.stack([where for _, where in drawn]),
    )


def _drawn(job: tuple[int, str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return labelled_picture(*job)


def labelled_picture(seed: int, label: str, base: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One picture, uint8 (128, 128, 3) RGB, and where its intruder is, float32 (8, 8).

    Args:
        seed: The same seed gives the same picture.
        label: One of `LABELS`: `CLEAN`, or the intruder.
        base: The dish to paint over; now and then there is only a table instead.
    """
    rng = np.random.default_rng([LABELS.index(label), seed])
    side = SIDE_PX * SUPERSAMPLING
    if label != CLEAN and rng.random() < ALONE:
        pixels = background(str(rng.choice(tuple(BACKGROUNDS))), rng, side)
    else:
        pixels = cv2.resize(base, (side, side), interpolation=cv2.INTER_LINEAR)
    canvas = Canvas(pixels, 0, 0, side)
    if rng.random() < CLUTTERED:
        clutter = CLUTTER[str(rng.choice(tuple(CLUTTER)))]
        x, y = _at_the_rim(rng)
        clutter(canvas.within(x, y, 1.4, rng.uniform(-math.pi, math.pi)), rng)
    before = pixels.copy()
    if label != CLEAN:
        _intrude(canvas, rng, label)
    covered = (cv2.absdiff(pixels, before).max(axis=2) > VISIBLE).astype(np.float32)
    return (
        cv2.resize(pixels, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA),
        cv2.resize(covered, (PARTS, PARTS), interpolation=cv2.INTER_AREA),
    )


def _at_the_rim(rng: Rng) -> tuple[float, float]:
    along, across = rng.uniform(0, 1), float(rng.choice((0.06, 0.94)))
    return (along, across) if rng.random() < 0.5 else (across, along)


def _intrude(canvas: Canvas, rng: Rng, label: str) -> None:
    """Anywhere, its middle in the picture, in any hand; an arm comes from the nearest border."""
    x, y = rng.uniform(0.05, 0.95, 2)
    half = rng.uniform(*HALF_SIZES.get(label, HALF_SIZE))
    if label == "hand":
        towards_border = math.atan2(y - 0.5, x - 0.5)
        angle = towards_border - math.pi / 2 + rng.normal(0, 0.4)
    elif label == "insect":
        angle = rng.uniform(-math.pi, math.pi)
    else:
        angle = rng.normal(0, 0.25)
    before = canvas.pixels.copy()
    INTRUDERS[label](in_some_hand(canvas.within(x, y, half, angle), rng), rng)
    if rng.random() < PARTLY_HIDDEN:
        hidden = _half_plane(rng, (x, y), half * rng.uniform(0.1, 0.6), len(before))
        canvas.pixels[hidden] = before[hidden]


def _half_plane(rng: Rng, point: tuple[float, float], away: float, side: int) -> np.ndarray:
    """What lies beyond a line some way from a point, in shares of the side: (side, side) bool."""
    turn = rng.uniform(-math.pi, math.pi)
    y, x = np.mgrid[:side, :side] / side
    return (x - point[0]) * math.cos(turn) + (y - point[1]) * math.sin(turn) > away


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
