"""Votes to be read: all of a dish, with those that were taken back, and a person's day."""

from datetime import UTC, datetime, timedelta

from resources.database import Database
from resources.review_history import Day, ReviewHistory
from resources.review_queue import ReviewQueue, Wanted
from resources.review_votes import ReviewVotes
from resources.vote_log import Vote
from tests.resources.test_review_votes import item


def test_the_history_keeps_what_was_taken_back_and_the_day_does_not_count_it(
    database: Database,
) -> None:
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    history = ReviewHistory(database)
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert history.day("ada", before) == Day(0, None)
    queue.replace("de", [item("1"), item("2"), item("3")])
    for number, seconds in (("1", 1.0), ("2", 4.0), ("3", None)):
        (taken,) = queue.take("ada", Wanted())
        vote = Vote("ada", "reject", (f"candidate-{number}-1",), "other", "zu klein", seconds)
        votes.vote(taken.key, vote)
    votes.undo("ada")
    assert history.day("ada", before) == Day(2, 2.5)
    assert history.day("ada", datetime.now(UTC) + timedelta(seconds=1)) == Day(0, None)
    assert history.day("bob", before) == Day(0, None)

    of_dish = history.votes(country="de", product_id="3")
    assert [one.verdict for one in of_dish] == ["undo", "reject"]
    assert (of_dish[1].candidate_ids, of_dish[1].note) == (("candidate-3-1",), "zu klein")
    assert of_dish[1].voted_at.tzinfo is not None
    assert len(history.votes(reviewer="ada")) == 4
    assert len(history.votes(limit=2)) == 2
    assert history.votes(reviewer="bob") == []
