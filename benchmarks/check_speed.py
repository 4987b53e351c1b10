"""What each check costs: CPU milliseconds a picture, seconds to load, memory.

`python -m benchmarks.check_speed` runs each check of the local environment in a process of its own,
at 128 and at 1024 px, and the classical measures on one core. Writes `results/check_speed.json` and
the table in docs/quality.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

import cv2

from benchmarks.measurement import peak_mib, write_figures, write_table
from resources.checks.check import Picture
from resources.checks.quality import quality_of
from resources.environment import REPOSITORY, resources_for
from tests.failure_pictures import failure_pictures

PAGE = REPOSITORY / "docs" / "quality.md"
SIDES_PX = (128, 1024)
PICTURES = {128: 49, 1024: 6}
REPEATS = 2
SHARED = "layout, light and colour (once for all)"
SCORES = "all scores but content"
CLASSICAL = (SHARED, SCORES, "LayoutCheck", "ColourCheck", "CollageCheck")
"""What takes no model, in the order of its work: the target counts all of it."""

TARGET_PER_SECOND = 40


def pictures_of(side_px: int) -> list[Picture]:
    """Clean drawings that nothing has been measured of."""
    cases = failure_pictures(0, PICTURES[side_px], ["clean_drawing"], side_px)
    return [case.picture for case in cases][: PICTURES[side_px]]


def measure_shared(pictures: Sequence[Picture]) -> None:
    """Work out what all checks use."""
    for picture in pictures:
        _ = picture.layout, picture.light


def work_of(part: str) -> Callable[[Sequence[Picture]], object]:
    """What a part does with pictures."""
    if part == SHARED:
        return measure_shared
    if part == SCORES:
        return lambda pictures: [quality_of(picture, None) for picture in pictures]
    checks = resources_for("local").checks.checks
    return next(check for check in checks if type(check).__name__ == part).look


def measure_part(part: str, side_px: int, threads: int) -> dict[str, float]:
    """One part in this process, the first look apart: it imports and loads."""
    if threads:
        cv2.setNumThreads(threads)
    pictures, work, before = pictures_of(side_px), work_of(part), peak_mib()

    def seconds(some: Sequence[Picture]) -> tuple[float, float]:
        fresh = [Picture(picture.pixels, picture.dish) for picture in some]
        if part != SHARED:
            measure_shared(fresh)
        began, began_cpu = time.perf_counter(), time.process_time()
        work(fresh)
        return time.perf_counter() - began, time.process_time() - began_cpu

    first, _ = seconds(pictures[:1])
    walls, cpus = zip(*(seconds(pictures) for _ in range(REPEATS)), strict=True)
    each = min(walls) / len(pictures)
    return {
        "ms_per_picture": round(1000 * each, 2),
        "cpu_ms_per_picture": round(1000 * min(cpus) / len(pictures), 2),
        "load_s": round(max(0.0, first - each), 2),
        "more_mib": round(peak_mib() - before),
    }


def in_own_process(part: str, side_px: int, threads: int) -> dict[str, float]:
    """`measure_part` where nothing else has been loaded."""
    command = [sys.executable, "-m", "benchmarks.check_speed", "--part", part]
    command += ["--side-px", str(side_px), "--threads", str(threads)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown: one line for each part."""
    lines = [
        "| part | CPU ms a picture at 128 px | at 1024 px | first look, s | MiB at 1024 px |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        small, large = row["128"], row["1024"]
        name = row["part"] if " " in row["part"] else f"`{row['part']}`"
        lines.append(
            f"| {name} | {small['cpu_ms_per_picture']:.1f} | {large['cpu_ms_per_picture']:.1f} |"
            f" {large['load_s']:.1f} | {large['more_mib']:.0f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure all parts, or one in this process where it is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part")
    parser.add_argument("--side-px", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=0, help="OpenCV's; 0 = as many as cores")
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(measure_part(arguments.part, arguments.side_px, arguments.threads)))
        return
    with tempfile.TemporaryDirectory() as home:
        os.environ["GARNISH_HOME"] = home
        checks = resources_for("local").checks.checks
        parts = [SHARED, SCORES, *(type(check).__name__ for check in checks)]
        rows: list[dict[str, Any]] = []
        for part in parts:
            rows.append(
                {"part": part, **{str(side): in_own_process(part, side, 0) for side in SIDES_PX}}
            )
            print(rows[-1], flush=True)
        classical = [part for part in CLASSICAL if part in parts]
        one_core_ms = sum(in_own_process(part, 1024, 1)["cpu_ms_per_picture"] for part in classical)
    per_second = 1000 / one_core_ms
    summary = (
        f"Classical measures together on one core at 1024 px: {per_second:.0f} pictures/s"
        f" ({one_core_ms:.0f} ms each; wanted: {TARGET_PER_SECOND})."
    )
    print(summary)
    write_table("check-speed", f"{table(rows)}\n\n{summary}", PAGE)
    write_figures(
        "check_speed",
        {"parts": rows, "classical_pictures_per_second_and_core": round(per_second, 1)},
    )


if __name__ == "__main__":
    main()
