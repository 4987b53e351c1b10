"""Pages for restaurant owners: opened by a link, for a phone, in their language.

Belongs here: the addresses, and which page or fragment answers. Does not belong here: what an owner
sees (`owner_menu.py`) and may say (`owner_choices.py`).
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from resources.audit_log import AuditEntry
from resources.countries import country
from review_desk import owner_choices
from review_desk.owner_api_fields import NO_CONTROLS, NO_NUL
from review_desk.owner_choices import LONGEST_WORDS, PROBLEMS, OwnerRefused, Problem
from review_desk.owner_menu import DishState, may_see_picture, owner_menu
from review_desk.owner_visit import (
    HOME,
    AnOwner,
    OwnerRoute,
    OwnerVisit,
    keep_language,
    keep_owner,
    own_form,
    owner_page,
)
from review_desk.pages import is_htmx
from review_desk.pictures import ImageHash, picture_answer
from review_desk.visit import TheDesk, address_of, pace_of

DISHES_AT_ONCE = 20
"""With four pictures each: what a phone loads in a few seconds. More on request."""

router = APIRouter(include_in_schema=False, route_class=OwnerRoute)

Text = Annotated[str, Form(min_length=1, max_length=300, pattern=NO_CONTROLS)]
OwnForm = Depends(own_form)


@router.get("/o/{token}")
def open_link(request: Request, desk: TheDesk, token: str) -> Response:
    """Let the browser in, and go on to an address without the token.

    The link may be opened again until its time is over: phones reopen pages, and forget cookies.
    """
    pace_of(request).take("address " + address_of(request))
    link = desk.owner_links.read(token)
    who = link.owner
    desk.audit.add(
        AuditEntry(
            who.reviewer, "link_opened", f"{who.country}/{who.vendor_id}", None, address_of(request)
        )
    )
    response = RedirectResponse(HOME, 303)
    keep_owner(desk, response, desk.owner_links.open(link))
    return response


@router.get(HOME)
def menu(
    request: Request,
    desk: TheDesk,
    visit: AnOwner,
    shown: Annotated[int, Query(ge=1, le=10_000)] = DISHES_AT_ONCE,
) -> Response:
    """The owner's dishes: what waits, what was said, what guests see."""
    response = _menu_page(request, desk, visit, shown=shown)
    keep_language(request, response, visit.words)
    return response


@router.get(HOME + "/pictures/{image_hash}")
def picture(desk: TheDesk, visit: AnOwner, image_hash: ImageHash) -> Response:
    """A picture of one of the owner's dishes."""
    if not may_see_picture(desk, visit.owner, image_hash):
        raise HTTPException(404)
    return picture_answer(desk.pictures, image_hash)


@router.post(HOME + "/choose", dependencies=[OwnForm])
def choose(
    request: Request,
    desk: TheDesk,
    visit: AnOwner,
    product_id: Text,
    version: Text,
    candidate_id: Text,
) -> Response:
    """Choose a suggestion."""
    return _said(
        request,
        desk,
        visit,
        product_id,
        lambda: owner_choices.choose(desk, visit.owner, product_id, version, candidate_id),
    )


@router.post(HOME + "/turn-down-all", dependencies=[OwnForm])
def turn_down_all(
    request: Request, desk: TheDesk, visit: AnOwner, product_id: Text, version: Text
) -> Response:
    """Turn all suggestions of a dish down."""
    return _said(
        request,
        desk,
        visit,
        product_id,
        lambda: owner_choices.turn_down_all(desk, visit.owner, product_id, version),
    )


@router.post(HOME + "/go-without", dependencies=[OwnForm])
def go_without(request: Request, desk: TheDesk, visit: AnOwner, product_id: Text) -> Response:
    """Have no picture for a dish."""
    return _said(
        request,
        desk,
        visit,
        product_id,
        lambda: owner_choices.go_without(desk, visit.owner, product_id),
    )


@router.post(HOME + "/suggest-again", dependencies=[OwnForm])
def suggest_again(request: Request, desk: TheDesk, visit: AnOwner, product_id: Text) -> Response:
    """Have pictures suggested again for a dish that went without."""
    return _said(
        request,
        desk,
        visit,
        product_id,
        lambda: owner_choices.suggest_again(desk, visit.owner, product_id),
    )


@router.post(HOME + "/report", dependencies=[OwnForm])
def report(
    request: Request,
    desk: TheDesk,
    visit: AnOwner,
    product_id: Text,
    problem: Annotated[Problem, Form()],
    words: Annotated[str, Form(max_length=LONGEST_WORDS, pattern=NO_NUL)] = "",
) -> Response:
    """Report a published picture, so that it is taken down."""
    try:
        owner_choices.report(desk, visit.owner, product_id, problem, words)
    except OwnerRefused as error:
        return _menu_page(request, desk, visit, status=409, refused=error.key)
    return RedirectResponse(f"{HOME}#published", 303)


@router.post(HOME + "/opt-out", dependencies=[OwnForm])
def opt_out(desk: TheDesk, visit: AnOwner) -> Response:
    """Have no pictures at all."""
    owner_choices.opt_out(desk, visit.owner)
    return RedirectResponse(HOME, 303)


@router.post(HOME + "/opt-in", dependencies=[OwnForm])
def opt_in(desk: TheDesk, visit: AnOwner) -> Response:
    """Have pictures again."""
    owner_choices.opt_in(desk, visit.owner)
    return RedirectResponse(HOME, 303)


def _said(
    request: Request,
    desk: TheDesk,
    visit: OwnerVisit,
    product_id: str,
    say: Callable[[], DishState | None],
) -> Response:
    """The answer to what was said of a dish: its card for htmx, the page otherwise."""
    refused = None
    try:
        say()
    except OwnerRefused as error:
        refused = error.key
    if not is_htmx(request):
        if refused:
            return _menu_page(request, desk, visit, status=409, refused=refused)
        return RedirectResponse(HOME, 303)
    now = owner_menu(desk, visit.owner)
    dish = next((one for one in now.dishes if one.product_id == product_id), None)
    if dish is None and not refused:
        return Response(status_code=204, headers={"HX-Redirect": HOME})
    return owner_page(
        request,
        "owner_card.html.jinja",
        visit.words,
        token=visit.token,
        dish=dish,
        waiting_count=sum(one.state == "waiting" for one in now.dishes),
        refused=refused,
        menu_language=country(visit.owner.country).language,
    )


def _menu_page(
    request: Request,
    desk: TheDesk,
    visit: OwnerVisit,
    *,
    status: int = 200,
    shown: int = DISHES_AT_ONCE,
    refused: str | None = None,
) -> Response:
    now = owner_menu(desk, visit.owner)
    waiting = [dish for dish in now.dishes if dish.state == "waiting"]
    return owner_page(
        request,
        "owner.html.jinja",
        visit.words,
        token=visit.token,
        status=status,
        menu=now,
        waiting=waiting[:shown],
        waiting_count=len(waiting),
        show_next=shown + DISHES_AT_ONCE if len(waiting) > shown else None,
        done=[dish for dish in now.dishes if dish.state != "waiting"],
        problems=PROBLEMS,
        refused=refused,
        menu_language=country(visit.owner.country).language,
    )
