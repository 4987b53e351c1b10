"""Signing in and out.

Belongs here: the sign-in page, and what a name and password open. Does not belong here: OpenID
Connect (`openid_sign_in.py`), and how a session is recognised later (`visit.py`).
"""

from datetime import timedelta
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from resources.audit_log import AuditEntry
from review_desk.accounts import Account
from review_desk.desk import Desk
from review_desk.navigation import links_for
from review_desk.pages import go_to, page
from review_desk.sessions import new_token
from review_desk.visit import (
    SignedIn,
    TheDesk,
    TheVisit,
    Visit,
    address_of,
    cookie_name,
    desk_of,
    forget_token,
    keep_token,
    own_path,
)

router = APIRouter(include_in_schema=False)

_WRONG = "Name and password do not fit together. Try again, or ask an admin for a new password."


@router.get("/")
def home(account: SignedIn) -> Response:
    """The first page that a person may see."""
    links = links_for(account)
    return RedirectResponse(links[0].path if links else "/account", 303)


@router.get("/sign-in")
def sign_in_page(request: Request, who: TheVisit, next: str = "/") -> Response:
    """The form; whoever is signed in goes on."""
    if who.session is not None:
        return RedirectResponse(own_path(next), 303)
    return _form(request, who, next=next)


@router.post("/sign-in")
def sign_in(
    request: Request,
    desk: TheDesk,
    who: TheVisit,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=2000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Begin a session if name and password fit."""
    name, address = name.strip().lower(), address_of(request)
    wait = desk.tries.take(name, address)
    if wait > timedelta(0):
        return _form(request, who, next=next, name=name, wait_s=ceil(wait.total_seconds()))
    account = desk.accounts.with_password(name, password)
    if account is None:
        # A name that is no account may be a password in the wrong field: it is not written down.
        known = name if desk.accounts.account(name) else ""
        desk.audit.add(AuditEntry("nobody", "sign_in_failed", known, address=address))
        return _form(request, who, next=next, name=name, error=_WRONG)
    desk.tries.succeeded(name, address)
    return begin_session(request, desk, account, by="password", next=next)


def begin_session(
    request: Request, desk: Desk, account: Account, *, by: str, next: str
) -> Response:
    """Begin a session with a new token, whatever the browser had before, and go on."""
    desk.audit.add(
        AuditEntry(account.name, "signed_in", detail={"by": by}, address=address_of(request))
    )
    if former := request.cookies.get(cookie_name(desk)):
        desk.sessions.end(former)
    response = go_to(request, own_path(next))
    keep_token(desk, response, desk.sessions.begin(account.name))
    return response


@router.post("/sign-out")
def sign_out(request: Request, desk: TheDesk, who: TheVisit) -> Response:
    """End the session."""
    if who.session is not None and who.token is not None:
        desk.sessions.end(who.token)
        name = who.session.account.name
        desk.audit.add(AuditEntry(name, "signed_out", address=address_of(request)))
    response = go_to(request, "/sign-in")
    forget_token(desk, response)
    return response


def _form(
    request: Request,
    who: Visit,
    *,
    next: str,
    name: str = "",
    error: str | None = None,
    wait_s: int | None = None,
) -> Response:
    token = who.token or new_token()
    status = 429 if wait_s else 401 if error else 200
    response = page(
        request,
        "sign_in.html.jinja",
        status=status,
        headers={"Retry-After": str(wait_s)} if wait_s else None,
        visit=Visit(token, None),
        next=own_path(next),
        name=name,
        error=error,
        wait_s=wait_s,
        has_openid=desk_of(request).settings.openid is not None,
    )
    if who.token is None:
        keep_token(desk_of(request), response, token)
    return response
