"""Who may do what, and what other sites, guessers and hurried scripts may not."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from review_desk.app import create_app
from review_desk.desk import DeskSettings
from review_desk.sign_in_tries import FREE
from review_desk.visit import form_token, own_path
from tests.review_desk.conftest import PASSWORD, DeskServer, desk_in, form_token_of, serving

NEW = {"name": "eve", "role": "admin"}


def test_a_form_without_the_token_of_this_session_changes_nothing(desk_server: DeskServer) -> None:
    desk_server.add("mara", "admin")
    desk_server.add("nora", "admin")
    with desk_server.signed_in("mara") as mara, desk_server.signed_in("nora") as nora:
        token = mara.headers.pop("x-form-token")
        for forged in ({}, {"form_token": ""}, {"form_token": nora.headers["x-form-token"]}):
            answer = mara.post("/accounts", data=NEW | forged)
            assert answer.status_code == 403
            assert "nothing was done" in answer.text
        assert desk_server.desk.accounts.account("eve") is None

        assert mara.post("/accounts", data=NEW | {"form_token": token}).status_code == 200
        assert desk_server.desk.accounts.account("eve")


def test_the_token_may_come_in_a_header_as_htmx_sends_it(desk_server: DeskServer) -> None:
    desk_server.add("mara", "admin")
    with desk_server.signed_in("mara") as client:
        assert client.post("/accounts", data=NEW).status_code == 200


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:1"])
def test_another_site_is_refused_even_with_a_token(desk_server: DeskServer, origin: str) -> None:
    desk_server.add("mara", "admin")
    with desk_server.signed_in("mara") as client:
        assert client.post("/accounts", data=NEW, headers={"origin": origin}).status_code == 403
        ours = {"origin": desk_server.address}
        assert client.post("/accounts", data=NEW, headers=ours).status_code == 200


def test_another_site_cannot_sign_a_browser_in(desk_server: DeskServer) -> None:
    desk_server.add("eve")
    with desk_server.visitor() as client:
        form = {"name": "eve", "password": PASSWORD}
        assert client.post("/sign-in", data=form).status_code == 403
        client.get("/sign-in")
        elsewhere = form_token(desk_server.desk, "a token of eve's own browser")
        assert client.post("/sign-in", data=form | {"form_token": elsewhere}).status_code == 403


def test_signing_in_gives_another_token_and_signing_out_ends_it(desk_server: DeskServer) -> None:
    desk_server.add("mara", "admin")
    with desk_server.visitor() as client:
        token = form_token_of(client.get("/sign-in").text)
        before = client.cookies["garnish"]
        form = {"name": " Mara ", "password": PASSWORD, "form_token": token}
        answer = client.post("/sign-in", data=form)
        assert answer.headers["location"] == "/"
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        signed_in = client.cookies["garnish"]
        assert signed_in != before

        form = {"form_token": form_token_of(client.get("/accounts").text)}
        assert client.post("/sign-out", data=form).status_code == 303
        stolen = {"cookie": f"garnish={signed_in}"}
        assert httpx.get(desk_server.address + "/accounts", headers=stolen).status_code == 303


def test_with_https_the_cookie_is_secure_and_of_this_host_alone(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, address="https://desk.example.org")
    with serving(create_app(desk)) as address:
        answer = httpx.get(address + "/sign-in")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-garnish=")
    assert "secure" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("role", ["reviewer", "lead"])
def test_only_admins_reach_the_accounts(desk_server: DeskServer, role: str) -> None:
    desk_server.add("joao", role)
    with desk_server.signed_in("joao") as client:
        for answer in (
            client.get("/accounts"),
            client.get("/accounts/joao"),
            client.post("/accounts", data=NEW),
            client.post("/accounts/joao", data={"role": "admin"}),
            client.post("/accounts/joao/password"),
        ):
            assert answer.status_code == 403
            assert f"needs the role admin; yours is {role}" in answer.text


def test_nobody_sees_a_page_or_a_picture_before_signing_in(desk_server: DeskServer) -> None:
    with desk_server.visitor() as client:
        answer = client.get("/accounts?a=b&c=d")
        assert answer.headers["location"] == "/sign-in?next=/accounts%3Fa%3Db%26c%3Dd"
        assert client.get("/pictures/" + "0" * 64).headers["location"].startswith("/sign-in")
        htmx = client.get("/accounts", headers={"hx-request": "true"})
        assert (htmx.status_code, htmx.headers["hx-redirect"]) == (401, "/sign-in")


@pytest.mark.parametrize(
    "address",
    ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", "/\n/x", "x", ""],
)
def test_next_leads_to_pages_of_ours_only(address: str) -> None:
    assert own_path(address) == "/"
    assert own_path("/accounts?a=b") == "/accounts?a=b"


def test_guessing_has_to_wait_and_unknown_names_do_as_well(desk_server: DeskServer) -> None:
    desk_server.add("mara")
    with desk_server.visitor() as client:
        token = form_token_of(client.get("/sign-in").text)
        for name in ("mara", "nora"):
            form = {"name": name, "password": "wrong", "form_token": token}
            answers = [client.post("/sign-in", data=form) for _ in range(FREE + 1)]
            assert [answer.status_code for answer in answers] == [401] * FREE + [429]
            assert answers[-1].headers["retry-after"] in ("1", "2")
            assert "Too many tries" in answers[-1].text
        right = {"name": "mara", "password": PASSWORD, "form_token": token}
        assert client.post("/sign-in", data=right).status_code == 429, "not looked at while waiting"
    failures = desk_server.desk.audit.entries(action="sign_in_failed")
    assert [entry.subject for entry in failures] == [""] * FREE + ["mara"] * FREE


def test_who_sends_too_many_requests_is_slowed_down_and_nobody_else(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, requests_per_minute=10)
    with serving(create_app(desk)) as address:
        server = DeskServer(desk, address)
        server.add("mara")
        with server.signed_in("mara") as client, server.visitor() as visitor:
            answers = [visitor.get("/sign-in") for _ in range(10)]
            assert answers[-1].status_code == 429
            assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
            assert "Go on in" in answers[-1].text
            assert client.get("/account").status_code == 200
            assert visitor.get("/health").status_code == 200


def test_only_a_trusted_proxy_is_believed_where_a_visitor_comes_from(tmp_path: Path) -> None:
    seen = []
    for proxies in ((), ("127.0.0.0/8",)):
        desk = desk_in(tmp_path, proxies=proxies)
        with serving(create_app(desk)) as address, DeskServer(desk, address).visitor() as client:
            token = form_token_of(client.get("/sign-in").text)
            form = {"name": "x", "password": "y", "form_token": token}
            client.post("/sign-in", data=form, headers={"x-forwarded-for": "203.0.113.9"})
            seen.append(desk.audit.entries(limit=1)[0].address)
    assert seen == ["127.0.0.1", "203.0.113.9"]


def test_the_secret_is_long_and_never_shown() -> None:
    settings = DeskSettings(b"a secret of the tests, long enough")
    assert "secret of" not in repr(settings)
    with pytest.raises(ValueError, match="openssl rand -hex 32"):
        replace(settings, secret=b"short")
