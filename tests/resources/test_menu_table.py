"""Menus in a database table: nothing that changes is missed, and newer rows win."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from menu_assets.product_rules import validated
from resources.database import Database
from resources.menu_table import TableMenuSource
from resources.settings import SettingError

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def item(product_id: str = "1", **values: Any) -> dict[str, Any]:
    usual = {
        "country": "de",
        "product_id": product_id,
        "vendor_id": "v1",
        "vendor_name": "Zum Löwen",
        "name": "Flädlesuppe",
        "category": "soup",
        "price": "5.90",
        "updated_at": NOON,
    }
    return {**usual, **values}


@pytest.fixture
def menu(database: Database) -> TableMenuSource:
    return TableMenuSource(database)


def test_landed_items_are_the_products_of_their_country(menu: TableMenuSource) -> None:
    menu.land([item("1"), item("2", price="-1"), item("3", country="tr")])
    assert menu.fingerprints().keys() == {"de", "tr"}
    valid, rejected = validated(menu.read("de"), "de")
    assert valid["product_id"].to_list() == ["1"]
    assert valid["updated_at"].to_list() == [NOON]
    assert rejected.select("source_file", "product_id").rows() == [("menu_items", "2")]


def test_an_older_item_changes_nothing_whenever_it_comes(menu: TableMenuSource) -> None:
    assert menu.land([item(name="new", updated_at=NOON + timedelta(hours=1))]) == 1
    before = menu.fingerprints()
    assert menu.land([item(name="old")]) == 0
    assert menu.land([item(name="new", updated_at=NOON + timedelta(hours=1))]) == 0
    assert menu.fingerprints() == before
    assert menu.read("de").rows["name"].to_list() == ["new"]


def test_a_change_is_seen_in_its_country_only(menu: TableMenuSource) -> None:
    menu.land([item("1"), item("3", country="tr")])
    before = menu.fingerprints()
    menu.land([item("1", name="other", updated_at=NOON + timedelta(seconds=1))])
    after = menu.fingerprints()
    assert (after["tr"], after["de"] != before["de"]) == (before["tr"], True)


def test_a_deleted_item_is_no_product_and_its_country_has_changed(menu: TableMenuSource) -> None:
    menu.land([item("1"), item("2")])
    before = menu.fingerprints()
    menu.land([item("1", is_deleted=True, updated_at=NOON + timedelta(seconds=1))])
    assert menu.fingerprints() != before
    assert menu.read("de").rows["product_id"].to_list() == ["2"]


def test_a_platform_s_own_table_is_read_by_its_columns(database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE dishes (country VARCHAR(2), product_id VARCHAR, vendor_id VARCHAR,"
            " vendor_name VARCHAR, name VARCHAR, category VARCHAR, price NUMERIC(8, 2),"
            " updated_at TIMESTAMP, other VARCHAR)"
        )
        connection.exec_driver_sql(
            "INSERT INTO dishes VALUES ('DE', '7', 'v', 'V', 'Brot', 'bread', 2.5,"
            " '2026-11-24 10:00:00', 'x'), ('xx', '8', 'v', 'V', 'Pan', 'bread', 2.5,"
            " '2026-11-24 10:00:00', 'x')"
        )
    menu = TableMenuSource(database, "dishes")
    assert menu.fingerprints().keys() == {"de", "zz"}
    valid, _ = validated(menu.read("de"), "de")
    assert valid.select("product_id", "price").rows() == [("7", 2.5)]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("CREATE TABLE dishes (country VARCHAR)", "dishes has no column product_id, vendor_id"),
        ("CREATE TABLE others (country VARCHAR)", "no such table or view"),
    ],
)
def test_a_table_that_cannot_be_read_is_named(
    database: Database, statement: str, message: str
) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(SettingError, match=message):
        TableMenuSource(database, "dishes").fingerprints()


def test_a_row_that_is_committed_late_is_not_missed(postgres_database: Database) -> None:
    menu = TableMenuSource(postgres_database)
    menu.land([item("1")])
    slow = postgres_database.engine.connect()
    began = slow.begin()
    slow.execute(
        sa.text(
            "INSERT INTO menu_items (country, product_id, name, updated_at, is_deleted, landed_at)"
            " VALUES ('de', 'late', 'late', now(), false, now())"
        )
    )
    menu.land([item("2")])
    seen = menu.fingerprints()
    began.commit()
    slow.close()
    assert menu.fingerprints() != seen
    assert "late" in menu.read("de").rows["product_id"].to_list()
