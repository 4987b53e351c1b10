"""How long the demo takes, first and again: `python -m benchmarks.demo_seconds`.

The command runs as a person runs it, in processes of its own and a fresh home. Memory is the most
that the largest of its processes held.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.measurement import write_figures
from resources.environment import REPOSITORY


@dataclass(frozen=True)
class DemoRun:
    """One run of the demo: how long, and what it printed."""

    seconds: float
    printed: str


def run_demo(home: Path) -> DemoRun:
    """Run `garnish demo` for all countries."""
    environment = {
        **os.environ,
        "GARNISH_HOME": str(home),
        "DAGSTER_HOME": str(home / "dagster"),
        "COLUMNS": "120",
    }
    began = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-m", "menu_assets.cli", "demo"],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return DemoRun(time.perf_counter() - began, result.stdout)


def main() -> None:
    """Measure both runs, write the figures, print one line."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = run_demo(Path(folder)), run_demo(Path(folder))
        made = Path(folder) / "tables" / "images" / "candidate_images" / "*.parquet"
        pictures = pl.read_parquet(made).filter(pl.col("status") == "made").height
    peak_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    nothing_drawn = re.search(r"0 pictures were drawn", second.printed) is not None
    path = write_figures(
        "demo_seconds",
        {
            "first_seconds": round(first.seconds, 1),
            "second_seconds": round(second.seconds, 1),
            "pictures_drawn": pictures,
            "pictures_drawn_again": 0 if nothing_drawn else None,
            "peak_mib": round(peak_mib),
        },
    )
    print(first.printed)
    print(
        f"first {first.seconds:.0f} s for {pictures} pictures, again {second.seconds:.1f} s,"
        f" {peak_mib:,.0f} MiB at the peak: {path}"
    )


if __name__ == "__main__":
    main()
