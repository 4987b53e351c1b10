"""Signing in with an OpenID provider, where one is set.

Belongs here: the way to the provider and back, and whose account it opens. Does not belong here:
what is asked of the provider and believed (`openid.py`).
"""

import hmac
import logging
import re
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from resources.audit_log import AuditEntry
from review_desk.accounts import Account, AccountRefused
from review_desk.desk import Desk
from review_desk.openid import (
    Asked,
    OpenIdFailed,
    OpenIdProvider,
    Person,
    authorization_address,
    person_of,
)
from review_desk.sign_in import begin_session
from review_desk.visit import TheDesk, address_of, keep_cookie, own_path

router = APIRouter(include_in_schema=False, prefix="/sign-in/openid")

WAY_LASTS_S = 600
"""How long a person may take at the provider."""

_COOKIE = "garnish-openid"

_LOG = logging.getLogger("garnish.desk")


def provider_of(desk: TheDesk) -> OpenIdProvider:
    """The provider; 404 if none is set."""
    if desk.settings.openid is None:
        raise HTTPException(404)
    return desk.settings.openid


Provider = Annotated[OpenIdProvider, Depends(provider_of)]


@router.get("")
def leave(desk: TheDesk, provider: Provider, next: str = "/") -> Response:
    """Go to the provider; what was asked goes along in a signed cookie, for this browser only."""
    asked = Asked()
    try:
        response = RedirectResponse(authorization_address(provider, asked, _back(desk)), 303)
    except OpenIdFailed as error:
        raise _unproven(error) from error
    signed = _signer(desk).dumps({"asked": asdict(asked), "next": own_path(next)})
    keep_cookie(desk, response, _COOKIE, signed, WAY_LASTS_S, path=router.prefix)
    return response


@router.get("/back")
def come_back(
    request: Request, desk: TheDesk, provider: Provider, state: str = "", code: str = ""
) -> Response:
    """Come back from the provider; its word opens the person's account."""
    try:
        way = _signer(desk).loads(request.cookies.get(_COOKIE, ""), max_age=WAY_LASTS_S)
    except BadSignature as error:
        raise HTTPException(
            400, "You were away for too long, or in another browser. Sign in again."
        ) from error
    asked = Asked(**way["asked"])
    if not code or not hmac.compare_digest(state.encode(), asked.state.encode()):
        raise HTTPException(400, "The provider did not let you in. Sign in again, or ask an admin.")
    try:
        person = person_of(provider, asked, code, _back(desk))
    except OpenIdFailed as error:
        raise _unproven(error) from error
    account = _account(request, desk, provider, person)
    response = begin_session(request, desk, account, by="openid", next=way["next"])
    response.delete_cookie(_COOKIE, path=router.prefix)
    return response


def _account(request: Request, desk: Desk, provider: OpenIdProvider, person: Person) -> Account:
    account = desk.accounts.with_openid(person.subject, person.email)
    if account is None and person.email and provider.welcomes(person.email):
        account = Account(_name(person.email), "reviewer", person.email)
        try:
            desk.accounts.add(account)
        except AccountRefused as error:
            raise HTTPException(403, f"No account could be made for you: {error}.") from error
        desk.accounts.with_openid(person.subject, person.email)
        desk.audit.add(
            AuditEntry("openid", "account_made", account.name, account.facts(), address_of(request))
        )
    if account is None:
        raise HTTPException(
            403, "No account of the desk has your e-mail address. An admin can give it to one."
        )
    if account.is_disabled:
        raise HTTPException(403, "Your account is disabled. An admin can enable it.")
    return account


def _name(email: str) -> str:
    """A name for an account, from the part before the @."""
    return re.sub(r"[^a-z0-9._-]+", "-", email.split("@")[0]).strip("._-")[:40]


def _back(desk: Desk) -> str:
    return f"{desk.settings.address}{router.prefix}/back"


def _signer(desk: Desk) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(desk.settings.secret, salt="openid")


def _unproven(error: OpenIdFailed) -> HTTPException:
    _LOG.error("signing in by OpenID Connect: %s", error)
    return HTTPException(502, "The sign-in provider did not answer as it should. Try again later.")
