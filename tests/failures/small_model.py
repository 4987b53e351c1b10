"""Clean pictures by the small model that ships, kept as two sheets: for tuning and for measuring.

Belongs here: making the sheets and cutting them up. They are files, because drawing them takes a
model and a minute; they are WebP of the product's quality, as pictures in a store are.

Usage: python -m tests.failures.small_model
"""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from gpu_ops.engines import ModelSetup, load_engine
from gpu_ops.generation import GenerationSettings, PictureRequest
from gpu_ops.model_folder import ModelFiles
from models.recipe.drawings import KINDS
from models.recipe.evaluate import NEGATIVE_PROMPT, prompt
from resources.picture_store import WEBP_QUALITY
from resources.places import SHIPPED_MODELS

FOLDER = Path(__file__).parent
SIDE_PX = 128
COLUMNS = 13
FIRST_SEEDS = (0, 10_000)


def kind(seed: int) -> str:
    """The kind that the picture of a seed shows."""
    return KINDS[seed % FIRST_SEEDS[1] % len(KINDS)]


def picture(seed: int, side_px: int) -> np.ndarray:
    """One of the 52 pictures of the seed's sheet, enlarged from 128 px; uint8 RGB."""
    sheet = _sheet(FIRST_SEEDS[seed >= FIRST_SEEDS[1]])
    row, column = divmod(seed % FIRST_SEEDS[1] % len(KINDS), COLUMNS)
    y, x = row * SIDE_PX, column * SIDE_PX
    cell = sheet[y : y + SIDE_PX, x : x + SIDE_PX]
    return cv2.resize(cell, (side_px, side_px), interpolation=cv2.INTER_CUBIC)


@cache
def _sheet(first_seed: int) -> np.ndarray:
    with Image.open(_path(first_seed)) as sheet:
        return np.array(sheet.convert("RGB"))


def _path(first_seed: int) -> Path:
    return FOLDER / f"small_model_{first_seed}.webp"


def _draw(first_seed: int) -> np.ndarray:
    engine = load_engine(ModelSetup("sdxl", ModelFiles(SHIPPED_MODELS / "small"), "cpu", "float32"))
    cells: list[np.ndarray] = []
    for start in range(0, len(KINDS), COLUMNS):
        requests = [
            PictureRequest(prompt(KINDS[n], n), NEGATIVE_PROMPT, 900_000 + first_seed + n)
            for n in range(start, start + COLUMNS)
        ]
        made = engine.develop(engine.draw(requests, GenerationSettings()))
        cells += [cell for cell in made.pictures if cell is not None]
    rows = [np.concatenate(cells[n : n + COLUMNS], 1) for n in range(0, len(cells), COLUMNS)]
    return np.concatenate(rows)


def main() -> None:
    """Draw both sheets anew."""
    for first_seed in FIRST_SEEDS:
        sheet = Image.fromarray(_draw(first_seed))
        sheet.save(_path(first_seed), "WEBP", quality=WEBP_QUALITY, method=6)


if __name__ == "__main__":
    main()
