"""What a page sends when a person has decided.

Belongs here: reading the forms of `dish.html.jinja`. Does not belong here: whether the vote counts
(`resources/review_votes.py`).
"""

import math
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form, HTTPException

from resources.review_queue import ItemKey
from resources.vote_log import Kind, Vote, VoteRefused
from review_desk.accounts import Account
from review_desk.dish_view import key_of_text
from review_desk.reject_reasons import OTHER, reject_reasons
from review_desk.visit import SignedIn

LONGEST_LOOK_S = 600.0
"""Whoever looks longer has left the desk: the time would say nothing."""

Text = Annotated[str, Form(max_length=300)]
Texts = Annotated[list[str], Form(max_length=8)]


@dataclass(frozen=True)
class VoteForm:
    """A vote as it was sent.

    Attributes:
        key: The dish as the person saw it.
        approve: The candidate that is approved; "" if none is.
        reject: Why candidates are rejected; "" if none is.
        candidates: Those that are rejected.
        note: More words.
        seconds: How long the person looked, None if unknown.
        showing: Key of the dish that the page shows now; "" if it waits for the answer.
    """

    key: ItemKey
    approve: str
    reject: str
    candidates: tuple[str, ...]
    note: str
    seconds: float | None
    showing: str

    def vote(self, reviewer: str, kind: Kind = "look") -> Vote:
        """The vote.

        Raises:
            VoteRefused: it says nothing, or not enough.
        """
        if self.approve:
            return Vote(reviewer, "approve", (self.approve,), seconds=self.seconds, kind=kind)
        if self.reject and self.reject not in reject_reasons():
            raise VoteRefused("the reasons have changed; load the page again")
        if self.reject == OTHER and not self.note:
            raise VoteRefused("say in a few words what is wrong")
        return Vote(
            reviewer,
            "reject",
            self.candidates,
            self.reject or None,
            self.note or None,
            self.seconds,
            kind,
        )


def dish_key(account: Account, dish: str) -> ItemKey:
    """The dish that a form is about.

    Raises:
        HTTPException: 422, it names none; 403, the person may not see its country.
    """
    key = key_of_text(dish)
    if key is None:
        raise HTTPException(422, "The form names no dish. Load the page again.")
    if not account.may_see(key.country):
        raise HTTPException(403, f"Your account does not see {key.country.upper()}.")
    return key


async def _key_of_form(account: SignedIn, dish: Text) -> ItemKey:
    return dish_key(account, dish)


DishKey = Annotated[ItemKey, Depends(_key_of_form)]


async def vote_form(
    key: DishKey,
    approve: Text = "",
    reject: Text = "",
    only: Text = "",
    candidate: Texts = [],  # noqa: B006  FastAPI reads it, nobody writes it
    note: Text = "",
    seconds: Text = "",
    showing: Text = "",
) -> VoteForm:
    """The vote of a form."""
    return VoteForm(
        key,
        approve,
        reject,
        (only,) if only else tuple(candidate),
        " ".join(note.split()),
        seconds_of(seconds),
        showing,
    )


TheVoteForm = Annotated[VoteForm, Depends(vote_form)]


def seconds_of(text: str) -> float | None:
    """How long a person looked; None if that was not sent, or cannot be."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and 0 <= seconds <= LONGEST_LOOK_S else None
