"""Accounts of the desk's people, for admins.

Belongs here: making and changing accounts. Does not belong here: one's own password
(`own_account_pages.py`), and the same on the command line (`commands.py`).
"""

from dataclasses import replace
from typing import Annotated, cast

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from resources.audit_log import AuditEntry
from resources.countries import COUNTRIES, UNKNOWN_COUNTRY
from review_desk.accounts import ROLES, Account, AccountRefused, Role, codes_of
from review_desk.desk import Desk
from review_desk.pages import page
from review_desk.passwords import new_password
from review_desk.visit import Admin, TheDesk, address_of

router = APIRouter(include_in_schema=False, prefix="/accounts")

Text = Annotated[str, Form(max_length=200)]
Codes = Annotated[list[str], Form(max_length=50)]


@router.get("")
def accounts(request: Request, desk: TheDesk, _: Admin) -> Response:
    """All accounts, and the form for a new one."""
    return _page(request, desk)


@router.post("")
def add(
    request: Request,
    desk: TheDesk,
    admin: Admin,
    name: Text = "",
    role: Text = "reviewer",
    email: Text = "",
    languages: Text = "",
    countries: Codes = [],  # noqa: B006  FastAPI reads it, nobody writes it
) -> Response:
    """Make an account; its password is shown once, for the admin to hand over."""
    password = new_password()
    try:
        account = _account(name.strip().lower(), role, email, countries, languages)
        desk.accounts.add(account, password)
    except AccountRefused as error:
        return _page(request, desk, status=422, error=f"Nothing was made: {error}.")
    _note(request, desk, admin, "account_made", account)
    return _page(request, desk, made=account, password=password)


@router.get("/{name}")
def edit(request: Request, desk: TheDesk, _: Admin, name: str) -> Response:
    """The form of one account."""
    return _edit_page(request, _known(desk, name))


@router.post("/{name}")
def change(
    request: Request,
    desk: TheDesk,
    admin: Admin,
    name: str,
    role: Text = "reviewer",
    email: Text = "",
    languages: Text = "",
    countries: Codes = [],  # noqa: B006
    is_disabled: Annotated[bool, Form()] = False,
) -> Response:
    """Change role, address, countries, languages; disabling ends the account's sessions."""
    known = _known(desk, name)
    try:
        account = replace(
            _account(name, role, email, countries, languages), is_disabled=is_disabled
        )
        if name == admin.name and (is_disabled or not account.may("admin")):
            raise AccountRefused("you would lock yourself out: another admin can do this")
        desk.accounts.change(account)
    except AccountRefused as error:
        return _edit_page(request, known, status=422, error=f"Nothing was changed: {error}.")
    if is_disabled:
        desk.sessions.end_all(name)
    _note(request, desk, admin, "account_changed", account)
    return _page(request, desk, done=f"{name} is changed.")


@router.post("/{name}/password")
def reset_password(request: Request, desk: TheDesk, admin: Admin, name: str) -> Response:
    """Give an account a new password, shown once; its sessions end."""
    account, password = _known(desk, name), new_password()
    desk.accounts.set_password(name, password)
    desk.sessions.end_all(name)
    _note(request, desk, admin, "password_reset", account)
    return _page(request, desk, made=account, password=password)


def _account(name: str, role: str, email: str, countries: list[str], languages: str) -> Account:
    return Account(
        name=name,
        role=cast(Role, role),
        email=email.strip() or None,
        countries=tuple(countries),
        languages=codes_of(languages),
    )


def _known(desk: Desk, name: str) -> Account:
    account = desk.accounts.account(name)
    if account is None:
        raise HTTPException(404, "There is no account of this name.")
    return account


def _note(request: Request, desk: Desk, admin: Account, action: str, account: Account) -> None:
    desk.audit.add(
        AuditEntry(admin.name, action, account.name, account.facts(), address=address_of(request))
    )


def _countries() -> list[tuple[str, str]]:
    return [(c.code, c.name) for c in COUNTRIES if c.code != UNKNOWN_COUNTRY]


def _page(
    request: Request,
    desk: Desk,
    *,
    status: int = 200,
    error: str | None = None,
    done: str | None = None,
    made: Account | None = None,
    password: str | None = None,
) -> Response:
    return page(
        request,
        "accounts.html.jinja",
        status=status,
        accounts=desk.accounts.all(),
        roles=ROLES,
        countries=_countries(),
        error=error,
        done=done,
        made=made,
        password=password,
    )


def _edit_page(
    request: Request, edited: Account, *, status: int = 200, error: str | None = None
) -> Response:
    return page(
        request,
        "account.html.jinja",
        status=status,
        edited=edited,
        roles=ROLES,
        countries=_countries(),
        error=error,
    )
