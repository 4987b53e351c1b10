"""What a table is: its name, its columns with types and units, its key.

Belongs here: the value types `Column` and `Table`, and the one check that a frame obeys its table.
Does not belong here: the tables themselves (`menu_assets/tables/`), and files (`table_store.py`).
"""

from dataclasses import dataclass
from functools import cached_property

import polars as pl


class TableError(ValueError):
    """A frame does not obey the schema of its table; the message names table, column and rows."""


@dataclass(frozen=True)
class Column:
    """One column: its Polars type, what it means, in which unit, and whether it may be empty."""

    name: str
    dtype: pl.DataType
    description: str
    unit: str | None = None
    nullable: bool = False


@dataclass(frozen=True)
class Table:
    """A table: asset key = path prefix = DuckDB `schema.table` = `(group, name)`."""

    group: str
    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def path(self) -> tuple[str, str]:
        """The asset key, and the folder below the table store."""
        return (self.group, self.name)

    @cached_property
    def schema(self) -> pl.Schema:
        """Column names and Polars types, in the declared order."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """The table without a row."""
        return pl.DataFrame(schema=self.schema)

    def checked(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with its columns in the declared order.

        Raises:
            TableError: a column is missing, unknown, of another type or empty where it may not be,
                or two rows share a key.
        """
        missing = [name for name in self.schema if name not in frame.columns]
        unknown = [name for name in frame.columns if name not in self.schema]
        if missing or unknown:
            raise TableError(f"{self}: missing columns {missing}, unknown columns {unknown}")
        frame = frame.select(self.schema.names())
        for name, dtype in self.schema.items():
            if frame.schema[name] != dtype:
                raise TableError(f"{self}.{name} is {frame.schema[name]}, declared as {dtype}")
        for column in self.columns:
            if not column.nullable and frame[column.name].null_count():
                key = frame.filter(pl.col(column.name).is_null()).select(self.key).row(0)
                raise TableError(f"{self}.{column.name} is empty in row {key}")
        doubled = frame.filter(frame.select(self.key).is_duplicated())
        if doubled.height:
            raise TableError(f"{self}: key {self.key} is doubled, e.g. {doubled.row(0)[:4]}")
        return frame

    def __str__(self) -> str:
        return f"{self.group}.{self.name}"
