"""Dashboard and alarms ask for metrics that there are, and each alarm says whose it is."""

import json
import re
from collections.abc import Iterator

import pytest
import yaml

from resources.metrics import OTHER_METRICS, TABLE_METRICS
from resources.places import REPOSITORY

OURS = {*(metric.name for metric in TABLE_METRICS), *OTHER_METRICS}
KUBE_STATE_METRICS = {"kube_node_status_capacity"}
"""Of kube-state-metrics: which GPUs there are."""

DASHBOARD = json.loads((REPOSITORY / "deploy/grafana/garnish.json").read_text(encoding="utf-8"))
ALERTS = [
    rule
    for group in yaml.safe_load((REPOSITORY / "deploy/prometheus/alerts.yaml").read_text())[
        "groups"
    ]
    for rule in group["rules"]
]


def metrics_of(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:garnish|kube)_\w+", expression))


def expressions() -> Iterator[tuple[str, str]]:
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for alert in ALERTS:
        yield alert["alert"], alert["expr"]


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_every_query_names_metrics_that_exist(where: str, expression: str) -> None:
    assert metrics_of(expression)
    assert metrics_of(expression) <= OURS | KUBE_STATE_METRICS
    assert expression.count("(") == expression.count(")")


def test_a_metric_that_is_no_metric_would_be_noticed() -> None:
    assert not metrics_of("rate(garnish_pictures_drawn_total[5m])") <= OURS


def test_panels_lie_beside_each_other() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_every_alarm_has_an_owner_and_a_page(alert: dict) -> None:
    assert alert["labels"]["owner"] in {"platform", "models", "content"}
    assert alert["labels"]["severity"] in {"page", "ticket"}
    page, heading = alert["annotations"]["runbook_url"].split("#")
    headings = re.findall(r"^### (.+)$", (REPOSITORY / page).read_text(), re.MULTILINE)
    assert heading in {one.lower() for one in headings}
