"""Where people's decisions are kept: an append-only table in SQLite or PostgreSQL.

Belongs here: recording, taking back and reading decisions. Does not belong here: who may decide
(the review desk), how several people's votes become a decision (`review_votes.py`), and what
follows from one (`menu_assets/review.py`).
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

import sqlalchemy as sa

from resources.countries import country_codes
from resources.database import APPEND_ONLY, Database, insert_new

Verdict = Literal["approve", "reject"]

DEMO_REVIEWER, AUTO_REVIEWER = "demo", "garnish-auto"
NO_PERSON = (DEMO_REVIEWER, AUTO_REVIEWER)
"""Reviewers whose decisions are a rule's: they count as decisions, never as people's judgement."""

OWNER = "owner:"
"""What the reviewer of an owner's decision begins with; the vendor's id follows."""

_UNDO = "undo"
_LATE_COMMITS = 10_000
"""Numbers are given before rows are committed: so many of the newest are counted, too."""

DECISIONS = sa.Table(
    "decisions",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("decision_id", sa.String(36), nullable=False, unique=True),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("product_id", sa.String, nullable=False),
    sa.Column("candidate_id", sa.String, nullable=False),
    sa.Column("image_hash", sa.String(64), nullable=False),
    sa.Column("decision", sa.String(10), nullable=False),  # approve, reject, or undo
    sa.Column("reason", sa.String),
    sa.Column("reviewer", sa.String, nullable=False),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("undoes", sa.String(36)),  # decision that an undo takes back
    sa.Index("decisions_by_country", "country", "number"),
    info=APPEND_ONLY,
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
    """Decisions in a database."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(DECISIONS)

    def record(self, decisions: Sequence[Decision]) -> int:
        """Keep decisions, all or none; a decision id that is known already is not kept again.

        Returns:
            How many were new.
        """
        with self._database.writing() as connection:
            return record(connection, decisions)

    def decisions(self, country: str) -> list[Decision]:
        """The decisions of a country that stand, oldest first; what was taken back is not told."""
        query = sa.select(DECISIONS).where(DECISIONS.c.country == country)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(DECISIONS.c.number)).mappings().all()
        undone = {row["undoes"] for row in rows if row["decision"] == _UNDO}
        return [
            _decision(row)
            for row in rows
            if row["decision"] != _UNDO and row["decision_id"] not in undone
        ]

    def state_by_country(self) -> dict[str, str]:
        """For each country with decisions, a word that changes with every new one.

        The newest number alone does not do: of two writers the later number may be seen first.
        """
        number, of = DECISIONS.c.number, DECISIONS.c.country
        newest = {
            code: sa.select(sa.func.max(number)).where(of == code).scalar_subquery()
            for code in country_codes()
        }
        counts = sa.union_all(
            *(
                sa.select(sa.literal(code), sa.func.max(number), sa.func.count()).where(
                    of == code, number > last - _LATE_COMMITS
                )
                for code, last in newest.items()
            )
        )
        with self._database.reading() as connection:
            rows = connection.execute(counts).all()
        return {code: f"{last}/{count}" for code, last, count in rows if count}


def record(connection: sa.Connection, decisions: Sequence[Decision]) -> int:
    """As `ReviewStore.record`, within a transaction; the table is there already."""
    rows = [
        {**vars(decision), "decided_at": decision.decided_at.astimezone(UTC), "undoes": None}
        for decision in decisions
    ]
    return insert_new(connection, DECISIONS, rows, key=["decision_id"])


def undo(connection: sa.Connection, decision_ids: Iterable[str], reviewer: str) -> int:
    """Take decisions back, as if they had not been made; within a transaction.

    Returns:
        How many were taken back; one that is undone already is not counted.
    """
    done = DECISIONS.alias()
    undone = sa.exists().where(done.c.undoes == DECISIONS.c.decision_id)
    query = sa.select(DECISIONS).where(
        DECISIONS.c.decision_id.in_(list(decision_ids)), DECISIONS.c.decision != _UNDO, ~undone
    )
    rows = [
        {
            **{name: value for name, value in row.items() if name != "number"},
            # The same id whoever asks: two people who undo at the same time make one row.
            "decision_id": str(uuid.uuid5(uuid.NAMESPACE_OID, row["decision_id"])),
            "decision": _UNDO,
            "reason": None,
            "reviewer": reviewer,
            "decided_at": datetime.now(UTC),
            "undoes": row["decision_id"],
        }
        for row in connection.execute(query).mappings().all()
    ]
    return insert_new(connection, DECISIONS, rows, key=["decision_id"])


def _decision(row: sa.RowMapping) -> Decision:
    values = {name: value for name, value in row.items() if name not in ("number", "undoes")}
    return Decision(**{**values, "decided_at": in_utc(row["decided_at"])})


def in_utc(time: datetime) -> datetime:
    """SQLite keeps no time zone, PostgreSQL answers in the session's."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
