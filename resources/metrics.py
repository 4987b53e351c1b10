"""What Prometheus is told: figures worked out of the tables and the review database.

Belongs here: which metrics there are, and where each is from. Does not belong here: serving them
(`menu_assets/metrics_commands.py`), pages of figures (`review_reports.py`), dashboards and alarms
(`deploy/`).

Steps are pods that live for minutes: nobody can scrape them, and what they push would have to be
kept somewhere. All that they did is in the tables, so the figures survive every restart.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import sqlalchemy as sa
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from resources.daily_budget import DailyBudget
from resources.database import Database
from resources.review_tables import ITEMS
from resources.waiting_figures import queue_ages
from resources.warehouse import Warehouse
from resources.webhooks import FeedWebhooks

_LOG = logging.getLogger("garnish.metrics")


@dataclass(frozen=True)
class TableMetric:
    """A metric that is an answer of the warehouse.

    Attributes:
        name: For Prometheus; one that ends in `_total` is a counter.
        help: What it says, with its unit.
        labels: Names of the columns before the last, which is the value.
        sql: The question.
    """

    name: str
    help: str
    labels: tuple[str, ...]
    sql: str


def _by_country(name: str, help_text: str, source: str, value: str = "count(*)") -> TableMetric:
    sql = f"SELECT country, {value} FROM {source} GROUP BY country"  # noqa: S608 (all ours)
    return TableMetric(name, help_text, ("country",), sql)


def _ledger(name: str, help_text: str, value: str) -> TableMetric:
    labels = ("country", "model_id", "gpu_class")
    columns = ", ".join(labels)
    sql = f"SELECT {columns}, sum({value}) FROM costs.generation_costs GROUP BY {columns}"  # noqa: S608
    return TableMetric(name, help_text, labels, sql)


TABLE_METRICS: tuple[TableMetric, ...] = (
    _ledger("garnish_pictures_made_total", "Pictures drawn.", "pictures_made"),
    _ledger("garnish_pictures_failed_total", "Tries that gave no picture.", "pictures_failed"),
    _ledger("garnish_gpu_seconds_total", "Device time of drawing, in seconds.", "gpu_seconds"),
    _ledger("garnish_cost_usd_total", "Dollars for drawing, of devices and APIs.", "cost_usd"),
    TableMetric(
        "garnish_cost_today_usd",
        "Dollars for drawing on this day (UTC): what the daily budget is compared with.",
        ("country",),
        "SELECT country, coalesce(sum(cost_usd) FILTER (day = (now() AT TIME ZONE 'UTC')::DATE), 0)"
        " FROM costs.generation_costs GROUP BY country",
    ),
    _by_country("garnish_dishes", "Products of the menus.", "menu.image_coverage"),
    _by_country(
        "garnish_dishes_without_picture",
        "Products that the vendor gave no picture of.",
        "menu.image_coverage WHERE NOT has_picture",
    ),
    _by_country(
        "garnish_dishes_not_drawn",
        "Dishes whose prompt has no candidate yet: they wait for a run, or for the daily budget.",
        "images.prompts AS prompts",
        "count(*) FILTER (NOT EXISTS (SELECT 1 FROM images.candidate_images AS drawn"
        " WHERE drawn.prompt_id = prompts.prompt_id))",
    ),
    _by_country("garnish_rows_rejected", "Menu rows that break a rule.", "menu.rejected_products"),
    TableMetric(
        "garnish_findings",
        "Pictures by check and verdict (pass, veto, unchecked).",
        ("country", "check_name", "verdict"),
        "SELECT country, check_name, verdict, count(*) FROM scores.safety_scores"
        " GROUP BY country, check_name, verdict",
    ),
    _by_country(
        "garnish_pictures_checked",
        "Pictures that the checks looked at.",
        "scores.safety_scores",
        "count(DISTINCT candidate_id)",
    ),
    _by_country(
        "garnish_pictures_vetoed",
        "Pictures that a check keeps from people.",
        "scores.safety_scores",
        "count(DISTINCT candidate_id) FILTER (verdict = 'veto')",
    ),
    _by_country(
        "garnish_dishes_published",
        "Dishes with a published picture of ours.",
        "publication.published_catalogue",
    ),
)

OTHER_METRICS = {
    "garnish_budget_usd_per_country_day": "A country's daily budget in dollars; absent: none.",
    "garnish_queue_dishes": "Dishes that wait for people.",
    "garnish_queue_oldest_seconds": "How long the first of them waits.",
    "garnish_feed_waiting_events": "Events that a target of the feed does not have yet.",
    "garnish_feed_oldest_seconds": "Age of the first of them.",
    "garnish_feed_failing_seconds": "For how long a target has taken nothing that it was sent.",
    "garnish_warehouse_age_seconds": "Since when no table has changed, or the daemon stands still.",
    "garnish_source_up": "Whether figures of a source (warehouse, queue, feed) could be read.",
    "garnish_source_seconds": "How long reading a source took.",
}
"""Metrics that are no answer of the warehouse, and what they say."""


@dataclass(frozen=True)
class GarnishMetrics(Collector):
    """All metrics, read anew for each scrape. A source that is down takes no other along."""

    warehouse: Warehouse
    database: Database
    webhooks: FeedWebhooks
    budget: DailyBudget

    def collect(self) -> Iterable[Metric]:
        """The metrics now."""
        up = _gauge("garnish_source_up", "source")
        took = _gauge("garnish_source_seconds", "source")
        sources: dict[str, Callable[[], Iterator[Metric]]] = {
            "warehouse": self._of_tables,
            "queue": self._of_the_queue,
            "feed": self._of_the_feed,
        }
        for source, read in sources.items():
            began = time.monotonic()
            try:
                metrics = list(read())
            except (OSError, duckdb.Error, sa.exc.SQLAlchemyError) as error:
                _LOG.error("metrics of the %s are missing: %s", source, error)
                metrics = []
                up.add_metric([source], 0)
            else:
                up.add_metric([source], 1)
            yield from metrics
            took.add_metric([source], time.monotonic() - began)
        if self.budget.usd_per_country_day is not None:
            budget = _gauge("garnish_budget_usd_per_country_day")
            budget.add_metric([], self.budget.usd_per_country_day)
            yield budget
        yield from (up, took)

    def _of_tables(self) -> Iterator[Metric]:
        for metric in TABLE_METRICS:
            family = _family(metric.name, metric.help, metric.labels)
            for *labels, value in self.warehouse.query(metric.sql).iter_rows():
                family.add_metric([str(label) for label in labels], float(value or 0))
            yield family
        age = _gauge("garnish_warehouse_age_seconds")
        age.add_metric([], time.time() - self.warehouse.path.stat().st_mtime)
        yield age

    def _of_the_queue(self) -> Iterator[Metric]:
        now = datetime.now(UTC)
        dishes = _gauge("garnish_queue_dishes", "country")
        oldest = _gauge("garnish_queue_oldest_seconds", "country")
        with self.database.having(ITEMS).reading() as connection:
            ages = queue_ages(connection, now)
        for one in ages:
            dishes.add_metric([one.country], one.waiting)
            oldest.add_metric([one.country], (now - one.oldest).total_seconds())
        yield from (dishes, oldest)

    def _of_the_feed(self) -> Iterator[Metric]:
        now = datetime.now(UTC)
        waiting = _gauge("garnish_feed_waiting_events", "target")
        oldest = _gauge("garnish_feed_oldest_seconds", "target")
        failing = _gauge("garnish_feed_failing_seconds", "target")
        for one in self.webhooks.standing() if self.webhooks.targets else ():
            waiting.add_metric([one.target], one.waiting)
            oldest.add_metric([one.target], _seconds_since(one.oldest, now))
            failing.add_metric([one.target], _seconds_since(one.failing_since, now))
        yield from (waiting, oldest, failing)


def _seconds_since(time_: datetime | None, now: datetime) -> float:
    return 0.0 if time_ is None else (now - time_).total_seconds()


def _gauge(name: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, OTHER_METRICS[name], labels=labels)


def _family(
    name: str, help_text: str, labels: Sequence[str]
) -> CounterMetricFamily | GaugeMetricFamily:
    kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
    return kind(name, help_text, labels=labels)
