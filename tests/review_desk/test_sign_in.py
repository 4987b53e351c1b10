"""Signing in and out, and what keeps others from doing it."""

from playwright.sync_api import Page

from tests.review_desk.conftest import PASSWORD, DeskServer, form_token_of


def test_a_person_signs_in_and_out(desk_server: DeskServer, browser_page: Page) -> None:
    desk_server.add("mara", "admin")

    browser_page.goto(desk_server.address + "/accounts")
    assert browser_page.get_by_role("heading", name="Sign in").is_visible()
    desk_server.sign_in(browser_page, "mara")
    browser_page.get_by_role("link", name="Accounts").click()
    browser_page.get_by_role("heading", name="Accounts").wait_for()

    browser_page.get_by_role("button", name="Sign out").click()
    browser_page.get_by_role("heading", name="Sign in").wait_for()
    browser_page.goto(desk_server.address + "/accounts")
    assert browser_page.get_by_role("heading", name="Sign in").is_visible()


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(desk_server: DeskServer) -> None:
    desk_server.add("mara")
    answers = []
    for name in ("mara", "nora"):
        with desk_server.visitor() as client:
            token = form_token_of(client.get("/sign-in").text)
            form = {"name": name, "password": PASSWORD + "!", "form_token": token}
            answer = client.post("/sign-in", data=form)
            answers.append((answer.status_code, answer.text.replace(token, "").replace(name, "")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 401
