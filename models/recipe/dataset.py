"""Draws the training and held-out pictures and reads them back.

A data set is a folder: `pictures.npy` (uint8, N x S x S x 3, RGB) and `facts.jsonl`, one line of
facts per picture in the same order. How a dish looks belongs to `drawings`, its names elsewhere.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from models.recipe.captions import Facts
from models.recipe.drawings import KINDS, draw_dish

TRAINING_SEED = 0
HELD_OUT_SEED = 1_000_000
JUDGE_SEED = 2_000_000
"""First seeds of three sets that never share a drawing: the model family learns from the first, is
measured on the second, and the judge of the generated pictures learns from the third."""


@dataclass(frozen=True, slots=True)
class DrawingSet:
    """Which drawings make a data set: as many of every kind, seeds counted from the first."""

    first_seed: int
    pictures_per_kind: int
    size_px: int = 128


@dataclass(frozen=True, slots=True)
class Pictures:
    """A data set that is open for reading; `kind_ids` index `KINDS`."""

    pixels: np.ndarray
    facts: tuple[Facts, ...]

    @property
    def kind_ids(self) -> np.ndarray:
        """The kind of every picture as an index into `KINDS`, int64, shape (N,)."""
        return np.array([KINDS.index(fact.kind) for fact in self.facts])


def draw_set(folder: Path, spec: DrawingSet, *, processes: int) -> Pictures:
    """Draw the set into `folder` unless it is already there, then open it."""
    finished = folder / "facts.jsonl"
    if not finished.exists():
        folder.mkdir(parents=True, exist_ok=True)
        dishes = [
            (kind, spec.first_seed + number, spec.size_px)
            for number in range(spec.pictures_per_kind)
            for kind in KINDS
        ]
        pixels = np.lib.format.open_memmap(
            folder / "pictures.npy",
            mode="w+",
            dtype=np.uint8,
            shape=(len(dishes), spec.size_px, spec.size_px, 3),
        )
        lines = []
        with ProcessPoolExecutor(processes) as pool:
            for number, (picture, facts) in enumerate(pool.map(_draw, dishes, chunksize=52)):
                pixels[number] = picture
                lines.append(json.dumps(asdict(facts)))
        pixels.flush()
        finished.write_text("\n".join(lines) + "\n")
    return open_set(folder)


def open_set(folder: Path) -> Pictures:
    """Open a finished set without reading its pictures into memory.

    Raises:
        FileNotFoundError: the set was never drawn to its end.
    """
    facts = tuple(_facts(folder / "facts.jsonl"))
    return Pictures(np.load(folder / "pictures.npy", mmap_mode="r"), facts)


def _draw(dish: tuple[str, int, int]) -> tuple[np.ndarray, Facts]:
    kind, seed, size_px = dish
    drawing = draw_dish(kind, seed, size_px)
    facts = Facts(kind, seed, drawing.ware, drawing.background, tuple(drawing.ingredients))
    return drawing.picture, facts


def _facts(path: Path) -> Iterator[Facts]:
    for line in path.read_text().splitlines():
        values = json.loads(line)
        yield Facts(**values | {"ingredients": tuple(values["ingredients"])})
