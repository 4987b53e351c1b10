"""What people say of an item, and when that becomes a decision: votes, append-only.

Belongs here: one look or two, agreement, disputes, taking back. Does not belong here: who is asked
(`review_queue.py`), and what a decision leads to (`menu_assets/review.py`).

A vote and what follows from it, up to the decision, are one transaction: none is lost or doubled.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

import sqlalchemy as sa

from resources import review_store
from resources.database import Database, insert_new
from resources.review_item import ReviewItem, item_from_json
from resources.review_queue import LEASE, ItemKey, WaitingItem, waiting_item
from resources.review_store import DECISIONS, Decision, in_utc
from resources.review_tables import ITEMS
from resources.vote_log import (
    VOTES,
    ItemChanged,
    ItemHeld,
    ItemSettled,
    NothingToUndo,
    Outcome,
    Vote,
    keep_vote,
    vote_of,
)

UNDO_WITHIN = timedelta(hours=1)
"""A slip is noticed at once; what is older is changed by a new decision."""

YOUR_SECOND_LOOK = "you have looked at this dish; the second look is another person's"


@dataclass(frozen=True)
class Cast:
    """A vote that counts: what it led to."""

    vote_id: str
    outcome: Outcome


@dataclass(frozen=True)
class ReviewVotes:
    """Votes in a database, beside the items and decisions that they change."""

    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(ITEMS, VOTES, DECISIONS)

    def vote(self, key: ItemKey, vote: Vote) -> Cast:
        """Count a vote.

        Raises:
            VoteRefused: it does not count (its subclasses say why); nothing was changed.
        """
        with self._database.writing() as connection:
            row = _locked(connection, key)
            now = datetime.now(UTC)
            _may_vote(row, key, vote, now)
            item = item_from_json(row["content"])
            unknown = [one for one in vote.candidate_ids if item.candidate(one) is None]
            if unknown:
                raise ItemChanged(f"{unknown[0]} is not among the dish's pictures; load it again")
            second = row["looks_needed"] > 1 and vote.kind != "adjudication"
            earlier = _standing(connection, key) if second else []
            if any(before.reviewer == vote.reviewer for before in earlier):
                raise ItemHeld(YOUR_SECOND_LOOK)
            outcome = _outcome(vote, row["looks_needed"], earlier)
            decisions: list[Decision] = []
            if outcome == "settled":
                decisions = [*_decisions(item, vote, now)]
                for before in earlier:
                    decisions = [*_decisions(item, before, now), *decisions]
                review_store.record(connection, decisions)
            kind = "second" if earlier else vote.kind
            vote_id = keep_vote(
                connection,
                item,
                replace(vote, kind=kind),
                outcome,
                decisions,
                waiting_since=in_utc(row["waiting_since"]),
                voted_at=now,
            )
            _move(
                connection,
                key,
                state={"settled": "settled", "second_look": "open", "dispute": "dispute"}[outcome],
                first_reviewer=vote.reviewer if outcome == "second_look" else row["first_reviewer"],
            )
        return Cast(vote_id, outcome)

    def undo(self, reviewer: str) -> tuple[Vote, WaitingItem | None]:
        """Take a reviewer's last vote back, with the decisions that it led to.

        Returns:
            The vote, and its item, leased to the reviewer again; None if the dish changed since,
            or the vote was on a gold item (`review_turns.py` knows it).

        Raises:
            NothingToUndo: there is none, it is too old, or another person built on it.
        """
        done = VOTES.alias()
        undone = sa.exists().where(done.c.undoes == VOTES.c.vote_id)
        last = (
            sa.select(VOTES)
            .where(VOTES.c.reviewer == reviewer, VOTES.c.verdict != "undo", ~undone)
            .order_by(VOTES.c.number.desc())
            .limit(1)
        )
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            found = connection.execute(last).mappings().one_or_none()
            if found is None or in_utc(found["voted_at"]) < now - UNDO_WITHIN:
                raise NothingToUndo("there is nothing that you decided within the last hour")
            key = ItemKey(found["country"], found["product_id"], found["version"])
            row = connection.execute(_find(key).with_for_update()).mappings().one_or_none()
            later = sa.select(VOTES).where(
                *_of(key), VOTES.c.number > found["number"], VOTES.c.verdict != "undo", ~undone
            )
            if connection.execute(later).first():
                raise NothingToUndo("another person has looked at it since; ask a lead")
            review_store.undo(connection, json.loads(found["decision_ids"]), reviewer)
            kept = {name: found[name] for name in found if name not in ("number", "vote_id")}
            taken_back = {
                **kept,
                # The same id whoever asks: pressed twice, it is undone once.
                "vote_id": uuid.uuid5(uuid.NAMESPACE_OID, found["vote_id"]).hex,
                "verdict": "undo",
                "decision_ids": "[]",
                "voted_at": now,
                "undoes": found["vote_id"],
            }
            insert_new(connection, VOTES, [taken_back], key=["vote_id"])
            is_gold = found["kind"] == "gold"  # no item of the queue was moved by it
            if row is None or row["version"] != key.version or is_gold:
                return vote_of(found), None
            left = _standing(connection, key)
            lease_id = uuid.uuid4().hex
            _move(
                connection,
                key,
                state="dispute" if len(left) > 1 else "open",
                first_reviewer=left[0].reviewer if left else None,
                lease_id=lease_id,
                leased_by=reviewer,
                leased_until=now + LEASE,
            )
            again = connection.execute(_find(key)).mappings().one()
        return vote_of(found), waiting_item(again)

    def of_item(self, key: ItemKey) -> list[Vote]:
        """The votes on an item that stand, oldest first: what an adjudicating lead sees."""
        with self._database.reading() as connection:
            return _standing(connection, key)


def _find(key: ItemKey) -> sa.Select[tuple[object, ...]]:
    return sa.select(ITEMS).where(
        ITEMS.c.country == key.country, ITEMS.c.product_id == key.product_id
    )


def _of(key: ItemKey) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        VOTES.c.country == key.country,
        VOTES.c.product_id == key.product_id,
        VOTES.c.version == key.version,
        VOTES.c.kind != "gold",  # says how well the reviewer looks, nothing of the dish
    )


def _locked(connection: sa.Connection, key: ItemKey) -> sa.RowMapping:
    row = connection.execute(_find(key).with_for_update()).mappings().one_or_none()
    if row is None:
        raise ItemSettled("this dish waits no longer; your vote was not needed")
    return row


def _may_vote(row: sa.RowMapping, key: ItemKey, vote: Vote, now: datetime) -> None:
    if row["version"] != key.version:
        raise ItemChanged(
            "the dish or its pictures changed while you looked; look at the new ones and decide"
        )
    if row["state"] == "settled":
        raise ItemSettled("somebody else has just decided on this dish; go on with the next one")
    if row["state"] == "dispute" and vote.kind != "adjudication":
        raise ItemHeld("two people disagree about this dish; a lead decides")
    if row["state"] == "open" and vote.kind == "adjudication":
        raise ItemSettled("nobody disagrees about this dish any more")
    if row["first_reviewer"] == vote.reviewer and vote.kind != "adjudication":
        raise ItemHeld(YOUR_SECOND_LOOK)
    held = row["leased_until"] and in_utc(row["leased_until"]) > now
    # An owner's own dish is not kept from them because somebody happens to look.
    if held and row["leased_by"] != vote.reviewer and vote.kind != "owner":
        raise ItemHeld("another person is looking at this dish; go on with the next one")


def _outcome(vote: Vote, looks_needed: int, earlier: Sequence[Vote]) -> Outcome:
    if vote.kind == "adjudication" or looks_needed < 2:
        return "settled"
    if not earlier:
        return "second_look"
    first = earlier[0]
    agree = first.verdict == vote.verdict
    # Two who approve say of the same picture that it may be shown, or they do not agree.
    if agree and vote.verdict == "approve":
        agree = first.candidate_ids == vote.candidate_ids
    return "settled" if agree else "dispute"


def _standing(connection: sa.Connection, key: ItemKey) -> list[Vote]:
    query = sa.select(VOTES).where(*_of(key)).order_by(VOTES.c.number)
    rows = connection.execute(query).mappings().all()
    undone = {row["undoes"] for row in rows}
    return [
        vote_of(row) for row in rows if row["verdict"] != "undo" and row["vote_id"] not in undone
    ]


def _decisions(item: ReviewItem, vote: Vote, now: datetime) -> list[Decision]:
    chosen = [one for one in item.candidates if one.candidate_id in vote.candidate_ids]
    reason = f"{vote.reason}: {vote.note}" if vote.reason and vote.note else vote.reason
    return [
        Decision(
            item.country,
            item.product_id,
            one.candidate_id,
            one.image_hash,
            vote.verdict,
            vote.reviewer,
            reason,
            now,
        )
        for one in chosen
    ]


def _move(connection: sa.Connection, key: ItemKey, **values: object) -> None:
    nobody = {"lease_id": None, "leased_by": None, "leased_until": None}
    connection.execute(
        sa.update(ITEMS)
        .where(ITEMS.c.country == key.country, ITEMS.c.product_id == key.product_id)
        .values(**{**nobody, **values})
    )
