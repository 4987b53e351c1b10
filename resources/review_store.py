"""Where people's decisions are kept: an append-only table in SQLite or PostgreSQL.

Belongs here: recording and reading decisions. Does not belong here: who may decide (the review
desk), and what follows from a decision (`menu_assets/review.py`).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

import sqlalchemy as sa

from resources.database import insert_new, open_database

Verdict = Literal["approve", "reject"]

DEMO_REVIEWER, AUTO_REVIEWER = "demo", "garnish-auto"
NO_PERSON = (DEMO_REVIEWER, AUTO_REVIEWER)
"""Reviewers whose decisions are a rule's: they count as decisions, never as people's judgement."""

_DECISIONS = sa.Table(
    "decisions",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("decision_id", sa.String(36), nullable=False, unique=True),
    sa.Column("country", sa.String(2), nullable=False, index=True),
    sa.Column("product_id", sa.String, nullable=False),
    sa.Column("candidate_id", sa.String, nullable=False),
    sa.Column("image_hash", sa.String(64), nullable=False),
    sa.Column("decision", sa.String(10), nullable=False),
    sa.Column("reason", sa.String),
    sa.Column("reviewer", sa.String, nullable=False),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True)
class Decision:
    """A person's word on one picture: the bytes that were looked at, not just the dish.

    Or a rule's, in the name of a reviewer who is no person (`NO_PERSON`).
    """

    country: str
    product_id: str
    candidate_id: str
    image_hash: str
    decision: Verdict
    reviewer: str
    reason: str | None = None
    decided_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    decision_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def __post_init__(self) -> None:
        if self.decision == "reject" and not (self.reason or "").strip():
            raise ValueError(f"{self.candidate_id}: a rejection needs a reason")
        if self.decided_at.tzinfo is None:
            raise ValueError(f"{self.candidate_id}: decided_at needs a time zone")


@dataclass(frozen=True)
class ReviewStore:
    """Decisions in the database of an SQLAlchemy URL."""

    url: str

    @cached_property
    def _engine(self) -> sa.Engine:
        return open_database(self.url, _DECISIONS)

    def record(self, decisions: Sequence[Decision]) -> int:
        """Keep decisions, all or none; a decision id that is known already is not kept again.

        Returns:
            How many were new.
        """
        rows = [
            {**vars(decision), "decided_at": decision.decided_at.astimezone(UTC)}
            for decision in decisions
        ]
        return insert_new(self._engine, _DECISIONS, rows, key=["decision_id"])

    def decisions(self, country: str) -> list[Decision]:
        """The decisions of a country, oldest first."""
        query = sa.select(_DECISIONS).where(_DECISIONS.c.country == country)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_DECISIONS.c.number)).mappings().all()
        return [
            Decision(
                **{
                    **{name: value for name, value in row.items() if name != "number"},
                    "decided_at": _in_utc(row["decided_at"]),
                }
            )
            for row in rows
        ]

    def newest_number_by_country(self) -> dict[str, int]:
        """For each country with decisions, the running number of the newest one."""
        newest = sa.func.max(_DECISIONS.c.number)
        query = sa.select(_DECISIONS.c.country, newest).group_by(_DECISIONS.c.country)
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _in_utc(time: datetime) -> datetime:
    """SQLite keeps no time zone, PostgreSQL answers in the session's."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
