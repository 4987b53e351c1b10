"""S3 that is slow, says 503, or is gone for a while: nothing is lost, nothing is half there."""

import os
from collections.abc import Iterator

import polars as pl
import pytest
import s3fs

from menu_assets.published_files import withdraw
from resources.menu_source import FolderMenuSource
from resources.picture_store import PictureStore
from resources.places import store_at
from resources.table_schema import Column, Table
from resources.table_store import TableStore
from tests.faults.servers import NO_FAULT, SLOW_DOWN, Fault, every, faulty_store
from tests.model_servers import s3_store
from tests.stand_ins import draw_plate

DISHES = Table("menu", "dishes", "Dishes.", ("dish",), (Column("dish", pl.String(), "Dish"),))


@pytest.fixture
def s3() -> Iterator[str]:
    """The address of a store with the bucket `garnish`."""
    with s3_store("garnish"):
        yield os.environ["AWS_ENDPOINT_URL"]


def through(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """From now on S3 is reached by this address."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.mark.parametrize("fault", [SLOW_DOWN, Fault(seconds=0.3)], ids=str)
def test_tables_parts_and_pictures_come_through(
    fault: Fault, s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with faulty_store(s3, every(4, fault)) as address:
        through(monkeypatch, address)
        tables, pictures = (
            TableStore(store_at("s3://garnish/tables")),
            PictureStore(store_at("s3://garnish/pictures")),
        )
        frame = pl.DataFrame({"dish": ["Pizza", "Salat"]})
        tables.write(DISHES, "de", frame)
        for dish in ("Suppe", "Pide"):
            tables.commit_part(DISHES, "de", pl.DataFrame({"dish": [dish]}))
        stored = pictures.put(draw_plate(1))
        assert tables.read(DISHES, "de").equals(frame)
        assert set(tables.parts(DISHES, "de")["dish"]) == {"Suppe", "Pide"}
        assert pictures.damaged([stored]) == set()
        assert pictures.read(stored.image_hash).shape == (96, 96, 3)


def test_a_write_that_s3_refuses_is_an_error_and_leaves_the_old_table(
    s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = TableStore(store_at("s3://garnish/tables"))
    old = pl.DataFrame({"dish": ["Pizza"]})
    tables.write(DISHES, "de", old)

    def refuse_copies(method: str, path: str) -> Fault:
        return Fault(status=403) if method == "PUT" and "de.parquet" in path else NO_FAULT

    with faulty_store(s3, refuse_copies) as address:
        through(monkeypatch, address)
        with pytest.raises(OSError, match=r"Forbidden|Access Denied|403"):
            TableStore(store_at("s3://garnish/tables")).write(
                DISHES, "de", pl.DataFrame({"dish": ["Salat"]})
            )
    through(monkeypatch, s3)
    again = TableStore(store_at("s3://garnish/tables"))
    assert again.read(DISHES, "de").equals(old)
    assert [path.name for path in again.path(DISHES, "de").parent.iterdir()] == ["de.parquet"]


def test_a_menu_that_another_process_changes_on_s3_is_noticed(s3: str) -> None:
    """fsspec may keep listings: a sensor's process lives for weeks."""
    menus = FolderMenuSource(store_at("s3://garnish/menus"))
    other = s3fs.S3FileSystem(skip_instance_cache=True)
    header = "product_id,vendor_id,vendor_name,name,category,price\n"
    other.pipe_file("garnish/menus/de.csv", f"{header}1,v,V,Pizza,pizza,5\n".encode())
    before = menus.fingerprints()
    other.pipe_file("garnish/menus/de.csv", f"{header}1,v,V,Pizza Funghi,pizza,5\n".encode())
    other.pipe_file("garnish/menus/tr.csv", f"{header}1,v,V,Pide,bread,5\n".encode())
    after = menus.fingerprints()
    assert after.keys() == {"de", "tr"}
    assert after["de"] != before["de"]


def test_a_table_that_another_process_wrote_on_s3_is_seen(s3: str) -> None:
    tables = TableStore(store_at("s3://garnish/tables"))
    tables.write(DISHES, "tr", pl.DataFrame({"dish": ["Pide"]}))
    assert tables.read_all(DISHES).height == 1
    assert tables.parts(DISHES, "de").is_empty()
    other = s3fs.S3FileSystem(skip_instance_cache=True)
    data = other.cat_file("garnish/tables/menu/dishes/tr.parquet")
    other.pipe_file("garnish/tables/menu/dishes/de.parquet", data)
    other.pipe_file("garnish/tables/_parts/menu/dishes/de/a.parquet", data)
    assert tables.read(DISHES, "de").height == 1
    assert tables.read_all(DISHES).height == 2
    assert tables.parts(DISHES, "de").height == 1


def test_what_is_published_on_s3_is_withdrawn_to_the_last_file(s3: str) -> None:
    root = store_at("s3://garnish/published")
    assert withdraw(root, "de", []) == []
    (root / "de" / "1.webp").write_bytes(b"a picture")
    assert withdraw(root, "de", ["de/1.webp"]) == []
    assert withdraw(root, "de", []) == ["de/1.webp"]
    assert withdraw(root, "de", []) == []
