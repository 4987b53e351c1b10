"""The report on the desk, on both databases: figures that were worked out by hand."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from resources.agreement import alpha, wilson_interval
from resources.database import Database
from resources.gold_items import GoldAnswer, GoldItems
from resources.review_queue import ReviewQueue, Wanted
from resources.review_reports import ReviewReports
from resources.review_tables import ITEMS
from resources.review_turns import ReviewTurns
from resources.review_votes import ReviewVotes
from resources.vote_log import Kind, Vote
from tests.resources.test_review_votes import item


class Desk:
    """A desk where people vote on whatever dish is named."""

    def __init__(self, database: Database) -> None:
        self.queue, self.votes = ReviewQueue(database), ReviewVotes(database)
        self.reports = ReviewReports(database)

    def says(
        self,
        who: str,
        product_id: str,
        reason: str | None = None,
        seconds: float | None = None,
        kind: Kind = "look",
    ) -> None:
        waiting = self.queue.item("de", product_id)
        assert waiting is not None
        pictures = tuple(one.candidate_id for one in waiting.item.candidates)
        verdict, chosen = ("reject", pictures) if reason else ("approve", pictures[:1])
        vote = Vote(who, verdict, chosen, reason, None, seconds, kind)  # type: ignore[arg-type]
        self.votes.vote(waiting.key, vote)


def test_pace_of_each_person_and_what_was_taken_back_counts_nowhere(database: Database) -> None:
    desk = Desk(database)
    desk.queue.replace("de", [item(str(one)) for one in range(1, 14)])
    for number in range(1, 11):
        desk.says("ada", str(number), "blurred" if number > 8 else None, seconds=number)
    desk.says("bob", "11")
    desk.says("bob", "12", "diet", seconds=500)
    desk.votes.undo("bob")
    desk.says("owner:v1", "13", kind="owner")
    report = desk.reports.report()
    ada, bob = report.reviewers
    assert (ada.reviewer, ada.votes, ada.days, ada.approved) == ("ada", 10, 1, 8)
    assert (ada.median_seconds, ada.p90_seconds) == (5, 9)
    assert (bob.votes, bob.median_seconds) == (1, None)
    assert report.by_day == {f"{datetime.now(UTC):%Y-%m-%d}": 11}
    (of_model,) = report.rejections
    assert (of_model.country, of_model.model_id, of_model.votes) == ("de", "garnish-small", 12)
    assert of_model.by_reason == {"blurred": 2}


def test_agreement_of_first_and_second_looks(database: Database) -> None:
    desk = Desk(database)
    desk.queue.replace("de", [item(str(one), looks_needed=2) for one in range(1, 6)])
    for number, (first, second) in enumerate(
        [(None, None), (None, None), ("diet", "diet"), ("diet", "blurred"), (None, "diet")], 1
    ):
        desk.says("ada", str(number), first)
        desk.says("bob", str(number), second)
    desk.says("lea", "5", kind="adjudication")
    report = desk.reports.report()
    # Verdicts: AA AA RR RR AR. Observed disagreement 1/5, expected 2·5·5/(10·9) = 5/9.
    assert (report.agreement.pairs, report.agreement.agreed) == (5, 4)
    assert report.agreement.alpha == pytest.approx(1 - (1 / 5) / (5 / 9))
    # Diet or not: NN NN YY YN NY. Observed 2/5, expected 2·4·6/90.
    assert report.agreement.by_reason["diet"] == pytest.approx(1 - (2 / 5) / (48 / 90))
    people = {one.reviewer: (one.paired, one.agreed) for one in report.reviewers}
    assert people == {"ada": (5, 4), "bob": (5, 4), "lea": (0, 0)}


def test_gold_answers_of_each_person(database: Database) -> None:
    desk = Desk(database)
    turns, gold = ReviewTurns(desk.queue, desk.votes, 1.0), GoldItems(database)
    desk.queue.replace("de", [item(str(one)) for one in range(1, 6)])
    for number in range(11, 15):
        gold.make(item(str(number)), GoldAnswer("reject", ("diet",)), "lea")
    for waiting in [one for one in turns.next_items("ada", Wanted(), 8) if one.item.priority > 10]:
        reason = "blurred" if waiting.item.product_id == "11" else "diet"
        chosen = (waiting.item.candidates[0].candidate_id,)
        turns.vote(waiting.key, Vote("ada", "reject", chosen, reason))
    (ada,) = desk.reports.report().reviewers
    assert (ada.votes, ada.gold, ada.gold_right) == (4, 4, 3)
    assert (ada.gold_from, ada.gold_to) == wilson_interval(3, 4)
    assert desk.reports.report().rejections == []  # of no dish that waited


def test_time_from_new_dish_to_approved(database: Database) -> None:
    desk, now = Desk(database), datetime.now(UTC)
    hours = (1, 2, 3, 40)
    desk.queue.replace(
        "de",
        [
            *(item(str(one), dish_since=now - timedelta(hours=one)) for one in hours),
            item("50"),  # nobody knows since when
            item("60", dish_since=now - timedelta(hours=60)),
        ],
    )
    for product_id in (*map(str, hours), "50"):
        desk.says("ada", product_id)
    desk.says("ada", "60", "blurred")
    (times,) = desk.reports.report().times
    assert (times.country, times.dishes) == ("de", 4)
    assert times.median_hours == pytest.approx(2, abs=0.05)
    assert times.p90_hours == pytest.approx(40, abs=0.05)


def test_how_long_dishes_wait_now(database: Database) -> None:
    desk, now = Desk(database), datetime.now(UTC)
    desk.queue.replace("de", [item(str(one)) for one in range(1, 5)])
    with database.writing() as connection:
        for product_id, hours in (("1", 2), ("2", 30), ("3", 30), ("4", 500)):
            since = now - timedelta(hours=hours)
            of_it = ITEMS.c.product_id == product_id
            connection.execute(sa.update(ITEMS).where(of_it).values(waiting_since=since))
    desk.says("ada", "3")
    (age,) = desk.reports.report().queue
    assert (age.country, age.waiting, age.older) == ("de", 3, (3, 2, 1, 1))
    assert age.oldest == now - timedelta(hours=500)


def test_a_period_and_an_empty_desk(database: Database) -> None:
    desk = Desk(database)
    report = desk.reports.report()
    assert (report.reviewers, report.by_day, report.queue) == ([], {}, [])
    assert (report.agreement.pairs, report.agreement.alpha) == (0, None)
    desk.queue.replace("de", [item("1")])
    desk.says("ada", "1")
    assert desk.reports.report(days=0).reviewers == []
    assert json.loads(desk.reports.report().to_json())["reviewers"][0]["votes"] == 1


def test_alpha_is_as_in_the_literature() -> None:
    """The binary example of Krippendorff (2011), Computing Krippendorff's Alpha-Reliability."""
    one = "0100000000"
    other = "1110010010"
    pairs: dict[tuple[str, str], int] = {}
    for pair in zip(one, other, strict=True):
        pairs[pair] = pairs.get(pair, 0) + 1
    assert alpha(pairs) == pytest.approx(0.095, abs=0.001)
    assert alpha({("a", "a"): 9}) is None
    assert alpha({("a", "b"): 5, ("b", "a"): 5}) < 0  # type: ignore[operator]


def test_wilson_interval_is_as_in_the_literature() -> None:
    """Newcombe (1998), Statistics in Medicine 17:857, table I, method 3."""
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=0.0001)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=0.0001)
    assert wilson_interval(0, 0) == (0.0, 1.0)
