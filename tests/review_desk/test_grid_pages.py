"""Many dishes at once: by keyboard, and only those that may be decided at a glance."""

import re

from playwright.sync_api import Page, expect

from resources.review_queue import Wanted
from resources.vote_log import Vote
from review_desk.dish_view import key_text
from tests.review_desk.conftest import DeskServer
from tests.review_desk.team import CLEAR, decisions, dishes, expect_dish


def test_all_but_those_left_out_are_approved_by_keyboard(
    desk_server: DeskServer, browser_page: Page
) -> None:
    page = browser_page
    desk_server.add("mara")
    dishes(desk_server, "Apfel", "Birne", "Cassis", "Dattel", **CLEAR)
    desk_server.sign_in(page, "mara")
    page.goto(desk_server.address + "/grid")
    expect(page.get_by_role("button", name="Approve all 4")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    page.keyboard.press("x")  # it was right after all
    expect(page.get_by_role("button", name="Approve 3, leave out 1")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator("#zoom img")).to_be_visible()
    page.keyboard.press("z")
    page.keyboard.press("a")
    page.get_by_text("3 approved.").wait_for()
    approved = decisions(desk_server)
    assert {one.candidate_id for one in approved} == {f"candidate-{n}-1" for n in (1, 3, 4)}

    page.keyboard.press("l")
    expect_dish(page, "Birne")
    page.goto(desk_server.address + "/grid")
    expect(page.get_by_role("heading", name="1 dish at a glance")).to_be_visible()


def test_a_grid_can_be_taken_back(desk_server: DeskServer, browser_page: Page) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Apfel", "Birne", **CLEAR)
    desk_server.sign_in(browser_page, "mara")
    browser_page.goto(desk_server.address + "/grid")
    browser_page.keyboard.press("a")
    browser_page.get_by_text("2 approved.").wait_for()
    browser_page.keyboard.press("u")
    browser_page.get_by_text("2 taken back.").wait_for()
    assert decisions(desk_server) == []
    assert browser_page.get_by_role("checkbox").count() == 2


def test_what_does_not_count_is_named_and_the_rest_counts(desk_server: DeskServer) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Apfel", "Birne", **CLEAR)
    mine = desk_server.desk.queue.take("mara", Wanted(), 9)
    desk_server.desk.queue.release("mara")
    pear = desk_server.desk.queue.take("otto", Wanted(), 9)[1]
    best = pear.item.candidates[0].candidate_id
    desk_server.desk.votes.vote(pear.key, Vote("otto", "approve", (best,)))
    desk_server.desk.queue.release("otto")
    with desk_server.signed_in("mara") as client:
        answer = client.post("/grid", data={"dish": [key_text(one.key) for one in mine]})
    assert "1 approved." in answer.text
    assert "<bdi>Birne</bdi></b>: somebody else has just decided" in answer.text
    assert [one.reviewer for one in decisions(desk_server)] == ["otto", "mara"]


def test_a_dish_that_needs_a_look_of_its_own_is_refused(desk_server: DeskServer) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Apfel", reason="people", uncertainty=0.1)
    (waiting,) = desk_server.desk.queue.take("mara", Wanted())
    with desk_server.signed_in("mara") as client:
        assert "Apfel" not in client.get("/grid").text
        answer = client.post("/grid", data={"dish": key_text(waiting.key)})
    assert "a look of its own" in answer.text
    assert decisions(desk_server) == []


def test_a_grid_is_not_taken_back_in_place_of_what_came_after_it(desk_server: DeskServer) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Apfel", "Birne", **CLEAR)
    mine = desk_server.desk.queue.take("mara", Wanted(), 2)
    with desk_server.signed_in("mara") as client:
        answer = client.post("/grid", data={"dish": key_text(mine[0].key)}).text
        newest = re.findall(r'name="newest" value="(\d+)"', answer)
        best = mine[1].item.candidates[0].candidate_id
        client.post("/review/vote", data={"dish": key_text(mine[1].key), "approve": best})
        answer = client.post("/grid/undo", data={"count": 1, "newest": newest}).text
        assert "you have decided on other dishes since" in answer
    assert len(decisions(desk_server)) == 2


def test_a_grid_of_another_country_is_refused(desk_server: DeskServer) -> None:
    desk_server.add("mara", countries=("tr",))
    dishes(desk_server, "Apfel", **CLEAR)
    (waiting,) = desk_server.desk.queue.take("otto", Wanted())
    with desk_server.signed_in("mara") as client:
        answer = client.post("/grid", data={"dish": key_text(waiting.key)})
    assert answer.status_code == 403
    assert "Apfel" not in answer.text
