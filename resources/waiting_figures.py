"""How long dishes wait: from their arrival to an approved picture, and in the queue now.

Belongs here: figures of dishes. Does not belong here: figures of people (`reviewer_figures.py`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from resources.review_store import in_utc
from resources.review_tables import ITEMS
from resources.vote_log import VOTES
from resources.vote_statistics import hours_between, percentile, ranked, standing

OLD = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""Ages from which on dishes are counted as waiting long."""


@dataclass(frozen=True)
class TimeToApproval:
    """From a dish's arrival to its first approval, by people at the desk or its owner.

    Attributes:
        country: Market.
        dishes: Dishes approved in the period whose arrival is known.
        median_hours: Half of them took no longer.
        p90_hours: Nine of ten took no longer.
    """

    country: str
    dishes: int
    median_hours: float
    p90_hours: float


@dataclass(frozen=True)
class QueueAge:
    """How long a country's dishes have waited for people, now.

    Attributes:
        country: Market.
        waiting: How many wait, for a look or for a lead.
        older: How many wait longer than each age of `OLD`.
        oldest: Since when the first of them waits.
    """

    country: str
    waiting: int
    older: tuple[int, ...]
    oldest: datetime


def times_to_approval(connection: sa.Connection, since: datetime) -> list[TimeToApproval]:
    """For each country with dishes that were approved in the period."""
    hours = sa.func.min(hours_between(connection, VOTES.c.dish_since, VOTES.c.voted_at))
    dishes = (
        sa.select(VOTES.c.country, hours.label("hours"))
        .where(
            *standing(VOTES, since),
            VOTES.c.verdict == "approve",
            VOTES.c.outcome == "settled",
            VOTES.c.kind != "gold",
            VOTES.c.dish_since.is_not(None),
        )
        .group_by(VOTES.c.country, VOTES.c.product_id, VOTES.c.dish_since)
        .subquery()
    )
    rows = sa.select(
        dishes.c.country, dishes.c.hours, *ranked(dishes.c.hours, dishes.c.country)
    ).subquery()
    query = sa.select(
        rows.c.country,
        sa.func.count(),
        percentile(50, "hours", rows),
        percentile(90, "hours", rows),
    ).group_by(rows.c.country)
    return [TimeToApproval(*row) for row in connection.execute(query.order_by(rows.c.country))]


def queue_ages(connection: sa.Connection, now: datetime) -> list[QueueAge]:
    """For each country with dishes that wait."""
    since = ITEMS.c.waiting_since
    query = (
        sa.select(
            ITEMS.c.country,
            sa.func.count(),
            sa.func.min(since),
            *(sa.func.count().filter(since <= now - age) for age in OLD),
        )
        .where(ITEMS.c.state != "settled")
        .group_by(ITEMS.c.country)
        .order_by(ITEMS.c.country)
    )
    return [
        QueueAge(country, waiting, tuple(older), in_utc(oldest))
        for country, waiting, oldest, *older in connection.execute(query)
    ]
