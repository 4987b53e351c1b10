"""The review sensor: a decision makes one run, for the country that it was made in."""

from pathlib import Path

import dagster as dg
import pytest

from resources.database import Database
from resources.review_store import Decision, ReviewStore
from resources.rollout import EVERYWHERE, Rollout
from resources.vendor_choices import VendorChoice, VendorChoices
from sensors.review_decisions import new_review_decisions
from tests.stand_ins import Flow


def decision(country: str) -> Decision:
    return Decision(country, "1", "candidate", "0" * 64, "approve", "ada")


def tick(store: ReviewStore, cursor: str | None = None) -> tuple[dict[str, str], str | None]:
    """One evaluation: run keys by country, and the new cursor (the old one if it skips)."""
    answer = new_review_decisions(
        dg.build_sensor_context(
            cursor=cursor,
            instance=dg.DagsterInstance.ephemeral(),
            resources={
                "reviews": store,
                "vendors": VendorChoices(store.database),
                "rollout": Rollout(store.database, 1.0),
            },
        )
    )
    if isinstance(answer, dg.SkipReason):
        return {}, cursor
    assert isinstance(answer, dg.SensorResult)
    requests = answer.run_requests or []
    return {str(r.partition_key): str(r.run_key) for r in requests}, answer.cursor


@pytest.fixture
def store(tmp_path: Path) -> ReviewStore:
    return ReviewStore(Database(f"sqlite:///{tmp_path}/reviews.db"))


def test_no_decision_asks_for_nothing(store: ReviewStore) -> None:
    assert tick(store) == ({}, None)


def test_a_decision_asks_for_its_country_once(store: ReviewStore) -> None:
    store.record([decision("de"), decision("tr")])
    runs, cursor = tick(store)
    assert runs.keys() == {"de", "tr"}
    assert tick(store, cursor)[0] == {}
    store.record([decision("tr")])
    later, cursor = tick(store, cursor)
    assert later.keys() == {"tr"}
    assert later["tr"] != runs["tr"]
    assert tick(store, cursor)[0] == {}


def test_an_owner_s_choice_and_a_step_of_the_rollout_ask_for_a_run_too(store: ReviewStore) -> None:
    rollout = Rollout(store.database, 1.0)
    store.record([decision("de"), decision("tr")])
    _, cursor = tick(store)
    VendorChoices(store.database).add(VendorChoice("de", "v1", "opt_out"))
    opted_out, cursor = tick(store, cursor)
    assert opted_out.keys() == {"de"}
    rollout.set(EVERYWHERE, 1.0, is_stopped=True, set_by="ada")
    stopped, cursor = tick(store, cursor)
    assert stopped.keys() == {"de", "tr"}
    rollout.set(EVERYWHERE, 1.0, is_stopped=False, set_by="ada")
    going_on, cursor = tick(store, cursor)
    assert going_on.keys() == {"de", "tr"}
    assert not set(going_on.values()) & {*stopped.values(), *opted_out.values()}


def test_many_decisions_between_two_ticks_are_one_run(store: ReviewStore) -> None:
    store.record([decision("de") for _ in range(20)])
    assert len(tick(store)[0]) == 1


def test_a_daemon_that_dies_before_the_cursor_is_kept_asks_for_the_same_run(
    store: ReviewStore,
) -> None:
    store.record([decision("de")])
    assert tick(store)[0] == tick(store)[0] != {}


def test_decisions_that_a_run_has_copied_already_are_not_asked_for_again(flow: Flow) -> None:
    flow.resources.reviews.record([decision("de")])
    flow.run()
    everything = flow.resources.by_name()

    def asked() -> list[str | None]:
        context = dg.build_sensor_context(
            instance=flow.instance,
            resources={name: everything[name] for name in ("reviews", "vendors", "rollout")},
        )
        answer = new_review_decisions(context)
        assert isinstance(answer, dg.SensorResult)
        return [request.partition_key for request in answer.run_requests or []]

    assert asked() == []
    flow.resources.reviews.record([decision("de")])
    assert asked() == ["de"]
