"""Tables as Parquet files on any fsspec store: one file a country, written whole, swapped in.

Belongs here: paths, atomic writes, reads, and the parts that long-running steps commit batch by
batch. Does not belong here: Dagster (`table_io.py`), what the tables are, what a part means.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from upath import UPath

from resources.atomic_files import replacing
from resources.table_schema import Table

EMPTY_FILE = "_empty.parquet"
"""A file without rows in each table's folder, so that a view always has columns."""


def write_atomically(path: UPath, frame: pl.DataFrame) -> None:
    """Write a Parquet file so that a reader sees the old one or the new one, whole."""
    with replacing(path) as beside, beside.open("wb") as file:
        frame.write_parquet(file, compression="zstd")


def read_parquet(path: UPath) -> pl.DataFrame:
    """A Parquet file as a frame; an error names the file if it is damaged."""
    with path.open("rb") as file:
        try:
            return pl.read_parquet(file)
        except pl.exceptions.ComputeError as error:
            raise ValueError(
                f"{path} is not a readable Parquet file ({error}): delete it and run again"
            ) from error


def with_new_columns(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with those declared columns that it lacks and that may be empty, if that is all."""
    lacking = [c for c in table.columns if c.name not in frame.columns]
    if not all(column.nullable for column in lacking) or set(frame.columns) - set(table.schema):
        return frame
    added = frame.with_columns(pl.lit(None, c.dtype).alias(c.name) for c in lacking)
    return added.select(table.schema.names())


@dataclass(frozen=True)
class TableStore:
    """The folder of tables: `<root>/<group>/<name>/<country>.parquet`."""

    root: UPath

    def path(self, table: Table, country: str) -> UPath:
        """Where the rows of a country are."""
        return self.root.joinpath(*table.path, f"{country}.parquet")

    def read(self, table: Table, country: str) -> pl.DataFrame:
        """The rows of a country; the empty table if there are none yet, or if its columns changed.

        Columns that are new and may be empty are empty: rows that were paid for stay. A table whose
        columns changed in any other way is worked out anew by its next materialization.
        """
        path = self.path(table, country)
        if not path.exists():
            return table.empty()
        frame = with_new_columns(table, read_parquet(path))
        return frame if frame.schema == table.schema else table.empty()

    def read_all(self, table: Table) -> pl.DataFrame:
        """The rows of all countries."""
        folder = self.root.joinpath(*table.path)
        if not folder.exists():
            return table.empty()
        countries = sorted(path.stem for path in folder.glob("*.parquet") if path.name[0] != "_")
        frames = [self.read(table, country) for country in countries]
        return pl.concat([table.empty(), *frames])

    def write(self, table: Table, country: str, frame: pl.DataFrame) -> None:
        """Check the rows and swap them in."""
        write_atomically(self.path(table, country), table.checked(frame))

    def ensure_readable(self, tables: Sequence[Table]) -> None:
        """Give every table a file, so that views over it can be made before its first run."""
        for table in tables:
            path = self.root.joinpath(*table.path, EMPTY_FILE)
            if not path.exists() or read_parquet(path).schema != table.schema:
                write_atomically(path, table.empty())

    # Parts: rows that a step has paid for and committed, but that are not in the table yet.

    def commit_part(self, table: Table, country: str, frame: pl.DataFrame) -> None:
        """Keep a batch of finished rows; the same rows give the same part."""
        keys = frame.select(table.key).write_csv().encode()
        name = hashlib.sha256(keys).hexdigest()[:24]
        write_atomically(self._parts(table, country) / f"{name}.parquet", table.checked(frame))

    def parts(self, table: Table, country: str) -> pl.DataFrame:
        """All committed rows that wait to be collected, in the order of their commits."""
        paths = self._part_paths(table, country)
        frames = [with_new_columns(table, read_parquet(path)) for path in paths]
        fitting = [frame for frame in frames if frame.schema == table.schema]
        return pl.concat([table.empty(), *fitting])

    def drop_collected_parts(self, table: Table, country: str) -> None:
        """Remove the parts whose rows the table holds, word for word.

        A row of the same key may say something newer: of a picture that was made again, or of
        checks in another version. Called before the next plan, not after the collection: the
        table is swapped in only when the collecting step has ended, and until then the parts are
        the only copy.
        """
        held, whole_row = self.read(table, country), table.schema.names()
        for path in self._part_paths(table, country):
            part = with_new_columns(table, read_parquet(path))
            if (
                part.schema != table.schema
                or part.join(held, on=whole_row, how="anti", nulls_equal=True).is_empty()
            ):
                path.unlink(missing_ok=True)

    def _parts(self, table: Table, country: str) -> UPath:
        return self.root.joinpath("_parts", *table.path, country)

    def _part_paths(self, table: Table, country: str) -> list[UPath]:
        folder = self._parts(table, country)
        paths = folder.glob("*.parquet") if folder.exists() else []
        return sorted(paths, key=lambda path: (path.stat().st_mtime, path.name))
