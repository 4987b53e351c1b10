"""What restaurant owners said beside choosing: no picture for a dish, or none at all.

Belongs here: those choices, append-only, and what holds now. Does not belong here: choosing or
rejecting a picture, which is a decision (`review_store.py`), and links and pages for owners.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal

import sqlalchemy as sa

from resources.countries import country_codes
from resources.database import APPEND_ONLY, Database
from resources.review_store import in_utc

Choice = Literal["decline", "accept", "opt_out", "opt_in", "report"]
"""decline, accept: of one dish; opt_out, opt_in: of all; report: something is wrong with a picture.
"""

_CHOICES = sa.Table(
    "vendor_choices",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("vendor_id", sa.String, nullable=False),
    sa.Column("product_id", sa.String),  # None: of all dishes of the vendor
    sa.Column("choice", sa.String(10), nullable=False),
    sa.Column("detail", sa.String, nullable=False),
    sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("vendor_choices_by_country", "country", "number"),
    sa.Index("vendor_choices_by_vendor", "country", "vendor_id", "number"),
    info=APPEND_ONLY,
)


@dataclass(frozen=True)
class VendorChoice:
    """What an owner said.

    Attributes:
        country: Market.
        vendor_id: Whose word.
        choice: What was said.
        product_id: Of which dish; None with opt_out and opt_in.
        detail: More, as JSON values, e.g. the words of a report and the image hash.
        chosen_at: When.
    """

    country: str
    vendor_id: str
    choice: Choice
    product_id: str | None = None
    detail: Mapping[str, Any] | None = None
    chosen_at: datetime | None = None

    def __post_init__(self) -> None:
        of_all = self.choice in ("opt_out", "opt_in")
        if of_all != (self.product_id is None):
            raise ValueError(f"{self.vendor_id}: {self.choice} is of {'all' if of_all else 'one'}")


@dataclass(frozen=True)
class Withheld:
    """What owners want no pictures of, in one country.

    Attributes:
        vendors: All dishes of these.
        products: These dishes.
    """

    vendors: frozenset[str]
    products: frozenset[str]

    def covers(self, vendor_id: str, product_id: str) -> bool:
        """Whether a dish is to stay without a picture."""
        return vendor_id in self.vendors or product_id in self.products


@dataclass(frozen=True)
class VendorChoices:
    """Owners' choices in a database."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(_CHOICES)

    def add(self, choice: VendorChoice) -> None:
        """Keep a choice; it holds from now on."""
        with self._database.writing() as connection:
            connection.execute(
                sa.insert(_CHOICES).values(
                    **{
                        **vars(choice),
                        "detail": json.dumps(choice.detail or {}, ensure_ascii=False),
                        "chosen_at": choice.chosen_at or datetime.now(UTC),
                    }
                )
            )

    def choices(self, country: str, vendor_id: str | None = None) -> list[VendorChoice]:
        """The choices of a country's owners, or of one of them, oldest first."""
        query = sa.select(_CHOICES).where(_CHOICES.c.country == country)
        if vendor_id is not None:
            query = query.where(_CHOICES.c.vendor_id == vendor_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_CHOICES.c.number)).mappings().all()
        return [
            VendorChoice(
                row["country"],
                row["vendor_id"],
                row["choice"],
                row["product_id"],
                json.loads(row["detail"]),
                in_utc(row["chosen_at"]),
            )
            for row in rows
        ]

    def withheld(self, country: str, vendor_id: str | None = None) -> Withheld:
        """What holds now: the newest word on each vendor and on each dish."""
        of_all: dict[str, str] = {}
        of_one: dict[str, str] = {}
        for choice in self.choices(country, vendor_id):
            if choice.product_id is None:
                of_all[choice.vendor_id] = choice.choice
            elif choice.choice != "report":
                of_one[choice.product_id] = choice.choice
        return Withheld(
            frozenset(vendor for vendor, word in of_all.items() if word == "opt_out"),
            frozenset(product for product, word in of_one.items() if word == "decline"),
        )

    def count_by_country(self) -> dict[str, int]:
        """How many choices there are: another number where one was added."""
        query = sa.select(_CHOICES.c.country, sa.func.count()).group_by(_CHOICES.c.country)
        with self._database.reading() as connection:
            counts = {row[0]: row[1] for row in connection.execute(query)}
        return {code: counts[code] for code in country_codes() if code in counts}
