"""Gold items: dishes whose answer is known, handed out among the others: how well people look.

Belongs here: making and retiring them, and what is right. Does not belong here: who gets one when
(`review_turns.py`), and figures of people (`review_reports.py`).

A gold item is a copy of a dish as it once waited. Whoever looks at it sees nothing else than at any
dish, and a vote on it decides nothing.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from resources.audit_log import AuditEntry, AuditLog
from resources.database import Database, insert_new
from resources.gold_tables import GOLD, TURNS, UNANSWERED
from resources.review_item import ReviewItem, item_from_json
from resources.review_store import Verdict, in_utc
from resources.vote_log import VOTES, Vote


class GoldRefused(ValueError):
    """A gold item cannot be made or found; the message says why and what to do."""


@dataclass(frozen=True)
class GoldAnswer:
    """What is right to say of a gold item.

    Attributes:
        verdict: approve or reject.
        accepted: The candidates of which any may be approved, or the reasons of which any may be
            given; no reason at all means that every one is right.
    """

    verdict: Verdict
    accepted: tuple[str, ...] = ()

    def allows(self, vote: Vote) -> bool:
        """Whether a vote says so."""
        if vote.verdict != self.verdict:
            return False
        if vote.verdict == "approve":
            return vote.candidate_ids[0] in self.accepted
        return not self.accepted or vote.reason in self.accepted


@dataclass(frozen=True)
class GoldItem:
    """A gold item, and how people did on it.

    Attributes:
        gold_id: Its id.
        item: What is shown.
        answer: What is right.
        made_by: Who made it.
        made_at: When.
        retired_at: Since when it is handed out no more; None while it is.
        answered: How many people voted on it.
        right: How many of them were right. If few were, look at the answer first.
    """

    gold_id: str
    item: ReviewItem
    answer: GoldAnswer
    made_by: str
    made_at: datetime
    retired_at: datetime | None
    answered: int
    right: int


@dataclass(frozen=True)
class GoldItems:
    """Gold items in a database, with the audit log of who made which."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(GOLD, TURNS, VOTES)

    def make(
        self, item: ReviewItem, answer: GoldAnswer, made_by: str, *, address: str | None = None
    ) -> str:
        """Make a dish, as it is shown now, a gold item; one that is gold already gets the answer.

        Args:
            item: What is shown.
            answer: What is right.
            made_by: Who says so: they never get it.
            address: From where, for the audit log.

        Returns:
            Its id.

        Raises:
            GoldRefused: the answer names no picture of the dish.
        """
        approves = answer.verdict == "approve"
        unknown = [one for one in answer.accepted if approves and item.candidate(one) is None]
        if unknown or (approves and not answer.accepted):
            raise GoldRefused("say which pictures of the dish may be approved")
        key = {
            "country": item.country,
            "product_id": item.product_id,
            "version": item.version,
        }
        said: dict[str, Any] = {
            "verdict": answer.verdict,
            "accepted": json.dumps(answer.accepted),
            "made_by": made_by,
            "made_at": datetime.now(UTC),
            "retired_at": None,
        }
        row = {
            **key,
            **said,
            "gold_id": uuid.uuid4().hex,
            "category": item.category,
            "reason": item.reason,
            "content": item.to_json().decode(),
        }
        of_dish = [GOLD.c[name] == value for name, value in key.items()]
        with self._database.writing() as connection:
            if not insert_new(connection, GOLD, [row], key=list(key)):
                connection.execute(sa.update(GOLD).where(*of_dish).values(**said))
            query = sa.select(GOLD.c.gold_id).where(*of_dish)
            gold_id: str = connection.execute(query).scalar_one()
        self._note(made_by, "gold_made", item, answer, address)
        return gold_id

    def retire(self, gold_id: str, by: str, *, address: str | None = None) -> None:
        """Hand a gold item out no more; what people said of it stays.

        Raises:
            GoldRefused: there is none of this id.
        """
        of_it = GOLD.c.gold_id == gold_id
        with self._database.writing() as connection:
            row = connection.execute(sa.select(GOLD).where(of_it)).mappings().one_or_none()
            if row is None:
                raise GoldRefused("there is no such gold item; load the page again")
            connection.execute(
                sa.update(GOLD)
                .where(of_it, GOLD.c.retired_at.is_(None))
                .values(retired_at=datetime.now(UTC))
            )
        self._note(by, "gold_retired", item_from_json(row["content"]), answer_of(row), address)

    def all(self) -> list[GoldItem]:
        """All gold items, the newest first."""
        counts = (
            sa.select(
                TURNS.c.gold_id,
                sa.func.count().label("answered"),
                sa.func.count().filter(TURNS.c.is_right).label("right"),
            )
            .where(~UNANSWERED)
            .group_by(TURNS.c.gold_id)
            .subquery()
        )
        query = (
            sa.select(GOLD, counts.c.answered, counts.c.right)
            .outerjoin(counts, counts.c.gold_id == GOLD.c.gold_id)
            .order_by(GOLD.c.made_at.desc())
        )
        with self._database.reading() as connection:
            return [
                GoldItem(
                    row["gold_id"],
                    item_from_json(row["content"]),
                    answer_of(row),
                    row["made_by"],
                    in_utc(row["made_at"]),
                    row["retired_at"] and in_utc(row["retired_at"]),
                    row["answered"] or 0,
                    row["right"] or 0,
                )
                for row in connection.execute(query).mappings()
            ]

    def _note(
        self, actor: str, action: str, item: ReviewItem, answer: GoldAnswer, address: str | None
    ) -> None:
        detail = {"verdict": answer.verdict, "accepted": list(answer.accepted)}
        subject = f"{item.country}/{item.product_id}"
        AuditLog(self.database).add(AuditEntry(actor, action, subject, detail, address))


def answer_of(row: sa.RowMapping) -> GoldAnswer:
    """The answer of a row of `GOLD`."""
    return GoldAnswer(row["verdict"], tuple(json.loads(row["accepted"])))
