"""The sample photos: drawn dishes as a vendor's phone would have taken them.

What belongs here: tables, clutter, light and lens of those photos, and the list of them. What does
not: how any dish looks (see the `dishes_*` modules). No photograph went in; the photos are CC0 like
the menus beside them.

Usage: python -m models.recipe.snapshots --out sample_menus/photos
"""

import argparse
import math
import zlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from models.recipe.canvas import WHITE, Canvas, shade, smooth_noise, tint
from models.recipe.drawings import DISHES
from models.recipe.outlines import Rng, ellipse, rounded
from models.recipe.ware import WARES, background

WIDTH_PX, HEIGHT_PX = 640, 480
SCALE = 2  # drawn twice as large, so that edges come out smooth
JPEG_QUALITY = 80


@dataclass(frozen=True)
class Snapshot:
    """One photo.

    `x`, `y`: middle of the dish, `size`: half its size, all in shares of the width; `turn`: how the
    phone was held, in degrees; `exposure`: 1 is right; `clutter`: what lies around, with places.
    """

    product_id: str
    kind: str
    table: str
    x: float
    y: float
    size: float
    turn: float
    exposure: float = 0.8
    clutter: tuple[tuple[str, float, float], ...] = ()


SNAPSHOTS: tuple[Snapshot, ...] = (
    Snapshot("de-0042", "currywurst", "wood", 0.42, 0.44, 0.2, 9, 0.75, (("fork", 0.78, 0.4),)),
    Snapshot(
        "de-0044", "schnitzel", "dark wood", 0.56, 0.34, 0.22, -6, 0.9, (("glass", 0.1, 0.1),)
    ),
    Snapshot("de-0012", "pizza", "linen", 0.45, 0.36, 0.25, 14, 0.7, (("napkin", 0.93, 0.6),)),
    Snapshot("se-0012", "pancakes", "plain", 0.6, 0.42, 0.2, -12, 0.8, (("glass", 0.13, 0.16),)),
    Snapshot("se-0034", "kebab", "slate", 0.4, 0.36, 0.21, 5, 0.85, (("napkin", 0.9, 0.1),)),
    Snapshot("tr-0073", "lentil soup", "wood", 0.58, 0.42, 0.19, 11, 0.75, (("spoon", 0.22, 0.4),)),
    Snapshot("tr-0042", "baklava", "marble", 0.44, 0.4, 0.2, -9, 0.7, (("glass", 0.88, 0.12),)),
    Snapshot("bd-0002", "biryani", "plain", 0.52, 0.34, 0.21, 7, 0.8, (("spoon", 0.9, 0.38),)),
    Snapshot("bd-0024", "samosa", "linen", 0.58, 0.36, 0.2, -15, 0.7, (("napkin", 0.06, 0.65),)),
    # What no model can save: taken in the dark, and with half of the plate outside.
    Snapshot("de-0052", "french fries", "dark wood", 0.5, 0.4, 0.2, 4, 0.13),
    Snapshot("se-0031", "waffle", "wood", 0.04, 0.05, 0.25, -5, 0.85, (("fork", 0.7, 0.4),)),
)


def snapshot(photo: Snapshot) -> np.ndarray:
    """The photo's pixels, (480, 640, 3) uint8 RGB; always the same for the same photo."""
    rng = np.random.default_rng(zlib.crc32(photo.product_id.encode()))
    canvas = _table(photo.table, photo.turn, rng)
    side = canvas.pixels.shape[0]
    for name, x, y in photo.clutter:
        CLUTTER[name](canvas.within(x, y, 1, math.radians(photo.turn)), rng)
    dish = DISHES[photo.kind]
    ware = WARES[str(rng.choice(dish.wares))]
    plate = canvas.within(photo.x, photo.y, photo.size, math.radians(photo.turn))
    ware.paint(plate, rng)
    dish.paint(plate.within(0, 0, ware.food), rng)
    tilted = _tilted(canvas.pixels[: side * HEIGHT_PX // WIDTH_PX], rng)
    small = cv2.resize(tilted, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA)
    return _through_a_phone(small, photo.exposure, rng)


def _table(name: str, turn: float, rng: Rng) -> Canvas:
    """A table top, turned, as a canvas whose unit is the width of the photo."""
    side = WIDTH_PX * SCALE
    turned = cv2.warpAffine(
        background(name, rng, side),
        cv2.getRotationMatrix2D((side / 2, side / 2), -turn, 1),
        (side, side),
        borderMode=cv2.BORDER_REFLECT,
    )
    return Canvas(turned, 0, 0, side)


def _glass(canvas: Canvas, rng: Rng) -> None:
    canvas.solid(ellipse(0, 0, 0.085, 0.085, n=48), (196, 206, 208), rise=2.5, depth=1, shadow=0.6)
    canvas.soft(ellipse(0, 0, 0.07, 0.07), tint(rng, (150, 104, 60), 0.1), 0.85, 0.8)
    canvas.shine(-0.03, -0.035, 0.014, 0.008)


def _napkin(canvas: Canvas, rng: Rng) -> None:
    paper = tint(rng, (224, 222, 216), 0.03)
    canvas.solid(rounded(0, 0, 0.14, 0.13, 12), paper, rise=0.6, depth=0.4, grain=(rng, 0.03))
    canvas.solid(rounded(0.02, 0.03, 0.12, 0.1, 12), shade(paper, 0.96), rise=0.3, depth=0.3)


def _handle(canvas: Canvas) -> None:
    canvas.solid(rounded(0, 0.1, 0.011, 0.13, 6), STEEL, rise=0.7, depth=0.5, bevel=0.6)


def _fork(canvas: Canvas, rng: Rng) -> None:
    _handle(canvas)
    canvas.solid(rounded(0, -0.05, 0.026, 0.03, 6), STEEL, rise=0.7, depth=0.5, bevel=0.6)
    for x in (-0.02, -0.007, 0.007, 0.02):
        canvas.solid(rounded(x, -0.1, 0.0045, 0.045, 4), STEEL, rise=0.6, depth=0.3, bevel=0.6)


def _spoon(canvas: Canvas, rng: Rng) -> None:
    _handle(canvas)
    canvas.solid(ellipse(0, -0.07, 0.032, 0.05), STEEL, rise=0.8, depth=0.8, bevel=0.7)
    canvas.shine(-0.008, -0.085, 0.009, 0.016)


STEEL = (176, 178, 182)
CLUTTER = {"glass": _glass, "napkin": _napkin, "fork": _fork, "spoon": _spoon}


def _tilted(picture: np.ndarray, rng: Rng) -> np.ndarray:
    """Seen a little from the side: the far edge is shorter."""
    height, width = picture.shape[:2]
    near = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    strays = rng.uniform(0.0, 0.05, (4, 2)) * (width, height) * ((1, 1), (-1, 1), (-1, -1), (1, -1))
    matrix = cv2.getPerspectiveTransform((near + strays).astype(np.float32), near)
    return cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_LINEAR)


def _through_a_phone(picture: np.ndarray, exposure: float, rng: Rng) -> np.ndarray:
    """Somebody's shadow, a warm lamp, a dark rim, a soft lens and a noisy sensor."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    shadow = 1 - 0.3 / (
        1 + np.exp(6 * (x * rng.uniform(-0.6, 0.6) + y - rng.uniform(0.4, 0.8)) * -1)
    )
    vignette = 1 - 0.28 * (x**2 + y**2) / 2
    blotches = 1 + 0.03 * smooth_noise(rng, height, width, (4, 5))
    light = cv2.GaussianBlur(picture, (0, 0), 0.7).astype(np.float32) * exposure
    light *= (shadow * vignette * blotches)[..., None] * np.array((1.04, 0.98, 0.86))
    noise = rng.normal(0, 1, light.shape) * (2 + 0.25 * np.sqrt(light))
    return np.clip(light + noise, 0, WHITE[0]).astype(np.uint8)


def main() -> None:
    """Write the photos into the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Draw the sample photos.")
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for photo in SNAPSHOTS:
        path = out / f"{photo.product_id}.jpg"
        Image.fromarray(snapshot(photo)).save(path, "JPEG", quality=JPEG_QUALITY)
    print(f"{len(SNAPSHOTS)} photos -> {out}")


if __name__ == "__main__":
    main()
