"""What owners see and say, for the platform's app: JSON, described by OpenAPI.

Belongs here: addresses, tokens, and the mapping of refusals to statuses. Does not belong here: the
fields (`owner_api_fields.py`), what an owner sees (`owner_menu.py`) and may say
(`owner_choices.py`), which are the pages' own.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from resources.countries import served_countries
from review_desk import owner_choices
from review_desk.desk import Desk
from review_desk.error_pages import Problem
from review_desk.owner_api_fields import (
    NO_CONTROLS,
    Chosen,
    DishAndVersion,
    DishOnly,
    ProblemFields,
    Report,
    Reported,
    Said,
    Suggestions,
    Wanted,
)
from review_desk.owner_choices import OwnerRefused
from review_desk.owner_links import LinkRefused, Owner, platform_token_hash
from review_desk.owner_menu import may_see_picture, owner_menu
from review_desk.owner_visit import words_for
from review_desk.pictures import ImageHash, picture_answer
from review_desk.visit import TheDesk, address_of, pace_of

_TOKEN = HTTPBearer(
    auto_error=False,
    description=(
        "A vendor's token (`garnish desk owner-link COUNTRY VENDOR --api`), which opens that vendor"
        " alone; or the platform's own, which opens every vendor and stays on its servers."
    ),
)

_REFUSALS: dict[type[OwnerRefused], tuple[int, str]] = {
    owner_choices.NotCovered: (403, "not_covered"),
    owner_choices.NotYourDish: (404, "no_such_dish"),
    owner_choices.DishChanged: (409, "dish_changed"),
    owner_choices.DishDecided: (409, "dish_decided"),
    owner_choices.OptedOut: (409, "opted_out"),
}

_MEANINGS = {
    400: "The body is no text in UTF-8.",
    401: "No token, or one that is forged, over or revoked.",
    403: "A token of another vendor (`not_yours`), or the rollout has not come to this vendor"
    " (`not_covered`).",
    404: "No such dish, picture or country.",
    409: "The dish changed (`dish_changed`), is decided otherwise (`dish_decided`), or the vendor"
    " wants no pictures (`opted_out`). What was said is not kept.",
    413: "The body is larger than 1 MiB.",
    422: "A field is missing or not what it should be; `problems` names it.",
    429: "Too many requests; `Retry-After` says when to go on.",
    503: "The database does not answer; `Retry-After` says when to try again.",
}


def _answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    schema = ProblemFields.model_json_schema()
    content = {"application/problem+json": {"schema": schema}}
    return {status: {"description": _MEANINGS[status], "content": content} for status in statuses}


router = APIRouter(
    prefix="/api/v1/vendors/{country}/{vendor_id}",
    tags=["owners"],
    responses=_answers(401, 403, 404, 422, 429, 503),
)

Country = Annotated[
    str, Path(pattern="^[a-z]{2}$", description="ISO 3166-1, small letters.", examples=["de"])
]
VendorId = Annotated[
    str, Path(max_length=300, pattern=NO_CONTROLS, description="As on the menu.", examples=["v1"])
]


def owner_of(
    request: Request,
    desk: TheDesk,
    country: Country,
    vendor_id: VendorId,
    token: Annotated[HTTPAuthorizationCredentials | None, Security(_TOKEN)],
) -> Owner:
    """The owner in whose name is asked, if the token allows it.

    Raises:
        HTTPException: 401 no token that holds, 403 another vendor's, 404 no such country.
        TooMany: this vendor, or an address without a token, has sent too many.
    """
    owner = Owner(country, vendor_id)
    try:
        allowed = _allowed(desk, owner, token.credentials if token else "")
    except LinkRefused as error:
        pace_of(request).take("address " + address_of(request))
        challenge = {"WWW-Authenticate": "Bearer"}
        raise HTTPException(401, f"The token opens nothing: {error}.", challenge) from error
    pace_of(request).take(f"api {allowed.country}/{allowed.vendor_id}")
    if allowed != owner:
        raise Problem(403, "The token is another vendor's.", code="not_yours")
    if country not in served_countries():
        raise HTTPException(404, f"{country} is not served.")
    return owner


def _allowed(desk: Desk, owner: Owner, token: str) -> Owner:
    """Whom a token lets in: the platform's whom it asks for, a vendor's that vendor."""
    of_platform = desk.settings.platform_token_hash
    hashed = platform_token_hash(token)
    if of_platform is not None and hmac.compare_digest(hashed, of_platform):
        return owner
    return desk.owner_links.read(token, "api").owner


TheOwner = Annotated[Owner, Depends(owner_of)]


@contextmanager
def _as_problems() -> Iterator[None]:
    try:
        yield
    except OwnerRefused as error:
        status, code = _REFUSALS[type(error)]
        raise Problem(status, f"{error}", code=code) from error


@router.get("/suggestions")
def suggestions(request: Request, desk: TheDesk, owner: TheOwner) -> Suggestions:
    """What the vendor's owner may choose from, what was said, and what guests see.

    `notice` has to be shown with the pictures; it is in the language of `Accept-Language`, else of
    the country. Dishes come most viewed first.
    """
    menu = owner_menu(desk, owner)
    if not menu.is_covered:
        with _as_problems():
            raise owner_choices.NotCovered("pictures are not offered to this vendor at the moment")
    notice = words_for(request, owner.country)("made_with_ai")
    return Suggestions.of(owner, menu, notice)


@router.get(
    "/pictures/{image_hash}",
    response_class=Response,
    responses={200: {"description": "The picture.", "content": {"image/webp": {}}}},
)
def picture(desk: TheDesk, owner: TheOwner, image_hash: ImageHash) -> Response:
    """A picture of one of the vendor's dishes, WebP; it never changes under its hash."""
    if not may_see_picture(desk, owner, image_hash):
        raise HTTPException(404, "This vendor has no such picture.")
    return picture_answer(desk.pictures, image_hash)


@router.post("/choose", responses=_answers(400, 409, 413))
def choose(desk: TheDesk, owner: TheOwner, choice: Chosen) -> Said:
    """Choose a picture for a dish.

    It is published within a minute; where `team_looks_too`, after the team's look. The same choice
    again answers 200 again.
    """
    with _as_problems():
        state = owner_choices.choose(
            desk, owner, choice.product_id, choice.version, choice.candidate_id
        )
    return Said(product_id=choice.product_id, state=state)


@router.post("/decline-all", responses=_answers(400, 409, 413))
def decline_all(desk: TheDesk, owner: TheOwner, dish: DishAndVersion) -> Said:
    """Turn all suggestions of a dish down; others may be made later."""
    with _as_problems():
        state = owner_choices.turn_down_all(desk, owner, dish.product_id, dish.version)
    return Said(product_id=dish.product_id, state=state)


@router.post("/no-picture", responses=_answers(400, 413))
def no_picture(desk: TheDesk, owner: TheOwner, dish: DishOnly) -> Said:
    """Have no picture for a dish; a published one is taken down within a minute."""
    with _as_problems():
        owner_choices.go_without(desk, owner, dish.product_id)
    return Said(product_id=dish.product_id, state="stays_without")


@router.post("/suggest-again", responses=_answers(400, 413))
def suggest_again(desk: TheDesk, owner: TheOwner, dish: DishOnly) -> Said:
    """Take `no-picture` back."""
    with _as_problems():
        owner_choices.suggest_again(desk, owner, dish.product_id)
    return Said(product_id=dish.product_id, state="waiting")


@router.post("/report", responses=_answers(400, 413))
def report(desk: TheDesk, owner: TheOwner, said: Report) -> Reported:
    """Say that something is wrong with a published picture: it is taken down within a minute."""
    with _as_problems():
        owner_choices.report(desk, owner, said.product_id, said.problem, said.words)
    return Reported(product_id=said.product_id)


@router.post("/opt-out")
def opt_out(desk: TheDesk, owner: TheOwner) -> Wanted:
    """Have no pictures at all; published ones are taken down within a minute."""
    owner_choices.opt_out(desk, owner)
    return Wanted(opted_out=True)


@router.post("/opt-in")
def opt_in(desk: TheDesk, owner: TheOwner) -> Wanted:
    """Take `opt-out` back."""
    owner_choices.opt_in(desk, owner)
    return Wanted(opted_out=False)
