"""The metrics say what the tables and the database hold, also while one of them is down."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest

from menu_assets.tables.costs import GENERATION_COSTS
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.registry import TABLES
from menu_assets.tables.scores import SAFETY_SCORES
from resources.daily_budget import DailyBudget
from resources.database import Database
from resources.metrics import OTHER_METRICS, TABLE_METRICS, GarnishMetrics
from resources.webhooks import FeedWebhooks
from tests.stand_ins import Flow

TARGET = "https://receiver.example/feed"


def metrics_of(flow: Flow) -> GarnishMetrics:
    flow.resources.warehouse.build(TABLES)
    deliveries = flow.resources.webhooks.deliveries
    return GarnishMetrics(
        flow.resources.warehouse,
        flow.resources.reviews.database,
        FeedWebhooks(deliveries, (TARGET,), (b"k" * 32,)),
        flow.resources.budget,
    )


def scraped(metrics: GarnishMetrics) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(metrics)
    return registry


@pytest.fixture
def metrics(flow: Flow) -> GarnishMetrics:
    flow.run()
    return metrics_of(flow)


def test_money_and_pictures_are_the_ledger_s(flow: Flow, metrics: GarnishMetrics) -> None:
    registry, ledger = scraped(metrics), flow.table(GENERATION_COSTS)
    labels = {"country": "de", "model_id": "plates", "gpu_class": "cpu"}
    for name, column in (
        ("garnish_pictures_made_total", "pictures_made"),
        ("garnish_gpu_seconds_total", "gpu_seconds"),
        ("garnish_cost_usd_total", "cost_usd"),
    ):
        assert registry.get_sample_value(name, labels) == pytest.approx(ledger[column].sum())
    assert registry.get_sample_value("garnish_cost_today_usd", {"country": "de"}) == pytest.approx(
        ledger["cost_usd"].sum()
    )


def test_vetoes_are_those_of_the_checks(flow: Flow, metrics: GarnishMetrics) -> None:
    findings = flow.table(SAFETY_SCORES)
    registry = scraped(metrics)
    for check, verdict, count in findings.group_by("check_name", "verdict").len().iter_rows():
        labels = {"country": "de", "check_name": check, "verdict": verdict}
        assert registry.get_sample_value("garnish_findings", labels) == count
    vetoed = findings.filter(pl.col("verdict") == "veto")["candidate_id"].n_unique()
    assert registry.get_sample_value("garnish_pictures_vetoed", {"country": "de"}) == vetoed
    made = flow.table(CANDIDATE_IMAGES).height
    assert registry.get_sample_value("garnish_pictures_checked", {"country": "de"}) == made


def test_dishes_the_budget_did_not_pay_for_are_counted(flow: Flow) -> None:
    stopped = flow.with_resources(budget=DailyBudget(0))
    stopped.run()
    registry = scraped(metrics_of(stopped))
    assert registry.get_sample_value("garnish_dishes_not_drawn", {"country": "de"}) == 3
    assert registry.get_sample_value("garnish_budget_usd_per_country_day") == 0
    flow.run()
    registry = scraped(metrics_of(flow))
    assert registry.get_sample_value("garnish_dishes_not_drawn", {"country": "de"}) == 0
    assert registry.get_sample_value("garnish_budget_usd_per_country_day") is None


def test_the_queue_s_and_the_feed_s_age_are_there(flow: Flow, metrics: GarnishMetrics) -> None:
    registry = scraped(metrics)
    assert registry.get_sample_value("garnish_queue_dishes", {"country": "de"}) == 3
    assert 0 < registry.get_sample_value("garnish_queue_oldest_seconds", {"country": "de"}) < 600
    assert registry.get_sample_value("garnish_feed_waiting_events", {"target": TARGET}) == 0
    flow.resources.feed.record("de", {"1": {"file": "a"}})
    registry = scraped(metrics)
    assert registry.get_sample_value("garnish_feed_waiting_events", {"target": TARGET}) == 1
    assert registry.get_sample_value("garnish_feed_failing_seconds", {"target": TARGET}) == 0


def test_a_database_that_is_down_takes_no_other_figures_along(
    metrics: GarnishMetrics, tmp_path: Path
) -> None:
    (tmp_path / "a-folder.db").mkdir()
    down = Database(f"sqlite:///{tmp_path}/a-folder.db")
    registry = scraped(replace(metrics, database=down))
    assert registry.get_sample_value("garnish_source_up", {"source": "queue"}) == 0
    assert registry.get_sample_value("garnish_source_up", {"source": "warehouse"}) == 1
    assert registry.get_sample_value("garnish_queue_dishes", {"country": "de"}) is None
    assert registry.get_sample_value("garnish_dishes", {"country": "de"}) == 4
    with pytest.raises(sa.exc.SQLAlchemyError), down.reading():
        pass


def test_a_warehouse_that_is_gone_takes_no_other_figures_along(metrics: GarnishMetrics) -> None:
    metrics.warehouse.path.unlink()
    registry = scraped(metrics)
    assert registry.get_sample_value("garnish_source_up", {"source": "warehouse"}) == 0
    assert registry.get_sample_value("garnish_queue_dishes", {"country": "de"}) == 3


def test_every_metric_that_is_named_is_served(flow: Flow, metrics: GarnishMetrics) -> None:
    served = scraped(replace(metrics, budget=DailyBudget(1)))
    text = generate_latest(served).decode()
    for name in [*(metric.name for metric in TABLE_METRICS), *OTHER_METRICS]:
        assert f"# HELP {name} " in text
