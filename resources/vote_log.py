"""What people say of an item, as it is kept: votes, append-only.

Belongs here: a vote, its row, and why one may not count. Does not belong here: what a vote does
(`review_votes.py`), and reading them for people (`review_history.py`, `review_reports.py`).
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from resources.database import APPEND_ONLY
from resources.review_item import ReviewItem
from resources.review_store import Decision, Verdict

Kind = Literal["look", "second", "adjudication", "owner", "gold"]
Outcome = Literal["settled", "second_look", "dispute"]

VOTES = sa.Table(
    "review_votes",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("vote_id", sa.String(32), nullable=False, unique=True),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("product_id", sa.String, nullable=False),
    sa.Column("version", sa.String(16), nullable=False),
    sa.Column("reviewer", sa.String, nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("verdict", sa.String(10), nullable=False),  # approve, reject, or undo
    sa.Column("candidate_ids", sa.String, nullable=False),  # JSON
    sa.Column("reason", sa.String),  # a rule
    sa.Column("note", sa.String),
    sa.Column("seconds", sa.Float),
    sa.Column("outcome", sa.String(12), nullable=False),
    sa.Column("decision_ids", sa.String, nullable=False),  # JSON
    # What reports group by, as it was when people looked.
    sa.Column("category", sa.String, nullable=False),
    sa.Column("model_id", sa.String, nullable=False),
    sa.Column("template", sa.String, nullable=False),
    sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("dish_since", sa.DateTime(timezone=True)),
    sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("undoes", sa.String(32)),
    sa.Index("votes_by_item", "country", "product_id", "version"),
    sa.Index("votes_by_reviewer", "reviewer", "number"),
    sa.Index("votes_by_time", "voted_at"),
    sa.Index("votes_by_undone", "undoes"),
    info=APPEND_ONLY,
)


class VoteRefused(ValueError):
    """A vote that does not count; the message says why and what to do, in words for a reviewer."""


class ItemChanged(VoteRefused):
    """What was looked at is not what waits now."""


class ItemSettled(VoteRefused):
    """Somebody else was quicker, or the dish waits no longer."""


class ItemHeld(VoteRefused):
    """Another person is looking at it."""


class NothingToUndo(VoteRefused):
    """The reviewer's last vote cannot be taken back."""


@dataclass(frozen=True)
class Vote:
    """What a person says of an item.

    Attributes:
        reviewer: Who.
        verdict: approve or reject.
        candidate_ids: The one that is approved, or those that are rejected; none of them stays.
        reason: Why they are rejected: a rule of `reject_reasons`.
        note: More words, if any.
        seconds: How long it took, None if unknown.
        kind: Whose look it is; "adjudication" settles a dispute, "gold" decides nothing.
    """

    reviewer: str
    verdict: Verdict
    candidate_ids: tuple[str, ...]
    reason: str | None = None
    note: str | None = None
    seconds: float | None = None
    kind: Kind = "look"

    def __post_init__(self) -> None:
        if self.verdict == "approve" and len(self.candidate_ids) != 1:
            raise VoteRefused("choose one picture to approve")
        if self.verdict == "reject" and not (self.candidate_ids and self.reason):
            raise VoteRefused("say which pictures are rejected, and why")


def keep_vote(
    connection: sa.Connection,
    item: ReviewItem,
    vote: Vote,
    outcome: Outcome,
    decisions: Sequence[Decision] = (),
    *,
    waiting_since: datetime,
    voted_at: datetime,
) -> str:
    """Keep a vote on an item, within a transaction.

    Returns:
        Its id.
    """
    vote_id = uuid.uuid4().hex
    connection.execute(
        sa.insert(VOTES).values(
            vote_id=vote_id,
            country=item.country,
            product_id=item.product_id,
            version=item.version,
            **{**vars(vote), "candidate_ids": json.dumps(vote.candidate_ids)},
            outcome=outcome,
            decision_ids=json.dumps([one.decision_id for one in decisions]),
            waiting_since=waiting_since,
            voted_at=voted_at,
            **_context(item, vote),
        )
    )
    return vote_id


def vote_of(row: sa.RowMapping) -> Vote:
    """The vote of a row of `VOTES`."""
    return Vote(
        row["reviewer"],
        row["verdict"],
        tuple(json.loads(row["candidate_ids"])),
        row["reason"],
        row["note"],
        row["seconds"],
        row["kind"],
    )


def _context(item: ReviewItem, vote: Vote) -> dict[str, object]:
    about = item.candidate(vote.candidate_ids[0])
    return {
        "category": item.category,
        "model_id": about.model_id if about else "",
        "template": about.template if about else "",
        "dish_since": item.dish_since,
    }
