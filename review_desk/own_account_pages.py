"""A person's own account: what it may do, and a new password.

Belongs here: what anybody may see and change of their own account. Does not belong here: other
people's accounts (`account_pages.py`).
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from resources.audit_log import AuditEntry
from review_desk.pages import page
from review_desk.passwords import FEWEST_CHARACTERS, PasswordRefused
from review_desk.visit import SignedIn, TheDesk, TheVisit, address_of

router = APIRouter(include_in_schema=False)


@router.get("/account")
def own_account(request: Request, _: SignedIn) -> Response:
    """The page."""
    return _page(request)


@router.post("/account/password")
def change_password(
    request: Request,
    desk: TheDesk,
    account: SignedIn,
    who: TheVisit,
    password: Annotated[str, Form(max_length=2000)] = "",
    new_password: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Change one's own password; all other sessions of the account end."""
    address = address_of(request)
    wait = desk.tries.take(account.name, address)
    if wait:
        return _page(request, status=429, error=f"Wait {wait.seconds + 1} seconds, then try again.")
    if desk.accounts.with_password(account.name, password) is None:
        return _page(request, status=401, error="That is not your password now.")
    desk.tries.succeeded(account.name, address)
    try:
        desk.accounts.set_password(account.name, new_password)
    except PasswordRefused as error:
        return _page(request, status=422, error=f"Nothing was changed: {error}.")
    desk.sessions.end_all(account.name, but=who.session.token_hash if who.session else None)
    desk.audit.add(AuditEntry(account.name, "password_changed", account.name, address=address))
    return _page(request, done="Your password is changed. You are signed out everywhere else.")


def _page(
    request: Request, *, status: int = 200, error: str | None = None, done: str | None = None
) -> Response:
    return page(
        request,
        "own_account.html.jinja",
        status=status,
        error=error,
        done=done,
        fewest=FEWEST_CHARACTERS,
    )
