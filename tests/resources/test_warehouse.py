"""The analysts' DuckDB file: described, always readable, whatever is written meanwhile."""

import multiprocessing
import multiprocessing.synchronize
from pathlib import Path

import duckdb
import polars as pl
import pytest
from upath import UPath

from menu_assets.tables.registry import TABLES
from resources.places import store_at
from resources.table_schema import Column, Table
from resources.table_store import TableStore
from resources.warehouse import Warehouse
from tests.model_servers import s3_store

DISHES = Table(
    "menu",
    "dishes",
    "The cook's dishes.",
    key=("dish",),
    columns=(
        Column("dish", pl.Int64(), "Dish"),
        Column("price", pl.Float64(), "Guest's price", unit="EUR"),
    ),
)


def dishes(price: float) -> pl.DataFrame:
    return pl.DataFrame({"dish": range(5000), "price": [price] * 5000}, schema=DISHES.schema)


def warehouse_in(folder: Path) -> Warehouse:
    return Warehouse(folder / "warehouse.duckdb", TableStore(UPath(folder / "tables")))


def test_every_table_can_be_asked_before_anything_ran(tmp_path: Path) -> None:
    warehouse = warehouse_in(tmp_path)
    warehouse.build(TABLES)
    for table in TABLES:
        answer = warehouse.query(f"SELECT * FROM {table}")
        assert answer.columns == table.schema.names()
        assert answer.is_empty()


def test_tables_and_columns_carry_their_descriptions_and_units(tmp_path: Path) -> None:
    warehouse = warehouse_in(tmp_path)
    warehouse.build([DISHES, *TABLES])
    views = dict(
        warehouse.query(
            "SELECT schema_name || '.' || view_name, comment FROM duckdb_views() WHERE NOT internal"
        ).iter_rows()
    )
    assert views == {str(table): table.description for table in (DISHES, *TABLES)}
    columns = warehouse.query(
        "SELECT column_name, comment FROM duckdb_columns()"
        " WHERE NOT internal AND table_name = 'dishes'"
    )
    assert dict(columns.iter_rows()) == {"dish": "Dish", "price": "Guest's price [EUR]"}
    uncommented = "SELECT * FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
    assert warehouse.query(uncommented).is_empty()


def test_an_answer_is_of_the_moment_of_the_build(tmp_path: Path) -> None:
    warehouse = warehouse_in(tmp_path)
    question = "SELECT count(*), max(price) FROM menu.dishes"
    warehouse.tables.write(DISHES, "de", dishes(1))
    warehouse.build([DISHES])
    assert warehouse.query(question).row(0) == (5000, 1)
    warehouse.tables.write(DISHES, "de", dishes(2))
    assert warehouse.query(question).row(0) == (5000, 1)
    warehouse.build([DISHES])
    assert warehouse.query(question).row(0) == (5000, 2)


def test_columns_of_one_name_stay_apart(tmp_path: Path) -> None:
    warehouse = warehouse_in(tmp_path)
    warehouse.tables.write(DISHES, "de", dishes(1).head(2))
    warehouse.build([DISHES])
    answer = warehouse.query(
        "SELECT * FROM menu.dishes a JOIN menu.dishes b ON a.dish = b.dish ORDER BY a.dish"
    )
    assert answer.width == 4
    assert answer.rows() == [(0, 1.0, 0, 1.0), (1, 1.0, 1, 1.0)]


def test_wrong_sql_says_what_is_wrong(tmp_path: Path) -> None:
    warehouse = warehouse_in(tmp_path)
    warehouse.build([DISHES])
    with pytest.raises(duckdb.Error, match="prise"):
        warehouse.query("SELECT prise FROM menu.dishes")
    with pytest.raises(duckdb.Error, match="dishs"):
        warehouse.query("SELECT * FROM menu.dishs")


def test_a_question_cannot_change_anything(tmp_path: Path) -> None:
    warehouse = warehouse_in(tmp_path)
    warehouse.build([DISHES])
    with pytest.raises(duckdb.Error, match="read-only"):
        warehouse.query("DROP VIEW menu.dishes")


def test_asking_before_building_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="run `garnish warehouse build`"):
        warehouse_in(tmp_path).query("SELECT 1")


def test_a_failed_build_leaves_the_old_warehouse(tmp_path: Path) -> None:
    warehouse = warehouse_in(tmp_path)
    warehouse.build([DISHES])
    column = Column("select", pl.Int64(), "A word that SQL does not take as a name")
    with pytest.raises(duckdb.Error):
        warehouse.build([DISHES, Table("menu", "wrong", "", ("select",), (column,))])
    assert warehouse.query("SELECT count(*) FROM menu.dishes").item() == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tables", "warehouse.duckdb"]


def ask_in_a_loop(
    folder: str,
    started: multiprocessing.synchronize.Event,
    stop: multiprocessing.synchronize.Event,
    results: multiprocessing.Queue,
) -> None:
    """Ask until told to stop; report how many answers there were, or what was wrong."""
    warehouse, answers = warehouse_in(Path(folder)), 0
    question = "SELECT count(*), count(DISTINCT price) FROM menu.dishes"
    try:
        while not stop.is_set():
            answer = warehouse.query(question).row(0)
            assert answer == (5000, 1), f"a torn table: {answer}"
            answers += 1
            started.set()
        results.put(answers)
    except BaseException as error:
        results.put(repr(error))
        started.set()


def test_a_reader_never_fails_while_tables_and_warehouse_are_replaced(tmp_path: Path) -> None:
    warehouse = warehouse_in(tmp_path)
    warehouse.tables.write(DISHES, "de", dishes(0))
    warehouse.build([DISHES])
    context = multiprocessing.get_context("spawn")
    started, stop, results = context.Event(), context.Event(), context.Queue()
    arguments = (str(tmp_path), started, stop, results)
    reader = context.Process(target=ask_in_a_loop, args=arguments)
    reader.start()
    try:
        assert started.wait(timeout=60)
        for swap in range(200):
            warehouse.tables.write(DISHES, "de", dishes(swap))
            if swap % 10 == 0:
                warehouse.build([DISHES])
    finally:
        stop.set()
    answers = results.get(timeout=60)
    reader.join()
    assert isinstance(answers, int) and answers > 1, answers


def test_tables_on_s3_can_be_asked(tmp_path: Path) -> None:
    with s3_store("garnish"):
        tables = TableStore(store_at("s3://garnish/tables"))
        warehouse = Warehouse(tmp_path / "warehouse.duckdb", tables)
        tables.write(DISHES, "de", dishes(8.0))
        tables.write(DISHES, "at", dishes(9.0))
        warehouse.build([DISHES])
        answer = warehouse.query("SELECT count(*) AS n, max(price) AS most FROM menu.dishes")
        assert answer.row(0) == (10_000, 9.0)
