"""The review store: every decision once, for ever, whoever writes at the same time."""

import multiprocessing
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from resources.database import Database
from resources.review_store import DECISIONS, Decision, ReviewStore, Verdict, undo


def decision(number: int = 1, *, verdict: Verdict = "approve", **values: object) -> Decision:
    data: dict[str, object] = {
        "country": "de",
        "product_id": f"de-{number}",
        "candidate_id": f"candidate-{number}",
        "image_hash": f"{number:064x}",
        "decision": verdict,
        "reviewer": "ada",
        "reason": "shows rice, is soup" if verdict == "reject" else None,
    }
    return Decision(**{**data, **values})  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> ReviewStore:
    return ReviewStore(Database(f"sqlite:///{tmp_path}/new/folder/reviews.db"))


def test_decisions_come_back_as_they_were_made_oldest_first(store: ReviewStore) -> None:
    made = [decision(2), decision(1, verdict="reject"), decision(3, country="tr")]
    assert store.record(made) == 3
    assert store.decisions("de") == made[:2]
    assert store.decisions("tr") == made[2:]
    assert store.decisions("se") == []


def test_a_decision_survives_the_process(store: ReviewStore) -> None:
    store.record([decision()])
    assert len(ReviewStore(Database(store.database.url)).decisions("de")) == 1


def test_a_known_decision_is_neither_kept_again_nor_changed(store: ReviewStore) -> None:
    first = decision(decision_id="d1")
    assert store.record([first]) == 1
    assert store.record([decision(verdict="reject", decision_id="d1"), decision(2)]) == 1
    assert store.decisions("de")[0] == first


def test_a_decision_doubled_in_one_call_is_kept_once(store: ReviewStore) -> None:
    twice = decision(decision_id="d1")
    assert store.record([twice, twice]) == 1
    assert store.decisions("de") == [twice]


def test_recording_nothing_is_no_error(store: ReviewStore) -> None:
    assert store.record([]) == 0
    assert store.state_by_country() == {}


@pytest.mark.parametrize("reason", [None, "", "  \n"])
def test_a_rejection_needs_a_reason(reason: str | None) -> None:
    with pytest.raises(ValueError, match="candidate-7: a rejection needs a reason"):
        decision(7, verdict="reject", reason=reason)


def test_a_decision_made_elsewhere_keeps_its_moment(store: ReviewStore) -> None:
    in_taipei = datetime(2026, 11, 23, 8, tzinfo=timezone(timedelta(hours=8)))
    store.record([decision(decided_at=in_taipei)])
    assert store.decisions("de")[0].decided_at == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_decision_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="candidate-1: decided_at needs a time zone"):
        decision(decided_at=datetime(2026, 11, 23, 8))


def test_the_state_changes_in_its_own_country_only(store: ReviewStore) -> None:
    store.record([decision(1), decision(2, country="tr")])
    before = store.state_by_country()
    store.record([decision(3, country="tr")])
    after = store.state_by_country()
    assert after["de"] == before["de"]
    assert after["tr"] != before["tr"]


def test_a_decision_that_is_taken_back_no_longer_stands(store: ReviewStore) -> None:
    store.record([decision(1), decision(2)])
    before = store.state_by_country()
    first = store.decisions("de")[0]
    with store.database.writing() as connection:
        assert undo(connection, [first.decision_id], "ada") == 1
        assert undo(connection, [first.decision_id], "bob") == 0
    assert [made.product_id for made in store.decisions("de")] == ["de-2"]
    assert store.state_by_country() != before


@pytest.mark.parametrize(
    "statement", ["UPDATE decisions SET decision = 'x'", "DELETE FROM decisions"]
)
def test_not_even_the_database_s_owner_changes_a_decision(
    store: ReviewStore, statement: str
) -> None:
    store.record([decision(1)])
    with (
        pytest.raises(sa.exc.DatabaseError, match="decisions is append-only"),
        store.database.writing() as connection,
    ):
        connection.exec_driver_sql(statement)
    assert len(store.decisions("de")) == 1


def test_a_number_that_is_committed_late_still_changes_the_state(store: ReviewStore) -> None:
    store.record([decision(1), decision(2)])
    before = store.state_by_country()
    late = {**vars(decision(3)), "number": -1}  # given before, seen after the others
    with store.database.writing() as connection:
        connection.execute(sa.insert(DECISIONS).values(**late))
    assert store.state_by_country() != before


def test_the_database_of_an_older_version_gets_the_new_columns(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "reviews.db") as old:
        old.execute(
            "CREATE TABLE decisions (number INTEGER PRIMARY KEY, decision_id VARCHAR UNIQUE,"
            " country VARCHAR, product_id VARCHAR, candidate_id VARCHAR, image_hash VARCHAR,"
            " decision VARCHAR, reason VARCHAR, reviewer VARCHAR, decided_at DATETIME)"
        )
        old.execute(
            "INSERT INTO decisions VALUES"
            " (1, 'd1', 'de', '1', 'c', 'h', 'approve', NULL, 'ada', '2026-11-01 00:00:00.000000')"
        )
    store = ReviewStore(Database(f"sqlite:///{tmp_path}/reviews.db"))
    assert store.record([decision(2)]) == 1
    assert [made.reviewer for made in store.decisions("de")] == ["ada", "ada"]


def write_decisions(url: str, first: int) -> None:
    """Forty decisions, one transaction each, and one that the other process makes, too."""
    for number in range(first, first + 40):
        ReviewStore(Database(url)).record(
            [decision(number), decision(0, decision_id=f"both-{number % 40}")]
        )


def test_two_processes_write_at_once_and_nothing_is_lost(store: ReviewStore) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=write_decisions, args=(store.database.url, first))
        for first in (0, 40)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    ids = [made.decision_id for made in store.decisions("de")]
    assert len(ids) == len(set(ids)) == 120
