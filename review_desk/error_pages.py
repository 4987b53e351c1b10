"""What people read when something cannot be done, with a way on.

Belongs here: which error gets which page and status. Does not belong here: raising them.
"""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from review_desk.pace import TooMany
from review_desk.pages import is_htmx, page
from review_desk.visit import NotSignedIn, sign_in_address

_LOG = logging.getLogger("garnish.desk")

RETRY_S = 5
"""After so many seconds a page that could not be shown tries again by itself."""

DATABASE_DOWN = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
"""What SQLAlchemy raises when the database, or a free connection to it, is not to be had."""

API = "/api/"
"""Below it programs ask, not people: errors are JSON."""


@dataclass(frozen=True)
class Explanation:
    """What happened, in a few words, and what to do."""

    title: str
    words: str


_EXPLANATIONS = {
    400: Explanation("That could not be read", "Go back, and send it again."),
    401: Explanation("No valid token", "Send a token that holds: Authorization: Bearer ..."),
    403: Explanation("Not allowed", "Your account does not reach this page."),
    404: Explanation(
        "There is no such page", "The address may be mistyped, or what it showed is gone."
    ),
    405: Explanation("Not like this", "This address is not for that: start from the first page."),
    408: Explanation("That took too long", "It did not arrive in time. Send it again."),
    413: Explanation("Too much at once", "Send less at once: nothing of it was kept."),
    422: Explanation(
        "Something is missing", "A field is empty, or is not what it should be. Go back and look."
    ),
    429: Explanation("Slow down a little", "Too many requests came from you."),
    500: Explanation(
        "That went wrong, and it is our fault",
        "It is written down. If it happens again, tell an admin the number below.",
    ),
    502: Explanation("Somebody else does not answer", "Try again later."),
    503: Explanation(
        "The database does not answer",
        "All that was saved is safe. What you sent just now may not be saved: send it again when"
        " the desk is back.",
    ),
}


class Problem(HTTPException):
    """A refusal that programs tell from others by further fields: `code` of the API."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(status, detail)
        self.more = more


def add_error_pages(app: FastAPI) -> None:
    """Have an application explain its errors; what nothing expects is `failed`'s."""

    def refused(request: Request, error: Exception) -> Response:
        refusal = cast(HTTPException, error)
        own_words = (
            refusal.detail if refusal.detail != HTTPStatus(refusal.status_code).phrase else None
        )
        return explain(
            request,
            refusal.status_code,
            words=own_words,
            headers=dict(refusal.headers or {}),
            **(refusal.more if isinstance(refusal, Problem) else {}),
        )

    def invalid(request: Request, error: Exception) -> Response:
        problems = [
            {"where": ".".join(str(part) for part in problem["loc"]), "what": problem["msg"]}
            for problem in cast(RequestValidationError, error).errors()
        ]
        words = "; ".join(f"{problem['where']}: {problem['what']}" for problem in problems)
        return explain(request, 422, detail=words, problems=problems)

    def too_many(request: Request, error: Exception) -> Response:
        wait_s = cast(TooMany, error).wait_s
        return explain(
            request,
            429,
            words=f"Too many requests came from you. Go on in {wait_s} seconds.",
            headers={"Retry-After": str(wait_s)},
        )

    def not_signed_in(request: Request, _: Exception) -> Response:
        address = sign_in_address(request)
        if is_htmx(request):
            return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
        return RedirectResponse(address, 303)

    def database_down(request: Request, error: Exception) -> Response:
        told = {"request_id": request.state.request_id}
        _LOG.error("request %s: the database: %s", told["request_id"], error, extra=told)
        return explain(request, 503, headers={"Retry-After": str(RETRY_S)})

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(TooMany, too_many)
    app.add_exception_handler(NotSignedIn, not_signed_in)
    for kind in DATABASE_DOWN:
        app.add_exception_handler(kind, database_down)


def failed(request: Request) -> Response:
    """The answer to a request that an unexpected error has ended."""
    return explain(request, 500)


def explain(
    request: Request,
    status: int,
    *,
    words: str | None = None,
    detail: str = "",
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    """The answer to a request that cannot be done: a page, a message for htmx, or JSON.

    Args:
        request: What cannot be done.
        status: HTTP status.
        words: Said in place of what is usually said with this status.
        detail: Said in small letters.
        headers: Of the answer.
        more: Further fields of the JSON, which is RFC 9457's problem.
    """
    usual = _EXPLANATIONS.get(status, _EXPLANATIONS[500 if status >= 500 else 400])
    said = words or usual.words
    if request.url.path.startswith(API):
        problem = {
            "type": "about:blank",
            "title": usual.title,
            "status": status,
            "detail": said,
            "request_id": request.state.request_id,
            **more,
        }
        return JSONResponse(problem, status, headers, media_type="application/problem+json")
    return page(
        request,
        "error_message.html.jinja" if is_htmx(request) else "error.html.jinja",
        status=status,
        headers=headers,
        title=usual.title,
        words=said,
        detail=detail,
        code=status,
        retry_s=RETRY_S if status == 503 and request.method == "GET" else None,
        request_id=request.state.request_id,
    )
