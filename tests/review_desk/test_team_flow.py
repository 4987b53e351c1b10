"""From the queue to the published file: the real flow, and a person with a keyboard."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from playwright.sync_api import Page, expect

from review_desk.app import create_app
from review_desk.desk import DeskSettings, desk_over
from tests.review_desk.conftest import DeskServer, serving
from tests.review_desk.team import QUICKEST_MS
from tests.stand_ins import Flow


def run(flow: Flow, job: str = "whole_flow") -> None:
    """Run a job in a thread of its own: Playwright has an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(flow.run, job).result()


def test_what_is_approved_by_key_is_published_and_what_is_undone_is_withdrawn(
    flow: Flow, browser_page: Page
) -> None:
    quiet = flow.with_resources(
        acceptance=replace(flow.resources.acceptance, audit_share=1e-9),
        review_rule=replace(flow.resources.review_rule, second_look_share=1e-9),
    )
    run(quiet)
    resources, page = quiet.resources, browser_page
    desk = desk_over(
        resources.reviews.database, resources.pictures, resources.rollout, DeskSettings(b"s" * 32)
    )
    with serving(create_app(desk)) as address:
        server = DeskServer(desk, address)
        server.add("mara")
        server.sign_in(page, "mara")
        page.get_by_role("heading", name="3 dishes wait").wait_for()
        page.get_by_role("button", name="One by one").focus()
        page.keyboard.press("Enter")
        page.locator("#dish-name").wait_for()
        first = page.locator("article").get_attribute("data-key") or ""
        page.wait_for_timeout(QUICKEST_MS)
        page.keyboard.press("1")
        expect(page.locator("#said")).to_contain_text("Approved")
        (decision,) = desk.reviews.decisions("de")
        assert first.endswith(decision.product_id)

        run(quiet, "after_review")
        (published,) = quiet.published()
        assert published

        page.wait_for_timeout(QUICKEST_MS)
        page.keyboard.press("u")
        expect(page.locator("#said")).to_contain_text("taken back")
        run(quiet, "after_review")
        assert quiet.published() == []
    desk.database.engine.dispose()
