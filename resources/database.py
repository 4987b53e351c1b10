"""The database of reviews: SQLite or PostgreSQL, with tables that are made where they are missing.

Belongs here: the engine that all its stores share, transactions, and rows that many writers bring
at the same time. Does not belong here: any table (`review_store.py`, `translation_cache.py`, ...).
"""

import math
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

SQLITE_PATIENCE_S = 60
"""How long a writer waits for another one's transaction."""

PRESUMED_ALIVE_S = 1.0
"""A connection that was used so recently is taken as it is: asking takes as long as a question."""

CONNECT_PATIENCE_S = 5
"""How long a server may take to answer, and a thread waits for a connection of the pool."""

APPEND_ONLY = {"append_only": True}
"""`info` of a table whose rows the database itself refuses to change or delete."""

_MAKING_TABLES = 0x6A12
"""Number of the advisory lock under which PostgreSQL's tables are made: its IF NOT EXISTS races."""


@dataclass(frozen=True)
class Database:
    """The database of an SQLAlchemy URL; its stores share one pool of connections."""

    url: str

    @cached_property
    def engine(self) -> sa.Engine:
        """The engine, made on first use. A server that was restarted is noticed and reconnected."""
        url = sa.make_url(self.url)
        if url.get_backend_name() != "sqlite":
            server = sa.create_engine(
                url,
                pool_size=20,
                max_overflow=20,
                pool_timeout=CONNECT_PATIENCE_S,
                connect_args={"connect_timeout": CONNECT_PATIENCE_S},
            )
            _notice_restarts(server)
            return server
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url, connect_args={"timeout": SQLITE_PATIENCE_S})
        sa.event.listen(engine, "connect", _leave_transactions_to_us)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def having(self, *tables: sa.Table) -> Self:
        """This database, once the tables are there.

        What an older version made gets the columns that are new; they have to be nullable.
        """
        with self.reading() as connection:
            lacking = [table for table in tables if not _is_there(connection, table)]
        if lacking:  # never without need: on PostgreSQL even IF NOT EXISTS waits for all writers
            with self.writing() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING_TABLES)))
                for table in lacking:
                    _make(connection, table)
        return self

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to read with.

        On PostgreSQL each question is a transaction of its own: two ways to the server less.
        """
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes: all or nothing.

        SQLite takes the only writer's place at its beginning. A transaction that reads first and
        writes later would fail there, at once, if another one was quicker.
        """
        with (
            self.engine.connect().execution_options(garnish_writes=True) as connection,
            connection.begin(),
        ):
            yield connection


def insert_into(connection: sa.Connection, table: sa.Table) -> Any:
    """The database's own INSERT, which says what to do about a row that is there already."""
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.dialect.name].insert(table)


def insert_new(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str] | None = None,
) -> int:
    """Insert rows; those whose key is there already are left out.

    Args:
        connection: Within a transaction.
        table: Where to.
        rows: By column.
        key: Columns of the key; every key of the table counts if it is not given.

    Returns:
        How many were new.
    """
    insert = insert_into(connection, table).on_conflict_do_nothing(index_elements=key)
    # Else SQLAlchemy says -1 of an insert that PostgreSQL has left out.
    counted = insert.execution_options(preserve_rowcount=True)
    return sum(connection.execute(counted, dict(row)).rowcount for row in rows)


def _notice_restarts(engine: sa.Engine) -> None:
    """Ask a connection that rested whether its server is still there; if not, connect anew."""
    dialect, dropped = engine.dialect, engine.dialect.loaded_dbapi.Error

    def ask(connection: Any, record: sa.pool.ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info.get("used_at", -math.inf) < PRESUMED_ALIVE_S:
            return
        try:
            dialect.do_ping(connection)
        except dropped as error:
            raise sa.exc.InvalidatePoolError from error

    def note(_: object, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["used_at"] = time.monotonic()

    sa.event.listen(engine, "checkout", ask)
    sa.event.listen(engine, "checkin", note)


def _leave_transactions_to_us(connection: Any, _: object) -> None:
    """Readers and one writer at the same time; the driver begins no transactions by itself."""
    connection.isolation_level = None
    # It stays in the file. SQLite waits for nobody here: if another process is making the file at
    # this moment, that one sets it.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode=WAL")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("garnish_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _is_there(connection: sa.Connection, table: sa.Table) -> bool:
    found = sa.inspect(connection)
    if not found.has_table(table.name):
        return False
    columns = {column["name"] for column in found.get_columns(table.name)}
    indexes = {index["name"] for index in found.get_indexes(table.name)}
    return columns >= set(table.columns.keys()) and indexes >= {i.name for i in table.indexes}


def _make(connection: sa.Connection, table: sa.Table) -> None:
    connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
    _add_columns(connection, table)
    for index in table.indexes:
        connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))
    if table.info.get("append_only"):
        _refuse_changes(connection, table)


def _add_columns(connection: sa.Connection, table: sa.Table) -> None:
    there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
    preparer = connection.dialect.identifier_preparer
    for column in table.columns:
        if column.name not in there:
            kind = column.type.compile(connection.dialect)
            connection.exec_driver_sql(
                f"ALTER TABLE {preparer.format_table(table)}"
                f" ADD COLUMN {preparer.format_column(column)} {kind}"
            )


def _refuse_changes(connection: sa.Connection, table: sa.Table) -> None:
    """Triggers, so that not even a program with the password changes what was said."""
    name = table.name
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER IF NOT EXISTS {name}_no_{verb.lower()} BEFORE {verb} ON {name}"
                f" BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            )
        return
    connection.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{name} is append-only'; END $$"
    )
    connection.exec_driver_sql(
        f"CREATE OR REPLACE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        f" ON {name} FOR EACH STATEMENT EXECUTE FUNCTION {name}_refuse()"
    )
