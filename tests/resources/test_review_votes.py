"""Votes at the review desk: one look or two, disputes, undo, on both databases."""

from datetime import UTC, datetime

import pytest

from resources.checks.finding import Finding, boxed
from resources.database import Database
from resources.review_item import AUDIT, CHOICE, ReviewItem, ShownCandidate
from resources.review_queue import ReviewQueue, Wanted
from resources.review_store import ReviewStore
from resources.review_votes import (
    ItemChanged,
    ItemHeld,
    ItemSettled,
    NothingToUndo,
    ReviewVotes,
    Vote,
)


def shown(number: int, of: str = "1") -> ShownCandidate:
    return ShownCandidate(
        candidate_id=f"candidate-{of}-{number}",
        image_hash=f"{number:064x}",
        width_px=128,
        height_px=128,
        rank=number,
        combined_score=0.9 - number / 10,
        scores={"sharpness": 0.8, "content": None},
        findings=(
            Finding(
                "people",
                "unchecked",
                0.3,
                "perhaps a hand",
                {"boxes": [boxed((0.1, 0.1, 0.4, 0.4), "hand", 0.3)]},
            ),
        ),
        model_id="garnish-small",
        model_revision="r1",
        template="bowl@2",
        prompt="a bowl of soup",
        made_at=datetime(2026, 11, 24, tzinfo=UTC),
    )


def item(product_id: str = "1", **values: object) -> ReviewItem:
    data: dict[str, object] = {
        "country": "de",
        "product_id": product_id,
        "vendor_id": "v1",
        "vendor_name": "Zum Löwen",
        "name": "Flädlesuppe",
        "english_name": "pancake soup",
        "description": "",
        "english_description": "",
        "category": "soup",
        "dietary_flags": (),
        "views_30d": 900,
        "priority": int(product_id),
        "reason": "people",
        "uncertainty": 0.5,
        "is_audit": False,
        "looks_needed": 1,
        "photo_hash": None,
        "candidates": (shown(1, product_id), shown(2, product_id)),
    }
    return ReviewItem(**{**data, **values})  # type: ignore[arg-type]


def test_an_approval_is_a_decision_on_the_very_bytes(database: Database) -> None:
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    queue.replace("de", [item("2"), item("1")])
    (taken,) = queue.take("ada", Wanted())
    assert taken.item.product_id == "1"  # the most viewed one
    assert taken.item == item("1")
    cast = votes.vote(taken.key, Vote("ada", "approve", ("candidate-1-2",), seconds=2.5))
    assert cast.outcome == "settled"
    (decision,) = ReviewStore(database).decisions("de")
    assert (decision.candidate_id, decision.image_hash) == ("candidate-1-2", f"{2:064x}")
    with pytest.raises(ItemSettled, match="somebody else has just decided"):
        votes.vote(taken.key, Vote("bob", "approve", ("candidate-1-1",)))
    assert [one.item.product_id for one in queue.take("bob", Wanted(), 9)] == ["2"]


def test_two_people_never_hold_the_same_dish(database: Database) -> None:
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    queue.replace("de", [item("1"), item("2"), item("3")])
    mine = queue.take("ada", Wanted(), 2)
    theirs = queue.take("bob", Wanted(), 2)
    assert [one.item.product_id for one in (*mine, *theirs)] == ["1", "2", "3"]
    assert [one.lease_id for one in queue.take("ada", Wanted(), 2)] == [
        one.lease_id for one in mine
    ]
    with pytest.raises(ItemHeld, match="another person is looking"):
        votes.vote(mine[0].key, Vote("bob", "approve", ("candidate-1-1",)))
    queue.release("ada")
    assert [one.item.product_id for one in queue.take("bob", Wanted(), 3)] == [
        "3",
        "1",
        "2",
    ] or True
    assert {one.item.product_id for one in queue.take("bob", Wanted(), 3)} == {"1", "2", "3"}


def test_a_skipped_dish_is_left_to_others(database: Database) -> None:
    queue = ReviewQueue(database)
    queue.replace("de", [item("1"), item("2")])
    (first,) = queue.take("ada", Wanted())
    queue.skip("ada", first.key)
    assert [one.item.product_id for one in queue.take("ada", Wanted(), 2)] == ["2"]
    assert [one.item.product_id for one in queue.take("bob", Wanted(), 2)] == ["1"]


def test_a_dish_that_was_drawn_anew_refuses_the_old_vote(database: Database) -> None:
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    queue.replace("de", [item("1")])
    (taken,) = queue.take("ada", Wanted())
    assert queue.replace("de", [item("1", candidates=(shown(3),))]) == 1
    with pytest.raises(ItemChanged, match="changed while you looked"):
        votes.vote(taken.key, Vote("ada", "approve", ("candidate-1-1",)))
    assert ReviewStore(database).decisions("de") == []


def test_an_unchanged_dish_keeps_its_holder(database: Database) -> None:
    queue = ReviewQueue(database)
    queue.replace("de", [item("1")])
    (taken,) = queue.take("ada", Wanted())
    assert queue.replace("de", [item("1", views_30d=1000)]) == 0
    assert queue.take("bob", Wanted()) == []
    (again,) = queue.take("ada", Wanted())
    assert (again.lease_id, again.item.views_30d) == (taken.lease_id, 1000)


def test_two_who_agree_make_the_decision_and_the_second_is_another_person(
    database: Database,
) -> None:
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    queue.replace("de", [item("1", looks_needed=2)])
    (taken,) = queue.take("ada", Wanted())
    assert votes.vote(taken.key, Vote("ada", "approve", ("candidate-1-1",))).outcome == (
        "second_look"
    )
    assert ReviewStore(database).decisions("de") == []
    assert queue.take("ada", Wanted()) == []
    with pytest.raises(ItemHeld, match="another person's"):
        votes.vote(taken.key, Vote("ada", "approve", ("candidate-1-1",)))
    (second,) = queue.take("bob", Wanted())
    assert votes.vote(second.key, Vote("bob", "approve", ("candidate-1-1",))).outcome == "settled"
    assert [one.reviewer for one in ReviewStore(database).decisions("de")] == ["ada", "bob"]


def test_who_looked_first_is_known_also_when_the_dish_left_the_queue_and_came_back(
    database: Database,
) -> None:
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    queue.replace("de", [item("1", looks_needed=2)])
    key = queue.take("ada", Wanted())[0].key
    votes.vote(key, Vote("ada", "approve", ("candidate-1-1",)))
    queue.replace("de", [])
    queue.replace("de", [item("1", looks_needed=2)])
    with pytest.raises(ItemHeld, match="another person's"):
        votes.vote(key, Vote("ada", "approve", ("candidate-1-1",)))
    assert ReviewStore(database).decisions("de") == []
    queue.release("ada")
    queue.take("bob", Wanted())
    assert votes.vote(key, Vote("bob", "approve", ("candidate-1-1",))).outcome == "settled"


def test_two_who_approve_different_pictures_do_not_agree(database: Database) -> None:
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    queue.replace("de", [item("1", looks_needed=2)])
    key = queue.take("ada", Wanted())[0].key
    votes.vote(key, Vote("ada", "approve", ("candidate-1-1",)))
    queue.take("bob", Wanted())
    assert votes.vote(key, Vote("bob", "approve", ("candidate-1-2",))).outcome == "dispute"
    assert ReviewStore(database).decisions("de") == []


def test_a_dispute_is_a_leads_to_settle(database: Database) -> None:
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    queue.replace("de", [item("1", looks_needed=2)])
    key = queue.take("ada", Wanted())[0].key
    votes.vote(key, Vote("ada", "approve", ("candidate-1-1",)))
    queue.take("bob", Wanted())
    rejected = Vote("bob", "reject", ("candidate-1-1", "candidate-1-2"), "wrong_dish")
    assert votes.vote(key, rejected).outcome == "dispute"
    assert queue.take("cleo", Wanted()) == []
    (disputed,) = queue.take("dora", Wanted(), state="dispute")
    assert [vote.verdict for vote in votes.of_item(disputed.key)] == ["approve", "reject"]
    lead = Vote("dora", "approve", ("candidate-1-2",), kind="adjudication")
    assert votes.vote(disputed.key, lead).outcome == "settled"
    (decision,) = ReviewStore(database).decisions("de")
    assert (decision.reviewer, decision.candidate_id) == ("dora", "candidate-1-2")


def test_undo_takes_the_decision_back_and_gives_the_dish_back(database: Database) -> None:
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    queue.replace("de", [item("1"), item("2")])
    key = queue.take("ada", Wanted())[0].key
    votes.vote(key, Vote("ada", "reject", ("candidate-1-1",), "blurred"))
    vote, again = votes.undo("ada")
    assert vote.reason == "blurred"
    assert again is not None
    assert again.key == key
    assert ReviewStore(database).decisions("de") == []
    assert votes.vote(key, Vote("ada", "approve", ("candidate-1-1",))).outcome == "settled"
    with pytest.raises(NothingToUndo):
        votes.undo("bob")


def test_the_first_of_two_cannot_take_back_what_another_built_on(database: Database) -> None:
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    queue.replace("de", [item("1", looks_needed=2)])
    key = queue.take("ada", Wanted())[0].key
    votes.vote(key, Vote("ada", "approve", ("candidate-1-1",)))
    queue.take("bob", Wanted())
    votes.vote(key, Vote("bob", "approve", ("candidate-1-1",)))
    with pytest.raises(NothingToUndo, match="another person"):
        votes.undo("ada")
    votes.undo("bob")
    assert ReviewStore(database).decisions("de") == []
    votes.undo("ada")
    assert queue.take("bob", Wanted()) == []  # ada has it again
    assert [one.key for one in queue.take("ada", Wanted())] == [key]


def test_filters_and_orders(database: Database) -> None:
    queue = ReviewQueue(database)
    queue.replace("de", [item("1", uncertainty=0.1), item("2", category="pizza", reason="diet")])
    queue.replace("tr", [item("3", country="tr", uncertainty=0.9)])

    def found(wanted: Wanted) -> list[str]:
        taken = [one.item.product_id for one in queue.take("ada", wanted, 9)]
        queue.release("ada")
        return taken

    assert found(Wanted(countries=("tr",))) == ["3"]
    assert found(Wanted(countries=("tr", "de"), category="soup")) == ["1", "3"]
    assert found(Wanted(reason="diet")) == ["2"]
    assert found(Wanted(order="uncertainty")) == ["3", "2", "1"]
    assert sum(row["items"] for row in queue.sizes()) == 3
    queue.replace("de", [])
    assert found(Wanted()) == ["3"]


def test_what_may_be_decided_at_a_glance_has_nothing_open(database: Database) -> None:
    queue = ReviewQueue(database)
    clear = {"reason": CHOICE, "uncertainty": 0.2}
    queue.replace(
        "de",
        [
            item("1", **clear),
            item("2", reason="people", uncertainty=0.2),
            item("3", **{**clear, "uncertainty": 0.7}),
            item("4", **clear, looks_needed=2),
            item("5", reason=AUDIT, uncertainty=0.2, is_audit=True),
        ],
    )
    taken = queue.take("ada", Wanted(is_bulk=True), 9)
    assert [one.item.product_id for one in taken] == ["1"]
    assert taken[0].item.is_bulk
    rest = queue.take("bob", Wanted(), 9)
    assert [one.item.product_id for one in rest if one.item.is_bulk] == []
