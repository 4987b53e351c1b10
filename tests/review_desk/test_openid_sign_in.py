"""Signing in with an OpenID provider: whose word opens an account, and which words do not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey
from playwright.sync_api import Page

from resources.settings import SettingError
from review_desk.accounts import Account
from review_desk.app import create_app
from review_desk.desk import Desk
from review_desk.openid import OpenIdProvider
from tests.review_desk.conftest import DeskServer, desk_in, serving
from tests.review_desk.openid_server import CLIENT, SECRET, OpenIdServer

MARA = {"sub": "17", "email": "mara@example.org", "email_verified": True}


@pytest.fixture
def provider() -> Iterator[OpenIdServer]:
    server = OpenIdServer(dict(MARA))
    with serving(server.app()) as address:
        server.issuer = address
        yield server


@pytest.fixture
def desk_server(tmp_path: Path, provider: OpenIdServer) -> Iterator[DeskServer]:
    """A desk that heeds the provider; new people of example.org get accounts."""
    desk = desk_in(tmp_path)
    app = create_app(desk)
    with serving(app) as address:
        openid = OpenIdProvider(
            provider.issuer, CLIENT, SECRET, creates_accounts=True, domains=("example.org",)
        )
        desk = with_settings(app, desk, address=address, openid=openid)
        yield DeskServer(desk, address)
    desk.database.engine.dispose()


def with_settings(app: FastAPI, desk: Desk, **settings: object) -> Desk:
    """The address of a server is known only when it serves."""
    app.state.desk = replace(desk, settings=replace(desk.settings, **settings))
    return app.state.desk


def go_round(server: DeskServer, next: str = "/account") -> httpx.Response:
    """Go to the provider and back; where that leads."""
    with server.visitor() as client:
        client.follow_redirects = True
        return client.get("/sign-in/openid", params={"next": next})


def test_a_person_signs_in_at_the_provider_and_comes_back_to_the_page(
    desk_server: DeskServer, browser_page: Page
) -> None:
    desk_server.desk.accounts.add(Account("mara", "admin", "Mara@Example.org"))

    browser_page.goto(desk_server.address + "/accounts")
    browser_page.get_by_role("link", name="Sign in with your organisation").click()

    browser_page.get_by_role("heading", name="Accounts").wait_for()
    (entry,) = desk_server.desk.audit.entries(action="signed_in")
    assert (entry.actor, entry.detail) == ("mara", {"by": "openid"})


def test_the_account_stays_the_persons_when_the_address_changes(
    desk_server: DeskServer, provider: OpenIdServer
) -> None:
    desk_server.desk.accounts.add(Account("mara", "reviewer", "mara@example.org"))
    assert go_round(desk_server).url.path == "/account"

    provider.person["email"] = "mara.lindqvist@example.org"
    assert "mara</dd>" in go_round(desk_server).text
    provider.person["sub"] = "18"  # somebody else, who was given the old address
    provider.person["email"] = "mara@example.org"
    assert go_round(desk_server).status_code == 403


def test_a_new_person_of_a_named_domain_becomes_a_reviewer(
    desk_server: DeskServer, provider: OpenIdServer
) -> None:
    answer = go_round(desk_server)
    assert answer.status_code == 200
    account = desk_server.desk.accounts.account("mara")
    assert account == Account("mara", "reviewer", "mara@example.org")

    provider.person = {"sub": "19", "email": "eve@example.org.evil.test", "email_verified": True}
    assert go_round(desk_server).status_code == 403
    assert len(desk_server.desk.accounts.all()) == 1


@pytest.mark.parametrize("verified", [False, "true", None])
def test_an_address_that_nobody_verified_opens_nothing(
    desk_server: DeskServer, provider: OpenIdServer, verified: object
) -> None:
    desk_server.desk.accounts.add(Account("mara", "admin", "mara@example.org"))
    provider.person["email_verified"] = verified
    assert go_round(desk_server).status_code == 403


def test_a_disabled_account_stays_shut(desk_server: DeskServer) -> None:
    desk_server.desk.accounts.add(Account("mara", "admin", "mara@example.org", is_disabled=True))
    answer = go_round(desk_server)
    assert answer.status_code == 403
    assert "disabled" in answer.text


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000_000},
        {"azp": "another-client"},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_token_for_another_purpose_opens_nothing(
    desk_server: DeskServer, provider: OpenIdServer, lie: dict[str, object]
) -> None:
    provider.lie = lie
    answer = go_round(desk_server)
    assert answer.status_code == 502
    assert desk_server.desk.accounts.all() == []


def test_a_token_that_another_key_signed_opens_nothing(
    desk_server: DeskServer, provider: OpenIdServer
) -> None:
    provider.published = RSAKey.generate_key(2048, {"kid": "one"})
    assert go_round(desk_server).status_code == 502


def test_the_answer_of_another_browser_opens_nothing(desk_server: DeskServer) -> None:
    with desk_server.visitor() as one, desk_server.visitor() as other:
        to_provider = one.get("/sign-in/openid").headers["location"]
        back = httpx.get(to_provider).headers["location"]
        assert other.get(back).status_code == 400
        one.get("/sign-in/openid")  # asks again: the former answer is worth nothing now
        assert one.get(back).status_code == 400


def test_next_never_leads_elsewhere(desk_server: DeskServer) -> None:
    assert go_round(desk_server, next="//elsewhere.example").url.host == "127.0.0.1"


def test_a_provider_that_is_down_is_said_plainly(
    desk_server: DeskServer, provider: OpenIdServer
) -> None:
    provider.issuer += "/elsewhere"  # what it says of itself is no longer what was set
    answer = go_round(desk_server)
    assert answer.status_code == 502
    assert "Try again later" in answer.text


def test_settings_that_would_let_anybody_in_are_refused() -> None:
    with pytest.raises(SettingError, match="https"):
        OpenIdProvider("http://sso.example.org", CLIENT, SECRET)
    with pytest.raises(SettingError, match="GARNISH_OIDC_DOMAINS"):
        OpenIdProvider("https://sso.example.org", CLIENT, SECRET, creates_accounts=True)
