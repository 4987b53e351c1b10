"""A content team at work: dishes that wait, people, and what their browsers show."""

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, expect

from resources.review_item import CHOICE, ReviewItem
from resources.review_store import Decision
from tests.review_desk.browsers import DESKTOP
from tests.review_desk.conftest import DeskServer
from tests.review_desk.owners import dish

CLEAR = {"reason": CHOICE, "uncertainty": 0.2}
"""Nothing is open of such a dish: it may be decided at a glance."""

QUICKEST_MS = 300
"""Longer than the time in which a second press of a key is taken for a slip (desk.js)."""


def dishes(server: DeskServer, *names: str, **values: object) -> list[ReviewItem]:
    """German dishes that wait, in this order."""
    items = [
        dish(server.desk, str(number), name=name, english_name=f"English {name}", **values)
        for number, name in enumerate(names, start=1)
    ]
    server.desk.queue.replace("de", items)
    return items


def decisions(server: DeskServer) -> list[Decision]:
    """What was decided on German dishes."""
    return server.desk.reviews.decisions("de")


@contextlib.contextmanager
def at_the_desk(
    browser: Browser, server: DeskServer, name: str, path: str, **more: object
) -> Iterator[Page]:
    """A browser in which a person has signed in and opened a page; its console may complain."""
    context = browser.new_context(**{"viewport": DESKTOP, **more})
    page = context.new_page()
    server.sign_in(page, name)
    page.goto(server.address + path)
    yield page
    context.close()


def expect_dish(page: Page, name: str) -> None:
    """The dish is shown, and a key that is pressed now is meant for it."""
    expect(page.locator("#dish-name")).to_have_text(name)
    page.wait_for_timeout(QUICKEST_MS)
