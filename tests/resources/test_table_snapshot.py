"""Snapshots: a reader keeps the files it began with, and old snapshots are cleared away."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from upath import UPath

from resources import table_snapshot
from resources.table_schema import Column, Table
from resources.table_store import TableStore

DISHES = Table("menu", "dishes", "Dishes.", ("dish",), (Column("dish", pl.String(), "Dish"),))


def dishes(name: str) -> pl.DataFrame:
    return pl.DataFrame({"dish": [name]}, schema=DISHES.schema)


def test_a_snapshot_stays_as_it_was(tmp_path: Path) -> None:
    store = TableStore(UPath(tmp_path))
    store.write(DISHES, "de", dishes("soup"))
    snapshot = table_snapshot.take(store, [DISHES])
    store.write(DISHES, "de", dishes("pizza"))
    frames = [pl.read_parquet(path) for path in snapshot.files[str(DISHES)]]
    assert pl.concat(frames)["dish"].to_list() == ["soup"]
    assert store.read(DISHES, "de")["dish"].to_list() == ["pizza"]


def test_the_fingerprint_changes_with_the_tables(tmp_path: Path) -> None:
    store = TableStore(UPath(tmp_path))
    empty = table_snapshot.fingerprint(store, [DISHES])
    store.write(DISHES, "de", dishes("soup"))
    filled = table_snapshot.fingerprint(store, [DISHES])
    assert table_snapshot.fingerprint(store, [DISHES]) == filled != empty


def test_old_snapshots_are_cleared_and_the_newest_is_kept(tmp_path: Path) -> None:
    store = TableStore(UPath(tmp_path))
    for _ in range(3):
        newest = table_snapshot.take(store, [DISHES])
    folder = tmp_path / table_snapshot.FOLDER
    table_snapshot.clear_old(store, datetime.now(UTC))
    assert len(list(folder.iterdir())) == 3
    table_snapshot.clear_old(store, datetime.now(UTC) + timedelta(hours=2))
    assert len(list(folder.iterdir())) == 1
    del newest


def test_a_file_of_before_a_column_was_added_is_read_with_an_empty_one(tmp_path: Path) -> None:
    store = TableStore(UPath(tmp_path))
    store.write(DISHES, "de", dishes("soup"))
    note = Column("note", pl.String(), "Note", nullable=True)
    wider = Table("menu", "dishes", "Dishes.", ("dish",), (*DISHES.columns, note))
    (path,) = [p for p in table_snapshot.take(store, [wider]).files[str(wider)] if p.stem == "de"]
    assert pl.read_parquet(path).rows() == [("soup", None)]
    assert pl.read_parquet(store.path(DISHES, "de")).columns == ["dish"]
