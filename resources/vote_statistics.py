"""SQL for figures over many votes, for both databases.

Belongs here: which votes count, days, and percentiles. Does not belong here: the figures
(`reviewer_figures.py`, `waiting_figures.py`, `review_reports.py`).
"""

from datetime import datetime

import sqlalchemy as sa

from resources.vote_log import VOTES


def standing(votes: sa.FromClause, since: datetime) -> list[sa.ColumnElement[bool]]:
    """Conditions on votes: of the period, and not taken back."""
    undo = VOTES.alias()
    undone = sa.exists().where(undo.c.undoes == votes.c.vote_id)
    return [votes.c.voted_at >= since, votes.c.verdict != "undo", ~undone]


def day_in_utc(
    connection: sa.Connection, time: sa.ColumnElement[datetime]
) -> sa.ColumnElement[str]:
    """The day of a time, as 2026-11-25."""
    if connection.dialect.name == "postgresql":
        return sa.func.to_char(sa.func.timezone("UTC", time), "YYYY-MM-DD")
    return sa.func.date(time)


def hours_between(
    connection: sa.Connection,
    earlier: sa.ColumnElement[datetime],
    later: sa.ColumnElement[datetime],
) -> sa.ColumnElement[float]:
    """How many hours lie between two times."""
    if connection.dialect.name == "postgresql":
        return sa.cast(sa.extract("epoch", later - earlier) / 3600, sa.Float)
    return (sa.func.julianday(later) - sa.func.julianday(earlier)) * 24


def ranked(value: sa.ColumnElement[float], group: sa.ColumnElement[str]) -> list[sa.Label[int]]:
    """Columns that `percentile` needs: a value's rank in its group, and how many have one."""
    order = value.asc().nulls_last()
    return [
        sa.func.row_number().over(partition_by=group, order_by=order).label("rank"),
        sa.func.count(value).over(partition_by=group).label("ranked"),
    ]


def percentile(percent: int, name: str, rows: sa.Subquery) -> sa.ColumnElement[float]:
    """The nearest rank of a column within groups: a value that occurred; None if there is none.

    SQLite has no percentiles of its own, so both databases count ranks.
    """
    reached = rows.c.rank * 100 >= percent * rows.c.ranked
    return sa.func.min(rows.c[name]).filter(reached)
