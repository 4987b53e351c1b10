"""From an owner's word to what guests see: the real flow, and the desk on the same data."""

from dataclasses import replace

import pytest

from review_desk import owner_choices
from review_desk.desk import DeskSettings, desk_over
from review_desk.owner_links import Owner
from review_desk.owner_menu import OwnerDish, owner_menu
from tests.stand_ins import Flow


@pytest.fixture
def reviewed(flow: Flow) -> Flow:
    """The flow with its menu drawn and its queue filled; nothing is left to the audit."""
    quiet = flow.with_resources(
        acceptance=replace(flow.resources.acceptance, audit_share=1e-9),
        review_rule=replace(flow.resources.review_rule, second_look_share=1e-9),
    )
    quiet.run()
    return quiet


def test_an_owner_chooses_reports_and_opts_out_and_guests_see_it(reviewed: Flow) -> None:
    resources = reviewed.resources
    desk = desk_over(
        resources.reviews.database, resources.pictures, resources.rollout, DeskSettings(b"s" * 32)
    )
    owner = Owner("de", "v1")

    def dishes() -> dict[str, OwnerDish]:
        return {dish.product_id: dish for dish in owner_menu(desk, owner).dishes}

    def published() -> list[str]:
        return [picture.product_id for picture in owner_menu(desk, owner).published]

    waiting = dishes()
    assert set(waiting) == {"de-1", "de-2", "de-3"}
    soup, sausage = waiting["de-2"], waiting["de-3"]
    best = soup.pictures[0].candidate_id
    owner_choices.choose(desk, owner, "de-2", soup.version, best)
    owner_choices.turn_down_all(desk, owner, "de-3", sausage.version)
    owner_choices.go_without(desk, owner, "de-1")
    reviewed.run("after_review")
    assert published() == ["de-2"]
    assert {one.product_id: one.state for one in owner_menu(desk, owner).dishes} == {
        "de-1": "stays_without"
    }
    assert len(reviewed.published()) == 1

    owner_choices.report(desk, owner, "de-2", "looks_bad")
    reviewed.run("after_review")
    assert published() == []
    assert reviewed.published() == []
    (again,) = (one for one in dishes().values() if one.state == "waiting")
    assert best not in {picture.candidate_id for picture in again.pictures}, "it does not come back"

    owner_choices.choose(desk, owner, "de-2", again.version, again.pictures[0].candidate_id)
    reviewed.run("after_review")
    assert published() == ["de-2"]
    owner_choices.opt_out(desk, owner)
    reviewed.run("after_review")
    assert reviewed.published() == []
    assert desk.feed.of_vendor("de", owner.vendor_id) == []
    owner_choices.opt_in(desk, owner)
    reviewed.run("after_review")
    assert published() == ["de-2"]
