"""Who did what at the desk and on the command line, for ever: rows are added, never changed.

Belongs here: the log and reading it. Does not belong here: decisions and votes, which are
append-only tables of their own (`review_store.py`, `review_votes.py`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from resources.database import APPEND_ONLY, Database
from resources.review_store import in_utc

_LOG = sa.Table(
    "audit_log",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("address", sa.String),
    sa.Column("detail", sa.String, nullable=False),
    sa.Index("audit_log_by_actor", "actor", "action", "number"),
    sa.Index("audit_log_by_subject", "subject", "number"),
    info=APPEND_ONLY,
)


@dataclass(frozen=True)
class AuditEntry:
    """One thing that somebody did.

    Attributes:
        actor: Account, `owner:<vendor>`, or name on the command line.
        action: What, e.g. "signed_in", "sign_in_failed", "rollout_stopped", "recalled".
        subject: What it was done to, e.g. "de/1234" or an account; "" if nothing in particular.
        detail: More, as JSON values; never a password or token.
        address: Network address, None on the command line.
        at: When.
        number: Running number; None before it is kept.
    """

    actor: str
    action: str
    subject: str = ""
    detail: Mapping[str, Any] | None = None
    address: str | None = None
    at: datetime | None = None
    number: int | None = None


@dataclass(frozen=True)
class AuditLog:
    """The log in a database."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(_LOG)

    def add(self, entry: AuditEntry) -> None:
        """Keep an entry."""
        with self._database.writing() as connection:
            connection.execute(
                sa.insert(_LOG).values(
                    at=entry.at or datetime.now(UTC),
                    actor=entry.actor,
                    action=entry.action,
                    subject=entry.subject,
                    address=entry.address,
                    detail=json.dumps(entry.detail or {}, ensure_ascii=False),
                )
            )

    def entries(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        before_number: int | None = None,
        limit: int = 100,
    ) -> list[AuditEntry]:
        """Entries that match all that is given, newest first."""
        wanted = [
            column == value
            for column, value in (
                (_LOG.c.actor, actor),
                (_LOG.c.action, action),
                (_LOG.c.subject, subject),
            )
            if value is not None
        ]
        if since:
            wanted.append(_LOG.c.at >= since.astimezone(UTC))
        if before_number is not None:
            wanted.append(_LOG.c.number < before_number)
        query = sa.select(_LOG).where(*wanted).order_by(_LOG.c.number.desc()).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            AuditEntry(**{**row, "at": in_utc(row["at"]), "detail": json.loads(row["detail"])})
            for row in rows
        ]
