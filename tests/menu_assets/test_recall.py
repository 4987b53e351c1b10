"""`garnish recall`: everything from one source goes, nothing else, and none of it comes back."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import dagster as dg
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from menu_assets import recall_command
from menu_assets.cli import app
from menu_assets.recall import NothingMade, Source
from menu_assets.republication import republish
from menu_assets.review_commands import ReservedReviewer, what_waits
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.publication import PUBLISHED_CATALOGUE
from menu_assets.tables.review import SHORTLIST
from resources.publisher import Publisher
from resources.review_store import Decision
from tests.feed_receiver import receiver
from tests.stand_ins import MENU, Flow, land

TOMORROW = datetime.now(UTC) + timedelta(days=1)


def recall(*words: str) -> Result:
    return CliRunner().invoke(app, ["recall", *words], env={"COLUMNS": "200"})


@pytest.fixture
def in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster's events are not written to a disk, which would be most of the time."""
    monkeypatch.setattr(recall_command, "dagster_instance", dg.DagsterInstance.ephemeral)


def best(flow: Flow, product_id: str, country: str = "de") -> dict[str, Any]:
    rows = flow.table(SHORTLIST, country).filter(product_id=product_id)
    return rows.sort("rank").row(0, named=True)


def kinds(flow: Flow, country: str = "de") -> list[tuple[str, str]]:
    return [(event.kind, event.product_id) for event in flow.resources.feed.events(country)]


def shown(flow: Flow, country: str = "de") -> set[str]:
    return set(flow.table(PUBLISHED_CATALOGUE, country)["product_id"])


@pytest.fixture
def published(flow: Flow) -> Flow:
    """Pizza and soup, approved by ada and bob; by a clock that is ahead."""
    flow.run()
    flow.decide(best(flow, "de-1"), decided_at=TOMORROW)
    row = best(flow, "de-2")
    names = ("country", "product_id", "candidate_id", "image_hash")
    flow.resources.reviews.record(
        [Decision(**{name: row[name] for name in names}, decision="approve", reviewer="bob")]
    )
    flow.run("after_review")
    assert shown(flow) == {"de-1", "de-2"}
    return flow


def test_a_model_is_recalled_whole_and_for_good(
    published: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistyped = recall("--model", "plate")
    assert isinstance(mistyped.exception, NothingMade)
    assert str(mistyped.exception).endswith("there are plates")

    dry = recall("--model", "plates")
    assert dry.exit_code == 0 and "Nothing was changed" in dry.output
    assert published.published()[0] in dry.output.replace("\n", "")
    assert shown(published) == {"de-1", "de-2"}
    assert published.resources.audit.entries(action="recalled") == []

    with receiver() as app_of_guests, monkeypatch.context() as settings:
        settings.setenv("GARNISH_FEED_TARGETS", app_of_guests.url)
        settings.setenv("GARNISH_FEED_SECRET", "a" * 32)
        done = recall("--model", "plates", "--reason", "licence ended", "--by", "lea", "--yes")
    assert done.exit_code == 0, done.output
    assert [event["kind"] for event in app_of_guests.taken[-1].events][-2:] == ["withdrawn"] * 2
    assert "6 new decisions, 2 pictures withdrawn" in done.output
    assert published.published() == [] and shown(published) == set()
    assert kinds(published)[2:] == [("withdrawn", "de-1"), ("withdrawn", "de-2")]
    assert what_waits(published.resources, "de").is_empty(), "none can come back"
    of_lea = [one for one in published.resources.reviews.decisions("de") if one.reviewer == "lea"]
    assert len(of_lea) == published.table(CANDIDATE_IMAGES).height
    assert {one.reason for one in of_lea} == {"recalled: model plates; licence ended"}
    (entry,) = published.resources.audit.entries(action="recalled")
    assert (entry.actor, entry.subject) == ("lea", "model plates")
    assert entry.detail == {"reason": "licence ended", "pictures": {"de": 6}}

    again = recall("--model", "plates@plates-1", "--by", "lea", "--yes")
    assert again.exit_code == 0 and "0 new decisions, 0 pictures withdrawn" in again.output
    assert len(kinds(published)) == 4


def test_a_reviewers_approvals_fall_and_the_dishes_wait_for_others_until_recalled_too(
    published: Flow,
) -> None:
    done = recall("--reviewer", "ada", "--yes")
    assert done.exit_code == 0, done.output
    assert "1 new decisions, 1 pictures withdrawn" in done.output
    assert shown(published) == {"de-2"}
    assert kinds(published)[2:] == [("withdrawn", "de-1")]
    assert set(what_waits(published.resources, "de")["product_id"]) >= {"de-1"}
    waiting = published.resources.queue.item("de", "de-1")
    assert waiting is not None and waiting.state == "open"
    assert recall("--reviewer", "ada").exit_code == 0, "a recall can be repeated"

    dish = recall("--product", "de/de-1", "--yes")
    assert dish.exit_code == 0, dish.output
    assert shown(published) == {"de-2"}
    assert set(what_waits(published.resources, "de")["product_id"]) == {"de-3"}


def test_a_country_that_fails_does_not_stop_the_others_and_can_be_repeated(
    published: Flow, in_memory: None
) -> None:
    land(published.menus, "tr.csv", [{**MENU[0], "product_id": "tr-1"}])
    published.run(country="tr")
    published.decide(best(published, "tr-1", "tr"))
    published.run("after_review", country="tr")
    assert shown(published, "tr") == {"tr-1"}

    root = Path(str(published.resources.publication_root))
    (root / "de").rename(root / "kept")
    (root / "de").write_text("no folder")
    failed = recall("--model", "plates", "--yes")
    assert failed.exit_code == 1
    assert "Germany has to be repeated" in failed.output
    assert shown(published, "tr") == set()
    assert kinds(published, "tr")[-1] == ("withdrawn", "tr-1")

    (root / "de").unlink()
    (root / "kept").rename(root / "de")
    assert recall("--model", "plates", "--yes").exit_code == 0
    assert published.published() == []
    assert kinds(published)[2:] == [("withdrawn", "de-1"), ("withdrawn", "de-2")]


class Held(Publisher):
    """Publishes once it is let go."""

    reached, let_go = Event(), Event()

    def made_from(self, *arguments: Any) -> str:
        self.reached.set()
        assert self.let_go.wait(60)
        return super().made_from(*arguments)


def test_a_run_that_read_older_decisions_does_not_publish_last(published: Flow) -> None:
    flow = published
    held = Held(**vars(flow.resources.publisher))
    with ThreadPoolExecutor(2) as threads:
        late = threads.submit(flow.with_resources(publisher=held).run, "after_review")
        assert held.reached.wait(60)
        flow.decide(best(flow, "de-1"), "reject", decided_at=TOMORROW + timedelta(hours=1))
        threads.submit(let_go_after_withdrawal, held, flow)
        republish(flow.definitions(), flow.resources, flow.instance, "de")
        assert late.result().success
    assert shown(flow) == {"de-2"}
    assert kinds(flow)[-1] == ("withdrawn", "de-1")


def let_go_after_withdrawal(held: Held, flow: Flow) -> None:
    deadline = time.monotonic() + 60
    while kinds(flow)[-1][0] != "withdrawn" and time.monotonic() < deadline:
        time.sleep(0.05)
    held.let_go.set()


@pytest.mark.parametrize(
    ("kind", "value", "made"),
    [
        ("model", "sdxl", ["a", "b"]),
        ("model", "sdxl@2", ["b"]),
        ("prompt-template", "bowl", ["a", "b"]),
        ("prompt-template", "bowl@2", ["b"]),
        ("prompt-template", "bow", []),
        ("vendor-photo", "12345678", ["b"]),
        ("vendor-photo", "12345678" + "0" * 56, ["b"]),
        ("product", "de/7", ["c"]),
    ],
)
def test_a_source_is_what_pictures_were_made_from(kind: Any, value: str, made: list[str]) -> None:
    candidates = pl.DataFrame(
        {
            "candidate_id": ["a", "b", "c"],
            "country": ["de"] * 3,
            "product_id": ["1", "2", "7"],
            "model_id": ["sdxl", "sdxl", "flux"],
            "model_revision": ["1", "2", "1"],
            "template": ["bowl@1", "bowl@2", None],
            "photo_hash": [None, "12345678" + "0" * 56, None],
        }
    )
    assert candidates.filter(Source(kind, value).made())["candidate_id"].to_list() == made


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--reviewer", "nobody"], "no picture comes from reviewer nobody$"),
        (["--product", "de-1"], "use COUNTRY/ID"),
        (["--vendor-photo", "12"], "the first 8 digits"),
        (["--model", "plates", "--country", "xx"], "xx: not a served country"),
    ],
)
def test_what_cannot_be_meant_is_an_error(home: Path, words: list[str], message: str) -> None:
    answer = recall(*words)
    assert answer.exit_code == 1
    with pytest.raises((NothingMade, ValueError), match=message):
        raise answer.exception  # type: ignore[misc]


@pytest.mark.parametrize("words", [[], ["--model", "a", "--reviewer", "b"]])
def test_exactly_one_source_is_named(home: Path, words: list[str]) -> None:
    answer = recall(*words)
    assert answer.exit_code == 2 and "say what to recall" in answer.output


def test_nobody_recalls_under_the_name_of_a_rule(home: Path) -> None:
    assert isinstance(recall("--model", "a", "--by", "demo").exception, ReservedReviewer)
