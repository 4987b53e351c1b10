"""What the tables in SQLite or PostgreSQL have in common.

Belongs here: opening a database that may not be there yet, and rows that many writers bring at the
same time. Does not belong here: any table (`review_store.py`, `translation_cache.py`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

SQLITE_PATIENCE_S = 60
"""How long a writer waits for another one's transaction."""


def open_database(url: str, table: sa.Table) -> sa.Engine:
    """A database of an SQLAlchemy URL with a table in it; made where it is missing."""
    is_sqlite = url.startswith("sqlite")
    engine = sa.create_engine(url, connect_args={"timeout": SQLITE_PATIENCE_S} if is_sqlite else {})
    if is_sqlite and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    with engine.begin() as connection:  # IF NOT EXISTS: another process may be first
        connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))
    return engine


def insert_new(
    engine: sa.Engine, table: sa.Table, rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> int:
    """Insert rows in one transaction; those whose key is there already are left out.

    Returns:
        How many were new.
    """
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[engine.dialect.name]
    insert = dialect.insert(table).on_conflict_do_nothing(index_elements=list(key))
    with engine.begin() as connection:
        return sum(connection.execute(insert, dict(row)).rowcount for row in rows)
