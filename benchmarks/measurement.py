"""Timing a piece of work once in this process, and writing the figures down.

Belongs here: what all benchmarks share. Does not belong here: what is measured, and targets.
"""

import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, TypeVar

RESULTS = Path(__file__).parent / "results"
PERFORMANCE_PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
Result = TypeVar("Result")


@dataclass(frozen=True)
class Measured(Generic[Result]):
    """What a piece of work gave, and what it took."""

    result: Result
    seconds: float
    peak_mib_before: float
    peak_mib: float


def measured(work: Callable[[], Result]) -> Measured[Result]:
    """Do the work once. Peaks are of the whole process, imports and inputs included."""
    before, began = peak_mib(), time.perf_counter()
    result = work()
    return Measured(result, time.perf_counter() - began, before, peak_mib())


def peak_mib() -> float:
    """The most memory that this process has held so far, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)  # bytes there, KiB elsewhere


def write_results(name: str, work: Measured[Result], **figures: float) -> Path:
    """Keep the figures of a piece of work that was measured in this process."""
    measured_figures = {
        "seconds": round(work.seconds, 2),
        "peak_mib": round(work.peak_mib),
        "peak_mib_before": round(work.peak_mib_before),
    }
    return write_figures(name, {**figures, **measured_figures})


def write_figures(name: str, figures: Mapping[str, Any]) -> Path:
    """Keep figures, with the day, the versions and the machine that they hold for."""
    path = RESULTS / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    contents = {
        **figures,
        "cpu_count": os.cpu_count(),
        "machine": platform.machine(),
        "measured_on": datetime.now(UTC).date().isoformat(),
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in ("garnish", "polars")},
        },
    }
    path.write_text(json.dumps(contents, indent=2) + "\n", encoding="utf-8")
    return path


def write_table(name: str, markdown: str, page: Path = PERFORMANCE_PAGE) -> None:
    """Put a table between its marks in a page, `<!-- name -->` and `<!-- /name -->`.

    Raises:
        ValueError: the page has no such marks.
    """
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if begin not in text or end not in text:
        raise ValueError(f"{page} has no place for the table: add {begin} and {end}")
    before, after = text.split(begin)[0], text.split(end)[1]
    page.write_text(f"{before}{begin}\n{markdown}\n{end}{after}", encoding="utf-8")
