"""A desk of its own for each test, on a real server, and the machine's browser."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright
from upath import UPath

from resources.database import Database
from resources.picture_store import PictureStore
from resources.rollout import Rollout
from review_desk.accounts import Account, Accounts, Role
from review_desk.app import create_app
from review_desk.desk import Desk, DeskSettings, desk_over
from review_desk.passwords import Passwords
from tests.review_desk.browsers import (
    CHROMIUM,
    CHROMIUM_ARGUMENTS,
    DESKTOP,
    page_without_errors,
)

PASSWORD = "four words in a row"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass(frozen=True)
class DeskServer:
    """A desk, and the address that a real server answers for it on."""

    desk: Desk
    address: str

    def add(self, name: str, role: Role = "reviewer", **more: object) -> Account:
        """An account with the password `PASSWORD`."""
        account = Account(name, role, **more)
        self.desk.accounts.add(account, PASSWORD)
        return account

    def visitor(self) -> httpx.Client:
        """A client that nobody is signed in with: `with server.visitor() as client`."""
        return httpx.Client(base_url=self.address, timeout=20)

    @contextlib.contextmanager
    def signed_in(self, name: str) -> Iterator[httpx.Client]:
        """A client of a person who is signed in: what is posted carries the form token."""
        with self.visitor() as client:
            client.headers["x-form-token"] = form_token_of(client.get("/sign-in").text)
            answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
            client.headers["x-form-token"] = form_token_of(client.get("/account").text)
            yield client

    def sign_in(self, page: Page, name: str) -> None:
        """Sign in as a person does, in a browser's page."""
        page.goto(self.address + "/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)


def form_token_of(html: str) -> str:
    """The form token of a page."""
    return html.split('"X-Form-Token": "', 1)[1].split('"', 1)[0]


@contextlib.contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """A real server in a thread; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", lifespan="off", proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.005)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


def desk_in(folder: Path, database: Database | None = None, **settings: object) -> Desk:
    """A desk over SQLite in a folder, or another database; passwords are hashed quickly."""
    database = database or Database(f"sqlite:///{folder}/reviews.db")
    desk = desk_over(
        database,
        PictureStore(UPath(folder / "pictures")),
        Rollout(database, usual_share=1.0),
        DeskSettings(b"a secret of the tests, long enough", **settings),
    )
    return Desk(**{**vars(desk), "accounts": Accounts(database, QUICK)})


@pytest.fixture
def desk_server(tmp_path: Path) -> Iterator[DeskServer]:
    """A desk without accounts, on loopback."""
    desk = desk_in(tmp_path)
    with serving(create_app(desk)) as address:
        yield DeskServer(desk, address)
    desk.database.engine.dispose()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, for this room's tests alone.

    While it runs, so does Playwright's event loop in this thread, and Dagster's cannot.
    """
    if not CHROMIUM.exists():
        pytest.fail(f"the tests of pages need Chromium at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """A page in a profile of its own; an error in its console fails the test."""
    with page_without_errors(browser, viewport=DESKTOP) as page:
        yield page
