"""Fixtures that several rooms use: a home of its own for each test, and the flow in it."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from gpu_ops.devices import prepare
from tests.stand_ins import MENU, Flow, land, local_flow

prepare("cpu")  # before any test imports torch


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder that only this test has."""
    for name in ("GARNISH_ENV", "GARNISH_STORE", "GARNISH_MENUS", "GARNISH_REVIEW_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GARNISH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """An instance in memory."""
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def flow(home: Path, instance: dg.DagsterInstance) -> Flow:
    """The flow over a German menu of four dishes, three of them without a picture."""
    land(home / "menus", "de.csv", MENU)
    return local_flow(instance)
