"""What became of the published catalogue, event by event: the outbox of those who show pictures.

Belongs here: events, append-only, written from the difference between what was told and what is.
Does not belong here: who has got which (`feed_deliveries.py`), and sending (`webhooks.py`).
"""

import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal

import sqlalchemy as sa

from resources.database import APPEND_ONLY, Database
from resources.review_store import in_utc
from resources.short_hash import short_hash

Kind = Literal["published", "replaced", "withdrawn"]

_ONE_WRITER = 0x6A13
"""Number of PostgreSQL's advisory lock under which events are written.

Numbers are given before rows are committed. Were there two writers, a reader could see the later
number first and go past the earlier one for ever.
"""

_ROWS_AT_ONCE = 500

EVENTS = sa.Table(
    "feed_events",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("event_id", sa.String(32), nullable=False, unique=True),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("product_id", sa.String, nullable=False),
    sa.Column("vendor_id", sa.String),  # the payload's, so that one vendor's can be found
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.String(16), nullable=False),  # of the payload
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("feed_events_by_product", "country", "product_id", "number"),
    sa.Index("feed_events_by_vendor", "country", "vendor_id", "product_id", "number"),
    sa.Index("feed_events_by_time", "created_at"),
    info=APPEND_ONLY,
)


@dataclass(frozen=True)
class FeedEvent:
    """One change of one product's published picture.

    Attributes:
        number: Grows with every event, over all countries: the order in which they are told.
        event_id: The same however often the event is sent.
        country: Market.
        product_id: Product, unique within its country.
        kind: What happened.
        payload: What is published now, as JSON values; of a withdrawal, what was.
        created_at: When it was noticed.
    """

    number: int
    event_id: str
    country: str
    product_id: str
    kind: Kind
    payload: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class CatalogueFeed:
    """The events in a database."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(EVENTS)

    def record(self, country: str, published: Mapping[str, Mapping[str, Any]]) -> Counter[Kind]:
        """Write an event for each product whose picture is not what was told last.

        Withdrawals come first: what has to go must not wait for what is new.

        Args:
            country: Market.
            published: All that is published in it now, JSON values by product id.

        Returns:
            How many events of each kind were written; none if nothing has changed.
        """
        payloads = {
            product_id: json.dumps(payload, ensure_ascii=False, sort_keys=True)
            for product_id, payload in published.items()
        }
        with self._database.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_WRITER)))
            told = _told(connection, country)
            gone = [row.number for product_id, row in told.items() if product_id not in payloads]
            new = {one: payload for one, payload in payloads.items() if one not in told}
            other = {
                product_id: payload
                for product_id, payload in payloads.items()
                if product_id in told and told[product_id].fingerprint != short_hash(payload)
            }
            rows = [
                *_rows(country, "withdrawn", _payloads_of(connection, gone)),
                *_rows(country, "replaced", other),
                *_rows(country, "published", new),
            ]
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                connection.execute(sa.insert(EVENTS), rows[start : start + _ROWS_AT_ONCE])
        return Counter(row["kind"] for row in rows)

    def events(self, country: str) -> list[FeedEvent]:
        """The events of a country, oldest first."""
        with self._database.reading() as connection:
            return read_events(connection, EVENTS.c.country == country)

    def of_vendor(self, country: str, vendor_id: str) -> list[FeedEvent]:
        """What guests see now of one vendor's dishes: each one's newest event, by product id.

        An event's vendor is what its payload says under `vendor_id`.
        """
        later = EVENTS.alias()
        is_newest = ~sa.exists().where(
            later.c.country == EVENTS.c.country,
            later.c.product_id == EVENTS.c.product_id,
            later.c.number > EVENTS.c.number,
        )
        wanted = (EVENTS.c.country == country, EVENTS.c.vendor_id == vendor_id, is_newest)
        with self._database.reading() as connection:
            events = read_events(connection, *wanted, EVENTS.c.kind != "withdrawn")
        return sorted(events, key=lambda event: event.product_id)

    def last_before(self, moment: datetime) -> int:
        """Number of the newest event before a moment; 0 if there is none."""
        query = sa.select(sa.func.max(EVENTS.c.number)).where(
            EVENTS.c.created_at < moment.astimezone(UTC)
        )
        with self._database.reading() as connection:
            return connection.execute(query).scalar() or 0


def read_events(
    connection: sa.Connection, *wanted: sa.ColumnElement[bool], limit: int | None = None
) -> list[FeedEvent]:
    """The first events that match all conditions, in their order; within a transaction."""
    query = sa.select(EVENTS).where(*wanted).order_by(EVENTS.c.number).limit(limit)
    return [
        FeedEvent(
            row["number"],
            row["event_id"],
            row["country"],
            row["product_id"],
            row["kind"],
            json.loads(row["payload"]),
            in_utc(row["created_at"]),
        )
        for row in connection.execute(query).mappings()
    ]


def _told(connection: sa.Connection, country: str) -> dict[str, Any]:
    """What was told last of each product that is shown: its event's number and fingerprint."""
    newest = (
        sa.select(sa.func.max(EVENTS.c.number).label("number"))
        .where(EVENTS.c.country == country)
        .group_by(EVENTS.c.product_id)
        .subquery()
    )
    query = (
        sa.select(EVENTS.c.product_id, EVENTS.c.number, EVENTS.c.fingerprint)
        .join(newest, newest.c.number == EVENTS.c.number)
        .where(EVENTS.c.kind != "withdrawn")
    )
    return {row.product_id: row for row in connection.execute(query)}


def _payloads_of(connection: sa.Connection, numbers: Sequence[int]) -> dict[str, str]:
    """What certain events told, by product id."""
    payloads: dict[str, str] = {}
    for start in range(0, len(numbers), _ROWS_AT_ONCE):
        query = sa.select(EVENTS.c.product_id, EVENTS.c.payload).where(
            EVENTS.c.number.in_(numbers[start : start + _ROWS_AT_ONCE])
        )
        payloads.update((row[0], row[1]) for row in connection.execute(query))
    return payloads


def _rows(country: str, kind: Kind, payloads: Mapping[str, str]) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    return [
        {
            "event_id": uuid.uuid4().hex,
            "country": country,
            "product_id": product_id,
            "vendor_id": json.loads(payloads[product_id]).get("vendor_id"),
            "kind": kind,
            "payload": payloads[product_id],
            "fingerprint": short_hash(payloads[product_id]),
            "created_at": now,
        }
        for product_id in sorted(payloads)
    ]
