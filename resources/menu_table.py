"""Menus as rows of a database table: the platform's own, or one that messages are kept in.

Belongs here: finding out which countries changed, reading a country, and keeping newer rows. Does
not belong here: files (`menu_source.py`), messages (`menu_messages.py`), and what a valid product
is (`menu_assets/product_rules.py`).

The table, or view, has the columns of a menu file. Two more are understood: `is_deleted`, for rows
that are no product any more (a row that just vanishes is not noticed until another one changes),
and `landed_at`, when the row was written by the database's clock; without it `updated_at` has to
be that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import polars as pl
import sqlalchemy as sa

from resources.countries import UNKNOWN_COUNTRY, country_codes
from resources.database import Database, insert_into
from resources.menu_source import (
    COLUMNS,
    REFUSED_SCHEMA,
    REQUIRED_COLUMNS,
    ROW_SCHEMA,
    MenuRows,
    text_of_value,
)
from resources.settings import SettingError

LATE_COMMITS = timedelta(minutes=15)
"""A transaction stamps its rows when it begins and shows them when it ends: so long it may take."""

_KEY = ("country", "product_id")
LANDED_ITEMS = sa.Table(
    "menu_items",
    sa.MetaData(),
    sa.Column("country", sa.String(2), primary_key=True),
    sa.Column("product_id", sa.String, primary_key=True),
    *(
        sa.Column(name, sa.String)
        for name in COLUMNS
        if name not in ("country", "product_id", "updated_at")
    ),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("is_deleted", sa.Boolean, nullable=False, default=False),
    sa.Column("landed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("menu_items_by_landing", "country", "landed_at"),
)


@dataclass(frozen=True)
class TableMenuSource:
    """A table or view of menu items.

    Attributes:
        database: Where it is.
        table: Its name; one of the name `menu_items` is made if it is missing.
    """

    database: Database
    table: str = "menu_items"

    @cached_property
    def _table(self) -> sa.Table:
        if self.table == LANDED_ITEMS.name:
            self.database.having(LANDED_ITEMS)
        try:
            found = sa.Table(self.table, sa.MetaData(), autoload_with=self.database.engine)
        except sa.exc.NoSuchTableError as error:
            raise SettingError(
                f"GARNISH_MENU_TABLE is {self.table!r}: there is no such table or view"
            ) from error
        missing = [
            name for name in (*REQUIRED_COLUMNS, "country", "updated_at") if name not in found.c
        ]
        if missing:
            raise SettingError(f"{self.table} has no column {', '.join(missing)}: add it")
        return found

    @cached_property
    def _landing(self) -> Database:
        return self.database.having(LANDED_ITEMS)

    @property
    def _changed_at(self) -> sa.ColumnElement[Any]:
        columns = self._table.c
        return columns.landed_at if "landed_at" in columns else columns.updated_at

    @property
    def _of_served_countries(self) -> sa.ColumnElement[str]:
        """The country of a row, or the code of the unknown one."""
        own = sa.func.lower(self._table.c.country)
        return sa.case((own.in_(country_codes()), own), else_=UNKNOWN_COUNTRY)

    def fingerprints(self) -> dict[str, str]:
        """For each country with items: a word that changes when they do.

        The newest time alone would miss a row that was written before, by a transaction that ended
        after: so the times of the last minutes are summed up, too.
        """
        country, changed = self._of_served_countries, self._changed_at
        newest = sa.select(country.label("country"), sa.func.max(changed).label("newest"))
        with self.database.reading() as connection:
            tops = connection.execute(newest.group_by(sa.text("1"))).all()
            prints = {}
            for code, top in tops:
                late = sa.select(sa.func.count(), sa.func.sum(sa.extract("epoch", changed))).where(
                    country == code, changed > top - LATE_COMMITS
                )
                count, total = connection.execute(late).one()
                prints[code] = f"{top.isoformat()} {count} {total}"
        return dict(sorted(prints.items()))

    def read(self, country: str) -> MenuRows:
        """Every row of a country as text; the line of a row is its place by product id."""
        table = self._table
        query = sa.select(*(table.c[name] for name in COLUMNS if name in table.c)).where(
            self._of_served_countries == country
        )
        if "is_deleted" in table.c:
            query = query.where(table.c.is_deleted.is_not(sa.true()))
        columns: dict[str, list[str | None]] = {name: [] for name in COLUMNS}
        with self.database.reading() as connection:
            for row in connection.execute(query.order_by(table.c.product_id)).mappings():
                for name in COLUMNS:
                    columns[name].append(text_of_value(row.get(name)))
        height = len(columns["product_id"])
        places = {"source_file": [self.table] * height, "source_line": range(1, height + 1)}
        return MenuRows(
            pl.DataFrame({**columns, **places}, schema=ROW_SCHEMA),
            pl.DataFrame(schema=REFUSED_SCHEMA),
        )

    def land(self, items: Sequence[Mapping[str, Any]]) -> int:
        """Keep items, all or none; an older one than what is there already is left out.

        So messages may come twice and in any order.

        Args:
            items: Rows with `country`, `product_id` and `updated_at`, a time with its zone.

        Returns:
            How many were new or newer.
        """
        with self._landing.writing() as connection:
            # Clocks of several machines differ; the database has one. SQLite has one machine.
            now = sa.func.now() if connection.dialect.name == "postgresql" else datetime.now(UTC)
            insert = insert_into(connection, LANDED_ITEMS).values(landed_at=now)
            newer = insert.on_conflict_do_update(
                index_elements=list(_KEY),
                set_={
                    column.name: insert.excluded[column.name]
                    for column in LANDED_ITEMS.columns
                    if column.name not in _KEY
                },
                where=LANDED_ITEMS.c.updated_at < insert.excluded.updated_at,
            )
            usual = {**dict.fromkeys(COLUMNS), "is_deleted": False}
            newer = newer.execution_options(preserve_rowcount=True)
            return sum(connection.execute(newer, {**usual, **item}).rowcount for item in items)
