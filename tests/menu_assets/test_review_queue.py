"""The review desk's queue: what waits comes in, what was decided goes out, and why people look."""

import polars as pl
import pytest

from menu_assets.review_queue import main_reason, uncertainty
from menu_assets.tables.review import REVIEW_QUEUE, SHORTLIST
from resources.review_queue import Wanted
from resources.review_rule import ReviewRule
from resources.review_votes import Vote
from resources.vendor_choices import VendorChoice
from tests.stand_ins import MENU, Flow, land


@pytest.fixture
def waiting(flow: Flow) -> Flow:
    """After a run in which nobody decided on anything."""
    flow.run()
    return flow


def test_every_dish_with_a_choice_waits_with_its_pictures(waiting: Flow) -> None:
    shortlist = waiting.table(SHORTLIST)
    items = {
        one.item.product_id: one.item for one in waiting.resources.queue.take("a", Wanted(), 9)
    }
    assert items.keys() == set(shortlist["product_id"])
    for product_id, item in items.items():
        of_dish = shortlist.filter(pl.col("product_id") == product_id).sort("rank").head(4)
        assert [one.image_hash for one in item.candidates] == of_dish["image_hash"].to_list()
        # What no machine could check is told to the person who has to.
        assert "allergens" in {finding.check_name for finding in item.candidates[0].findings}
        assert item.name
        assert item.english_name
    assert set(waiting.table(REVIEW_QUEUE)["product_id"]) == items.keys()


def test_a_vote_at_the_desk_goes_through_the_gate_and_the_dish_waits_no_longer(
    waiting: Flow,
) -> None:
    queue, votes = waiting.resources.queue, waiting.resources.votes
    (taken,) = queue.take("ada", Wanted())
    chosen = taken.item.candidates[-1]
    votes.vote(taken.key, Vote("ada", "approve", (chosen.candidate_id,)))
    waiting.run("after_review")
    assert waiting.table(REVIEW_QUEUE).filter(product_id=taken.item.product_id).is_empty()
    assert queue.item("de", taken.item.product_id) is None
    (file,) = waiting.published()
    assert file.startswith(f"{taken.item.product_id}-")

    votes.undo("ada")
    waiting.run("after_review")
    assert waiting.published() == []
    assert queue.item("de", taken.item.product_id) is not None


def test_a_dish_with_one_rejected_picture_waits_with_the_others(waiting: Flow) -> None:
    queue = waiting.resources.queue
    (taken,) = queue.take("ada", Wanted())
    worst = taken.item.candidates[0].candidate_id
    waiting.resources.votes.vote(taken.key, Vote("ada", "reject", (worst,), "blurred"))
    waiting.run("after_review")
    again = queue.item("de", taken.item.product_id)
    assert again is not None
    assert again.state == "open"
    assert worst not in {one.candidate_id for one in again.item.candidates}


def test_owners_who_want_no_pictures_leave_the_queue(waiting: Flow) -> None:
    (taken,) = waiting.resources.queue.take("ada", Wanted())
    product_id, vendor_id = taken.item.product_id, taken.item.vendor_id
    waiting.resources.vendors.add(VendorChoice("de", vendor_id, "decline", product_id))
    waiting.run("after_review")
    assert waiting.resources.queue.item("de", product_id) is None
    waiting.resources.vendors.add(VendorChoice("de", vendor_id, "accept", product_id))
    waiting.run("after_review")
    assert waiting.resources.queue.item("de", product_id) is not None


def test_dishes_with_flags_can_need_two_people(flow: Flow) -> None:
    land(flow.menus, "de.csv", [MENU[0], {**MENU[1], "dietary_flags": "vegan"}])
    rule = ReviewRule(second_look_share=0.0001, two_people_for_diet=True)
    strict = flow.with_resources(review_rule=rule)
    strict.run()
    looks = dict(strict.table(REVIEW_QUEUE).select("product_id", "looks_needed").iter_rows())
    assert looks == {"de-1": 1, "de-2": 2}


def test_the_second_look_is_drawn_for_the_share_that_was_asked() -> None:
    rule = ReviewRule(second_look_share=0.05)
    drawn = [rule.looks_needed("de", str(number), has_flags=True) for number in range(4000)]
    assert 0.04 < drawn.count(2) / 4000 < 0.06


def test_the_most_severe_question_is_the_reason() -> None:
    assert main_reason({"text", "people"}, is_audit=True) == "people"
    assert main_reason({"zzz_new_check"}, is_audit=False) == "zzz_new_check"
    assert main_reason(set(), is_audit=True) == "audit"
    assert main_reason(set(), is_audit=False) == "choice"


def test_what_is_good_and_has_no_open_question_is_certain() -> None:
    assert uncertainty(1.0, 0) == 0
    assert uncertainty(0.9, 0) < uncertainty(0.9, 1) < uncertainty(0.9, 3) < 1
    assert uncertainty(0.9, 0) < uncertainty(0.5, 0)
