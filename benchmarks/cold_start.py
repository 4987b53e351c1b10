"""From process start to the first picture: `python -m benchmarks.cold_start`.

The small family on a CPU, or on a GPU where there is one; each way in a process of its own with an
empty compiler cache. A pod that starts for 500 pictures pays this once, so compiled code is worth
keeping. Writes `results/cold_start.json` and the table in docs/performance.md.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measurement import write_figures, write_table
from gpu_ops.devices import prepare
from gpu_ops.engines import ModelSetup, load_engine
from gpu_ops.generation import Compilation, Execution, GenerationSettings, PictureRequest
from gpu_ops.model_folder import ModelFiles
from resources.environment import REPOSITORY

BATCH = 4
SETTINGS = GenerationSettings(steps=12, guidance_scale=2.5)


@dataclass(frozen=True)
class Way:
    """A way to start: what is compiled, and whether an earlier process's code is there."""

    name: str
    compilation: Compilation
    keeps_code: bool = False
    has_code: bool = False


WAYS = (
    Way("nothing compiled", "none"),
    Way("blocks compiled", "regional", keeps_code=True),
    Way("blocks compiled, code kept by another process", "regional", has_code=True),
    Way("all compiled", "full", keeps_code=True),
    Way("all compiled, code kept by another process", "full", has_code=True),
)


def first_and_next_picture(compilation: Compilation, code: str, device: str) -> None:
    """In a process of its own: draw a batch twice, and print the seconds of the second."""
    execution = Execution(compilation, compiled_code=Path(code) if code else None)
    files = ModelFiles(REPOSITORY / "models" / "small")
    engine = load_engine(ModelSetup("sdxl", files, device, "float32", execution=execution))
    prompt = "a photo of lentil soup, in a bowl"
    requests = [PictureRequest(prompt, "text", seed) for seed in range(BATCH)]
    engine.develop(engine.draw(requests, SETTINGS))
    print("first", time.time(), flush=True)
    began = time.perf_counter()
    engine.develop(engine.draw(requests, SETTINGS))
    print("next", (time.perf_counter() - began) / BATCH, flush=True)


def measured(way: Way, folder: Path, device: str) -> dict[str, float | str]:
    """Seconds to the first batch, and a picture's once it is warm."""
    code = folder / f"{way.compilation}.bin" if way.keeps_code or way.has_code else ""
    with tempfile.TemporaryDirectory() as cache:
        began = time.time()
        child = ["--child", way.compilation, str(code), "--device", device]
        result = subprocess.run(
            [sys.executable, "-m", "benchmarks.cold_start", *child],
            env={**os.environ, "TORCHINDUCTOR_CACHE_DIR": cache},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
    printed = dict(line.split() for line in result.stdout.splitlines())
    return {
        "name": way.name,
        "first_batch_seconds": float(printed["first"]) - began,
        "warm_seconds_per_picture": float(printed["next"]),
    }


def table(rows: Sequence[dict[str, float | str]]) -> str:
    """The ways in Markdown."""
    lines = ["| way | s to the first batch | s/picture, warm |", "|---|--:|--:|"]
    lines += [
        f"| {row['name']} | {row['first_batch_seconds']:.1f}"
        f" | {row['warm_seconds_per_picture']:.3f} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure all ways, write figures and table."""
    prepare("cpu")
    import torch

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--child", nargs=2, metavar=("COMPILATION", "CODE"), help="used by itself")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    if options.child:
        first_and_next_picture(*options.child, options.device)
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for way in WAYS:
            rows.append(measured(way, Path(folder), options.device))
            print(table(rows[-1:]).splitlines()[-1], flush=True)
    path = write_figures("cold_start", {"device": options.device, "ways": rows})
    write_table("cold-start", table(rows))
    print(path)


if __name__ == "__main__":
    main()
