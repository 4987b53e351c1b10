"""The report on the review desk: all figures of a period together.

Belongs here: what a report has, and why pictures are rejected. Does not belong here: figures of
people (`reviewer_figures.py`) and of dishes (`waiting_figures.py`), single votes
(`review_history.py`), and showing a report.

A vote that was taken back counts nowhere.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import sqlalchemy as sa
from pydantic import TypeAdapter

from resources.database import Database
from resources.gold_tables import GOLD, TURNS
from resources.review_tables import ITEMS
from resources.reviewer_figures import (
    Agreement,
    ReviewerFigures,
    agreement,
    by_day,
    reviewer_figures,
)
from resources.vote_log import VOTES
from resources.vote_statistics import standing
from resources.waiting_figures import QueueAge, TimeToApproval, queue_ages, times_to_approval


@dataclass(frozen=True)
class Rejections:
    """What a model's pictures were rejected for in a country.

    Attributes:
        country: Market.
        model_id: Model that drew the pictures.
        votes: All votes on them, of people and owners.
        by_reason: How many reject, by reason, most first.
    """

    country: str
    model_id: str
    votes: int
    by_reason: dict[str, int]


@dataclass(frozen=True)
class ReviewReport:
    """All figures of a period.

    Attributes:
        since: Its beginning.
        until: Its end: when it was asked for.
        by_day: Votes of the people at the desk, by day in UTC.
        reviewers: People, those with most votes first.
        agreement: Between people.
        rejections: By country and model, those with most votes first.
        times: From a dish's arrival to its approval, by country.
        queue: What waits now, by country.
    """

    since: datetime
    until: datetime
    by_day: dict[str, int]
    reviewers: list[ReviewerFigures]
    agreement: Agreement
    rejections: list[Rejections]
    times: list[TimeToApproval]
    queue: list[QueueAge]

    def to_json(self) -> str:
        """The report as JSON."""
        return TypeAdapter(ReviewReport).dump_json(self, indent=2).decode()


@dataclass(frozen=True)
class ReviewReports:
    """Reports from a database."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(VOTES, GOLD, TURNS, ITEMS)

    def report(self, days: int = 30) -> ReviewReport:
        """The figures of the last days."""
        now = datetime.now(UTC)
        since = now - timedelta(days=days)
        with self._database.reading() as connection:
            return ReviewReport(
                since,
                now,
                by_day(connection, since),
                reviewer_figures(connection, since),
                agreement(connection, since),
                rejections(connection, since),
                times_to_approval(connection, since),
                queue_ages(connection, now),
            )


def rejections(connection: sa.Connection, since: datetime) -> list[Rejections]:
    """Why pictures are rejected, for each country and model that was voted on."""
    of = (VOTES.c.country, VOTES.c.model_id)
    query = (
        sa.select(*of, VOTES.c.reason, sa.func.count())
        .where(*standing(VOTES, since), VOTES.c.kind != "gold")
        .group_by(*of, VOTES.c.reason)
    )
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for country, model_id, reason, votes in connection.execute(query):
        counts[country, model_id][reason or ""] += votes  # no reason: it was approved
    found = [
        Rejections(*group, reasons.total(), {name: n for name, n in reasons.most_common() if name})
        for group, reasons in counts.items()
    ]
    return sorted(found, key=lambda one: (-one.votes, one.country, one.model_id))
