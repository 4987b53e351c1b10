"""The analysts' DuckDB file: one view for each table, with comments, over the Parquet files.

Belongs here: building the file and asking it. Does not belong here: the questions
(`docs/analysts.md`).

DuckDB lets one process write a file or many read it, never both. So nothing ever writes the file
that analysts open: it holds only views, over a snapshot of the tables that stays as it is, and a
newer warehouse is built beside the old one and renamed over it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
from upath import UPath

from resources import table_snapshot
from resources.atomic_files import replacing
from resources.table_schema import Table
from resources.table_snapshot import Snapshot
from resources.table_store import TableStore


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Warehouse:
    """`warehouse.duckdb` over a table store."""

    path: Path
    tables: TableStore

    def build(self, tables: Sequence[Table]) -> None:
        """Make the file anew. Readers of the old one are not disturbed."""
        snapshot = table_snapshot.take(self.tables, tables)
        with replacing(UPath(self.path)) as beside, duckdb.connect(str(beside)) as connection:
            self._reach_tables(connection)
            for statement in _statements(tables, snapshot):
                connection.execute(statement)
        table_snapshot.clear_old(self.tables, datetime.now(UTC))

    def query(self, sql: str) -> pl.DataFrame:
        """The answer to a question in SQL, read-only; a second column `x` is called `x_1`.

        Raises:
            FileNotFoundError: the warehouse was not built yet.
            duckdb.Error: the SQL is wrong; the message says where.
        """
        if not self.path.exists():
            raise FileNotFoundError(f"{self.path} does not exist: run `garnish warehouse build`")
        with duckdb.connect(str(self.path), read_only=True) as connection:
            self._reach_tables(connection)
            answer = connection.execute(sql)
            names = [column[0] for column in answer.description or []]
            rows = answer.fetchall()
        apart = [
            f"{name}_{n}" if (n := names[:i].count(name)) else name for i, name in enumerate(names)
        ]
        return pl.DataFrame(rows, schema=apart, orient="row", infer_schema_length=None)

    def _reach_tables(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let DuckDB read the store as we do: its own way to S3 is an extension to download."""
        if self.tables.root.protocol not in ("", "file"):
            connection.register_filesystem(self.tables.root.fs)


def _statements(tables: Sequence[Table], snapshot: Snapshot) -> list[str]:
    statements = [f"CREATE SCHEMA {group}" for group in sorted({t.group for t in tables})]
    for table in tables:
        files = ", ".join(_literal(str(path)) for path in snapshot.files[str(table)])
        columns = ", ".join(column.name for column in table.columns)
        statements += [
            f"CREATE VIEW {table} AS SELECT {columns}"  # noqa: S608 (names and paths are ours)
            f" FROM read_parquet([{files}])",
            f"COMMENT ON VIEW {table} IS {_literal(table.description)}",
        ]
        for column in table.columns:
            unit = f" [{column.unit}]" if column.unit else ""
            comment = _literal(column.description + unit)
            statements.append(f"COMMENT ON COLUMN {table}.{column.name} IS {comment}")
    return statements
