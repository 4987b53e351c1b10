"""How far each receiver of the feed has come, in a database.

Belongs here: which events a target gets next, leases, tries, back-off and replays. Does not belong
here: the events (`catalogue_feed.py`), and sending them (`webhooks.py`).

A target gets all events in the order of their numbers, so one number says where it stands. What a
message holds is kept before it is sent for the first time: a sender that dies in between, or does
not learn what became of it, sends the same events under the same id once more.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from resources.catalogue_feed import EVENTS, FeedEvent, read_events
from resources.database import Database, insert_new
from resources.review_store import in_utc

EVENTS_AT_ONCE = 100
"""At most so many in one request: some hundred kilobytes, which any receiver takes."""

LEASE = timedelta(minutes=2)
"""How long a message is one sender's: well above a request's time, and the wait after a crash."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
"""Between tries: doubled each time, up to the longest. Nothing is ever given up."""

ALARM_AFTER = timedelta(hours=4)
"""A target that fails for so long needs a person."""

_TARGETS = sa.Table(
    "feed_targets",
    sa.MetaData(),
    sa.Column("target", sa.String, primary_key=True),
    sa.Column("delivered_number", sa.Integer, nullable=False),
    sa.Column("delivered_at", sa.DateTime(timezone=True)),
    sa.Column("message_until", sa.Integer),  # of the message that is being tried
    sa.Column("replays", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),  # in vain, since the last success
    sa.Column("failing_since", sa.DateTime(timezone=True)),
    sa.Column("last_error", sa.String),
    sa.Column("next_try_at", sa.DateTime(timezone=True)),
    sa.Column("lease_id", sa.String(32)),
    sa.Column("leased_until", sa.DateTime(timezone=True)),
)

_NO_LEASE: dict[str, Any] = {"lease_id": None, "leased_until": None}
_NO_FAULT: dict[str, Any] = {
    "tries": 0,
    "failing_since": None,
    "last_error": None,
    "next_try_at": None,
}


@dataclass(frozen=True)
class Message:
    """Events that one sender may send to a target now.

    Attributes:
        target: Address.
        webhook_id: The same whenever this message is tried; another one when it is replayed.
        events: In their order, at least one.
        lease_id: Proof that its sender is its sender.
    """

    target: str
    webhook_id: str
    events: tuple[FeedEvent, ...]
    lease_id: str


@dataclass(frozen=True)
class Standing:
    """Where a target stands.

    Attributes:
        target: Address.
        delivered_number: The newest event that it has.
        delivered_at: When it took events last; None if never.
        waiting: Events that it does not have yet.
        oldest: When the first of them was written; None if there is none.
        tries: In vain, since it took events last.
        failing_since: Of the first of them; None if there was none.
        last_error: What went wrong last.
        next_try_at: It is left alone until then.
    """

    target: str
    delivered_number: int
    delivered_at: datetime | None
    waiting: int
    oldest: datetime | None
    tries: int
    failing_since: datetime | None
    last_error: str | None
    next_try_at: datetime | None

    def is_alarm(self, now: datetime) -> bool:
        """Whether it fails for so long that a person has to look."""
        return self.failing_since is not None and now - self.failing_since >= ALARM_AFTER


@dataclass(frozen=True)
class FeedDeliveries:
    """The targets in a database. One that is new gets all events from the first."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(EVENTS, _TARGETS)

    def lease(self, target: str, *, even_if_failing: bool = False) -> Message | None:
        """The next message of a target.

        Args:
            target: Address.
            even_if_failing: Do not wait for the time of the next try.

        Returns:
            None if there is nothing to send, another sender is at it, or it is not time yet.
        """
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            row = _locked(connection, target)
            if _is_later(row["leased_until"], now):
                return None
            if _is_later(row["next_try_at"], now) and not even_if_failing:
                return None
            wanted = [EVENTS.c.number > row["delivered_number"]]
            if row["message_until"] is not None:
                wanted.append(EVENTS.c.number <= row["message_until"])
            events = read_events(connection, *wanted, limit=EVENTS_AT_ONCE)
            if not events:
                return None
            lease_id = uuid.uuid4().hex
            connection.execute(
                _update(target).values(
                    message_until=events[-1].number, lease_id=lease_id, leased_until=now + LEASE
                )
            )
        return Message(target, _webhook_id(events, row["replays"]), tuple(events), lease_id)

    def delivered(self, message: Message) -> bool:
        """The target has taken a message.

        Returns:
            False if the message was no longer the sender's: whose it is now will send it again.
        """
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            changed = connection.execute(
                _update(message.target, message.lease_id).values(
                    delivered_number=message.events[-1].number,
                    delivered_at=now,
                    message_until=None,
                    **_NO_FAULT,
                    **_NO_LEASE,
                )
            )
        return changed.rowcount > 0

    def failed(self, message: Message, error: str, *, at_least: timedelta = timedelta()) -> None:
        """The target has not taken a message, for all we know; it is tried again after a while.

        Args:
            message: What was sent.
            error: What went wrong.
            at_least: Wait that the target asked for; it gets no more than the longest.
        """
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            row = _locked(connection, message.target)
            connection.execute(
                _update(message.target, message.lease_id).values(
                    tries=row["tries"] + 1,
                    failing_since=row["failing_since"] or now,
                    last_error=error,
                    next_try_at=now + max(wait_after(row["tries"]), min(at_least, LONGEST_WAIT)),
                    **_NO_LEASE,
                )
            )

    def replay(self, target: str, after: int) -> None:
        """Send a target all events after a number once more; what is on its way does not count."""
        with self._database.writing() as connection:
            row = _locked(connection, target)
            connection.execute(
                _update(target).values(
                    delivered_number=min(after, row["delivered_number"]),
                    replays=row["replays"] + 1,
                    message_until=None,
                    **_NO_FAULT,
                    **_NO_LEASE,
                )
            )

    def standing(self, targets: Sequence[str]) -> list[Standing]:
        """Where targets stand."""
        with self._database.reading() as connection:
            return [_standing(connection, target) for target in targets]


def wait_after(tries: int) -> timedelta:
    """The wait after so many tries in vain and one more."""
    return min(FIRST_WAIT * 2 ** min(tries, 20), LONGEST_WAIT)


def _webhook_id(events: Sequence[FeedEvent], replays: int) -> str:
    named = f"{events[0].event_id}/{events[-1].event_id}/{replays}"
    return f"feed_{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def _locked(connection: sa.Connection, target: str) -> sa.RowMapping:
    """The row of a target, made where it is missing; nobody else changes it meanwhile."""
    new = {"target": target, "delivered_number": 0, "replays": 0, "tries": 0}
    insert_new(connection, _TARGETS, [new], key=["target"])
    query = sa.select(_TARGETS).where(_TARGETS.c.target == target)
    return connection.execute(query.with_for_update()).mappings().one()


def _update(target: str, lease_id: str | None = None) -> sa.Update:
    update = sa.update(_TARGETS).where(_TARGETS.c.target == target)
    return update if lease_id is None else update.where(_TARGETS.c.lease_id == lease_id)


def _standing(connection: sa.Connection, target: str) -> Standing:
    query = sa.select(_TARGETS).where(_TARGETS.c.target == target)
    found = connection.execute(query).mappings().one_or_none()
    row = dict(found) if found else {}
    delivered = row.get("delivered_number", 0)
    waiting, oldest = connection.execute(
        sa.select(sa.func.count(), sa.func.min(EVENTS.c.created_at)).where(
            EVENTS.c.number > delivered
        )
    ).one()
    return Standing(
        target,
        delivered,
        _utc(row.get("delivered_at")),
        waiting,
        _utc(oldest),
        row.get("tries", 0),
        _utc(row.get("failing_since")),
        row.get("last_error"),
        _utc(row.get("next_try_at")),
    )


def _utc(time: datetime | None) -> datetime | None:
    return None if time is None else in_utc(time)


def _is_later(time: datetime | None, now: datetime) -> bool:
    return time is not None and in_utc(time) > now
