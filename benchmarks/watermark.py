"""What becomes of the mark in published pictures: decode rates, PSNR, false ids, milliseconds.

`python -m benchmarks.watermark` marks pictures that nothing was tuned on, saves them as they are
published (WebP, quality 92), does to them what platforms do, and reads the mark. Writes
`results/watermark.json` and the tables in docs/quality.md. On one core it takes two minutes.
"""

import io
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import skimage
from PIL import Image
from upath import UPath

from benchmarks.measurement import write_figures, write_table
from gpu_ops.convolutional_code import coded_length, decode
from gpu_ops.watermark import ID_BITS, LEAST_AGREEMENT, marked, read_watermark
from models.recipe.drawings import draw_dish
from resources.checks.check import Dish, Picture
from resources.content_credentials import ContentCredentials
from resources.disclosure import load_disclosure
from resources.environment import REPOSITORY
from resources.picture_store import PictureStore
from resources.publisher import MASTER, ApprovedPicture, Publisher
from resources.renditions import BEST_QUALITY
from tests.failure_pictures import MEASURING, failure_pictures
from tests.failures import small_model

PAGE = REPOSITORY / "docs" / "quality.md"
PHOTOGRAPHS = ("coffee.png", "chelsea.png", "astronaut.png", "rocket.jpg", "motorcycle_left.png")
"""Real photographs that scikit-image ships; one of them is food."""

IDS = 4
"""Ids for each photograph: there are few of them."""

NOISE = 20_000

Change = Callable[[np.ndarray], np.ndarray]


def saved(pixels: np.ndarray, file_format: str, quality: int) -> np.ndarray:
    """The pixels after a file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, file_format, quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


def resized(pixels: np.ndarray, scale: float) -> np.ndarray:
    """The pixels in another size, as platforms make it (Lanczos)."""
    height, width = pixels.shape[:2]
    size = round(width * scale), round(height * scale)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


CHANGES: Mapping[str, Change] = {
    "as published": lambda pixels: pixels,
    "JPEG 75": lambda pixels: saved(pixels, "JPEG", 75),
    "WebP 75": lambda pixels: saved(pixels, "WEBP", 75),
    "x 0.5": lambda pixels: resized(pixels, 0.5),
    "x 2": lambda pixels: resized(pixels, 2),
    "x 0.5, JPEG 75": lambda pixels: saved(resized(pixels, 0.5), "JPEG", 75),
    "x 0.5, WebP 75": lambda pixels: saved(resized(pixels, 0.5), "WEBP", 75),
    "x 2, WebP 75": lambda pixels: saved(resized(pixels, 2), "WEBP", 75),
    "WebP 75, JPEG 75": lambda pixels: saved(saved(pixels, "WEBP", 75), "JPEG", 75),
}


def photographs(side_px: int) -> list[np.ndarray]:
    """The middles of the photographs, each as often as it gets ids."""
    squares = []
    for name in PHOTOGRAPHS:
        with Image.open(Path(skimage.__file__).parent / "data" / name) as file:
            pixels = np.asarray(file.convert("RGB"))
        short = min(pixels.shape[:2])
        top, left = ((length - short) // 2 for length in pixels.shape[:2])
        square = pixels[top : top + short, left : left + short]
        squares.append(cv2.resize(square, (side_px, side_px), interpolation=cv2.INTER_AREA))
    return squares * IDS


def groups() -> dict[str, list[np.ndarray]]:
    """The pictures that are marked."""
    small = [small_model.picture(MEASURING + number, 128) for number in range(52)]
    drawings = [draw_dish("pizza", MEASURING + seed, 1024).picture for seed in range(10)]
    flat = [np.full((128, 128, 3), grey, np.uint8) for grey in range(0, 256, 15)]
    return {
        "small family, 128 px": small,
        **{f"photographs, {side} px": photographs(side) for side in (128, 320, 512, 1024)},
        "drawings, 1024 px": drawings,
        "one grey, 128 px": flat,
    }


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB."""
    return float(10 * np.log10(255**2 / np.mean((one.astype(float) - other) ** 2)))


def decode_rates(pictures: Sequence[np.ndarray], *, strong: bool) -> dict[str, float]:
    """Share of pictures whose very id is read after each change, and the least and mean PSNR."""
    ids = np.random.default_rng(MEASURING).integers(0, 2**48, len(pictures))
    right = dict.fromkeys(CHANGES, 0)
    quality = []
    for pixels, watermark_id in zip(pictures, ids.tolist(), strict=True):
        with_mark = marked(pixels, watermark_id, strong=strong)
        quality.append(psnr(pixels, with_mark))
        published = saved(with_mark, "WEBP", BEST_QUALITY)
        for name, change in CHANGES.items():
            read = read_watermark(change(published))
            right[name] += read is not None and read.watermark_id == watermark_id
    return {
        "pictures": len(pictures),
        "psnr_mean": round(float(np.mean(quality)), 1),
        "psnr_least": round(min(quality), 1),
        **{name: count / len(pictures) for name, count in right.items()},
    }


def false_ids() -> dict[str, float]:
    """Ids read where there are none: in unmarked pictures, and how near noise comes."""
    cases = failure_pictures(MEASURING, 12, side_px=128)
    pictures = [case.pixels for case in cases if case.pixels is not None]
    rng = np.random.default_rng(MEASURING)
    bits = coded_length(ID_BITS + 16)
    agreements = [decode(np.cos(2 * np.pi * rng.random(bits)))[1] for _ in range(NOISE)]
    return {
        "pictures": len(pictures),
        "ids": sum(read_watermark(pixels) is not None for pixels in pictures),
        "noise_mean_agreement": round(float(np.mean(agreements)), 3),
        "noise_above_threshold": float(np.mean(np.array(agreements) >= LEAST_AGREEMENT)),
    }


def milliseconds(side_px: int) -> dict[str, float]:
    """What a published file costs: the whole way, and its parts."""
    with tempfile.TemporaryDirectory() as folder:
        publisher = Publisher(
            {},
            load_disclosure(),
            ContentCredentials.for_tests(Path(folder) / "credentials"),
            PictureStore(UPath(folder)),
        )
        picture = ApprovedPicture("de", "p", "c", "0" * 64, "d", "model", "revision", None)
        pixels = photographs(side_px)[0]
        seen = Picture(pixels, Dish(""))
        made = publisher.publish(picture, MASTER, seen)
        parts: dict[str, Callable[[], object]] = {
            "publish": lambda: publisher.publish(picture, MASTER, seen),
            "mark": lambda: marked(pixels, 1),
            "read mark": lambda: read_watermark(pixels),
            "read credentials": lambda: publisher.credentials.read(made.data),
        }
        return {name: round(1000 * least_seconds(part), 1) for name, part in parts.items()}


def least_seconds(work: Callable[[], object], tries: int = 7) -> float:
    """The least of several times: others use the machine, too."""
    seconds = []
    for _ in range(tries):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def rate_table(rates: Mapping[str, Mapping[str, float]]) -> str:
    """Markdown: a row for each group."""
    lines = [
        f"| pictures | number | PSNR, dB (least) | {' | '.join(CHANGES)} |",
        f"|---|--:|--:|{'--:|' * len(CHANGES)}",
    ]
    for name, of_group in rates.items():
        shares = " | ".join(f"{of_group[change]:.0%}" for change in CHANGES)
        quality = f"{of_group['psnr_mean']:.1f} ({of_group['psnr_least']:.1f})"
        lines.append(f"| {name} | {of_group['pictures']:.0f} | {quality} | {shares} |")
    return "\n".join(lines)


def cost_table(costs: Mapping[str, Mapping[str, float]]) -> str:
    """Markdown: a row for each size."""
    names = list(next(iter(costs.values())))
    lines = [f"| picture | {' | '.join(names)} |", f"|---|{'--:|' * len(names)}"]
    lines += [
        f"| {size} | {' | '.join(f'{cost[name]:.1f}' for name in names)} |"
        for size, cost in costs.items()
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, and write figures and tables down."""
    cv2.setNumThreads(1)
    rates = {}
    for name, pictures in groups().items():
        rates[name] = decode_rates(pictures, strong=False)
        if "128" in name:
            rates[f"{name}, strong mark"] = decode_rates(pictures, strong=True)
    costs = {f"{side} px": milliseconds(side) for side in (128, 1024)}
    wrong = false_ids()
    write_figures("watermark", {"decode_rates": rates, "milliseconds": costs, "false_ids": wrong})
    sentence = (
        f"Without a mark: {wrong['ids']:.0f} ids in {wrong['pictures']:.0f} pictures made to fail"
        f" checks. Noise agrees with its nearest code by {wrong['noise_mean_agreement']:.2f} on"
        f" average, and {wrong['noise_above_threshold']:.2%} of the time by the {LEAST_AGREEMENT}"
        " that are asked for; the check bits let 1 of 65,536 of those through."
    )
    write_table("watermark", f"{rate_table(rates)}\n\n{sentence}", PAGE)
    write_table("watermark-cost", cost_table(costs), PAGE)
    print(rate_table(rates), sentence, cost_table(costs), sep="\n\n")


if __name__ == "__main__":
    main()
