"""What `garnish review list` shows: what a person still has to decide, and nothing else."""

import pytest
from typer.testing import CliRunner

from menu_assets.cli import app
from menu_assets.review_commands import ReservedReviewer, what_waits
from menu_assets.tables.review import SHORTLIST
from resources.acceptance_rule import AcceptanceRule
from resources.review_store import NO_PERSON
from tests.stand_ins import Flow


def dishes(flow: Flow) -> set[str]:
    return set(what_waits(flow.resources, "de")["product_id"])


def test_a_dish_waits_until_one_picture_is_approved_and_again_when_it_is_rejected(
    flow: Flow,
) -> None:
    flow.run()
    first = flow.table(SHORTLIST).row(0, named=True)
    everything = dishes(flow)
    assert first["product_id"] in everything

    flow.decide(first)
    assert dishes(flow) == everything - {first["product_id"]}
    flow.run("after_review")
    assert dishes(flow) == everything - {first["product_id"]}

    flow.decide(first, "reject")
    assert dishes(flow) == everything
    rejected = what_waits(flow.resources, "de")["candidate_id"]
    assert first["candidate_id"] not in rejected
    flow.run("after_review")
    assert dishes(flow) == everything


def test_another_country_can_be_left_out(flow: Flow) -> None:
    flow.run()
    assert what_waits(flow.resources, "tr").is_empty()


def test_the_audit_slice_waits_also_where_another_picture_is_approved(flow: Flow) -> None:
    everything = flow.with_resources(acceptance=AcceptanceRule(audit_share=1.0))
    everything.run()
    second = everything.table(SHORTLIST).filter(rank=2).row(0, named=True)
    everything.decide(second)
    of_dish = what_waits(everything.resources, "de").filter(product_id=second["product_id"])
    assert of_dish["rank"].to_list() == [1]
    assert "audit" in CliRunner().invoke(app, ["review", "list"], env={"COLUMNS": "200"}).output


@pytest.mark.parametrize("reviewer", NO_PERSON)
def test_nobody_decides_under_the_name_of_a_rule(flow: Flow, reviewer: str) -> None:
    flow.run()
    candidate = flow.table(SHORTLIST)["candidate_id"][0]
    answer = CliRunner().invoke(app, ["review", "approve", candidate, "--reviewer", reviewer])
    assert isinstance(answer.exception, ReservedReviewer)
    assert flow.resources.reviews.decisions("de") == []
