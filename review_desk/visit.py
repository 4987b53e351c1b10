"""Who a request comes from, and proof that it comes from a page of ours.

Belongs here: the session's cookie, who is signed in, roles, form tokens, and how many requests a
visitor may send. Does not belong here: passwords and signing in (`sign_in.py`), and links that are
a proof in themselves (owners' pages).

Dependencies that ask no database are async: FastAPI gives others to a thread, and the way there and
back takes longer than their work.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, HTTPException, Request, Response

from review_desk.accounts import Account, Role
from review_desk.desk import Desk
from review_desk.pace import Pace
from review_desk.sessions import LASTS, Session

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

FORM_TOKEN_FIELD, FORM_TOKEN_HEADER = "form_token", "x-form-token"

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

_FORGED = (
    "This did not come from an open page of the desk, so nothing was done. The page may be older"
    " than your sign-in: load it again and repeat the last step."
)


@dataclass(frozen=True)
class Visit:
    """A request's visitor.

    Attributes:
        token: What the browser's cookie holds: a session's token, or one that is nobody's yet.
        session: The session of the token; None before signing in.
    """

    token: str | None
    session: Session | None


class NotSignedIn(Exception):
    """The page is for people who are signed in."""


def desk_of(request: Request) -> Desk:
    """The desk that a request came to."""
    desk: Desk = request.app.state.desk
    return desk


async def _the_desk(request: Request) -> Desk:
    return desk_of(request)


def visit(request: Request) -> Visit:
    """Who a request comes from; refuses visitors who send too many.

    Raises:
        HTTPException: 429, this visitor has sent too many in the last minute.
    """
    desk, pace = desk_of(request), pace_of(request)
    token = request.cookies.get(cookie_name(desk))
    session = desk.sessions.find(token) if token else None
    pace.take("session " + session.token_hash if session else "address " + address_of(request))
    request.state.visit = Visit(token, session)
    return Visit(token, session)


def pace_of(request: Request) -> Pace:
    """The limit of requests that a request counts for."""
    pace: Pace = request.app.state.pace
    return pace


def address_of(request: Request) -> str:
    """The network address of the browser, as the trusted proxies tell it."""
    return request.client.host if request.client else "unknown"


async def signed_in(visit: Annotated[Visit, Depends(visit)]) -> Account:
    """The person who is signed in.

    Raises:
        NotSignedIn: nobody is.
    """
    if visit.session is None:
        raise NotSignedIn
    return visit.session.account


def at_least(role: Role) -> Callable[[Account], Awaitable[Account]]:
    """The person who is signed in, if the role allows it; 403 otherwise."""

    async def allowed(account: Annotated[Account, Depends(signed_in)]) -> Account:
        if not account.may(role):
            raise HTTPException(
                403, f"This page needs the role {role}; yours is {account.role}. An admin gives it."
            )
        return account

    return allowed


TheDesk = Annotated[Desk, Depends(_the_desk)]
TheVisit = Annotated[Visit, Depends(visit)]
SignedIn = Annotated[Account, Depends(signed_in)]
Lead = Annotated[Account, Depends(at_least("lead"))]
Admin = Annotated[Account, Depends(at_least("admin"))]


def cookie_name(desk: Desk) -> str:
    """The cookie's name; the prefix makes browsers refuse one that another host has planted."""
    return "__Host-garnish" if desk.settings.is_secure else "garnish"


def keep_token(desk: Desk, response: Response, token: str) -> None:
    """Have the browser keep a token."""
    keep_cookie(desk, response, cookie_name(desk), token, int(LASTS.total_seconds()))


def keep_cookie(
    desk: Desk, response: Response, name: str, value: str, lasts_s: int, *, path: str = "/"
) -> None:
    """Have the browser keep a value as all of the desk's: from scripts and other sites' forms.

    "lax", not "strict": a link in a mail, and the way back from a provider, begin on other sites.
    """
    response.set_cookie(
        name,
        value,
        max_age=lasts_s,
        path=path,
        httponly=True,
        samesite="lax",
        secure=desk.settings.is_secure,
    )


def forget_token(desk: Desk, response: Response) -> None:
    """Have the browser forget its token."""
    response.delete_cookie(
        cookie_name(desk), httponly=True, samesite="lax", secure=desk.settings.is_secure
    )


def form_token(desk: Desk, token: str | None) -> str:
    """What a form of ours has to send along: only we can make it, and only for this browser."""
    if token is None:
        return ""
    return hmac.new(desk.settings.secret, b"form " + token.encode(), hashlib.sha256).hexdigest()


async def refuse_forged(request: Request, visit: Annotated[Visit, Depends(visit)]) -> None:
    """Refuse what another site makes a browser send.

    Whatever may change something needs the form token, in the field `form_token` or the header
    `X-Form-Token`, and no other site's Origin.

    Raises:
        HTTPException: 403, nothing proves that a page of ours sent it.
    """
    if request.method in SAFE_METHODS:
        return
    desk = desk_of(request)
    origin = request.headers.get("origin")
    ours = (request.headers.get("host"), urlsplit(desk.settings.address).netloc)
    if origin is not None and urlsplit(origin).netloc not in ours:
        raise HTTPException(403, _FORGED)
    sent = request.headers.get(FORM_TOKEN_HEADER)
    if sent is None and request.headers.get("content-type", "").startswith(_FORMS):
        sent = str((await request.form()).get(FORM_TOKEN_FIELD, ""))
    expected = form_token(desk, visit.token)
    if not expected or not hmac.compare_digest((sent or "").encode(), expected.encode()):
        raise HTTPException(403, _FORGED)


def sign_in_address(request: Request) -> str:
    """The page to sign in on, and to come back from to the page that was asked for."""
    if request.method != "GET":
        return "/sign-in"
    asked = request.url.path + ("?" + request.url.query if request.url.query else "")
    return "/sign-in" if asked == "/" else "/sign-in?next=" + quote(asked, safe="/")


def own_path(address: str) -> str:
    """An address that leads to a page of ours: itself if it does, "/" if it leads elsewhere."""
    # Browsers read a backslash as a slash, and "//host" as another site.
    is_ours = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if is_ours and address.isprintable() else "/"
