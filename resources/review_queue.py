"""The dishes that wait for people, in a database: who gets which next, and nobody gets another's.

Belongs here: keeping a country's items in step with its shortlist, leases, and counting. Does not
belong here: which dishes wait (`menu_assets/review_queue.py`), what a vote does to an item
(`review_votes.py`), and pages.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Literal

import sqlalchemy as sa

from resources.database import Database, insert_into, insert_new
from resources.review_item import BULK_UNCERTAINTY, CHOICE, ReviewItem, item_from_json
from resources.review_store import in_utc
from resources.review_tables import ITEMS, SKIPS, Order

LEASE = timedelta(minutes=5)
"""How long an item is one person's: well above the slowest look, below a coffee break."""

_ROWS_AT_ONCE = 500

_NOBODY = {"lease_id": None, "leased_by": None, "leased_until": None}

State = Literal["open", "dispute", "settled"]


@dataclass(frozen=True)
class ItemKey:
    """An item as somebody saw it: another version is another thing to judge."""

    country: str
    product_id: str
    version: str


@dataclass(frozen=True)
class Wanted:
    """What a reviewer wants to see; None and empty = anything.

    Attributes:
        countries: Only these.
        category: Only this one.
        reason: Only items whose main reason is this one.
        order: The most viewed dishes first, or the least certain.
        is_bulk: Only those that may be decided many at a glance (`ReviewItem.is_bulk`).
    """

    countries: tuple[str, ...] = ()
    category: str | None = None
    reason: str | None = None
    order: Order = "priority"
    is_bulk: bool = False


@dataclass(frozen=True)
class WaitingItem:
    """An item with where it stands.

    Attributes:
        item: What is shown.
        state: open, dispute (two people disagreed, a lead decides) or settled.
        waiting_since: When it came into the queue as it is.
        lease_id: Proof that its holder is its holder; None if nobody holds it.
    """

    item: ReviewItem
    state: State
    waiting_since: datetime
    lease_id: str | None

    @property
    def key(self) -> ItemKey:
        """What a vote on it names."""
        return ItemKey(self.item.country, self.item.product_id, self.item.version)


@dataclass(frozen=True)
class ReviewQueue:
    """The items in a database."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(ITEMS, SKIPS)

    def replace(self, country: str, items: Sequence[ReviewItem]) -> int:
        """Make a country's items exactly these. What is unchanged keeps state, lease and age.

        Returns:
            How many are new, or shown otherwise than before.
        """
        known, now = self._versions(country), datetime.now(UTC)
        wanted = {item.product_id: item for item in items}
        gone = [product_id for product_id in known if product_id not in wanted]
        rows = [
            {
                # Columns that an item does not know are nobody's yet: first reviewer, lease.
                **{column.name: getattr(item, column.name, None) for column in ITEMS.columns},
                "country": country,
                "state": "open",
                "waiting_since": now,
                "content": item.to_json().decode(),
            }
            for item in wanted.values()
        ]
        with self._database.writing() as connection:
            for start in range(0, len(gone), _ROWS_AT_ONCE):
                some = gone[start : start + _ROWS_AT_ONCE]
                connection.execute(
                    sa.delete(ITEMS).where(ITEMS.c.country == country, ITEMS.c.product_id.in_(some))
                )
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                connection.execute(_put(connection), rows[start : start + _ROWS_AT_ONCE])
        return sum(known.get(key) != item.version for key, item in wanted.items())

    def _versions(self, country: str) -> dict[str, str]:
        query = sa.select(ITEMS.c.product_id, ITEMS.c.version).where(ITEMS.c.country == country)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def take(
        self, reviewer: str, wanted: Wanted, count: int = 1, *, state: State = "open"
    ) -> list[WaitingItem]:
        """The next items, leased to a reviewer. Those that the reviewer holds already come first.

        Args:
            reviewer: Who is to look.
            wanted: Which items, in which order.
            count: How many at most.
            state: "open", or "dispute" for a lead.
        """
        mine, free = _questions(wanted, state)
        now = datetime.now(UTC)
        given = {"reviewer": reviewer, "now": now}
        with self._database.writing() as connection:
            rows = [*connection.execute(mine, {**given, "count": count}).mappings()]
            if len(rows) < count:
                rest = {**given, "count": count - len(rows)}
                rows += connection.execute(free, rest).mappings()
            return [_lease(connection, row, reviewer, now) for row in rows]

    def release(self, reviewer: str) -> None:
        """Give back what a reviewer holds: others may have it at once."""
        with self._database.writing() as connection:
            connection.execute(
                sa.update(ITEMS).where(ITEMS.c.leased_by == reviewer).values(**_NOBODY)
            )

    def skip(self, reviewer: str, key: ItemKey) -> None:
        """Leave an item to others; the reviewer does not get it again until it changes."""
        with self._database.writing() as connection:
            insert_new(connection, SKIPS, [{"reviewer": reviewer, **vars(key)}])
            connection.execute(
                sa.update(ITEMS).where(_is(key), ITEMS.c.leased_by == reviewer).values(**_NOBODY)
            )

    def item(self, country: str, product_id: str) -> WaitingItem | None:
        """One item as it is now; None if the dish does not wait."""
        query = sa.select(ITEMS).where(ITEMS.c.country == country, ITEMS.c.product_id == product_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return waiting_item(row) if row else None

    def of_vendor(self, country: str, vendor_id: str) -> list[WaitingItem]:
        """The items of one vendor, most viewed first, settled ones included."""
        query = sa.select(ITEMS).where(ITEMS.c.country == country, ITEMS.c.vendor_id == vendor_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(ITEMS.c.priority)).mappings().all()
        return [waiting_item(row) for row in rows]

    def sizes(self) -> list[Mapping[str, Any]]:
        """How many items wait: rows of country, category, reason, state, items, oldest."""
        of = (ITEMS.c.country, ITEMS.c.category, ITEMS.c.reason, ITEMS.c.state)
        query = sa.select(
            *of,
            sa.func.count().label("items"),
            sa.func.min(ITEMS.c.waiting_since).label("oldest"),
        ).where(ITEMS.c.state != "settled")
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(*of)).mappings().all()
        return [{**row, "oldest": in_utc(row["oldest"])} for row in rows]


def waiting_item(row: sa.RowMapping, lease_id: str | None = None) -> WaitingItem:
    """The item of a row of `ITEMS`."""
    return WaitingItem(
        item_from_json(row["content"]),
        row["state"],
        in_utc(row["waiting_since"]),
        lease_id or row["lease_id"],
    )


@lru_cache(maxsize=1000)
def _questions(wanted: Wanted, state: State) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """For the items that a reviewer holds, and for those that nobody does, in order.

    They are kept, with `reviewer`, `now` and `count` open: to put them together takes as long as to
    ask them.
    """
    reviewer = sa.bindparam("reviewer", type_=sa.String)
    now = sa.bindparam("now", type_=sa.DateTime(timezone=True))
    skipped = sa.exists().where(
        SKIPS.c.reviewer == reviewer,
        SKIPS.c.country == ITEMS.c.country,
        SKIPS.c.product_id == ITEMS.c.product_id,
        SKIPS.c.version == ITEMS.c.version,
    )
    until, first = ITEMS.c.leased_until, ITEMS.c.first_reviewer
    free = [sa.or_(until.is_(None), until <= now), ~skipped]
    if state == "open":  # a second look is another person's
        free.append(sa.or_(first.is_(None), first != reviewer))
    select = sa.select(ITEMS).where(ITEMS.c.state == state, *matching(ITEMS, wanted))
    if wanted.is_bulk:
        select = select.where(*_in_bulk())
    select = select.order_by(*_order(wanted.order)).limit(sa.bindparam("count", type_=sa.Integer))
    return (
        select.where(ITEMS.c.leased_by == reviewer, until > now).with_for_update(),
        select.where(*free).with_for_update(skip_locked=True),
    )


def _lease(
    connection: sa.Connection, row: sa.RowMapping, reviewer: str, now: datetime
) -> WaitingItem:
    is_mine = row["leased_by"] == reviewer
    if is_mine and in_utc(row["leased_until"]) > now + LEASE / 2:
        return waiting_item(row)  # each page asks again for what it shows: not written each time
    lease_id = row["lease_id"] if is_mine else uuid.uuid4().hex
    connection.execute(
        sa.update(ITEMS)
        .where(ITEMS.c.country == row["country"], ITEMS.c.product_id == row["product_id"])
        .values(lease_id=lease_id, leased_by=reviewer, leased_until=now + LEASE)
    )
    return waiting_item(row, lease_id)


def _is(key: ItemKey) -> sa.ColumnElement[bool]:
    return sa.and_(
        ITEMS.c.country == key.country,
        ITEMS.c.product_id == key.product_id,
        ITEMS.c.version == key.version,
    )


def matching(table: sa.Table, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """Conditions on a table with country, category and reason: only what is wanted."""
    conditions: list[sa.ColumnElement[bool]] = []
    if len(wanted.countries) == 1:  # an equality, so that an index gives the order
        conditions.append(table.c.country == wanted.countries[0])
    elif wanted.countries:
        conditions.append(table.c.country.in_(wanted.countries))
    if wanted.category is not None:
        conditions.append(table.c.category == wanted.category)
    if wanted.reason is not None:
        conditions.append(table.c.reason == wanted.reason)
    return conditions


def _in_bulk() -> list[sa.ColumnElement[bool]]:
    return [
        ITEMS.c.reason == CHOICE,  # an item drawn for the audit has another reason
        ITEMS.c.looks_needed == 1,
        ITEMS.c.uncertainty <= BULK_UNCERTAINTY,
    ]


def _order(order: Order) -> tuple[sa.ColumnElement[Any], ...]:
    return (ITEMS.c.priority,) if order == "priority" else (ITEMS.c.uncertainty.desc(),)


def _put(connection: sa.Connection) -> sa.Insert:
    """Insert, or take the place of another version; the same version only gets its new words."""
    insert = insert_into(connection, ITEMS)
    new, same = insert.excluded, ITEMS.c.version == insert.excluded.version
    always = ("vendor_id", "category", "reason", "priority", "uncertainty", "content")
    unless_same = (
        "version",
        "state",
        "looks_needed",
        "first_reviewer",
        "lease_id",
        "leased_by",
        "leased_until",
        "waiting_since",
    )
    statement: sa.Insert = insert.on_conflict_do_update(
        index_elements=["country", "product_id"],
        set_={
            **{name: new[name] for name in always},
            **{name: sa.case((same, ITEMS.c[name]), else_=new[name]) for name in unless_same},
        },
    )
    return statement
