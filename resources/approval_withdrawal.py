"""Taking back all that one reviewer approved, so that other people look again.

Belongs here: which decisions fall, those that a second look rested on included, and what becomes of
the votes behind them. Does not belong here: a reviewer's own undo (`review_votes.py`), and
what is recalled for other reasons (`menu_assets/recall.py`).
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from resources import review_store
from resources.database import Database, insert_new
from resources.review_queue import ITEMS
from resources.review_store import DECISIONS
from resources.vote_log import VOTES

_IDS_AT_ONCE = 500

_NO_LEASE = {"lease_id": None, "leased_by": None, "leased_until": None}


@dataclass(frozen=True)
class ApprovalWithdrawal:
    """Withdrawing in the database that votes and decisions are in."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(ITEMS, VOTES, DECISIONS)

    def countries(self, reviewer: str) -> set[str]:
        """Where a reviewer ever approved anything, whether it was taken back or not."""
        query = sa.select(DECISIONS.c.country).where(
            DECISIONS.c.reviewer == reviewer, DECISIONS.c.decision == "approve"
        )
        with self._database.reading() as connection:
            return set(connection.execute(query.distinct()).scalars())

    def approvals(self, reviewer: str, country: str) -> set[str]:
        """Ids of the decisions in a country that would be taken back."""
        with self._database.reading() as connection:
            return _to_take_back(connection, reviewer, country)[0]

    def withdraw(self, reviewer: str, country: str, by: str) -> int:
        """Take back a reviewer's approvals in a country, with the votes that led to them.

        A decision that two people agreed on falls whole; the other's look still counts as the
        first one of the next pair.

        Args:
            reviewer: Whose approvals.
            country: Market.
            by: Who takes them back.

        Returns:
            How many decisions were taken back.
        """
        with self._database.writing() as connection:
            decisions, votes = _to_take_back(connection, reviewer, country)
            now = datetime.now(UTC)
            taken_back = [
                {
                    **{name: vote[name] for name in vote if name != "number"},
                    "vote_id": uuid.uuid5(uuid.NAMESPACE_OID, vote["vote_id"]).hex,
                    "reviewer": by,
                    "verdict": "undo",
                    "decision_ids": "[]",
                    "voted_at": now,
                    "undoes": vote["vote_id"],
                }
                for vote in votes
            ]
            insert_new(connection, VOTES, taken_back, key=["vote_id"])
            for vote in votes:
                _open_again(connection, vote, decisions)
            return sum(review_store.undo(connection, some, by) for some in _some_at_once(decisions))


def _to_take_back(
    connection: sa.Connection, reviewer: str, country: str
) -> tuple[set[str], Sequence[sa.RowMapping]]:
    """Ids of the decisions, and the reviewer's own votes."""
    own = sa.select(DECISIONS.c.decision_id).where(
        DECISIONS.c.country == country,
        DECISIONS.c.reviewer == reviewer,
        DECISIONS.c.decision == "approve",
        ~_undone(DECISIONS, DECISIONS.c.decision_id),
    )
    decisions = set(connection.execute(own).scalars())
    of_reviewer = sa.select(VOTES).where(
        VOTES.c.country == country,
        VOTES.c.reviewer == reviewer,
        VOTES.c.verdict == "approve",
        ~_undone(VOTES, VOTES.c.vote_id),
    )
    votes = connection.execute(of_reviewer).mappings().all()
    for vote in votes:
        for other in _standing(connection, vote):
            together = json.loads(other["decision_ids"])
            if decisions.intersection(together):
                decisions.update(together)
    return decisions, votes


def _open_again(connection: sa.Connection, vote: sa.RowMapping, fallen: set[str]) -> None:
    """An item that is still in the queue waits again, for another person than who has looked.

    What others settled without the reviewer's vote stays settled.
    """
    left = _standing(connection, vote)
    settled = [json.loads(one["decision_ids"]) for one in left if one["outcome"] == "settled"]
    if any(fallen.isdisjoint(decisions) for decisions in settled):
        return
    connection.execute(
        sa.update(ITEMS)
        .where(
            ITEMS.c.country == vote["country"],
            ITEMS.c.product_id == vote["product_id"],
            ITEMS.c.version == vote["version"],
        )
        .values(state="open", first_reviewer=left[0]["reviewer"] if left else None, **_NO_LEASE)
    )


def _standing(connection: sa.Connection, vote: sa.RowMapping) -> Sequence[sa.RowMapping]:
    """The votes that stand on the item of a vote, oldest first."""
    query = sa.select(VOTES).where(
        VOTES.c.country == vote["country"],
        VOTES.c.product_id == vote["product_id"],
        VOTES.c.version == vote["version"],
        VOTES.c.verdict != "undo",
        ~_undone(VOTES, VOTES.c.vote_id),
    )
    return connection.execute(query.order_by(VOTES.c.number)).mappings().all()


def _undone(table: sa.Table, key: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    undo = table.alias()
    return sa.exists().where(undo.c.undoes == key)


def _some_at_once(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = sorted(ids)
    for start in range(0, len(rest), _IDS_AT_ONCE):
        yield rest[start : start + _IDS_AT_ONCE]
