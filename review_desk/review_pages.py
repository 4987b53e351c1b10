"""One dish after the other: the page that the content team works on.

Belongs here: /review. Does not belong here: many dishes at once (`grid_pages.py`), what two people
disagree about (`adjudication_pages.py`), and what a vote does (`resources/review_turns.py`).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from resources.review_queue import WaitingItem
from resources.vote_log import NothingToUndo, Outcome, VoteRefused
from review_desk.dish_view import DishView, key_text
from review_desk.pages import go_to, is_htmx, page
from review_desk.queue_sizes import waiting_for
from review_desk.reject_reasons import RejectReason, reject_reasons
from review_desk.visit import SignedIn, TheDesk
from review_desk.vote_form import DishKey, Text, TheVoteForm
from review_desk.wanted import TheWanted, in_words, query_of

router = APIRouter(include_in_schema=False, prefix="/review")

SHOWN_AND_NEXT = 2
"""The next dish and its pictures are in the browser before they are asked for."""

_SAID: dict[tuple[str, Outcome], str] = {
    ("approve", "settled"): "Approved.",
    ("reject", "settled"): "Rejected.",
    ("approve", "second_look"): "Approved. Another person looks at it, too.",
    ("reject", "second_look"): "Rejected. Another person looks at it, too.",
    ("approve", "dispute"): "Kept. Another person said otherwise: a lead decides.",
    ("reject", "dispute"): "Kept. Another person said otherwise: a lead decides.",
}


@dataclass(frozen=True)
class Said:
    """What became of what a person did.

    Attributes:
        words: As they read it; "" if they did nothing yet.
        is_refused: Whether it did not count.
    """

    words: str = ""
    is_refused: bool = False


@dataclass(frozen=True)
class Turn:
    """What a page shows after each step.

    Attributes:
        said: What became of the step.
        query: Which dishes are wanted, for addresses.
        dish: The dish to decide on; None if none waits.
        following: The one after it.
    """

    said: Said
    query: str
    dish: DishView | None
    following: DishView | None
    action: str = "/review/vote"
    reasons: tuple[RejectReason, ...] = field(default_factory=lambda: (*reject_reasons().values(),))


@router.get("")
def review(request: Request, desk: TheDesk, account: SignedIn, wanted: TheWanted) -> Response:
    """The next dish."""
    return _page(request, desk, account, wanted, Said())


@router.get("/progress")
def progress(request: Request, desk: TheDesk, account: SignedIn, wanted: TheWanted) -> Response:
    """How far the person has come today (in UTC), and how much waits."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return page(
        request,
        "progress.html.jinja",
        day=desk.history.day(account.name, midnight),
        waiting=waiting_for(desk.sizes.of(account), wanted),
    )


@router.post("/vote")
def vote(
    request: Request, desk: TheDesk, account: SignedIn, wanted: TheWanted, form: TheVoteForm
) -> Response:
    """Count a vote, or say why it does not count; then the next dish."""
    try:
        cast = form.vote(account.name)
        said = Said(_SAID[cast.verdict, desk.turns.vote(form.key, cast).outcome])
    except VoteRefused as refusal:
        said = _refused(refusal)
    return _answer(request, desk, account, wanted, said, showing=form.showing)


@router.post("/skip")
def skip(
    request: Request,
    desk: TheDesk,
    account: SignedIn,
    wanted: TheWanted,
    dish: DishKey,
    showing: Text = "",
) -> Response:
    """Leave a dish to others; then the next one."""
    desk.queue.skip(account.name, dish)
    said = Said("Skipped: it is left to others.")
    return _answer(request, desk, account, wanted, said, showing=showing)


@router.post("/undo")
def undo(request: Request, desk: TheDesk, account: SignedIn, wanted: TheWanted) -> Response:
    """Take the person's last vote back, and show its dish again."""
    try:
        vote, again = desk.turns.undo(account.name)
    except NothingToUndo as refusal:
        return _answer(request, desk, account, wanted, _refused(refusal))
    what = "approval" if vote.verdict == "approve" else "rejection"
    if again is None:
        said = Said(f"Your last {what} is taken back. Its dish has changed, and comes by itself.")
    else:
        said = Said(f"Your last {what} is taken back: decide again.")
    return _answer(request, desk, account, wanted, said, first=again)


def _refused(refusal: VoteRefused) -> Said:
    return Said(f"That did not count: {refusal}.", is_refused=True)


def _answer(
    request: Request,
    desk: TheDesk,
    account: SignedIn,
    wanted: TheWanted,
    said: Said,
    *,
    showing: str = "",
    first: WaitingItem | None = None,
) -> Response:
    """The parts of the page that change; a whole page for a browser without scripts.

    Args:
        request: What is answered.
        desk: The desk.
        account: Who reviews.
        wanted: Which dishes.
        said: What became of what they did.
        showing: Key of the dish that the browser shows already, of those that it held.
        first: A dish to show before all others.
    """
    if not is_htmx(request):
        if said.is_refused or first is not None:
            return _page(request, desk, account, wanted, said, first=first)
        return go_to(request, f"/review?{query_of(wanted)}")
    found = _next(desk, account, wanted, first)
    shown = [one for one in found if key_text(one.key) == showing]
    return page(
        request,
        "review_answer.html.jinja",
        status=409 if said.is_refused else 200,
        is_shown=bool(shown),
        turn=_turn(desk, wanted, said, [*shown, *(one for one in found if one not in shown)]),
    )


def _page(
    request: Request,
    desk: TheDesk,
    account: SignedIn,
    wanted: TheWanted,
    said: Said,
    *,
    first: WaitingItem | None = None,
) -> Response:
    return page(
        request,
        "review.html.jinja",
        status=409 if said.is_refused else 200,
        in_words=in_words(wanted),
        turn=_turn(desk, wanted, said, _next(desk, account, wanted, first)),
    )


def _next(
    desk: TheDesk, account: SignedIn, wanted: TheWanted, first: WaitingItem | None
) -> list[WaitingItem]:
    found = desk.turns.next_items(account.name, wanted, SHOWN_AND_NEXT)
    if first is None:
        return found
    return [first, *(one for one in found if one.key != first.key)]


def _turn(desk: TheDesk, wanted: TheWanted, said: Said, found: list[WaitingItem]) -> Turn:
    views = [DishView(one, desk.settings.dagster_address) for one in found]
    return Turn(
        said,
        query_of(wanted),
        views[0] if views else None,
        views[1] if len(views) > 1 else None,
    )
