"""How much waits, counted now and then: counting a million rows takes a second.

Belongs here: keeping the counts for some seconds, and summing them up. Does not belong here: the
counting itself (`resources/review_queue.py`).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from resources.review_queue import Wanted
from review_desk.accounts import Account

KEPT_S = 15.0
"""Reviewers plan by the counts, they do not work by them."""


@dataclass
class QueueSizes:
    """The counts of one process. While one request counts anew, others get the former counts.

    Attributes:
        count: `ReviewQueue.sizes`.
    """

    count: Callable[[], Sequence[Mapping[str, Any]]]
    _counting: Lock = field(default_factory=Lock)
    _rows: Sequence[Mapping[str, Any]] | None = None
    _counted_at: float = 0.0

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """Rows of country, category, reason, state, items, oldest; at most some seconds old."""
        is_old = self._rows is None or time.monotonic() - self._counted_at > KEPT_S
        # Who comes first has to wait; later on nobody does but the one who counts.
        if is_old and self._counting.acquire(blocking=self._rows is None):
            try:
                self._rows, self._counted_at = self.count(), time.monotonic()
            finally:
                self._counting.release()
        return self._rows or ()

    def of(self, account: Account) -> list[Mapping[str, Any]]:
        """The rows of the countries that a person may see."""
        return [row for row in self.rows() if account.may_see(row["country"])]


def waiting_for(rows: Iterable[Mapping[str, Any]], wanted: Wanted) -> int:
    """How many dishes wait for a look, of those that are wanted."""
    return sum(
        row["items"]
        for row in rows
        if row["state"] == "open"
        and (not wanted.countries or row["country"] in wanted.countries)
        and wanted.category in (None, row["category"])
        and wanted.reason in (None, row["reason"])
    )


def by(rows: Iterable[Mapping[str, Any]], column: str) -> list[tuple[str, int]]:
    """How many dishes wait for a look by what a column says, most first."""
    counts: Counter[str] = Counter()
    for row in rows:
        if row["state"] == "open":
            counts[row[column]] += row["items"]
    return counts.most_common()


def oldest(rows: Iterable[Mapping[str, Any]]) -> datetime | None:
    """Since when the dish that waits longest does; None if none waits."""
    return min((row["oldest"] for row in rows if row["state"] == "open"), default=None)
