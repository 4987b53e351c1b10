"""Many dishes at once: the best picture of each, and the few that are not right are left out.

Belongs here: /grid. Does not belong here: which dishes may be decided like this
(`ReviewItem.is_bulk`), and dishes that need a look of their own (`review_pages.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from resources.review_queue import WaitingItem, Wanted
from resources.vote_log import NothingToUndo, Vote, VoteRefused
from review_desk.accounts import Account
from review_desk.desk import Desk
from review_desk.dish_view import DishView, key_text
from review_desk.pages import page
from review_desk.visit import SignedIn, TheDesk
from review_desk.vote_form import Text, dish_key, seconds_of
from review_desk.wanted import TheWanted, in_words, query_of

router = APIRouter(include_in_schema=False, prefix="/grid")

AT_ONCE = 24
"""Three rows of eight fit a screen, and a slip costs no more than that."""

Keys = Annotated[list[str], Form(max_length=AT_ONCE)]


@dataclass(frozen=True)
class BulkResult:
    """What became of a grid.

    Attributes:
        approved: How many dishes got their best picture.
        refused: Names of those whose approval did not count, and why.
        left_out: How many were left out, to be looked at one by one.
        taken_back: How many approvals were taken back.
        newest: Number of the last vote of the grid.
    """

    approved: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    left_out: int = 0
    taken_back: int = 0
    newest: int = 0


@router.get("")
def grid(request: Request, desk: TheDesk, account: SignedIn, wanted: TheWanted) -> Response:
    """The next dishes that may be decided at a glance."""
    return _page(request, desk, account, wanted, None)


@router.post("")
def approve(
    request: Request,
    desk: TheDesk,
    account: SignedIn,
    wanted: TheWanted,
    dish: Keys = [],  # noqa: B006  FastAPI reads it, nobody writes it
    leave: Keys = [],  # noqa: B006
    seconds: Text = "",
) -> Response:
    """Approve the best picture of all dishes but those that are left out; each for itself."""
    chosen = [dish_key(account, one) for one in dish if one not in leave]
    whole = seconds_of(seconds)
    each = whole / len(dish) if whole is not None and dish else None
    refused: list[tuple[str, str]] = []
    for key in chosen:
        waiting = desk.queue.item(key.country, key.product_id)
        try:
            desk.votes.vote(key, _approval(account, waiting, each))
        except VoteRefused as refusal:
            refused.append((waiting.item.name if waiting else key.product_id, str(refusal)))
    result = BulkResult(
        len(chosen) - len(refused), tuple(refused), len(leave), newest=_newest(desk, account)
    )
    return _page(request, desk, account, wanted, result, without=leave)


@router.post("/undo")
def undo(
    request: Request,
    desk: TheDesk,
    account: SignedIn,
    wanted: TheWanted,
    count: Annotated[int, Form(ge=1, le=AT_ONCE)],
    newest: Annotated[int, Form()],
) -> Response:
    """Take a grid's approvals back, as long as they are the last that the person decided."""
    taken_back = 0
    try:
        if _newest(desk, account) != newest:
            raise NothingToUndo("you have decided on other dishes since; take those back first")
        for _ in range(count):
            desk.turns.undo(account.name)
            taken_back += 1
    except NothingToUndo as refusal:
        result = BulkResult(taken_back=taken_back, refused=(("The grid", str(refusal)),))
        return _page(request, desk, account, wanted, result)
    return _page(request, desk, account, wanted, BulkResult(taken_back=taken_back))


def _newest(desk: Desk, account: Account) -> int:
    """Number of the person's newest vote."""
    votes = desk.history.votes(reviewer=account.name, limit=1)
    return votes[0].number if votes else 0


def _approval(account: Account, waiting: WaitingItem | None, seconds: float | None) -> Vote:
    """The approval of a dish's best picture.

    Raises:
        VoteRefused: the dish may not be decided like this.
    """
    if waiting is None:
        raise VoteRefused("this dish waits no longer")
    if not waiting.item.is_bulk:
        raise VoteRefused("this dish needs a look of its own")
    return Vote(
        account.name, "approve", (waiting.item.candidates[0].candidate_id,), seconds=seconds
    )


def _page(
    request: Request,
    desk: Desk,
    account: Account,
    wanted: Wanted,
    result: BulkResult | None,
    *,
    without: Sequence[str] = (),
) -> Response:
    of_grid = replace(wanted, reason=None, is_bulk=True)
    found = desk.queue.take(account.name, of_grid, AT_ONCE + len(without))
    shown = [one for one in found if one.item.is_bulk and key_text(one.key) not in without]
    return page(
        request,
        "grid.html.jinja",
        # What looks alike lies together: what is wrong stands out.
        dishes=[
            DishView(one)
            for one in sorted(shown[:AT_ONCE], key=lambda one: (one.item.category, one.item.name))
        ],
        result=result,
        query=query_of(wanted),
        in_words=in_words(replace(wanted, reason=None)),
    )


def _kind(waiting: WaitingItem) -> tuple[str, str]:
    return waiting.item.category, waiting.item.name
