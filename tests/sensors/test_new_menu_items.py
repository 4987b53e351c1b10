"""The menu sensor: the countries that changed, once each, whatever happens to the daemon."""

from pathlib import Path

import dagster as dg
import pytest
from upath import UPath

from menu_assets.tables.menu import PRODUCTS, REJECTED_PRODUCTS
from resources.environment import REPOSITORY
from resources.menu_source import FolderMenuSource
from sensors.new_menu_items import new_menu_items
from tests.stand_ins import Flow, land, menu_row

PIZZA = [menu_row("1", "Pizza")]
PIDE = [menu_row("1", "Pide")]


def tick(folder: Path, cursor: str | None = None) -> tuple[dict[str, str], str | None]:
    """One evaluation: run keys by country, and the new cursor (the old one if it skips)."""
    context = dg.build_sensor_context(
        cursor=cursor,
        instance=dg.DagsterInstance.ephemeral(),
        resources={"menus": FolderMenuSource(UPath(folder))},
    )
    answer = new_menu_items(context)
    if isinstance(answer, dg.SkipReason):
        return {}, cursor
    assert isinstance(answer, dg.SensorResult)
    requests = answer.run_requests or []
    return {str(r.partition_key): str(r.run_key) for r in requests}, answer.cursor


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    land(tmp_path, "de.csv", PIZZA)
    land(tmp_path, "tr.csv", PIDE)
    return tmp_path


def test_the_first_tick_asks_for_every_country_with_a_menu(folder: Path) -> None:
    runs, _ = tick(folder)
    assert runs.keys() == {"de", "tr"}


def test_the_same_files_ask_for_nothing_and_say_so(folder: Path) -> None:
    _, cursor = tick(folder)
    context = dg.build_sensor_context(
        cursor=cursor, resources={"menus": FolderMenuSource(UPath(folder))}
    )
    answer = new_menu_items(context)
    assert isinstance(answer, dg.SkipReason)
    assert answer.skip_message == "2 countries have menus, none changed"


def test_a_changed_file_asks_for_its_country_only(folder: Path) -> None:
    _, cursor = tick(folder)
    land(folder, "de.csv", [*PIZZA, menu_row("2", "Salat")])
    runs, cursor = tick(folder, cursor)
    assert runs.keys() == {"de"}
    assert tick(folder, cursor)[0] == {}


def test_a_further_file_and_a_new_country_are_changes(folder: Path) -> None:
    _, cursor = tick(folder)
    land(folder, "de-late.csv", [menu_row("2", "Salat")])
    land(folder, "se.csv", PIZZA)
    assert tick(folder, cursor)[0].keys() == {"de", "se"}


def test_a_file_changed_back_gets_a_new_run_key(folder: Path) -> None:
    import os

    path = folder / "de.csv"
    before = path.stat()
    first, cursor = tick(folder)
    land(folder, "de.csv", [menu_row("1", "Salat")])
    second, cursor = tick(folder, cursor)
    land(folder, "de.csv", PIZZA)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    third, _ = tick(folder, cursor)
    assert len({first["de"], second["de"], third["de"]}) == 3


def test_a_daemon_that_dies_before_the_cursor_is_kept_asks_for_the_same_runs(folder: Path) -> None:
    _, cursor = tick(folder)
    land(folder, "de.csv", [menu_row("1", "Salat")])
    lost, _ = tick(folder, cursor)
    again, _ = tick(folder, cursor)
    assert lost == again and lost


def test_a_removed_file_asks_for_its_country_once(folder: Path) -> None:
    _, cursor = tick(folder)
    (folder / "tr.csv").unlink()
    runs, cursor = tick(folder, cursor)
    assert runs.keys() == {"tr"}
    runs, cursor = tick(folder, cursor)
    assert runs == {}
    land(folder, "tr.csv", PIDE)
    assert tick(folder, cursor)[0].keys() == {"tr"}


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make it, or set GARNISH_MENUS"):
        tick(tmp_path / "nowhere")


def test_a_file_of_no_served_country_becomes_refused_rows(flow: Flow) -> None:
    broken = REPOSITORY / "sample_menus" / "broken" / "unknown_country" / "zz.csv"
    (flow.menus / "fr.csv").write_bytes(broken.read_bytes())
    runs, _ = tick(flow.menus)
    assert runs.keys() == {"de", "zz"}
    flow.run(country="zz")
    assert flow.table(PRODUCTS, "zz").is_empty()
    (refused,) = flow.table(REJECTED_PRODUCTS, "zz").iter_rows(named=True)
    assert refused["reason_code"] == "unknown_country"
    assert "fr.csv" in refused["reason"] and "resources/countries.py" in refused["reason"]


def test_files_that_a_run_has_read_already_are_not_asked_for_again(flow: Flow) -> None:
    flow.run(only=[PRODUCTS, REJECTED_PRODUCTS])

    def asked() -> list[str | None]:
        context = dg.build_sensor_context(
            instance=flow.instance, resources={"menus": flow.resources.menus}
        )
        answer = new_menu_items(context)
        assert isinstance(answer, dg.SensorResult)
        return [request.partition_key for request in answer.run_requests or []]

    assert asked() == []
    land(flow.menus, "de.csv", [menu_row("1", "Salat")])
    assert asked() == ["de"]
