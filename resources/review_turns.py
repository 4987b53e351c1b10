"""What a reviewer gets next, gold items among the dishes, and where their vote belongs.

Belongs here: who gets which gold item when, so that nobody can tell it from a dish that waits. Does
not belong here: dishes that wait (`review_queue.py`), votes on them (`review_votes.py`), and making
gold items (`gold_items.py`).
"""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

import sqlalchemy as sa

from resources.database import Database, insert_new
from resources.gold_items import answer_of
from resources.gold_tables import GOLD, TURNS, UNANSWERED
from resources.review_item import item_from_json
from resources.review_queue import ItemKey, ReviewQueue, WaitingItem, Wanted, matching
from resources.review_store import in_utc
from resources.review_tables import ITEMS, SKIPS
from resources.review_votes import Cast, ReviewVotes
from resources.short_hash import short_hash
from resources.vote_log import VOTES, ItemChanged, ItemSettled, Vote, keep_vote


@dataclass(frozen=True)
class ReviewTurns:
    """The queue and the votes as reviewers meet them.

    Attributes:
        queue: The dishes that wait.
        votes: Where votes on them go.
        gold_share: Share of dishes that a gold item comes before, as long as the reviewer has not
            seen all that there are. 3 to 5 % is usual.
    """

    queue: ReviewQueue
    votes: ReviewVotes
    gold_share: float = 0.04

    @cached_property
    def _database(self) -> Database:
        return self.queue.database.having(ITEMS, SKIPS, VOTES, GOLD, TURNS)

    def next_items(self, reviewer: str, wanted: Wanted, count: int = 1) -> list[WaitingItem]:
        """As `ReviewQueue.take`, now and then with a gold item among them."""
        found: list[WaitingItem] = []
        for one in self.queue.take(reviewer, wanted, count):
            gold = (
                self._gold_before(reviewer, one.key, wanted)
                if self._is_drawn(reviewer, one)
                else None
            )
            found += [gold, one] if gold else [one]
        return found[:count]

    def vote(self, key: ItemKey, vote: Vote) -> Cast:
        """As `ReviewVotes.vote`; a vote on a gold item decides nothing, and does not look so.

        Raises:
            VoteRefused: it does not count (its subclasses say why); nothing was changed.
        """
        try:
            return self.votes.vote(key, vote)
        except (ItemSettled, ItemChanged):
            # No gold item is a dish that waits, so the queue refuses it. Asked in this order, the
            # other votes are not kept waiting.
            vote_id = self._gold_vote(key, vote) if vote.kind == "look" else None
            if vote_id is None:
                raise
            return Cast(vote_id, "settled")

    def undo(self, reviewer: str) -> tuple[Vote, WaitingItem | None]:
        """As `ReviewVotes.undo`; a gold item is given back, too.

        Raises:
            NothingToUndo: there is none, it is too old, or another person built on it.
        """
        vote, again = self.votes.undo(reviewer)
        return vote, self._taken_back(reviewer) if vote.kind == "gold" else again

    def _is_drawn(self, reviewer: str, one: WaitingItem) -> bool:
        """The draw depends on reviewer and dish alone: loading the page again changes nothing."""
        words = ("gold", reviewer, one.item.country, one.item.product_id, one.item.version)
        return int(short_hash("\x1f".join(words)), 16) < self.gold_share * 16**16

    def _gold_before(self, reviewer: str, key: ItemKey, wanted: Wanted) -> WaitingItem | None:
        """The gold item that comes before a dish; None if it is answered, or nothing is new."""
        place = {"reviewer": reviewer, "before": f"{key.country}/{key.product_id}"}
        at_place = [TURNS.c[name] == value for name, value in place.items()]
        shown = (
            sa.select(GOLD, TURNS)
            .join(TURNS, GOLD.c.gold_id == TURNS.c.gold_id)
            .where(*at_place, UNANSWERED, *_may_be_shown(reviewer, wanted))
        )
        with self._database.writing() as connection:
            if not connection.execute(sa.select(TURNS.c.gold_id).where(*at_place)).first():
                new = sa.select(GOLD.c.gold_id).where(
                    *_may_be_shown(reviewer, wanted), *_is_new_to(reviewer)
                )
                drawn = connection.execute(new.order_by(sa.func.random()).limit(1)).scalar()
                if drawn is None:
                    return None
                turn = {"gold_id": drawn, "lease_id": uuid.uuid4().hex, **place}
                insert_new(connection, TURNS, [{**turn, "handed_at": datetime.now(UTC)}])
            row = connection.execute(shown).mappings().one_or_none()
        return _waiting(row) if row else None

    def _gold_vote(self, key: ItemKey, vote: Vote) -> str | None:
        """Count a vote on a gold item; None if its reviewer got none such, or has answered it."""
        query = (
            sa.select(GOLD, TURNS.c.handed_at)
            .join(TURNS, GOLD.c.gold_id == TURNS.c.gold_id)
            .where(
                *(GOLD.c[name] == value for name, value in vars(key).items()),
                TURNS.c.reviewer == vote.reviewer,
                UNANSWERED,
            )
            .with_for_update(of=TURNS)
        )
        with self._database.writing() as connection:
            row = connection.execute(query).mappings().one_or_none()
            if row is None:
                return None
            item = item_from_json(row["content"])
            if any(item.candidate(one) is None for one in vote.candidate_ids):
                raise ItemChanged("this picture is not among the dish's; load it again")
            vote_id = keep_vote(
                connection,
                item,
                replace(vote, kind="gold"),
                "settled",
                waiting_since=in_utc(row["handed_at"]),
                voted_at=datetime.now(UTC),
            )
            connection.execute(
                sa.update(TURNS)
                .where(TURNS.c.reviewer == vote.reviewer, TURNS.c.gold_id == row["gold_id"])
                .values(vote_id=vote_id, is_right=answer_of(row).allows(vote))
            )
        return vote_id

    def _taken_back(self, reviewer: str) -> WaitingItem | None:
        query = (
            sa.select(GOLD, TURNS)
            .join(TURNS, GOLD.c.gold_id == TURNS.c.gold_id)
            .join(VOTES, VOTES.c.undoes == TURNS.c.vote_id)
            .where(TURNS.c.reviewer == reviewer, GOLD.c.retired_at.is_(None))
            .order_by(VOTES.c.number.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return _waiting(row) if row else None


def _may_be_shown(reviewer: str, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """Conditions on gold: of the kind that is wanted, not skipped, and no dish that waits now."""
    waits = sa.exists().where(*_same_dish(ITEMS), ITEMS.c.state != "settled")
    skipped = sa.exists().where(*_same_dish(SKIPS), SKIPS.c.reviewer == reviewer)
    return [GOLD.c.retired_at.is_(None), ~waits, ~skipped, *matching(GOLD, wanted)]


def _is_new_to(reviewer: str) -> list[sa.ColumnElement[bool]]:
    """Conditions on gold: its reviewer neither made nor saw it, nor decided on the dish itself."""
    got = sa.exists().where(TURNS.c.reviewer == reviewer, TURNS.c.gold_id == GOLD.c.gold_id)
    voted = sa.exists().where(*_same_dish(VOTES), VOTES.c.reviewer == reviewer)
    return [GOLD.c.made_by != reviewer, ~got, ~voted]


def _same_dish(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == GOLD.c[name] for name in ("country", "product_id", "version")]


def _waiting(row: sa.RowMapping) -> WaitingItem:
    return WaitingItem(
        item_from_json(row["content"]), "open", in_utc(row["handed_at"]), row["lease_id"]
    )
