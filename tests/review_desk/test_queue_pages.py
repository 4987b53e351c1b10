"""The choice of what to look at."""

from collections.abc import Mapping, Sequence
from threading import Event, Thread
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from resources.review_queue import Wanted
from review_desk.queue_sizes import QueueSizes
from review_desk.reject_reasons import reject_reasons
from tests.review_desk.conftest import DeskServer
from tests.review_desk.owners import dish
from tests.review_desk.team import dishes, expect_dish


def test_what_is_chosen_is_what_comes(desk_server: DeskServer, browser_page: Page) -> None:
    page, desk = browser_page, desk_server.desk
    desk_server.add("mara")
    desk.queue.replace(
        "de",
        [
            dish(desk, "1", name="Suppe"),
            dish(desk, "2", name="Pizza", category="pizza", uncertainty=0.1),
            dish(desk, "3", name="Calzone", category="pizza", uncertainty=0.9, reason="diet"),
        ],
    )
    desk.queue.replace("tr", [dish(desk, "4", country="tr", name="Çorba")])
    desk_server.sign_in(page, "mara")
    page.get_by_label("Country").select_option("de")
    page.get_by_label("Category").select_option("pizza")
    page.get_by_label("Least certain first").check()
    page.get_by_role("button", name="One by one").click()
    expect_dish(page, "Calzone")
    expect(page.locator(".progress")).to_contain_text("2wait")
    page.get_by_role("link", name="Germany, pizza, least certain first").click()
    expect(page.get_by_label("Category")).to_have_value("pizza")
    page.get_by_role("link", name="Türkiye 1").click()
    expect_dish(page, "Çorba")


def test_to_look_at_the_queue_gives_back_what_one_holds(desk_server: DeskServer) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Suppe")
    with desk_server.signed_in("mara") as client:
        assert "Suppe" in client.get("/review").text
        assert desk_server.desk.queue.take("otto", Wanted()) == []
        client.get("/queue")
        assert len(desk_server.desk.queue.take("otto", Wanted())) == 1


@pytest.mark.parametrize("query", ["country=xx", "country=de&order=colour", "country=" + "d" * 200])
def test_an_address_that_asks_for_nonsense_is_explained(
    desk_server: DeskServer, query: str
) -> None:
    desk_server.add("mara")
    with desk_server.signed_in("mara") as client:
        assert client.get(f"/review?{query}").status_code in (404, 422)


def test_while_one_counts_nobody_else_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review_desk.queue_sizes.KEPT_S", 0.0)
    counting, go_on = Event(), Event()
    rows: Sequence[Mapping[str, Any]] = [{"items": 1}]
    times = []

    def count() -> Sequence[Mapping[str, Any]]:
        times.append(1)
        if len(times) > 1:
            counting.set()
            go_on.wait(10)
        return rows

    sizes = QueueSizes(count)
    assert sizes.rows() == rows
    slow = Thread(target=sizes.rows)
    slow.start()
    assert counting.wait(10)
    assert sizes.rows() == rows  # the former counts, at once
    assert len(times) == 2
    go_on.set()
    slow.join(10)


def test_each_reason_has_a_key_and_rules_and_checks_of_its_own() -> None:
    reasons = reject_reasons().values()
    for several in (
        [reason.key for reason in reasons],
        [rule for reason in reasons for rule in reason.rules],
        [check for reason in reasons for check in reason.checks],
    ):
        assert len(several) == len(set(several))
