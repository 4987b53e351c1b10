"""Clocks that differ: no changed dish is missed, and no row wins for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from resources import menu_table
from resources.database import Database
from resources.menu_table import LATE_COMMITS, TableMenuSource


class Behind(datetime):
    """The clock of a machine that is behind by more than a late commit may be."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) - 2 * LATE_COMMITS


def test_a_dish_that_a_machine_with_a_slow_clock_lands_is_not_missed(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu = TableMenuSource(postgres_database)
    now = datetime.now(UTC)
    dish = {"country": "de", "product_id": "1", "name": "Suppe", "updated_at": now}
    menu.land([dish, {**dish, "product_id": "2"}])
    before = menu.fingerprints()
    monkeypatch.setattr(menu_table, "datetime", Behind)
    menu.land([{**dish, "name": "Eintopf", "updated_at": now + timedelta(seconds=1)}])
    assert menu.fingerprints() != before
