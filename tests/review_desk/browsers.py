"""The machine's browser: where it is, how it starts without a network of its own, what axe says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@contextmanager
def page_without_errors(browser: Browser, **profile: Any) -> Iterator[Page]:
    """A page in a profile of its own; an error in its console fails the test."""
    context = browser.new_context(**profile)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    yield page
    context.close()
    assert not errors, f"the browser complains: {errors}"


def accessibility_faults(page: Page) -> list[str]:
    """What axe-core finds on a page, whatever its weight: rule, element, help."""
    return [
        f"{fault['id']}: {node['target']}: {fault['help']}"
        for fault in Axe().run(page).response["violations"]
        for node in fault["nodes"]
    ]


def is_wider_than_the_screen(page: Page) -> bool:
    """Whether a person has to scroll sideways."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )
