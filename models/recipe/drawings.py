"""The public face of the food drawings: the kinds, `draw_dish`, and a contact sheet to look at.

What belongs here: choosing ware, background and place for a kind, and finishing the picture. What
does not: how any dish looks (see the `dishes_*` modules). Everything drawn is original work of
this project, so a model trained on it carries nobody else's rights.

Usage: python -m models.recipe.drawings --out sheet.png
"""

import argparse
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.recipe import (
    dishes_breads_and_fast_food,
    dishes_drinks,
    dishes_eastern_mediterranean,
    dishes_mains,
    dishes_noodles_and_soups,
    dishes_rice_and_curry,
    dishes_sweets,
)
from models.recipe.canvas import SUPERSAMPLING, Canvas
from models.recipe.dish import Dish
from models.recipe.ware import WARES, background

_FAMILIES: tuple[dict[str, Dish], ...] = (
    dishes_breads_and_fast_food.DISHES,
    dishes_noodles_and_soups.DISHES,
    dishes_rice_and_curry.DISHES,
    dishes_mains.DISHES,
    dishes_eastern_mediterranean.DISHES,
    dishes_sweets.DISHES,
    dishes_drinks.DISHES,
)
DISHES: dict[str, Dish] = {kind: dish for family in _FAMILIES for kind, dish in family.items()}

KINDS: tuple[str, ...] = tuple(DISHES)

# Half of the dish's size as a fraction of the picture's side, and how far its centre may stray:
# together they leave at least 4 % of the side free around the largest ware.
_HALF_SIZE = (0.38, 0.425)
_STRAY = 0.025


@dataclass(frozen=True)
class Drawing:
    """One drawn dish with all that is known about it.

    `picture`: (size_px, size_px, 3) uint8 RGB; `ingredients`: visible toppings and garnishes;
    `box`: x0, y0, x1, y1 of the dish with its ware, as fractions of the side.
    """

    picture: np.ndarray
    kind: str
    ware: str
    background: str
    ingredients: tuple[str, ...]
    box: tuple[float, float, float, float]


def draw_dish(kind: str, seed: int, size_px: int = 128) -> Drawing:
    """Draw one dish, always the same for the same (kind, seed, size_px).

    Raises ValueError for a kind that is not in `KINDS`.
    """
    if kind not in DISHES:
        raise ValueError(f"unknown kind {kind!r}; choose one of: {', '.join(KINDS)}")
    dish = DISHES[kind]
    rng = np.random.default_rng([zlib.crc32(kind.encode()), seed])
    ware_name = str(rng.choice(dish.wares))
    ware = WARES[ware_name]
    background_name = str(rng.choice(ware.backgrounds))
    side = size_px * SUPERSAMPLING
    half = rng.uniform(*_HALF_SIZE)
    x, y = 0.5 + rng.uniform(-_STRAY, _STRAY, 2)
    wide = half * ware.half_width
    upper = half * (-ware.half_height if dish.top is None else dish.top)
    lower = half * ware.half_height
    y -= (upper + lower) / 2
    canvas = Canvas(background(background_name, rng, side), x * side, y * side, half * side)
    ware.paint(canvas, rng)
    ingredients = dish.paint(canvas.within(0, 0, ware.food), rng)
    return Drawing(
        picture=cv2.resize(canvas.pixels, (size_px, size_px), interpolation=cv2.INTER_AREA),
        kind=kind,
        ware=ware_name,
        background=background_name,
        ingredients=tuple(dict.fromkeys(ingredients)),
        box=(float(x - wide), float(y + upper), float(x + wide), float(y + lower)),
    )


def contact_sheet(
    columns: int, variants: int = 4, size_px: int = 128, kinds: Sequence[str] = KINDS
) -> np.ndarray:
    """All kinds with their names, `variants` pictures each, `columns` kinds to a row: RGB uint8."""
    cells = []
    for kind in kinds:
        pictures = [draw_dish(kind, seed, size_px).picture for seed in range(variants)]
        strip = np.concatenate(pictures, axis=1)
        label = np.full((18, strip.shape[1], 3), 255, np.uint8)
        cv2.putText(label, kind, (4, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (30, 30, 30), 1, 16)
        cells.append(np.concatenate([label, strip]))
    blank = np.full_like(cells[0], 255)
    cells += [blank] * (-len(cells) % columns)
    rows = [np.concatenate(cells[k : k + columns], 1) for k in range(0, len(cells), columns)]
    return np.concatenate(rows)


def main() -> None:
    """Write the contact sheet named on the command line."""
    parser = argparse.ArgumentParser(description="Draw every kind of dish on one sheet.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--columns", type=int, default=2)
    parser.add_argument("--variants", type=int, default=4)
    parser.add_argument("--size-px", type=int, default=128)
    arguments = parser.parse_args()
    sheet = contact_sheet(arguments.columns, arguments.variants, arguments.size_px)
    if not cv2.imwrite(str(arguments.out), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR)):
        raise OSError(f"could not write {arguments.out}; use a name ending in .png")
    print(f"{len(KINDS)} kinds -> {arguments.out}")


if __name__ == "__main__":
    main()
