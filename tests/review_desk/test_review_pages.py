"""One dish after the other: by keyboard, by mouse, without scripts, and against the others."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from resources.review_queue import Wanted
from resources.settings import SettingError
from resources.vote_log import Vote
from review_desk.app import create_app
from review_desk.dish_view import key_text
from tests.review_desk.conftest import PASSWORD, DeskServer, desk_in, serving
from tests.review_desk.team import at_the_desk, decisions, dishes, expect_dish


def test_from_the_queue_to_its_end_by_keyboard_alone(
    desk_server: DeskServer, browser_page: Page
) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Suppe", "Salat", "Torte")
    page = browser_page
    desk_server.sign_in(page, "mara")
    page.get_by_role("heading", name="3 dishes wait").wait_for()
    page.get_by_role("button", name="One by one").focus()
    page.keyboard.press("Enter")

    expect_dish(page, "Suppe")
    page.keyboard.press("2")
    expect_dish(page, "Salat")
    expect(page.locator("#said")).to_contain_text("Approved. Next: Salat")
    expect(page.locator("#dish-name")).to_be_focused()
    page.keyboard.press("r")
    page.keyboard.press("w")
    expect_dish(page, "Torte")
    assert [(one.product_id, one.decision, one.reason) for one in decisions(desk_server)] == [
        ("1", "approve", None),
        ("2", "reject", "wrong_dish"),
        ("2", "reject", "wrong_dish"),
    ]
    expect(page.locator("#decided")).to_have_text("2")

    page.keyboard.press("u")
    expect_dish(page, "Salat")
    assert len(decisions(desk_server)) == 1
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    page.keyboard.press("o")  # needs words: the cursor goes there
    page.keyboard.type("zu viel Dressing")
    page.keyboard.press("Enter")
    expect_dish(page, "Torte")
    newest = decisions(desk_server)[-1]
    assert (newest.candidate_id, newest.reason) == ("candidate-2-2", "other: zu viel Dressing")
    page.keyboard.press("s")
    page.get_by_role("heading", name="Nothing waits here").wait_for()
    assert len(decisions(desk_server)) == 2


def test_the_next_dish_is_there_before_the_server_answers(
    desk_server: DeskServer, browser_page: Page
) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Suppe", "Salat", "Torte")
    desk_server.sign_in(browser_page, "mara")
    browser_page.goto(desk_server.address + "/review")
    expect_dish(browser_page, "Suppe")
    held: list[Route] = []
    browser_page.route("**/review/vote*", lambda route: held.append(route))
    browser_page.keyboard.press("1")
    expect_dish(browser_page, "Salat")
    browser_page.keyboard.press("1")  # waits for its turn
    browser_page.wait_for_timeout(100)
    assert len(held) == 1
    assert decisions(desk_server) == []
    browser_page.unroute("**/review/vote*")  # lets it through
    expect_dish(browser_page, "Torte")
    browser_page.wait_for_load_state("networkidle")
    assert [one.product_id for one in decisions(desk_server)] == ["1", "2"]


def test_a_key_pressed_twice_decides_once(desk_server: DeskServer, browser_page: Page) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Suppe", "Salat", "Torte")
    desk_server.sign_in(browser_page, "mara")
    browser_page.goto(desk_server.address + "/review")
    expect_dish(browser_page, "Suppe")
    browser_page.keyboard.press("1")
    browser_page.keyboard.press("1")
    expect_dish(browser_page, "Salat")
    assert len(decisions(desk_server)) == 1


def test_two_people_never_see_the_same_dish(desk_server: DeskServer, browser: Browser) -> None:
    desk_server.add("mara")
    desk_server.add("otto")
    dishes(desk_server, *(f"Gericht {number}" for number in range(1, 5)))
    seen = []
    with (
        at_the_desk(browser, desk_server, "mara", "/review") as hers,
        at_the_desk(browser, desk_server, "otto", "/review") as his,
    ):
        for _ in range(2):
            for page in (hers, his):
                seen.append(page.locator("#dish-name").inner_text())
                expect_dish(page, seen[-1])
                page.keyboard.press("1")
                expect(page.locator("#dish-name")).not_to_have_text(seen[-1])
        expect(hers.get_by_role("heading", name="Nothing waits here")).to_be_visible()
    assert sorted(seen) == [f"Gericht {number}" for number in range(1, 5)]
    assert len(decisions(desk_server)) == 4


def test_a_vote_that_does_not_count_says_why_and_goes_on(
    desk_server: DeskServer, browser: Browser
) -> None:
    desk_server.add("mara")
    soup, *_ = dishes(desk_server, "Suppe", "Salat")
    with at_the_desk(browser, desk_server, "mara", "/review") as page:
        expect_dish(page, "Suppe")
        desk_server.desk.queue.release("mara")  # she was away, and her time is over
        (taken,) = desk_server.desk.queue.take("otto", Wanted())
        desk_server.desk.votes.vote(
            taken.key, Vote("otto", "approve", (soup.candidates[0].candidate_id,))
        )
        page.keyboard.press("2")
        expect(page.locator("#said")).to_contain_text("somebody else has just decided")
        expect_dish(page, "Salat")
        assert [one.reviewer for one in decisions(desk_server)] == ["otto"]
        page.keyboard.press("1")
        page.get_by_role("heading", name="Nothing waits here").wait_for()


def test_an_expired_lease_that_nobody_took_still_counts(
    desk_server: DeskServer, browser_page: Page
) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Suppe", "Salat")
    desk_server.sign_in(browser_page, "mara")
    browser_page.goto(desk_server.address + "/review")
    expect_dish(browser_page, "Suppe")
    desk_server.desk.queue.release("mara")
    browser_page.keyboard.press("1")
    expect_dish(browser_page, "Salat")
    assert [one.reviewer for one in decisions(desk_server)] == ["mara"]


def test_without_a_connection_nothing_is_lost(desk_server: DeskServer, browser: Browser) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Suppe", "Salat")
    with at_the_desk(browser, desk_server, "mara", "/review") as page:
        expect_dish(page, "Suppe")
        page.route("**/review/vote*", lambda route: route.abort())
        page.keyboard.press("1")
        page.get_by_text("There is no connection").wait_for()
        assert decisions(desk_server) == []
        page.unroute("**/review/vote*")
        page.keyboard.press("Enter")  # "Send it again" has the focus
        expect(page.locator("#said")).to_contain_text("Approved")
        expect_dish(page, "Salat")
        assert len(decisions(desk_server)) == 1
        expect(page.get_by_text("There is no connection")).to_have_count(0)


def test_evidence_details_and_the_large_picture_are_a_key_away(
    desk_server: DeskServer, browser_page: Page
) -> None:
    page = browser_page
    desk_server.add("mara")
    dishes(desk_server, "Suppe")
    desk_server.sign_in(page, "mara")
    page.goto(desk_server.address + "/review")
    expect_dish(page, "Suppe")
    expect(page.get_by_text("perhaps a hand")).to_be_visible()
    marks = page.locator(".candidate .marks").first
    expect(marks).to_be_visible()
    page.keyboard.press("e")
    expect(marks).to_be_hidden()
    page.keyboard.press("d")
    expect(page.get_by_text("candidate-1-1")).to_be_visible()
    page.keyboard.press("d")
    page.keyboard.press("z")
    expect(page.locator("#zoom img")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator("#zoom")).to_be_hidden()
    page.keyboard.press("?")
    page.get_by_label("Single keys work on this device").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.wait_for_timeout(100)
    assert decisions(desk_server) == []


def test_keys_work_on_a_greek_keyboard(desk_server: DeskServer, browser_page: Page) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Suppe")
    desk_server.sign_in(browser_page, "mara")
    browser_page.goto(desk_server.address + "/review")
    expect_dish(browser_page, "Suppe")
    browser_page.evaluate(
        """document.body.dispatchEvent(
            new KeyboardEvent("keydown", { key: "ρ", code: "KeyR", bubbles: true }))"""
    )
    expect(browser_page.get_by_role("heading", name="Why not?")).to_be_visible()


def test_who_was_signed_out_comes_back_to_the_same_dish(
    desk_server: DeskServer, browser: Browser
) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Suppe", "Salat")
    with at_the_desk(browser, desk_server, "mara", "/review?country=de") as page:
        expect_dish(page, "Suppe")
        desk_server.desk.sessions.end_all("mara")
        page.keyboard.press("1")
        page.get_by_label("Name").fill("mara")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect_dish(page, "Suppe")
        assert page.url.endswith("/review?country=de")
    assert decisions(desk_server) == []


def test_it_works_without_scripts(desk_server: DeskServer, browser: Browser) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Suppe", "Salat", "Torte")
    with at_the_desk(browser, desk_server, "mara", "/queue", java_script_enabled=False) as page:
        page.get_by_role("link", name="Count what waits").click()
        page.get_by_role("button", name="One by one").click()
        page.get_by_role("button", name="Approve picture 2").click()
        assert page.locator("#dish-name").inner_text() == "Salat"
        page.get_by_role("button", name="Reject all").click()
        page.get_by_role("button", name="Blurred").click()
        assert page.locator("#dish-name").inner_text() == "Torte"
        page.get_by_role("button", name="Undo").click()
        assert page.locator("#dish-name").inner_text() == "Salat"
    assert [one.candidate_id for one in decisions(desk_server)] == ["candidate-1-2"]


def test_scores_are_hidden_where_nobody_may_be_led(desk_server: DeskServer) -> None:
    desk_server.add("mara")
    shown = {}
    for is_audit in (False, True):
        dishes(desk_server, "Suppe", is_audit=is_audit)
        with desk_server.signed_in("mara") as client:
            shown[is_audit] = client.get("/review").text
    assert "<meter" in shown[False]
    assert "Sharpness" in shown[False]
    assert "<meter" not in shown[True]
    assert "Sharpness" not in shown[True]


def test_the_way_back_to_dagster_is_a_link_where_it_is_known(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, dagster_address="https://dagster.example.org")
    with serving(create_app(desk)) as address:
        server = DeskServer(desk, address)
        server.add("mara")
        dishes(server, "Suppe")
        with server.signed_in("mara") as client:
            shown = client.get("/review").text
    desk.database.engine.dispose()
    asset = "https://dagster.example.org/assets/images/candidate_images?partition=de"
    assert f'href="{asset}"' in shown
    with pytest.raises(SettingError, match="GARNISH_DAGSTER_URL"):
        desk_in(tmp_path, dagster_address="dagster.example.org")


def test_a_reviewer_reaches_only_the_own_countries(desk_server: DeskServer) -> None:
    desk_server.add("mara", countries=("tr",))
    (soup,) = dishes(desk_server, "Suppe")
    (waiting,) = desk_server.desk.queue.take("otto", Wanted())
    desk_server.desk.queue.release("otto")
    with desk_server.signed_in("mara") as client:
        assert "Suppe" not in client.get("/review").text
        assert client.get("/review?country=de").status_code == 403
        form = {"dish": key_text(waiting.key), "approve": soup.candidates[0].candidate_id}
        assert client.post("/review/vote", data=form).status_code == 403
        assert client.post("/review/skip", data=form).status_code == 403
    assert decisions(desk_server) == []


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"dish": "nonsense", "approve": "candidate-1-1"}, 422, "names no dish"),
        ({"approve": "candidate-1-1"}, 422, "dish"),
        ({"approve": "candidate-9-9"}, 409, "not among the dish"),
        ({"reject": "other", "candidate": "candidate-1-1"}, 409, "in a few words"),
        ({"reject": "ugly", "candidate": "candidate-1-1"}, 409, "reasons have changed"),
        ({"reject": "blurred"}, 409, "say which pictures"),
        ({}, 409, "say which pictures"),
    ],
)
def test_a_form_that_says_too_little_changes_nothing(
    desk_server: DeskServer, form: dict[str, str], status: int, words: str
) -> None:
    desk_server.add("mara")
    dishes(desk_server, "Suppe")
    (waiting,) = desk_server.desk.queue.take("mara", Wanted())
    with desk_server.signed_in("mara") as client:
        known = {} if form == {"approve": "candidate-1-1"} else {"dish": key_text(waiting.key)}
        answer = client.post("/review/vote", data={**known, **form})
    assert answer.status_code == status
    assert words in answer.text
    assert decisions(desk_server) == []
