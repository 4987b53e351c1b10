"""What an owner says: it counts once, for own dishes only, and says why where it does not."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from resources.checks.finding import Finding
from resources.database import Database
from resources.review_queue import Wanted
from resources.review_votes import Vote
from resources.vendor_choices import VendorChoices
from review_desk.desk import Desk
from review_desk.owner_choices import (
    DishChanged,
    DishDecided,
    NotCovered,
    NotYourDish,
    OptedOut,
    choose,
    go_without,
    opt_in,
    opt_out,
    report,
    suggest_again,
    turn_down_all,
)
from review_desk.owner_links import Owner
from review_desk.owner_menu import may_see_picture, owner_dish, owner_menu
from tests.review_desk.conftest import desk_in
from tests.review_desk.owners import LION, NEIGHBOUR, dish, publish


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> Desk:
    desk = desk_in(tmp_path, database)
    soup, pizza = dish(desk, "1"), dish(desk, "2", looks_needed=2)
    desk.queue.replace("de", [soup, pizza, dish(desk, "3", vendor_id="v2")])
    return desk


def version(desk: Desk, product_id: str) -> str:
    waiting = desk.queue.item("de", product_id)
    assert waiting is not None
    return waiting.item.version


def decided(desk: Desk) -> list[tuple[str, str, str]]:
    return [(one.candidate_id, one.decision, one.reviewer) for one in desk.reviews.decisions("de")]


def test_an_owner_sees_the_own_dishes_and_no_others(desk: Desk) -> None:
    menu = owner_menu(desk, LION)
    assert [(one.product_id, one.state, one.team_looks_too) for one in menu.dishes] == [
        ("1", "waiting", False),
        ("2", "waiting", True),
    ]
    assert [one.product_id for one in owner_menu(desk, NEIGHBOUR).dishes] == ["3"]
    assert owner_menu(desk, Owner("tr", "v1")).dishes == ()
    theirs = owner_menu(desk, NEIGHBOUR).dishes[0].pictures[0].image_hash
    assert may_see_picture(desk, NEIGHBOUR, theirs)
    assert not may_see_picture(desk, LION, theirs)
    assert not may_see_picture(desk, Owner("tr", "v2"), theirs)


def test_a_choice_is_a_decision_and_counts_once(desk: Desk) -> None:
    now = version(desk, "1")
    assert choose(desk, LION, "1", now, "candidate-1-2") == "chosen"
    assert choose(desk, LION, "1", now, "candidate-1-2") == "chosen"
    assert decided(desk) == [("candidate-1-2", "approve", "owner:v1")]
    with pytest.raises(DishDecided):
        choose(desk, LION, "1", now, "candidate-1-1")
    with pytest.raises(DishDecided):
        turn_down_all(desk, LION, "1", now)
    desk.queue.replace("de", [])  # as the queue does once it has followed
    assert choose(desk, LION, "1", now, "candidate-1-2") == "team_decided"
    assert len(decided(desk)) == 1


def test_pressed_by_two_thumbs_at_once_it_counts_once(desk: Desk) -> None:
    now = version(desk, "1")
    with ThreadPoolExecutor(8) as threads:
        said = [threads.submit(choose, desk, LION, "1", now, "candidate-1-1") for _ in range(8)]
        assert {one.result() for one in said} == {"chosen"}
    assert decided(desk) == [("candidate-1-1", "approve", "owner:v1")]


def test_where_two_have_to_look_the_team_looks_too(desk: Desk) -> None:
    assert choose(desk, LION, "2", version(desk, "2"), "candidate-2-1") == "chosen_team_looks"
    assert decided(desk) == []
    assert choose(desk, LION, "2", version(desk, "2"), "candidate-2-1") == "chosen_team_looks"
    desk.queue.take("ada", Wanted(), 9)
    (waiting,) = (one for one in desk.queue.of_vendor("de", "v1") if one.item.product_id == "2")
    desk.votes.vote(waiting.key, Vote("ada", "approve", ("candidate-2-1",)))
    assert {who for *_, who in decided(desk)} == {"ada", "owner:v1"}
    dish_now = owner_dish(desk, LION, "2")
    assert dish_now is not None
    assert (dish_now.state, dish_now.chosen_id) == ("chosen", "candidate-2-1")


def test_none_of_these_rejects_every_suggestion(desk: Desk) -> None:
    assert turn_down_all(desk, LION, "1", version(desk, "1")) == "turned_down"
    assert turn_down_all(desk, LION, "1", version(desk, "1")) == "turned_down"
    assert decided(desk) == [
        ("candidate-1-1", "reject", "owner:v1"),
        ("candidate-1-2", "reject", "owner:v1"),
    ]
    assert {one.reason for one in desk.reviews.decisions("de")} == {"owner_declined_all"}


def test_what_was_drawn_anew_is_looked_at_anew(desk: Desk) -> None:
    seen = version(desk, "1")
    desk.queue.replace("de", [dish(desk, "1", pictures=3)])
    with pytest.raises(DishChanged):
        choose(desk, LION, "1", seen, "candidate-1-1")
    with pytest.raises(DishChanged):
        choose(desk, LION, "1", version(desk, "1"), "candidate-1-9")
    assert decided(desk) == []


def test_dishes_of_others_are_as_if_they_were_not(desk: Desk) -> None:
    theirs = version(desk, "3")
    for product_id, candidate_id in (("3", "candidate-3-1"), ("99", "candidate-99-1")):
        with pytest.raises(NotYourDish):
            choose(desk, LION, product_id, theirs, candidate_id)
        with pytest.raises(NotYourDish):
            turn_down_all(desk, LION, product_id, theirs)
        for say in (go_without, suggest_again):
            with pytest.raises(NotYourDish):
                say(desk, LION, product_id)
        with pytest.raises(NotYourDish):
            report(desk, LION, product_id, "other")
    with pytest.raises(DishChanged):  # their picture for the own dish
        choose(desk, LION, "1", version(desk, "1"), "candidate-3-1")
    assert decided(desk) == []
    assert desk.vendors.choices("de") == []


def test_a_dish_can_go_without_a_picture_and_come_back(desk: Desk) -> None:
    go_without(desk, LION, "1")
    go_without(desk, LION, "1")
    desk.queue.replace("de", [])
    (left,) = owner_menu(desk, LION).dishes
    assert (left.name, left.state) == ("Flädlesuppe", "stays_without")
    assert desk.vendors.withheld("de").products == {"1"}
    suggest_again(desk, LION, "1")
    assert desk.vendors.withheld("de").products == set()
    assert [one.choice for one in desk.vendors.choices("de")] == ["decline", "accept"]


def test_a_dish_without_is_not_chosen_for_by_an_old_page(desk: Desk) -> None:
    go_without(desk, LION, "1")
    with pytest.raises(DishDecided, match="wants no picture"):
        choose(desk, LION, "1", version(desk, "1"), "candidate-1-1")


def test_opting_out_hides_everything_until_it_is_taken_back(desk: Desk) -> None:
    now = version(desk, "1")
    publish(desk, LION, "7")
    opt_out(desk, LION)
    opt_out(desk, LION)
    menu = owner_menu(desk, LION)
    assert (menu.opted_out, menu.dishes, menu.published) == (True, (), ())
    with pytest.raises(OptedOut):
        choose(desk, LION, "1", now, "candidate-1-1")
    assert len(owner_menu(desk, NEIGHBOUR).dishes) == 1
    opt_in(desk, LION)
    opt_in(desk, LION)
    assert [one.choice for one in desk.vendors.choices("de")] == ["opt_out", "opt_in"]
    assert choose(desk, LION, "1", now, "candidate-1-1") == "chosen"


def test_a_reported_picture_is_rejected_once_for_each_approval(desk: Desk) -> None:
    told = publish(desk, LION, "7")
    report(desk, LION, "7", "wrong_dish", "this is a cake")
    report(desk, LION, "7", "wrong_dish", "this is a cake")
    (rejection,) = desk.reviews.decisions("de")
    assert (rejection.decision, rejection.image_hash) == ("reject", told["image_hash"])
    assert (rejection.reviewer, rejection.reason) == ("owner:v1", "owner_report: wrong_dish")
    (choice,) = VendorChoices(desk.database).choices("de")
    assert choice.detail is not None
    assert (choice.choice, choice.detail["words"]) == ("report", "this is a cake")
    assert owner_menu(desk, LION).published[0].reported
    publish(desk, LION, "7", decision_id="approved again")
    assert not owner_menu(desk, LION).published[0].reported
    report(desk, LION, "7", "other")
    assert len(desk.reviews.decisions("de")) == 2


def test_pictures_of_others_cannot_be_reported(desk: Desk) -> None:
    publish(desk, NEIGHBOUR, "7")
    with pytest.raises(NotYourDish):
        report(desk, LION, "7", "other")
    with pytest.raises(NotYourDish):
        go_without(desk, LION, "7")
    go_without(desk, NEIGHBOUR, "7")


def test_vetoed_pictures_and_the_audit_never_reach_owners(desk: Desk) -> None:
    whole = dish(desk, "1")
    veto = Finding("nudity", "veto", 0.9, "a naked person")
    bad = replace(whole.candidates[1], findings=(veto,))
    desk.queue.replace(
        "de",
        [replace(whole, candidates=(whole.candidates[0], bad)), dish(desk, "2", is_audit=True)],
    )
    (seen,) = owner_menu(desk, LION).dishes
    assert [one.candidate_id for one in seen.pictures] == ["candidate-1-1"]
    assert not may_see_picture(desk, LION, bad.image_hash)
    with pytest.raises(DishChanged):
        choose(desk, LION, "1", version(desk, "1"), bad.candidate_id)
    with pytest.raises(NotYourDish):
        choose(desk, LION, "2", version(desk, "2"), "candidate-2-1")


def test_a_vendor_that_the_rollout_has_not_reached_sees_nothing(desk: Desk) -> None:
    desk.rollout.set("de", 1.0, is_stopped=True, set_by="ada")
    menu = owner_menu(desk, LION)
    assert (menu.is_covered, menu.dishes) == (False, ())
    with pytest.raises(NotCovered):
        choose(desk, LION, "1", version(desk, "1"), "candidate-1-1")
