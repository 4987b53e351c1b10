"""Taking back what one reviewer approved: what falls with it, what stays, and who looks again."""

import pytest

from resources.approval_withdrawal import ApprovalWithdrawal
from resources.database import Database
from resources.review_queue import ReviewQueue, Wanted
from resources.review_store import Decision, ReviewStore
from resources.review_votes import ReviewVotes, Vote
from tests.resources.test_review_votes import item


def approve(database: Database, reviewer: str, product_id: str = "1") -> str:
    """Look at the next dish and approve its first picture; the outcome."""
    (taken,) = ReviewQueue(database).take(reviewer, Wanted())
    assert taken.item.product_id == product_id
    vote = Vote(reviewer, "approve", (f"candidate-{product_id}-1",))
    return ReviewVotes(database).vote(taken.key, vote).outcome


def reviewers(database: Database) -> list[str]:
    return [decision.reviewer for decision in ReviewStore(database).decisions("de")]


def test_only_that_reviewers_approvals_fall_and_only_once(database: Database) -> None:
    ReviewQueue(database).replace("de", [item("1"), item("2")])
    approve(database, "mallory", "1")
    approve(database, "ada", "2")
    withdrawal = ApprovalWithdrawal(database)
    assert withdrawal.countries("mallory") == {"de"}
    assert len(withdrawal.approvals("mallory", "de")) == 1
    assert withdrawal.withdraw("mallory", "de", "lea") == 1
    assert reviewers(database) == ["ada"]
    assert withdrawal.withdraw("mallory", "de", "lea") == 0
    assert withdrawal.countries("mallory") == {"de"}, "a recall can be repeated"
    assert approve(database, "bob", "1") == "settled", "the dish waits for another person"


def test_what_was_approved_on_the_command_line_falls_too(database: Database) -> None:
    ReviewStore(database).record(
        [
            Decision("de", "1", "c1", "0" * 64, "approve", "mallory"),
            Decision("de", "2", "c2", "0" * 64, "reject", "mallory", reason="cold"),
            Decision("tr", "3", "c3", "0" * 64, "approve", "mallory"),
        ]
    )
    assert ApprovalWithdrawal(database).withdraw("mallory", "de", "lea") == 1
    (rejection,) = ReviewStore(database).decisions("de")
    assert rejection.decision == "reject", "a rejection harms nobody"
    assert len(ReviewStore(database).decisions("tr")) == 1


@pytest.mark.parametrize("mallory_first", [True, False])
def test_where_two_had_to_agree_both_decisions_fall_and_the_others_look_counts(
    database: Database, mallory_first: bool
) -> None:
    ReviewQueue(database).replace("de", [item(looks_needed=2)])
    for reviewer in ("mallory", "ada") if mallory_first else ("ada", "mallory"):
        outcome = approve(database, reviewer)
    assert outcome == "settled" and sorted(reviewers(database)) == ["ada", "mallory"]
    assert ApprovalWithdrawal(database).withdraw("mallory", "de", "lea") == 2
    assert reviewers(database) == []
    assert ReviewQueue(database).take("ada", Wanted()) == [], "she has looked"
    assert approve(database, "bob") == "settled"
    assert sorted(reviewers(database)) == ["ada", "bob"]


def test_a_first_look_that_settled_nothing_is_forgotten(database: Database) -> None:
    ReviewQueue(database).replace("de", [item(looks_needed=2)])
    assert approve(database, "mallory") == "second_look"
    ApprovalWithdrawal(database).withdraw("mallory", "de", "lea")
    assert approve(database, "ada") == "second_look"


def test_what_a_lead_settled_between_two_people_stays(database: Database) -> None:
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    queue.replace("de", [item(looks_needed=2)])
    approve(database, "mallory")
    (taken,) = queue.take("ada", Wanted())
    rejection = Vote("ada", "reject", ("candidate-1-1", "candidate-1-2"), reason="people")
    assert votes.vote(taken.key, rejection).outcome == "dispute"
    (disputed,) = queue.take("lea", Wanted(), state="dispute")
    votes.vote(disputed.key, Vote("lea", "approve", ("candidate-1-2",), kind="adjudication"))
    ApprovalWithdrawal(database).withdraw("mallory", "de", "otto")
    assert reviewers(database) == ["lea"]
    assert queue.take("bob", Wanted()) == []
