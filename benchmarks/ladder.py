"""Every lever's effect on speed, in one run: `python -m benchmarks.ladder`.

On a GPU: full-size SDXL with random weights at 1024 px. On a CPU: the small family at 128 px. The
same seeds everywhere; ceilings of the device are measured in the same run. Writes
`results/ladder-<device>.json` and the table in docs/performance.md.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.ceilings import copy_gb_per_second, matmul_tflops, wait_for
from benchmarks.measurement import write_figures, write_table
from benchmarks.random_models import random_sdxl
from benchmarks.rungs import Rung, full_size_rungs, small_rungs
from gpu_ops.denoising_plan import planned_steps
from gpu_ops.devices import prepare
from gpu_ops.engines import sdxl_engine
from gpu_ops.generation import PictureRequest
from gpu_ops.memory import TooLittleMemory
from gpu_ops.model_folder import ModelFiles
from gpu_ops.overlap import overlapped
from gpu_ops.quantisation import FP8_CAPABILITY
from gpu_ops.sdxl_engine import SdxlEngine
from gpu_ops.sdxl_pipeline import SdxlParts, load_pipeline
from gpu_ops.unet_flops import unet_flops
from resources.environment import REPOSITORY
from resources.gpu_prices import load_gpu_prices

PROMPT = "a photo of lentil soup with leek, in a bowl, food photography, top view, soft light"
NEGATIVE_PROMPT = "people, text, logo"
OVERLAPPED_BATCHES = 3
FORMAT_OF = {"fp8": "float8", "int8": "int8"}


def engine_for(rung: Rung, device: str) -> SdxlEngine:
    """The model of a rung: random and of full size on a GPU, the small family on a CPU."""
    settings = rung.settings
    if device == "cuda":
        pipeline = random_sdxl(device, settings.dtype, settings.decoder)
    else:
        folder = REPOSITORY / "models" / "small"
        pipeline = load_pipeline(ModelFiles(folder), device, settings.dtype, SdxlParts())
    return sdxl_engine(pipeline, settings.linears, rung.execution)


def requests(pictures: int, first_seed: int = 1) -> list[PictureRequest]:
    """So many pictures of one dish."""
    seeds = range(first_seed, first_seed + pictures)
    return [PictureRequest(PROMPT, NEGATIVE_PROMPT, seed) for seed in seeds]


def measured_rung(rung: Rung, device: str, batch: int, repeats: int) -> dict[str, Any]:
    """Seconds a picture: drawing, decoding, both one after the other, and overlapped."""
    engine = engine_for(rung, device)
    draws, develops = [], []
    for number in range(1 + repeats):  # the first warms up and compiles
        began = time.perf_counter()
        drawing = engine.draw(requests(batch), rung.settings)
        drawn = time.perf_counter()
        made = engine.develop(drawing)
        wait_for(device)
        if any(made.failure_reasons):
            raise RuntimeError(f"{rung.name}: {made.failure_reasons}")
        if number:
            draws.append(drawn - began)
            develops.append(time.perf_counter() - drawn)
    began = time.perf_counter()
    batches = [requests(batch, 1 + batch * number) for number in range(OVERLAPPED_BATCHES)]
    for _ in overlapped(
        batches,
        lambda some: engine.draw(some, rung.settings),
        lambda _, drawing: engine.develop(drawing),
    ):
        pass
    wall = (time.perf_counter() - began) / OVERLAPPED_BATCHES
    draw, develop = statistics.median(draws), statistics.median(develops)
    config, settings = engine.pipeline.unet.config, rung.settings
    flops = unet_flops(config, settings.height_px, settings.width_px)
    return {
        "name": rung.name,
        "settings": rung.settings.as_dict(),
        "execution": {k: v for k, v in asdict(rung.execution).items() if v},
        "batch": batch,
        "unet_evaluations": rung.evaluations,
        "unet_tflop": flops.of_plan(planned_steps(settings)) / 1e12,
        "draw_seconds": draw / batch,
        "develop_seconds": develop / batch,
        "seconds": (draw + develop) / batch,
        "overlapped_seconds": wall / batch,
        "overlapped_over_drawing": wall / draw,
    }


def with_ratios(
    rows: Sequence[dict[str, Any]], ceilings: dict[str, float], usd_per_hour: float
) -> Iterator[dict[str, Any]]:
    """What each rung gains over the first, and how near the device's ceiling it is.

    `efficiency` is the gain in time over the gain in arithmetic: below 1 something beside the
    arithmetic costs time.
    """
    first = rows[0]
    for row in rows:
        speed_up = first["seconds"] / row["seconds"]
        fewer_flop = first["unet_tflop"] / row["unet_tflop"]
        format_name = row["settings"]["dtype"]
        tflops = row["unet_tflop"] / row["draw_seconds"]
        yield row | {
            "speed_up": speed_up,
            "fewer_flop": fewer_flop,
            "efficiency": speed_up / fewer_flop,
            "unet_tflops": tflops,
            "share_of_matmul_ceiling": tflops / ceilings[format_name],
            "usd_per_picture": row["overlapped_seconds"] * usd_per_hour / 3600,
        }


def batch_scan(rung: Rung, device: str, largest: int) -> list[dict[str, float]]:
    """Seconds a picture and share of the ceiling by batch size, until memory ends."""
    engine, rows, batch = engine_for(rung, device), [], 1
    config = engine.pipeline.unet.config
    flop = unet_flops(config, rung.settings.height_px, rung.settings.width_px)
    while batch <= largest:
        times = []
        try:
            for _ in range(3):
                began = time.perf_counter()
                drawing = engine.draw(requests(batch), rung.settings)
                times.append(time.perf_counter() - began)
        except TooLittleMemory:
            break
        if any(drawing.notes):  # the batch was halved: larger ones do not fit
            break
        seconds = min(times[1:]) / batch
        tflop = flop.of_plan(planned_steps(rung.settings)) / 1e12
        rows.append({"batch": batch, "seconds": seconds, "unet_tflops": tflop / seconds})
        batch *= 2
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The ladder in Markdown."""
    lines = [
        "| rung | UNet passes | TFLOP | s/picture | decoding | overlapped | faster"
        " | less arithmetic | efficiency | of the ceiling |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row['name']} | {row['unet_evaluations']} | {row['unet_tflop']:.3g}"
        f" | {row['seconds']:.3f} | {row['develop_seconds']:.3f} | {row['overlapped_seconds']:.3f}"
        f" | {row['speed_up']:.1f}x | {row['fewer_flop']:.1f}x | {row['efficiency']:.2f}"
        f" | {row['share_of_matmul_ceiling']:.0%} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure all rungs, write figures and table."""
    prepare("cpu")
    import torch

    on_gpu = torch.cuda.is_available()
    device = "cuda" if on_gpu else "cpu"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=8 if on_gpu else 4)
    parser.add_argument("--repeats", type=int, default=10 if on_gpu else 3)
    parser.add_argument("--gpu-class", default="l4" if on_gpu else "cpu", help="whose price")
    parser.add_argument("--only", default="", help="rungs whose name contains this; writes nothing")
    options = parser.parse_args()
    if on_gpu:
        name = torch.cuda.get_device_name()
        linears = "fp8" if torch.cuda.get_device_capability() >= FP8_CAPABILITY else "int8"
        rungs = full_size_rungs(linears)
    else:
        name, rungs = f"{torch.get_num_threads()} CPU cores", small_rungs()
    ceilings = matmul_tflops(device)
    copying = copy_gb_per_second(device)
    print(f"{name}: {ceilings} TFLOP/s, {copying} GB/s")
    rows = []
    for rung in rungs:
        if options.only in rung.name:
            rows.append(measured_rung(rung, device, options.batch, options.repeats))
            print(f"{rows[-1]['seconds']:8.3f} s  {rung.name}", flush=True)
            _forget(device)
    usd_per_hour = load_gpu_prices()[options.gpu_class].usd_per_hour
    rows = list(with_ratios(rows, ceilings, usd_per_hour))
    print(table(rows))
    if options.only:
        return
    scanned = rungs[8] if on_gpu else rungs[5]
    path = write_figures(
        f"ladder-{device}",
        {
            "device": name,
            "torch": torch.__version__,
            "matmul_tflops": ceilings,
            "copy_gb_per_second": copying,
            "usd_per_hour": usd_per_hour,
            "rungs": rows,
            "by_batch": batch_scan(scanned, device, 64 if on_gpu else 16),
        },
    )
    write_table(f"ladder-{device}", table(rows))
    print(path)


def _forget(device: str) -> None:
    import torch

    gc.collect()
    torch._dynamo.reset()  # noqa: SLF001 (the only way to drop compiled code)
    if device == "cuda":
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
