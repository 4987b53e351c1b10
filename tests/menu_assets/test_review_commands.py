"""What `garnish review list` shows: what a person still has to decide, and nothing else."""

from menu_assets.review_commands import waiting
from menu_assets.tables.review import SHORTLIST
from tests.stand_ins import Flow


def dishes(flow: Flow) -> set[str]:
    return set(waiting(flow.resources, "de")["product_id"])


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
    rejected = waiting(flow.resources, "de")["candidate_id"]
    assert first["candidate_id"] not in rejected
    flow.run("after_review")
    assert dishes(flow) == everything


def test_another_country_can_be_left_out(flow: Flow) -> None:
    flow.run()
    assert waiting(flow.resources, "tr").is_empty()
