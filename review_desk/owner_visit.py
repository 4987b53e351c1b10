"""Which owner a request comes from, in which language it is answered, and errors in that language.

Belongs here: the owner's cookie, form tokens, languages, and what owners read when something cannot
be done. Does not belong here: the links themselves (`owner_links.py`), and people of the desk
(`visit.py`).
"""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from review_desk.desk import Desk
from review_desk.error_pages import DATABASE_DOWN, RETRY_S
from review_desk.owner_links import SESSION, LinkRefused, Owner
from review_desk.owner_words import Words, choose, languages
from review_desk.pace import TooMany
from review_desk.pages import is_htmx, page
from review_desk.visit import Visit, address_of, desk_of, keep_cookie, pace_of, refuse_forged

HOME = "/owner"

LANGUAGE_COOKIE = "garnish-language"
_A_YEAR_S = 365 * 24 * 3600

_LOG = logging.getLogger("garnish.desk")


@dataclass(frozen=True)
class OwnerVisit:
    """A request of an owner.

    Attributes:
        owner: Whose.
        token: What the browser's cookie holds.
        words: The language of the answer.
    """

    owner: Owner
    token: str
    words: Words


def owner_visit(request: Request) -> OwnerVisit:
    """The owner that a request comes from.

    Raises:
        LinkRefused: no link was opened in this browser, or it holds no more.
        TooMany: this owner, or this address without one, has sent too many.
    """
    desk = desk_of(request)
    token = request.cookies.get(cookie_name(desk), "")
    try:
        owner = desk.owner_links.read(token, "session").owner
    except LinkRefused:
        pace_of(request).take("address " + address_of(request))
        raise
    pace_of(request).take(f"owner {owner.country}/{owner.vendor_id}")
    return OwnerVisit(owner, token, words_for(request, owner.country))


AnOwner = Annotated[OwnerVisit, Depends(owner_visit)]


async def own_form(request: Request, visit: AnOwner) -> None:
    """Refuse a form that no page of this owner's session sent.

    Raises:
        HTTPException: 403, nothing proves that one did.
    """
    await refuse_forged(request, Visit(visit.token, None))


def cookie_name(desk: Desk) -> str:
    """The cookie's name; the prefix makes browsers refuse one that another host has planted."""
    return "__Host-garnish-owner" if desk.settings.is_secure else "garnish-owner"


def keep_owner(desk: Desk, response: Response, token: str) -> None:
    """Have the browser keep the token of a session."""
    keep_cookie(desk, response, cookie_name(desk), token, int(SESSION.total_seconds()))


def words_for(request: Request, country_code: str | None = None) -> Words:
    """The language that was chosen (`?lang`, then the cookie), the browser's, or the country's."""
    return choose(
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        accepted=request.headers.get("accept-language", ""),
        country_code=country_code,
    )


def keep_language(request: Request, response: Response, words: Words) -> None:
    """Remember the language, if it was chosen by hand."""
    if "lang" in request.query_params:
        keep_cookie(desk_of(request), response, LANGUAGE_COOKIE, words.language, _A_YEAR_S)


def owner_page(
    request: Request, template: str, words: Words, *, token: str | None = None, **values: Any
) -> Response:
    """A page, or a fragment, in the owner's language; further values as `pages.page`."""
    return page(
        request,
        template,
        visit=Visit(token, None),
        w=words,
        languages=languages().values(),
        **values,
    )


class OwnerRoute(APIRoute):
    """A route whose errors are told in the owner's language, calmly, with what to do."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with errors explained."""
        handle = super().get_route_handler()

        async def explained(request: Request) -> Response:
            try:
                return await handle(request)
            except LinkRefused:
                if is_htmx(request):  # the whole page says it
                    return Response(status_code=204, headers={"HX-Redirect": HOME})
                return _error(request, 403, "link_over", way_back=None)
            except TooMany as error:
                headers = {"Retry-After": str(error.wait_s)}
                return _error(request, 429, "try_later", headers=headers)
            except DATABASE_DOWN as error:
                told = {"request_id": request.state.request_id}
                _LOG.error("request %s: the database: %s", told["request_id"], error, extra=told)
                headers = {"Retry-After": str(RETRY_S)}
                return _error(request, 503, "try_later", headers=headers)
            except RequestValidationError:
                return _error(request, 422, "refused_form")
            except HTTPException as error:
                key = "refused_not_yours" if error.status_code == 404 else "refused_form"
                return _error(request, error.status_code, key)

        return explained


def _error(request: Request, status: int, key: str, **more: Any) -> Response:
    words = words_for(request)
    template = "owner_message.html.jinja" if is_htmx(request) else "owner_error.html.jinja"
    title = words(f"{key}_title") if f"{key}_title" in words.texts else None
    values = {"title": title, "said": words(key), "way_back": HOME, **more}
    return owner_page(request, template, words, status=status, **values)
