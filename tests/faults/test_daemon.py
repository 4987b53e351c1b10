"""The daemon is killed when it has asked for a run and before it knows that it has."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from resources.places import REPOSITORY
from tests.stand_ins import land, menu_row

PATIENCE_S = 60
INSTANCE = """
telemetry: {enabled: false}
concurrency: {runs: {max_concurrent_runs: 0}}
"""


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("GARNISH_MENUS", str(tmp_path / "menus"))
    (tmp_path / "dagster.yaml").write_text(INSTANCE)
    with dg.DagsterInstance.get() as made:
        yield made


@contextmanager
def daemon() -> Iterator[None]:
    """Dagster's daemon and its code server, until both are killed at the end of the block."""
    command = [sys.executable, "-m", "dagster._daemon", "run", "-m", "tests.faults.menu_watch"]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, f"nothing happened for {PATIENCE_S} s"
        time.sleep(0.01)


def test_each_change_of_a_menu_has_one_run(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    land(tmp_path / "menus", "de.csv", [menu_row("1", "Pizza")])
    with daemon():
        wait_until(instance.get_runs)  # and then it is killed
    land(tmp_path / "menus", "tr.csv", [menu_row("1", "Pide")])
    with daemon():
        wait_until(lambda: len(instance.get_runs()) > 1)
        time.sleep(6)  # one more tick, whose cursor has both
    countries = sorted(run.tags["dagster/partition"] for run in instance.get_runs())
    assert countries == ["de", "tr"]
