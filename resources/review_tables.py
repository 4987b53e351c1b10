"""The tables of what waits for people: items, and who skipped which.

Belongs here: columns and indexes. Does not belong here: asking and changing them
(`review_queue.py`, `review_votes.py`).
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Literal, get_args

import sqlalchemy as sa

Order = Literal["priority", "uncertainty"]


def _indexes() -> Iterator[sa.Index]:
    """For each way to filter, in each order: the next item is the first entry of an index.

    None can be left out: which dishes have a reason and how uncertain they are hang together, and a
    database that filters while it reads in order would read past most of a million rows.
    """
    for order in get_args(Order):
        for count in range(4):
            for filters in combinations(("country", "category", "reason"), count):
                name = "_".join(("items_by", *filters, order))
                yield sa.Index(name, "state", *filters, order)


ITEMS = sa.Table(
    "review_items",
    sa.MetaData(),
    sa.Column("country", sa.String(2), primary_key=True),
    sa.Column("product_id", sa.String, primary_key=True),
    sa.Column("version", sa.String(16), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("vendor_id", sa.String, nullable=False),
    sa.Column("category", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("uncertainty", sa.Float, nullable=False),
    sa.Column("looks_needed", sa.Integer, nullable=False),
    sa.Column("first_reviewer", sa.String),  # of an item that needs a second look
    sa.Column("lease_id", sa.String(32)),
    sa.Column("leased_by", sa.String),
    sa.Column("leased_until", sa.DateTime(timezone=True)),
    sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    *_indexes(),
    sa.Index("items_by_vendor", "country", "vendor_id"),
    sa.Index("items_by_holder", "leased_by"),
    # Contents lie apart: rows that are read past, and written for each lease, stay short.
    postgresql_with={"toast_tuple_target": 128},
)

SKIPS = sa.Table(
    "review_skips",
    sa.MetaData(),
    sa.Column("reviewer", sa.String, primary_key=True),
    sa.Column("country", sa.String(2), primary_key=True),
    sa.Column("product_id", sa.String, primary_key=True),
    sa.Column("version", sa.String(16), primary_key=True),
)
