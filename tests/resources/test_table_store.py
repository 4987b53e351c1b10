"""The table store: whole files or none, schemas kept, parts never lost."""

import multiprocessing
import multiprocessing.synchronize
from pathlib import Path

import polars as pl
import pytest
from upath import UPath

from resources.table_schema import Column, Table, TableError
from resources.table_store import TableStore

DISHES = Table(
    "menu",
    "dishes",
    "Dishes.",
    key=("dish",),
    columns=(
        Column("dish", pl.String(), "Dish"),
        Column("price", pl.Float64(), "Price", unit="EUR"),
        Column("note", pl.String(), "Note", nullable=True),
    ),
)


def dishes(*names: str, price: float = 1.0) -> pl.DataFrame:
    rows = [(name, price, None) for name in names]
    return pl.DataFrame(rows, schema=DISHES.schema, orient="row")


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return TableStore(UPath(tmp_path))


def read_in_a_loop(
    root: str,
    started: multiprocessing.synchronize.Event,
    stop: multiprocessing.synchronize.Event,
    results: multiprocessing.Queue,
) -> None:
    """Read until told to stop; report how many reads there were, or what was wrong."""
    store, reads = TableStore(UPath(root)), 0
    try:
        while not stop.is_set():
            prices = store.read(DISHES, "de")["price"]
            assert len(prices) == 2000 and prices.n_unique() == 1, f"a torn table: {prices}"
            reads += 1
            started.set()
        results.put(reads)
    except BaseException as error:
        results.put(repr(error))


def test_a_reader_never_sees_a_torn_table(store: TableStore) -> None:
    names = [f"dish {number}" for number in range(2000)]
    store.write(DISHES, "de", dishes(*names))
    context = multiprocessing.get_context("spawn")
    started, stop, results = context.Event(), context.Event(), context.Queue()
    arguments = (str(store.root), started, stop, results)
    reader = context.Process(target=read_in_a_loop, args=arguments)
    reader.start()
    try:
        assert started.wait(timeout=60)
        for swap in range(200):
            store.write(DISHES, "de", dishes(*names, price=float(swap)))
    finally:
        stop.set()
    reads = results.get(timeout=60)
    reader.join()
    assert isinstance(reads, int) and reads > 1, reads


def test_what_was_written_is_read(store: TableStore) -> None:
    store.write(DISHES, "de", dishes("soup"))
    store.write(DISHES, "tr", dishes("pide", "ayran"))
    assert store.read(DISHES, "de").equals(dishes("soup"))
    assert sorted(store.read_all(DISHES)["dish"]) == ["ayran", "pide", "soup"]


def test_a_country_without_a_file_is_an_empty_table(store: TableStore) -> None:
    assert store.read(DISHES, "de").equals(DISHES.empty())
    assert store.read_all(DISHES).equals(DISHES.empty())


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (dishes("a").drop("price"), r"menu\.dishes: missing columns \['price'\]"),
        (dishes("a").with_columns(colour=pl.lit("red")), r"unknown columns \['colour'\]"),
        (dishes("a").cast({"price": pl.Int64}), r"menu\.dishes\.price is Int64.*Float64"),
        (dishes("a").with_columns(price=pl.lit(None, pl.Float64)), r"price is empty in row.*'a'"),
        (dishes("a", "b", "a"), r"key \('dish',\) is doubled.*'a'"),
    ],
    ids=["missing", "unknown", "type", "empty", "doubled"],
)
def test_a_frame_that_breaks_the_schema_is_refused_by_name(
    store: TableStore, frame: pl.DataFrame, words: str
) -> None:
    store.write(DISHES, "de", dishes("soup"))
    with pytest.raises(TableError, match=words):
        store.write(DISHES, "de", frame)
    assert store.read(DISHES, "de").equals(dishes("soup"))


def test_the_order_of_columns_does_not_matter(store: TableStore) -> None:
    store.write(DISHES, "de", dishes("soup").select("note", "price", "dish"))
    assert store.read(DISHES, "de").columns == ["dish", "price", "note"]


def test_a_failed_write_leaves_the_old_table_and_nothing_else(
    store: TableStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(DISHES, "de", dishes("soup"))

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", fail)
    with pytest.raises(OSError, match="No space left"):
        store.write(DISHES, "de", dishes("pizza"))
    monkeypatch.undo()
    assert store.read(DISHES, "de").equals(dishes("soup"))
    assert [path.name for path in store.path(DISHES, "de").parent.iterdir()] == ["de.parquet"]


def test_a_table_whose_columns_changed_is_worked_out_anew(store: TableStore) -> None:
    store.write(DISHES, "de", dishes("soup"))
    store.commit_part(DISHES, "de", dishes("pizza"))
    wider = Table("menu", "dishes", "", ("dish",), (*DISHES.columns, Column("x", pl.Int64(), "")))
    assert store.read(wider, "de").equals(wider.empty())
    assert store.parts(wider, "de").equals(wider.empty())
    store.write(wider, "de", wider.empty())
    assert store.read_all(wider).equals(wider.empty())


def test_rows_stay_when_a_column_is_added_that_may_be_empty(store: TableStore) -> None:
    store.write(DISHES, "de", dishes("soup"))
    store.commit_part(DISHES, "de", dishes("pizza"))
    colour = Column("colour", pl.String(), "Colour", nullable=True)
    wider = Table("menu", "dishes", "", ("dish",), (colour, *DISHES.columns))
    assert store.read(wider, "de").select("dish", "colour").rows() == [("soup", None)]
    assert store.parts(wider, "de").select("dish", "colour").rows() == [("pizza", None)]
    store.drop_collected_parts(wider, "de")
    assert store.parts(wider, "de").height == 1
    store.write(wider, "de", store.parts(wider, "de"))
    store.drop_collected_parts(wider, "de")
    assert store.parts(wider, "de").is_empty()


@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_a_damaged_table_is_named_with_what_to_do(store: TableStore, share: float) -> None:
    store.write(DISHES, "de", dishes("soup"))
    path = store.path(DISHES, "de")
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(ValueError, match=r"de\.parquet is not a readable Parquet.*delete it"):
        store.read(DISHES, "de")


def test_every_table_is_readable_before_its_first_run(store: TableStore) -> None:
    store.ensure_readable([DISHES])
    folder = store.root.joinpath(*DISHES.path)
    assert pl.read_parquet(folder / "*.parquet").equals(DISHES.empty())
    assert store.read_all(DISHES).is_empty()


def test_committed_parts_wait_until_the_table_holds_them(store: TableStore) -> None:
    store.commit_part(DISHES, "de", dishes("soup"))
    store.commit_part(DISHES, "de", dishes("pizza", "salad"))
    assert sorted(store.parts(DISHES, "de")["dish"]) == ["pizza", "salad", "soup"]

    store.write(DISHES, "de", dishes("soup", "pizza"))
    store.drop_collected_parts(DISHES, "de")
    assert sorted(store.parts(DISHES, "de")["dish"]) == ["pizza", "salad"]

    store.write(DISHES, "de", dishes("soup", "pizza", "salad"))
    store.drop_collected_parts(DISHES, "de")
    assert store.parts(DISHES, "de").is_empty()


def test_committing_a_part_again_changes_nothing(store: TableStore) -> None:
    store.commit_part(DISHES, "de", dishes("soup"))
    store.commit_part(DISHES, "de", dishes("soup"))
    assert store.parts(DISHES, "de").equals(dishes("soup"))


def test_a_part_that_says_something_new_of_a_held_row_is_kept(store: TableStore) -> None:
    store.write(DISHES, "de", dishes("soup", price=1))
    store.commit_part(DISHES, "de", dishes("soup", price=2))
    store.drop_collected_parts(DISHES, "de")
    assert store.parts(DISHES, "de").equals(dishes("soup", price=2))
    store.write(DISHES, "de", dishes("soup", price=2))
    store.drop_collected_parts(DISHES, "de")
    assert store.parts(DISHES, "de").is_empty()


def test_parts_of_countries_do_not_mix(store: TableStore) -> None:
    store.commit_part(DISHES, "de", dishes("soup"))
    assert store.parts(DISHES, "tr").is_empty()
    assert store.read_all(DISHES).is_empty()
