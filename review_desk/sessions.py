"""Who is signed in: sessions in the database, so that any process of the desk knows them.

Belongs here: beginning, finding and ending sessions. Does not belong here: cookies (`signed_in.py`)
and passwords (`accounts.py`).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import sqlalchemy as sa

from resources.database import Database
from resources.review_store import in_utc
from review_desk.accounts import ACCOUNTS, Account, account_of

LASTS = timedelta(hours=12)
"""A working day. NIST SP 800-63B-4, 2.2.3, asks for 24 hours at most."""

IDLE = timedelta(hours=1)
"""Without a request the session ends (same place)."""

_NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last request is known: noting each would cost more than the page."""

_SESSIONS = sa.Table(
    "desk_sessions",
    sa.MetaData(),
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("desk_sessions_by_account", "account"),
    sa.Index("desk_sessions_by_age", "began_at"),
)


@dataclass(frozen=True)
class Session:
    """A person who is signed in: the account as it is now, and a name for the session in logs."""

    account: Account
    token_hash: str


@dataclass(frozen=True)
class Sessions:
    """The sessions in a database. It has only a hash of each token: a copy of it opens no door."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(ACCOUNTS, _SESSIONS)

    def begin(self, account: str, now: datetime | None = None) -> str:
        """A new session of an account; what has expired is forgotten.

        Returns:
            Its token, which is kept nowhere else.
        """
        now = now or datetime.now(UTC)
        token = new_token()
        with self._database.writing() as connection:
            connection.execute(sa.delete(_SESSIONS).where(_SESSIONS.c.began_at < now - LASTS))
            connection.execute(
                sa.insert(_SESSIONS).values(
                    token_hash=_hash(token), account=account, began_at=now, seen_at=now
                )
            )
        return token

    def find(self, token: str, now: datetime | None = None) -> Session | None:
        """The session of a token; None if it ended, expired, or its account was disabled."""
        now = now or datetime.now(UTC)
        query = (
            sa.select(ACCOUNTS, _SESSIONS.c.seen_at)
            .join_from(_SESSIONS, ACCOUNTS, _SESSIONS.c.account == ACCOUNTS.c.name)
            .where(
                _SESSIONS.c.token_hash == _hash(token),
                _SESSIONS.c.began_at >= now - LASTS,
                _SESSIONS.c.seen_at >= now - IDLE,
                ~ACCOUNTS.c.is_disabled,
            )
        )
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        if in_utc(row["seen_at"]) < now - _NOTED_EVERY:
            self._note(token, now)
        return Session(account_of(row), _hash(token))

    def end(self, token: str) -> None:
        """Sign out."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(_SESSIONS).where(_SESSIONS.c.token_hash == _hash(token)))

    def end_all(self, account: str, *, but: str | None = None) -> None:
        """End the sessions of an account; `but` is the token hash of one that goes on."""
        ended = sa.delete(_SESSIONS).where(_SESSIONS.c.account == account)
        if but is not None:
            ended = ended.where(_SESSIONS.c.token_hash != but)
        with self._database.writing() as connection:
            connection.execute(ended)

    def _note(self, token: str, now: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(
                sa.update(_SESSIONS)
                .where(_SESSIONS.c.token_hash == _hash(token))
                .values(seen_at=now)
            )


def new_token() -> str:
    """A token of 256 random bits."""
    return secrets.token_urlsafe(32)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
