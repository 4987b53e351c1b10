"""The gate: what people may choose from, what their decisions open, and what closes it again."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from menu_assets.costs import costs_of
from menu_assets.tables.costs import GENERATION_COSTS
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.publication import PUBLISHED_CATALOGUE
from menu_assets.tables.review import APPROVED_IMAGES, REVIEW_DECISIONS, SHORTLIST
from menu_assets.tables.scores import SAFETY_SCORES
from tests.stand_ins import GPU_SECONDS_EACH, MENU, Flow, RuleChecks, land

SOON = datetime(2027, 1, 1, tzinfo=UTC)


def best(flow: Flow, product_id: str) -> dict[str, object]:
    rows = flow.table(SHORTLIST).filter(pl.col("product_id") == product_id)
    return rows.sort("rank").row(0, named=True)


@pytest.fixture
def judged(flow: Flow) -> Flow:
    """After a run in which the soup's pictures were vetoed and the pizza's recognised."""
    names = [row["name"] for row in MENU[:2]]
    pizza, soup = (t.text for t in flow.resources.translator.translate(names, language="de"))
    checks = RuleChecks(version="judge", shown={pizza: 0.9, soup: 0.01})
    judged = flow.with_resources(checks=checks)
    judged.run()
    return judged


def test_a_vetoed_picture_is_neither_offered_nor_published_even_if_approved(judged: Flow) -> None:
    vetoes = judged.table(SAFETY_SCORES).filter(pl.col("verdict") == "veto")
    assert set(vetoes["product_id"]) == {"de-2"}
    assert all("looks like soup" in reason for reason in vetoes["reason"])
    assert set(judged.table(SHORTLIST)["product_id"]) == {"de-1", "de-3"}

    of_soup = judged.table(CANDIDATE_IMAGES).filter(pl.col("product_id") == "de-2")
    for row in of_soup.iter_rows(named=True):
        judged.decide(row)
    judged.run("after_review")
    assert judged.table(REVIEW_DECISIONS).height == 2
    assert judged.table(APPROVED_IMAGES).is_empty()
    assert judged.published() == []


def test_what_nothing_could_check_waits_for_a_person(judged: Flow) -> None:
    unchecked = {row["product_id"]: row["unchecked"] for row in judged.table(SHORTLIST).to_dicts()}
    assert "dish_shown" in unchecked["de-3"]
    assert "dish_shown" not in unchecked["de-1"]
    assert "allergens" in unchecked["de-1"]
    assert judged.table(APPROVED_IMAGES).is_empty()


def test_ranks_follow_the_scores(judged: Flow) -> None:
    for _, rows in judged.table(SHORTLIST).group_by("product_id"):
        ordered = rows.sort("rank")
        assert ordered["rank"].to_list() == list(range(1, rows.height + 1))
        assert ordered["combined_score"].is_sorted(descending=True)


def test_a_decision_counts_for_the_bytes_that_were_looked_at(judged: Flow) -> None:
    judged.decide({**best(judged, "de-1"), "image_hash": "0" * 64})
    judged.run("after_review")
    assert judged.table(APPROVED_IMAGES).is_empty()


def test_an_approval_is_published_with_its_lineage_and_a_rejection_withdraws_it(
    judged: Flow,
) -> None:
    pizza = best(judged, "de-1")
    judged.decide(pizza)
    judged.run("after_review")
    (row,) = judged.table(PUBLISHED_CATALOGUE).iter_rows(named=True)
    assert row["published_file"] == f"de/{judged.published()[0]}"
    assert row["image_hash"] == pizza["image_hash"]
    assert row["model_id"] == "plates"
    assert "Pizza Funghi" in row["alt_text"] and "generated picture" in row["alt_text"]

    published_at = row["published_at"]
    judged.run("after_review")
    assert judged.table(PUBLISHED_CATALOGUE)["published_at"].to_list() == [published_at]

    judged.decide(pizza, "reject", decided_at=SOON)
    judged.run("after_review")
    assert judged.table(APPROVED_IMAGES).is_empty()
    assert judged.table(PUBLISHED_CATALOGUE).is_empty()
    assert judged.published() == []

    judged.decide(pizza, "approve", decided_at=SOON + timedelta(days=1))
    judged.run("after_review")
    assert len(judged.published()) == 1


def test_the_newest_approval_of_a_dish_wins(judged: Flow) -> None:
    rows = judged.table(SHORTLIST).filter(pl.col("product_id") == "de-3").sort("rank")
    first, second = rows.row(0, named=True), rows.row(1, named=True)
    judged.decide(first, decided_at=SOON + timedelta(days=1))
    judged.decide(second, decided_at=SOON)
    judged.run("after_review")
    assert judged.table(APPROVED_IMAGES)["candidate_id"].to_list() == [first["candidate_id"]]
    judged.decide(second, decided_at=SOON + timedelta(days=2))
    judged.run("after_review")
    assert judged.table(APPROVED_IMAGES)["candidate_id"].to_list() == [second["candidate_id"]]
    assert len(judged.published()) == 1


def test_a_later_veto_withdraws_what_was_published(judged: Flow) -> None:
    pizza = best(judged, "de-1")
    judged.decide(pizza)
    judged.run("after_review")
    subject = judged.table(CANDIDATE_IMAGES).filter(pl.col("product_id") == "de-1")["subject"][0]
    stricter = judged.with_resources(checks=RuleChecks(version="stricter", shown={subject: 0.01}))
    stricter.run()
    assert stricter.table(APPROVED_IMAGES).is_empty()
    assert stricter.published() == []


@pytest.mark.parametrize("change", ["own picture", "renamed", "off the menu"])
def test_a_dish_that_no_longer_needs_the_picture_loses_it(judged: Flow, change: str) -> None:
    judged.decide(best(judged, "de-1"))
    judged.decide(best(judged, "de-3"))
    judged.run("after_review")
    assert len(judged.published()) == 2
    changed = {
        "own picture": [{**MENU[0], "picture_url": "https://p.example/1.jpg"}, *MENU[1:]],
        "renamed": [{**MENU[0], "name": "Pizza Salami"}, *MENU[1:]],
        "off the menu": MENU[1:],
    }[change]
    land(judged.menus, "de.csv", changed)
    judged.run()
    assert judged.table(APPROVED_IMAGES)["product_id"].to_list() == ["de-3"]
    (file,) = judged.published()
    assert file.startswith("de-3-")


def test_costs_add_up(judged: Flow) -> None:
    judged.decide(best(judged, "de-1"))
    judged.run("after_review")
    (row,) = judged.table(GENERATION_COSTS).iter_rows(named=True)
    candidates = judged.table(CANDIDATE_IMAGES)
    assert row["pictures_made"] == candidates.height == 6
    assert row["pictures_approved"] == 1
    assert row["gpu_seconds"] == pytest.approx(6 * GPU_SECONDS_EACH)
    assert row["cost_usd"] == pytest.approx(6 * GPU_SECONDS_EACH * 3.6 / 3600)
    assert row["cost_usd_per_picture"] * 6 == pytest.approx(row["cost_usd"])
    assert row["cost_usd_per_approved_picture"] == pytest.approx(row["cost_usd"])


def test_costs_without_pictures_have_no_price_of_one(judged: Flow) -> None:
    candidates = judged.table(CANDIDATE_IMAGES).with_columns(status=pl.lit("failed"))
    costs = costs_of(candidates, APPROVED_IMAGES.empty())
    assert costs["pictures_failed"].sum() == 6
    assert costs["cost_usd"].sum() > 0
    assert costs["cost_usd_per_picture"].null_count() == costs.height
    assert costs_of(CANDIDATE_IMAGES.empty(), APPROVED_IMAGES.empty()).is_empty()
