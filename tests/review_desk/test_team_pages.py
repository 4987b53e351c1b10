"""What holds for each of the content team's pages: anybody can use it, on any screen."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from resources.checks.finding import Finding, boxed
from resources.review_queue import Wanted
from resources.vote_log import Vote
from tests.review_desk.browsers import (
    DESKTOP,
    PHONE,
    accessibility_faults,
    is_wider_than_the_screen,
)
from tests.review_desk.conftest import DeskServer
from tests.review_desk.owners import dish, drawn
from tests.review_desk.team import CLEAR, at_the_desk

LONG = "Hausgemachte Donaudampfschifffahrtsgesellschaftskapitänssuppe nach Großmutters Art"
TOP = (0.0, 0.0, 1.0, 0.1)


def a_day_at_the_desk(server: DeskServer) -> None:
    """A dish of each kind: with doubts, clear, disputed; one with all that a page can show."""
    desk = server.desk
    full = dish(
        desk,
        "1",
        pictures=4,
        name=LONG,
        english_name="ship captain's soup as grandmother made it, with dumplings",
        description="Mit Knödeln und Schnittlauch, aus dem Topf.",
        english_description="With dumplings and chives, from the pot.",
        dietary_flags=("vegetarian", "halal", "no_pork"),
        photo_hash=drawn(desk.pictures, 99),
    )
    writing = Finding("text", "unchecked", 0.2, "may be writing", {"boxes": [boxed(TOP, "MENU")]})
    marked = replace(full.candidates[2], findings=(*full.candidates[2].findings, writing))
    full = replace(full, candidates=(*full.candidates[:2], marked, full.candidates[3]))
    disputed = dish(desk, "9", looks_needed=2)
    desk.queue.replace("de", [disputed])
    first, second = (one.candidate_id for one in disputed.candidates)
    for vote in (
        Vote("mara", "approve", (first,), seconds=1.5),
        Vote("otto", "reject", (first, second), "other", "das ist keine Suppe", seconds=4.0),
    ):
        (taken,) = desk.queue.take(vote.reviewer, Wanted())
        desk.votes.vote(taken.key, vote)
    clear = [dish(desk, str(number), name=LONG, **CLEAR) for number in range(2, 5)]
    desk.queue.replace("de", [full, *clear, disputed])
    desk.queue.replace("ae", [dish(desk, "7", country="ae", name="شاورما دجاج")])


def see_all(page: Page, address: str) -> list[str]:
    """Open each page, and what opens over it; everything that is wrong with one."""
    faults = []
    for path, keys in (
        ("/queue?counted=true", ""),
        ("/review", ""),
        ("/review", "r"),
        ("/review", "d"),
        ("/review", "?"),
        ("/review?country=ae", "z"),
        ("/review?country=tr", ""),
        ("/grid", "x"),
        ("/disputes", ""),
        ("/audit", ""),
    ):
        page.goto(address + path)
        if path.startswith("/review"):
            page.locator("#decided").wait_for()  # comes after the page
        for key in keys:
            page.keyboard.press(key)
        where = f"{path} {keys}"
        faults += [f"{where}: {fault}" for fault in accessibility_faults(page)]
        if is_wider_than_the_screen(page):
            faults.append(f"{where}: wider than the screen")
    return faults


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"]
)
def test_every_page_is_accessible_and_fits(
    desk_server: DeskServer, browser: Browser, viewport: dict[str, int], scheme: str
) -> None:
    desk_server.add("lena", "lead")
    a_day_at_the_desk(desk_server)
    with at_the_desk(
        browser, desk_server, "lena", "/queue", viewport=viewport, color_scheme=scheme
    ) as page:
        assert see_all(page, desk_server.address) == []
