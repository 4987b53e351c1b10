"""From a new menu file to a picture to approve: `python -m benchmarks.new_file_to_candidate`.

Starts Dagster's webserver and daemon as `make dev` does, on a fresh home, lands a file with one
dish without a picture, and waits until the dish is on the shortlist.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from upath import UPath

from benchmarks.measurement import write_figures
from menu_assets.tables.review import SHORTLIST
from resources.environment import REPOSITORY
from resources.table_store import TableStore

MENU = (
    "product_id,vendor_id,vendor_name,name,category,price\n"
    "new-1,v-1,Trattoria Nuova,Pizza Margherita,pizza,9.50\n"
)
START_SECONDS = 180
ANSWER_SECONDS = 300


@contextmanager
def dagster_running(home: Path) -> Iterator[None]:
    """`dg dev` on a home, until the block ends."""
    environment = {
        **os.environ,
        "GARNISH_HOME": str(home),
        "DAGSTER_HOME": str(home / "dagster"),
    }
    subprocess.run(
        [sys.executable, "-m", "menu_assets.cli", "dev-home"],
        env=environment,
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    command = [str(Path(sys.executable).with_name("dg")), "dev", "--port", "3456"]
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)


def waited(condition: Callable[[], bool], limit_seconds: float) -> float:
    """Seconds until a condition held.

    Raises:
        TimeoutError: it did not hold in time.
    """
    began = time.perf_counter()
    while not condition():
        if time.perf_counter() - began > limit_seconds:
            raise TimeoutError(f"not within {limit_seconds} s")
        time.sleep(0.5)
    return time.perf_counter() - began


def main() -> None:
    """Measure once, write the figures, print one line."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        tables = TableStore(UPath(home / "tables"))

        def ticking() -> bool:
            # The daemon's first sensor tick builds the warehouse's snapshot anew.
            return len(list((home / "tables" / "_snapshots").iterdir())) > 1

        def shortlisted() -> bool:
            return tables.read(SHORTLIST, "de").filter(pl.col("product_id") == "new-1").height > 0

        with dagster_running(home):
            waited(ticking, START_SECONDS)
            beside = home / "menus" / ".de.csv.tmp"
            beside.write_text(MENU, encoding="utf-8")
            beside.rename(home / "menus" / "de.csv")
            seconds = waited(shortlisted, ANSWER_SECONDS)
    path = write_figures("new_file_to_candidate", {"seconds": round(seconds, 1)})
    print(f"a new dish was on the shortlist after {seconds:.0f} s: {path}")


if __name__ == "__main__":
    main()
