"""Which vendors' pictures are shown yet: a share of each country's, with a stop switch.

Belongs here: the share that is set, who set it, and whom it covers. Does not belong here: what is
withheld from the others (`menu_assets/publication.py`), and arms of experiments.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import sqlalchemy as sa

from resources.database import APPEND_ONLY, Database
from resources.review_store import in_utc

EVERYWHERE = "*"
"""In place of a country: the stop switch of all."""

_STEPS = sa.Table(
    "rollout_steps",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("is_stopped", sa.Boolean, nullable=False),
    sa.Column("set_by", sa.String, nullable=False),
    sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
    info=APPEND_ONLY,
)


@dataclass(frozen=True)
class RolloutStep:
    """What was set for a country, or for all (`EVERYWHERE`, where only the switch counts).

    Attributes:
        country: ISO 3166-1 code in lower case, or "*".
        share: Share of vendors whose pictures are shown, 0 to 1.
        is_stopped: Nobody's are, whatever the share; the share stays for when it goes on.
        set_by: Who.
        set_at: When.
    """

    country: str
    share: float
    is_stopped: bool
    set_by: str
    set_at: datetime

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"rollout of {self.country}: share is {self.share}, use 0 to 1")


@dataclass(frozen=True)
class RolledOut:
    """The rollout as it was at one moment."""

    steps: Mapping[str, RolloutStep]
    usual_share: float

    def share(self, country: str) -> float:
        """Share of a country's vendors that is covered now; 0 while stopped."""
        everywhere, here = self.steps.get(EVERYWHERE), self.steps.get(country)
        if (everywhere and everywhere.is_stopped) or (here and here.is_stopped):
            return 0.0
        return here.share if here else self.usual_share

    def changed_at(self, country: str) -> datetime | None:
        """When a step was taken last that a country obeys; None if none ever was."""
        steps = [self.steps[key] for key in (EVERYWHERE, country) if key in self.steps]
        return max((step.set_at for step in steps), default=None)

    def covers(self, country: str, vendor_id: str) -> bool:
        """Whether a vendor's pictures are shown.

        By a hash: the same vendors always, and who is covered stays covered while the share grows.
        """
        return place(country, vendor_id) < self.share(country)


@dataclass(frozen=True)
class Rollout:
    """The steps in a database.

    Attributes:
        database: Where they are kept.
        usual_share: Of countries that nobody set a share for.
    """

    database: Database
    usual_share: float

    @cached_property
    def _database(self) -> Database:
        return self.database.having(_STEPS)

    def set(self, country: str, share: float, *, is_stopped: bool, set_by: str) -> RolloutStep:
        """Take a step; it holds from now on."""
        step = RolloutStep(country, share, is_stopped, set_by, datetime.now(UTC))
        with self._database.writing() as connection:
            connection.execute(sa.insert(_STEPS).values(**vars(step)))
        return step

    def now(self) -> RolledOut:
        """The newest step of each country."""
        return RolledOut({step.country: step for step in self.history()}, self.usual_share)

    def history(self) -> list[RolloutStep]:
        """All steps, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(_STEPS).order_by(_STEPS.c.number)).mappings().all()
        return [
            RolloutStep(
                **{
                    **{name: value for name, value in row.items() if name != "number"},
                    "set_at": in_utc(row["set_at"]),
                }
            )
            for row in rows
        ]


def place(country: str, vendor_id: str) -> float:
    """Where a vendor stands among its country's, 0 to 1: evenly spread, and the same for ever."""
    digest = hashlib.sha256(f"rollout\0{country}\0{vendor_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
