"""The cost guard in the flow: a day draws what it can pay for, the next day goes on."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import polars as pl
import pytest

from menu_assets.tables.costs import GENERATION_COSTS
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS
from resources.daily_budget import DailyBudget
from resources.environment import resources_for
from resources.picture_price import UNMEASURED_GPU_SECONDS
from sensors.waiting_pictures import CANDIDATES, runs_of_the_day, waiting_pictures
from tests.stand_ins import GPU_SECONDS_EACH, Flow

PRICE_OF_ONE = GPU_SECONDS_EACH * 3.6 / 3600
ASSUMED = UNMEASURED_GPU_SECONDS * 3.6 / 3600
ALL = 6
"""Three dishes, two pictures each."""


def with_budget(flow: Flow, usd: float | None) -> Flow:
    return flow.with_resources(budget=DailyBudget(usd))


def drawn(flow: Flow) -> int:
    return flow.table(CANDIDATE_IMAGES).height


def check(flow: Flow) -> bool:
    key = dg.AssetCheckKey(CANDIDATES, "budget_suffices")
    (record,) = flow.instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
    evaluation = record.event.dagster_event.asset_check_evaluation_data
    return bool(evaluation.passed)


def entry(flow: Flow, name: str) -> object:
    event = flow.instance.get_latest_materialization_event(CANDIDATES)
    return event.asset_materialization.metadata[name].value


def a_day_later(flow: Flow) -> None:
    """All that was drawn was drawn yesterday."""
    rows = flow.table(CANDIDATE_IMAGES).with_columns(pl.col("made_at") - timedelta(days=1))
    flow.resources.tables.write(CANDIDATE_IMAGES, "de", rows)


def runs(flow: Flow, *, days: int = 0) -> list[str | None]:
    day = datetime.now(UTC).date() + timedelta(days=days)
    budget = flow.resources.budget
    return [run.partition_key for run in runs_of_the_day(flow.instance, budget, day)]


def test_a_day_draws_the_most_viewed_dishes_and_says_what_waits(flow: Flow) -> None:
    flow = with_budget(flow, 2.5 * ASSUMED)
    flow.run()
    first = flow.table(PROMPTS).sort("priority")["product_id"][0]
    assert flow.table(CANDIDATE_IMAGES)["product_id"].to_list() == [first, first]
    assert not check(flow)
    assert entry(flow, "items_waiting") == 4
    spent = float(flow.table(GENERATION_COSTS)["cost_usd"].sum())
    assert spent == pytest.approx(2 * PRICE_OF_ONE)
    assert entry(flow, "budget_left_usd") == pytest.approx(2.5 * ASSUMED - spent)


def test_a_first_plan_that_was_too_careful_is_followed_by_another_on_the_same_day(
    flow: Flow,
) -> None:
    flow = with_budget(flow, ASSUMED)
    flow.run()
    assert drawn(flow) == 1
    assert runs(flow) == ["de"]
    flow.run()
    assert drawn(flow) == ALL
    assert check(flow)
    assert runs(flow, days=1) == []


def test_what_is_over_the_budget_waits_for_the_next_day_and_is_drawn_once(flow: Flow) -> None:
    with_budget(flow, ASSUMED).run()
    flow = with_budget(flow, 3.2 * PRICE_OF_ONE)
    flow.run()
    assert drawn(flow) == 3
    flow.run()
    assert drawn(flow) == 3
    assert runs(flow) == []
    assert runs(flow, days=1) == ["de"]
    a_day_later(flow)
    flow.run()
    assert drawn(flow) == len(flow.generator.drawn) == ALL
    assert check(flow)


def test_a_limit_that_is_lifted_lets_all_go_on(flow: Flow) -> None:
    stopped = with_budget(flow, 0)
    stopped.run()
    assert drawn(stopped) == 0
    assert runs(stopped) == []
    flow = with_budget(flow, None)
    assert runs(flow) == ["de"]
    flow.run()
    assert drawn(flow) == ALL
    assert runs(flow, days=1) == []


def test_the_sensor_says_that_nothing_waits(flow: Flow) -> None:
    flow.run()
    context = dg.build_sensor_context(
        instance=flow.instance, resources={"budget": resources_for("local").budget}
    )
    answer = waiting_pictures(context)
    assert isinstance(answer, dg.SkipReason)
    assert "no picture waits" in (answer.skip_message or "")
