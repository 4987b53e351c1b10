"""Failed tries to sign in: after a few, each further one has to wait, longer and longer.

Belongs here: counting tries in the database, so that more processes do not allow more tries.
Does not belong here: passwords (`accounts.py`), and requests in general (`pace.py`).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import sqlalchemy as sa

from resources.database import Database
from resources.review_store import in_utc

WINDOW = timedelta(hours=1)
"""Tries are forgotten after it."""

FREE = 5
"""Tries of one name from one address before waiting begins: people do mistype."""

FREE_OF_NAME, FREE_OF_ADDRESS = 30, 60
"""The same of a name from everywhere, so that a guesser with many addresses gets no further, and of
an address for all names, an office's being one address. Wide apart from `FREE`: who guesses from
elsewhere should not lock the person out."""

LONGEST_WAIT = timedelta(minutes=15)

_TAKING = 0x6A13
"""Number of the advisory lock under which PostgreSQL counts: SQLite has one writer anyway."""

_TRIES = sa.Table(
    "sign_in_tries",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("name_hash", sa.String(64), nullable=False),
    sa.Column("address", sa.String, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("sign_in_tries_by_name", "name_hash", "at"),
    sa.Index("sign_in_tries_by_address", "address", "at"),
    sa.Index("sign_in_tries_by_age", "at"),
)


@dataclass(frozen=True)
class SignInTries:
    """Tries that did not succeed. Names are hashed: people type passwords in their place."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(_TRIES)

    def take(self, name: str, address: str, now: datetime | None = None) -> timedelta:
        """Count a try, before the password is looked at: a hundred at once are a hundred tries.

        Returns:
            How long this name has to wait before it is tried from this address, which is then not
            counted; zero if the password may be looked at.
        """
        now = now or datetime.now(UTC)
        by_name, by_address = _TRIES.c.name_hash == _hash(name), _TRIES.c.address == address
        rules = (
            (by_name & by_address, FREE),
            (by_name, FREE_OF_NAME),
            (by_address, FREE_OF_ADDRESS),
        )
        with self._database.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_TAKING)))
            connection.execute(sa.delete(_TRIES).where(_TRIES.c.at < now - WINDOW))
            wait = max(_wait(connection, condition, free, now) for condition, free in rules)
            if wait == timedelta(0):
                connection.execute(
                    sa.insert(_TRIES).values(name_hash=_hash(name), address=address, at=now)
                )
        return wait

    def succeeded(self, name: str, address: str) -> None:
        """Forget the tries of this name from this address."""
        with self._database.writing() as connection:
            connection.execute(
                sa.delete(_TRIES).where(
                    _TRIES.c.name_hash == _hash(name), _TRIES.c.address == address
                )
            )


def _wait(
    connection: sa.Connection, condition: sa.ColumnElement[bool], free: int, now: datetime
) -> timedelta:
    """Two seconds after the last free try; each further one doubles it."""
    query = sa.select(sa.func.count(), sa.func.max(_TRIES.c.at)).where(condition)
    count, last = connection.execute(query).one()
    if count < free:
        return timedelta(0)
    wait = min(timedelta(seconds=2 ** min(count - free + 1, 20)), LONGEST_WAIT)
    return max(timedelta(0), in_utc(last) + wait - now)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
