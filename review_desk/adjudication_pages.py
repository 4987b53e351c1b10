"""What two people disagree about: a lead sees both and decides.

Belongs here: /disputes. Does not belong here: how a dispute comes about and ends
(`resources/review_votes.py`), and dishes that nobody disputes (`review_pages.py`).
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from resources.gold_items import GoldAnswer
from resources.review_queue import Wanted
from resources.vote_log import VoteRefused
from review_desk.accounts import Account
from review_desk.desk import Desk
from review_desk.dish_view import DishView
from review_desk.pages import go_to, page
from review_desk.reject_reasons import reject_reasons, words_of
from review_desk.visit import Lead, TheDesk, address_of
from review_desk.vote_form import DishKey, TheVoteForm
from review_desk.wanted import TheWanted

router = APIRouter(include_in_schema=False, prefix="/disputes")


@router.get("")
def dispute(request: Request, desk: TheDesk, lead: Lead, wanted: TheWanted) -> Response:
    """The next dispute."""
    return _page(request, desk, lead, wanted)


@router.post("/vote")
def settle(
    request: Request,
    desk: TheDesk,
    lead: Lead,
    wanted: TheWanted,
    form: TheVoteForm,
    gold: Annotated[bool, Form()] = False,
) -> Response:
    """The lead's word, which decides; with `gold` the dish becomes a gold item of this answer."""
    waiting = desk.queue.item(form.key.country, form.key.product_id)
    try:
        vote = form.vote(lead.name, "adjudication")
        desk.votes.vote(form.key, vote)
    except VoteRefused as refusal:
        return _page(request, desk, lead, wanted, refused=refusal)
    if gold and waiting is not None:
        accepted = vote.candidate_ids if vote.reason is None else (vote.reason,)
        answer = GoldAnswer(vote.verdict, accepted)
        desk.gold.make(waiting.item, answer, lead.name, address=address_of(request))
    return go_to(request, "/disputes")


@router.post("/skip")
def skip(request: Request, desk: TheDesk, lead: Lead, dish: DishKey) -> Response:
    """Leave a dispute to another lead."""
    desk.queue.skip(lead.name, dish)
    return go_to(request, "/disputes")


def _page(
    request: Request,
    desk: Desk,
    lead: Account,
    wanted: Wanted,
    refused: VoteRefused | None = None,
) -> Response:
    found = desk.queue.take(lead.name, wanted, state="dispute")
    dish = DishView(found[0], desk.settings.dagster_address) if found else None
    return page(
        request,
        "disputes.html.jinja",
        status=409 if refused else 200,
        dish=dish,
        votes=desk.votes.of_item(found[0].key) if found else [],
        refused=refused,
        reasons=reject_reasons().values(),
        words_of=words_of,
        count=sum(row["items"] for row in desk.sizes.of(lead) if row["state"] == "dispute"),
    )
