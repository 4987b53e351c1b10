"""The feed of a small country: from a decision to the event, and the whole catalogue to fetch."""

import json
from pathlib import Path

import polars as pl
import pytest

from menu_assets.tables.publication import CATALOGUE_FEED, PUBLISHED_FILES
from menu_assets.tables.review import SHORTLIST
from tests.stand_ins import Flow


@pytest.fixture
def shown(flow: Flow) -> Flow:
    """With one published pizza."""
    flow.run()
    flow.decide(best(flow))
    flow.run("after_review")
    return flow


def best(flow: Flow) -> dict[str, object]:
    return flow.table(SHORTLIST).filter(product_id="de-1").sort("rank").row(0, named=True)


def whole(flow: Flow) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    folder = Path(str(flow.resources.publication_root)) / "feed"
    lines = (folder / "de.jsonl").read_text(encoding="utf-8").splitlines()
    return pl.read_parquet(folder / "de.parquet"), [json.loads(line) for line in lines]


def test_an_approved_picture_is_told_with_its_files_and_dish(shown: Flow) -> None:
    (event,) = shown.resources.feed.events("de")
    assert event.kind == "published"
    payload = event.payload
    assert (payload["name"], payload["vendor_id"]) == ("Pizza Funghi", "v1")
    assert payload["disclosure_label"]
    files = shown.table(PUBLISHED_FILES).filter(pl.col("file").is_not_null())
    assert {file["file"]: file["file_hash"] for file in payload["files"]} == dict(
        files.select("file", "file_hash").iter_rows()
    )
    assert payload["published_file"] in {file["file"] for file in payload["files"]}
    parquet, lines = whole(shown)
    assert lines == [payload]
    assert parquet.height == 1 and parquet["files"][0].len() == files.height


def test_a_rejection_is_a_withdrawal_that_says_what_has_to_go(shown: Flow) -> None:
    (before,) = shown.resources.feed.events("de")
    shown.decide(best(shown), "reject")
    shown.run("after_review")
    assert shown.table(CATALOGUE_FEED)["kind"].to_list() == ["published", "withdrawn"]
    _, withdrawal = shown.resources.feed.events("de")
    assert withdrawal.payload == before.payload
    parquet, lines = whole(shown)
    assert parquet.is_empty() and lines == []


def test_a_run_that_changes_nothing_tells_nothing(shown: Flow) -> None:
    parquet, lines = whole(shown)
    shown.run("after_review")
    assert shown.table(CATALOGUE_FEED).height == 1
    assert whole(shown)[1] == lines
    assert whole(shown)[0].equals(parquet)


def test_events_that_were_told_survive_the_loss_of_the_tables(shown: Flow) -> None:
    path = Path(str(shown.resources.tables.path(CATALOGUE_FEED, "de")))
    path.unlink()
    shown.run("after_review")
    assert shown.table(CATALOGUE_FEED)["kind"].to_list() == ["published"]
