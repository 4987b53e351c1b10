"""How people review: pace, how far they agree, and how often they see what is known.

Belongs here: figures of reviewers. Does not belong here: figures of dishes (`waiting_figures.py`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from resources.agreement import alpha, wilson_interval
from resources.gold_tables import TURNS
from resources.vote_log import VOTES
from resources.vote_statistics import day_in_utc, percentile, ranked, standing


@dataclass(frozen=True)
class ReviewerFigures:
    """One person's work.

    Attributes:
        reviewer: Who.
        votes: How many, gold items included: they are work, too.
        days: On how many days, in UTC.
        median_seconds: Of a look; None if none was timed.
        p90_seconds: Nine looks of ten are not slower.
        approved: How many votes approve.
        paired: Dishes that another person looked at, too.
        agreed: Of those, how many both approved or both rejected.
        gold: Answers on gold items.
        gold_right: How many of them were right.
        gold_from: From which share of right answers on the person's true one lies, at 95 %.
        gold_to: Up to which.
    """

    reviewer: str
    votes: int
    days: int
    median_seconds: float | None
    p90_seconds: float | None
    approved: int
    paired: int
    agreed: int
    gold: int
    gold_right: int
    gold_from: float
    gold_to: float


@dataclass(frozen=True)
class Agreement:
    """How far two people agree who looked at the same dish, neither knowing of the other's word.

    Attributes:
        pairs: Dishes that two people looked at.
        agreed: How many of them both approved or both rejected.
        alpha: Krippendorff's alpha of the verdicts; None if all were the same.
        by_reason: Alpha of rejecting for a reason against all else, by reason.
    """

    pairs: int
    agreed: int
    alpha: float | None
    by_reason: dict[str, float | None]


def by_day(connection: sa.Connection, since: datetime) -> dict[str, int]:
    """Votes of the people at the desk, by day in UTC."""
    day = day_in_utc(connection, VOTES.c.voted_at)
    query = sa.select(day, sa.func.count()).where(*_of_people(since)).group_by(day).order_by(day)
    return {row[0]: row[1] for row in connection.execute(query)}


def reviewer_figures(connection: sa.Connection, since: datetime) -> list[ReviewerFigures]:
    """The figures of each person at the desk, those with most votes first."""
    of, seconds = VOTES.c.reviewer, VOTES.c.seconds
    day = day_in_utc(connection, VOTES.c.voted_at).label("day")
    votes = (
        sa.select(of, VOTES.c.verdict, seconds, day, *ranked(seconds, of))
        .where(*_of_people(since))
        .subquery()
    )
    query = sa.select(
        votes.c.reviewer,
        sa.func.count().label("votes"),
        sa.func.count(votes.c.day.distinct()).label("days"),
        percentile(50, "seconds", votes).label("median_seconds"),
        percentile(90, "seconds", votes).label("p90_seconds"),
        sa.func.count().filter(votes.c.verdict == "approve").label("approved"),
    ).group_by(votes.c.reviewer)
    gold, paired = _gold(connection, since), _paired(connection, since)
    found = []
    for row in connection.execute(query).mappings():
        answers, right = gold.get(row["reviewer"], (0, 0))
        pairs, agreed = paired.get(row["reviewer"], (0, 0))
        low, high = wilson_interval(right, answers)
        found.append(
            ReviewerFigures(
                **row,
                paired=pairs,
                agreed=agreed,
                gold=answers,
                gold_right=right,
                gold_from=low,
                gold_to=high,
            )
        )
    return sorted(found, key=lambda one: (-one.votes, one.reviewer))


def agreement(connection: sa.Connection, since: datetime) -> Agreement:
    """How far the people at the desk agree, and for which reasons."""
    first, second = VOTES.alias(), VOTES.alias()
    said = (first.c.verdict, first.c.reason, second.c.verdict, second.c.reason)
    query = _pairs(since, first, second, *said).group_by(*said)
    verdicts: Counter[tuple[str, str]] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    for verdict, reason, other_verdict, other_reason, dishes in connection.execute(query):
        verdicts[verdict, other_verdict] += dishes
        reasons[reason or "", other_reason or ""] += dishes
    given = sorted({reason for pair in reasons for reason in pair if reason})
    return Agreement(
        verdicts.total(),
        sum(dishes for (one, other), dishes in verdicts.items() if one == other),
        alpha(verdicts),
        {reason: alpha(_for_or_not(reasons, reason)) for reason in given},
    )


def _for_or_not(reasons: Mapping[tuple[str, str], int], reason: str) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for (one, other), dishes in reasons.items():
        found[str(one == reason), str(other == reason)] += dishes
    return found


def _of_people(since: datetime) -> list[sa.ColumnElement[bool]]:
    return [*standing(VOTES, since), VOTES.c.kind != "owner"]


def _pairs(
    since: datetime, first: sa.FromClause, second: sa.FromClause, *said: sa.ColumnElement[Any]
) -> sa.Select[Any]:
    """Columns of two looks at the same dish, and of how many dishes."""
    # The first look may be older than the period: the pair came about with the second.
    ever = datetime.min.replace(year=1970, tzinfo=since.tzinfo)
    same = (first.c[name] == second.c[name] for name in ("country", "product_id", "version"))
    return sa.select(*said, sa.func.count()).where(
        *same,
        first.c.kind == "look",
        second.c.kind == "second",
        *standing(first, ever),
        *standing(second, since),
    )


def _paired(connection: sa.Connection, since: datetime) -> dict[str, tuple[int, int]]:
    first, second = VOTES.alias(), VOTES.alias()
    of = (first.c.reviewer, second.c.reviewer, first.c.verdict == second.c.verdict)
    pairs: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    for one, other, is_same, dishes in connection.execute(
        _pairs(since, first, second, *of).group_by(*of)
    ):
        for reviewer in (one, other):
            pairs[reviewer] += dishes
            agreed[reviewer] += dishes if is_same else 0
    return {reviewer: (count, agreed[reviewer]) for reviewer, count in pairs.items()}


def _gold(connection: sa.Connection, since: datetime) -> dict[str, tuple[int, int]]:
    query = (
        sa.select(TURNS.c.reviewer, sa.func.count(), sa.func.count().filter(TURNS.c.is_right))
        .join(VOTES, VOTES.c.vote_id == TURNS.c.vote_id)
        .where(*standing(VOTES, since))
        .group_by(TURNS.c.reviewer)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}
