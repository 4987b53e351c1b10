"""Gold items among the dishes that wait, on both databases."""

import pytest

from resources.audit_log import AuditLog
from resources.database import Database
from resources.gold_items import GoldAnswer, GoldItems, GoldRefused
from resources.review_history import ReviewHistory
from resources.review_queue import ReviewQueue, WaitingItem, Wanted
from resources.review_store import ReviewStore
from resources.review_turns import ReviewTurns
from resources.review_votes import ReviewVotes
from resources.vote_log import ItemChanged, ItemSettled, Vote
from tests.resources.test_review_votes import item

APPROVE_1 = GoldAnswer("approve", ("candidate-9-1",))


def turns_in(database: Database, gold_share: float = 1.0) -> ReviewTurns:
    """Turns where a gold item comes before every dish."""
    return ReviewTurns(ReviewQueue(database), ReviewVotes(database), gold_share)


def ids(found: list[WaitingItem]) -> list[str]:
    return [one.item.product_id for one in found]


def test_a_gold_item_comes_as_any_dish_and_its_vote_decides_nothing(database: Database) -> None:
    turns, gold = turns_in(database), GoldItems(database)
    turns.queue.replace("de", [item("1"), item("2")])
    gold.make(item("9"), APPROVE_1, "lea")
    found = turns.next_items("ada", Wanted(), 2)
    assert ids(found) == ["9", "1"]
    assert (found[0].item, found[0].state) == (item("9"), "open")
    assert found[0].lease_id and found[0].lease_id != found[1].lease_id
    assert ids(turns.next_items("ada", Wanted(), 2)) == ["9", "1"]  # loaded again: the same
    cast = turns.vote(found[0].key, Vote("ada", "approve", ("candidate-9-1",), seconds=2))
    assert cast.outcome == "settled"
    assert ids(turns.next_items("ada", Wanted(), 2)) == ["1", "2"]
    assert ReviewStore(database).decisions("de") == []
    assert [(one.answered, one.right) for one in gold.all()] == [(1, 1)]
    (kept,) = ReviewHistory(database).votes(reviewer="ada")
    assert (kept.kind, kept.product_id) == ("gold", "9")


def test_other_votes_are_decisions_as_without_gold(database: Database) -> None:
    turns = turns_in(database)
    turns.queue.replace("de", [item("1")])
    GoldItems(database).make(item("9"), APPROVE_1, "lea")
    _, waiting = turns.next_items("ada", Wanted(), 2)
    turns.vote(waiting.key, Vote("ada", "approve", ("candidate-1-1",)))
    assert [one.candidate_id for one in ReviewStore(database).decisions("de")] == ["candidate-1-1"]
    with pytest.raises(ItemSettled):  # it is no gold item of bob's
        turns.vote(waiting.key, Vote("bob", "approve", ("candidate-1-1",)))


def test_answers_are_right_or_wrong(database: Database) -> None:
    turns, gold = turns_in(database), GoldItems(database)
    turns.queue.replace("de", [item(str(one)) for one in range(1, 7)])
    gold.make(item("9"), GoldAnswer("reject", ("diet", "allergen")), "lea")
    said = {
        "ada": ("reject", "diet"),
        "bob": ("reject", "blurred"),
        "cleo": ("approve", None),
        "dan": ("reject", "allergen"),
    }
    for name, (verdict, reason) in said.items():
        (first,) = turns.next_items(name, Wanted())
        vote = Vote(name, verdict, ("candidate-9-1",), reason)  # type: ignore[arg-type]
        turns.vote(first.key, vote)
    assert [(one.answered, one.right) for one in gold.all()] == [(4, 2)]


def test_undo_gives_a_gold_item_back_and_the_last_answer_counts(database: Database) -> None:
    turns, gold = turns_in(database), GoldItems(database)
    turns.queue.replace("de", [item("1")])
    gold.make(item("9"), APPROVE_1, "lea")
    (first,) = turns.next_items("ada", Wanted())
    turns.vote(first.key, Vote("ada", "reject", ("candidate-9-1",), "blurred"))
    vote, again = turns.undo("ada")
    assert vote.reason == "blurred"
    assert again is not None and again.item == first.item
    assert ids(turns.next_items("ada", Wanted(), 2)) == ["9", "1"]
    assert [one.answered for one in gold.all()] == [0]
    turns.vote(first.key, Vote("ada", "approve", ("candidate-9-1",)))
    with pytest.raises(ItemSettled):  # pressed twice
        turns.vote(first.key, Vote("ada", "approve", ("candidate-9-1",)))
    assert [(one.answered, one.right) for one in gold.all()] == [(1, 1)]


def test_undoing_a_gold_vote_does_not_open_the_dish_that_it_is_a_copy_of(
    database: Database,
) -> None:
    turns, gold = turns_in(database), GoldItems(database)
    turns.queue.replace("de", [item("1"), item("9")])
    key = turns.queue.take("lea", Wanted(), 2)[1].key
    turns.votes.vote(key, Vote("lea", "approve", ("candidate-9-1",)))
    turns.queue.release("lea")
    gold.make(item("9"), APPROVE_1, "lea")
    (first,) = turns.next_items("ada", Wanted())
    turns.vote(first.key, Vote("ada", "approve", ("candidate-9-2",)))
    turns.undo("ada")
    still = turns.queue.item("de", "9")
    assert still is not None and still.state == "settled"
    assert [one.reviewer for one in ReviewStore(database).decisions("de")] == ["lea"]


def test_nobody_gets_what_they_know(database: Database) -> None:
    turns, gold = turns_in(database), GoldItems(database)
    turns.queue.replace("de", [item("1"), item("2"), item("3")])
    turns.votes.vote(
        turns.queue.take("bob", Wanted())[0].key, Vote("bob", "approve", ("candidate-1-1",))
    )
    gold.make(item("1"), GoldAnswer("approve", ("candidate-1-1",)), "lea")
    assert ids(turns.next_items("lea", Wanted(), 2)) == ["2", "3"]  # she made it
    turns.queue.release("lea")
    assert ids(turns.next_items("bob", Wanted(), 2)) == ["2", "3"]  # he decided on it
    turns.queue.release("bob")
    (first, *_) = turns.next_items("ada", Wanted(), 2)
    assert first.item.product_id == "1"
    turns.queue.skip("ada", first.key)
    assert ids(turns.next_items("ada", Wanted(), 2)) == ["2", "3"]


def test_no_dish_that_waits_is_handed_out_as_gold_and_no_other_kind(database: Database) -> None:
    turns, gold = turns_in(database), GoldItems(database)
    turns.queue.replace("de", [item("1"), item("2")])
    gold.make(item("2"), GoldAnswer("approve", ("candidate-2-1",)), "lea")
    gold.make(item("8", category="pizza"), GoldAnswer("approve", ("candidate-8-1",)), "lea")
    assert ids(turns.next_items("ada", Wanted(category="soup"), 9)) == ["1", "2"]
    assert ids(turns.next_items("ada", Wanted(), 9))[0] == "8"


def test_a_retired_item_is_handed_out_no_more(database: Database) -> None:
    turns, gold = turns_in(database), GoldItems(database)
    turns.queue.replace("de", [item("1")])
    gold_id = gold.make(item("9"), APPROVE_1, "lea", address="10.0.0.1")
    assert ids(turns.next_items("ada", Wanted(), 2)) == ["9", "1"]
    gold.retire(gold_id, "lea")
    assert ids(turns.next_items("ada", Wanted(), 2)) == ["1"]
    assert ids(turns.next_items("bob", Wanted(), 2)) == []
    assert gold.make(item("9"), APPROVE_1, "lea") == gold_id  # made again: the same item
    assert ids(turns.next_items("ada", Wanted(), 2)) == ["9", "1"]
    log = AuditLog(database).entries(subject="de/9")
    assert [entry.action for entry in log] == ["gold_made", "gold_retired", "gold_made"]
    with pytest.raises(GoldRefused, match="no such gold item"):
        gold.retire("x", "lea")


def test_an_answer_names_pictures_of_the_dish(database: Database) -> None:
    for answer in (GoldAnswer("approve", ("candidate-1-1",)), GoldAnswer("approve")):
        with pytest.raises(GoldRefused, match="say which pictures"):
            GoldItems(database).make(item("9"), answer, "lea")


def test_a_vote_for_a_picture_of_another_dish_is_refused(database: Database) -> None:
    turns = turns_in(database)
    turns.queue.replace("de", [item("1")])
    GoldItems(database).make(item("9"), APPROVE_1, "lea")
    (first,) = turns.next_items("ada", Wanted())
    with pytest.raises(ItemChanged):
        turns.vote(first.key, Vote("ada", "approve", ("candidate-1-1",)))


def test_about_the_share_that_is_set_is_gold(database: Database) -> None:
    turns, gold = turns_in(database, 0.2), GoldItems(database)
    turns.queue.replace("de", [item(str(number)) for number in range(1, 101)])
    for number in range(200, 240):
        answer = GoldAnswer("approve", (f"candidate-{number}-1",))
        gold.make(item(str(number)), answer, "lea")
    found = ids(turns.next_items("ada", Wanted(), 200))
    assert 10 <= len(found) - 100 <= 32
    assert len(set(found)) == len(found)
