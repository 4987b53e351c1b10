"""What was voted, to be read: the votes on a dish or of a person, and a person's day.

Belongs here: reading single votes, those that were taken back too. Does not belong here: casting
them (`review_votes.py`), and figures over many people (`review_reports.py`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from statistics import median

import sqlalchemy as sa

from resources.database import Database
from resources.review_store import in_utc
from resources.vote_log import VOTES

_LAST_VOTES = 100
"""So many of a person's newest votes tell the pace: it is the pace of now, and quickly asked."""


@dataclass(frozen=True)
class PastVote:
    """A vote as it was cast.

    Attributes:
        number: Running number.
        country: Market of the dish.
        product_id: The dish.
        version: The dish as it was shown.
        reviewer: Who.
        kind: Whose look it was.
        verdict: approve or reject, or undo: it takes an earlier vote back.
        candidate_ids: The pictures that it is about.
        reason: Why they were rejected.
        note: More words.
        seconds: How long it took, None if unknown.
        outcome: What it led to.
        voted_at: When.
    """

    number: int
    country: str
    product_id: str
    version: str
    reviewer: str
    kind: str
    verdict: str
    candidate_ids: tuple[str, ...]
    reason: str | None
    note: str | None
    seconds: float | None
    outcome: str
    voted_at: datetime


@dataclass(frozen=True)
class Day:
    """A person's work since a moment.

    Attributes:
        decided: Votes that stand.
        median_seconds: Of the newest ones, None if none was timed.
    """

    decided: int
    median_seconds: float | None


@dataclass(frozen=True)
class ReviewHistory:
    """Votes in a database."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(VOTES)

    def votes(
        self,
        *,
        country: str | None = None,
        product_id: str | None = None,
        reviewer: str | None = None,
        limit: int = 100,
    ) -> list[PastVote]:
        """Votes that match all that is given, newest first, with those that were taken back."""
        given = ((VOTES.c.country, country), (VOTES.c.product_id, product_id))
        wanted = [column == value for column, value in given if value is not None]
        if reviewer is not None:
            wanted.append(VOTES.c.reviewer == reviewer)
        names = [column for column in VOTES.columns if column.name in PastVote.__annotations__]
        query = sa.select(*names).where(*wanted).order_by(VOTES.c.number.desc()).limit(limit)
        with self._database.reading() as connection:
            return [_past(row) for row in connection.execute(query).mappings()]

    def day(self, reviewer: str, since: datetime) -> Day:
        """What a person has done since a moment."""
        of = VOTES.c.reviewer == reviewer
        is_undo = VOTES.c.verdict == "undo"
        count = sa.select(sa.func.count(), sa.func.count().filter(is_undo)).where(
            of, VOTES.c.voted_at >= since
        )
        newest = (
            sa.select(VOTES.c.seconds)
            .where(of, ~is_undo, VOTES.c.voted_at >= since)
            .order_by(VOTES.c.number.desc())
            .limit(_LAST_VOTES)
        )
        with self._database.reading() as connection:
            votes, undone = connection.execute(count).one()
            seconds = connection.execute(newest).scalars().all()
        return Day(votes - 2 * undone, _median(seconds))


def _median(seconds: Sequence[float | None]) -> float | None:
    known = [one for one in seconds if one is not None]
    return median(known) if known else None


def _past(row: sa.RowMapping) -> PastVote:
    return PastVote(
        **{
            **row,
            "candidate_ids": tuple(json.loads(row["candidate_ids"])),
            "voted_at": in_utc(row["voted_at"]),
        }
    )
