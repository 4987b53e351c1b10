"""What follows what: a country's change flows through that country, all of it, and no other."""

from typing import Any

import dagster as dg
import pytest

from menu_assets.table_asset import Check
from menu_assets.tables.menu import PRODUCTS, REJECTED_PRODUCTS
from menu_assets.tables.registry import TABLES
from menu_assets.tables.review import REVIEW_DECISIONS, SHORTLIST
from resources.table_schema import Table
from tests.stand_ins import Flow, land, menu_row

FIRST = (PRODUCTS, REJECTED_PRODUCTS)
BELOW_PRODUCTS = {dg.AssetKey(list(table.path)) for table in TABLES if table not in FIRST}


def evaluate(flow: Flow, cursor: Any = None) -> dg.EvaluateAutomationConditionsResult:
    return dg.evaluate_automation_conditions(
        defs=flow.definitions(),
        instance=flow.instance,
        asset_selection=dg.AssetSelection.all(),
        cursor=cursor,
    )


def requested(result: dg.EvaluateAutomationConditionsResult) -> dict[dg.AssetKey, set[str]]:
    """The countries that are asked for, for each asset that any is asked for."""
    countries = {key: set(result.get_requested_partitions(key)) for key in BELOW_PRODUCTS}
    return {key: partitions for key, partitions in countries.items() if partitions}


@pytest.fixture
def two_countries(flow: Flow) -> Flow:
    land(flow.menus, "tr.csv", [menu_row("tr-1", "Pide")])
    return flow


def test_products_of_a_country_pull_the_whole_country_in_one_tick(two_countries: Flow) -> None:
    flow = two_countries
    before = evaluate(flow)
    assert requested(before) == {}
    flow.run(country="de", only=FIRST)
    after = evaluate(flow, before.cursor)
    assert requested(after) == {key: {"de"} for key in BELOW_PRODUCTS}
    assert requested(evaluate(flow, after.cursor)) == {}


def test_a_change_flows_again_after_the_first_time(two_countries: Flow) -> None:
    flow = two_countries
    flow.run(country="de")
    flow.run(country="tr")
    settled = evaluate(flow, evaluate(flow).cursor)
    assert requested(settled) == {}
    land(flow.menus, "tr.csv", [menu_row("tr-1", "Lahmacun")])
    flow.run(country="tr", only=FIRST)
    assert requested(evaluate(flow, settled.cursor)) == {key: {"tr"} for key in BELOW_PRODUCTS}


def test_new_decisions_pull_what_is_below_them_and_draw_nothing(flow: Flow) -> None:
    flow.run()
    settled = evaluate(flow, evaluate(flow).cursor)
    flow.run("after_review", only=[REVIEW_DECISIONS])
    asked = requested(evaluate(flow, settled.cursor))
    assert {key.path[-1] for key in asked} == {
        "approved_images",
        "review_queue",
        "published_files",
        "published_catalogue",
        "catalogue_feed",
        "generation_costs",
    }


@pytest.mark.parametrize("failing_first", [True, False], ids=["failing first", "failing last"])
def test_a_failed_blocking_check_holds_back_its_own_country_only(
    two_countries: Flow, failing_first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = two_countries
    flow.run(country="de")
    flow.run(country="tr")
    settled = evaluate(flow, evaluate(flow).cursor)
    honest = Check.result

    def failing(self: Check, table: Table, *, passed: bool, **facts: Any) -> dg.AssetCheckResult:
        return honest(self, table, passed=passed and not self.blocking, **facts)

    for country in ("de", "tr") if failing_first else ("tr", "de"):
        with monkeypatch.context() as patched:
            if country == "de":
                patched.setattr(Check, "result", failing)
            run = flow.run(country=country, only=[SHORTLIST], raise_on_error=False)
        assert run.success == (country == "tr")
    asked = requested(evaluate(flow, settled.cursor))
    decisions = dg.AssetKey(["review", "review_decisions"])
    assert asked[decisions] == {"tr"}
    assert all("de" not in countries for countries in asked.values())
