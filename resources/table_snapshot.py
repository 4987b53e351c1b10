"""A set of table files that nobody will change under a reader.

Belongs here: taking a snapshot, and clearing old ones away. Does not belong here: who reads it
(`warehouse.py`).

A table's file is swapped in whole, but a query opens it more than once: a swap in between gives it
the head of one file and the rows of another. So readers get links of their own (copies made by the
store itself, where it has no links), which stay as they are for an hour after a newer snapshot.
"""

import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl
from upath import UPath

from resources import file_fingerprint
from resources.table_schema import Table
from resources.table_store import (
    TableStore,
    read_parquet,
    with_new_columns,
    write_atomically,
)

KEPT_FOR = timedelta(hours=1)
"""A query that began on an older snapshot has this long to end."""

FOLDER = "_snapshots"


@dataclass(frozen=True)
class Snapshot:
    """The files of each table, as they were at one moment."""

    files: Mapping[str, Sequence[UPath]]


def fingerprint(store: TableStore, tables: Sequence[Table]) -> str:
    """A hash that changes when any file of the tables does."""
    return file_fingerprint.fingerprint(path for table in tables for path in _files(store, table))


def take(store: TableStore, tables: Sequence[Table]) -> Snapshot:
    """Link every table's files, the empty one too, so that each table has columns.

    Files of a table whose declared columns have changed are left out, as `TableStore.read` does.
    """
    store.ensure_readable(tables)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    root = store.root / FOLDER / f"{moment}-{uuid.uuid4().hex[:8]}"
    return Snapshot({str(table): _linked(store, table, root) for table in tables})


def clear_old(store: TableStore, now: datetime) -> None:
    """Remove the snapshots that no query can still be reading."""
    folder = store.root / FOLDER
    newest_first = sorted(folder.iterdir(), key=lambda path: path.name, reverse=True)
    for path in newest_first[1:]:
        taken = datetime.strptime(path.name.split("-")[0], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        if now - taken > KEPT_FOR:
            path.fs.rm(path.path, recursive=True)


def _files(store: TableStore, table: Table) -> list[UPath]:
    folder = store.root.joinpath(*table.path)
    return sorted(folder.glob("*.parquet"), key=str) if folder.exists() else []


def _linked(store: TableStore, table: Table, root: UPath) -> list[UPath]:
    folder = root.joinpath(*table.path)
    folder.mkdir(parents=True, exist_ok=True)
    links = []
    for path in _files(store, table):
        link = folder / path.name
        if path.protocol in ("", "file"):
            os.link(path.path, link.path)
        else:
            path.fs.cp_file(path.path, link.path)
        if _fits(link, table) or _widened(link, table):
            links.append(link)
    return links


def _fits(path: UPath, table: Table) -> bool:
    with path.open("rb") as file:
        return dict(pl.read_parquet_schema(file)) == dict(table.schema)


def _widened(link: UPath, table: Table) -> bool:
    """Replace a link by a copy with the columns that came after its file was written, if it can."""
    frame = with_new_columns(table, read_parquet(link))
    if frame.schema != table.schema:
        return False
    write_atomically(link, frame)
    return True
