"""Admins give and take accounts; people change their own password."""

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.review_desk.browsers import (
    DESKTOP,
    PHONE,
    accessibility_faults,
    is_wider_than_the_screen,
)
from tests.review_desk.conftest import PASSWORD, DeskServer


def test_an_admin_makes_an_account_and_its_person_signs_in_with_the_password_shown(
    desk_server: DeskServer, browser_page: Page
) -> None:
    desk_server.add("mara", "admin")
    desk_server.sign_in(browser_page, "mara")
    browser_page.get_by_role("link", name="Accounts").click()
    form = browser_page.locator("form[action='/accounts']")
    form.get_by_label("Name").fill("joao")
    form.get_by_label("lead").check()
    form.get_by_label("Germany").check()
    form.get_by_label("Spain").check()
    form.get_by_label("Languages").fill("es, de")
    form.get_by_role("button").click()
    password = browser_page.locator("code.password").inner_text()

    account = desk_server.desk.accounts.account("joao")
    assert account is not None
    assert (account.role, account.countries) == ("lead", ("de", "es"))
    assert account.languages == ("es", "de")
    browser_page.goto(desk_server.address + "/accounts")
    assert password not in browser_page.content()
    assert desk_server.desk.accounts.with_password("joao", password)
    (entry,) = desk_server.desk.audit.entries(action="account_made")
    assert (entry.actor, entry.subject, entry.address) == ("mara", "joao", "127.0.0.1")
    assert password not in str(entry)


def test_a_disabled_person_is_out_at_once_and_a_new_password_ends_sessions(
    desk_server: DeskServer,
) -> None:
    for name, role in (("mara", "admin"), ("joao", "reviewer"), ("yuki", "reviewer")):
        desk_server.add(name, role)
    with (
        desk_server.signed_in("mara") as mara,
        desk_server.signed_in("joao") as joao,
        desk_server.signed_in("yuki") as yuki,
    ):
        assert joao.get("/account").status_code == 200
        form = {"role": "reviewer", "is_disabled": "true"}
        assert "joao is changed" in mara.post("/accounts/joao", data=form).text
        assert joao.get("/account").status_code == 303

        assert yuki.get("/account").status_code == 200
        assert "only once" in mara.post("/accounts/yuki/password").text
        assert yuki.get("/account").status_code == 303
        assert desk_server.desk.accounts.with_password("yuki", PASSWORD) is None


@pytest.mark.parametrize("form", [{"role": "reviewer"}, {"role": "admin", "is_disabled": "true"}])
def test_no_admin_locks_the_own_door(desk_server: DeskServer, form: dict[str, str]) -> None:
    desk_server.add("mara", "admin")
    with desk_server.signed_in("mara") as client:
        answer = client.post("/accounts/mara", data=form)
        assert answer.status_code == 422
        assert "you would lock yourself out" in answer.text
        assert client.get("/accounts").status_code == 200


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "mara"}, "is an account already"),
        ({"name": "M\u00e4ra"}, "small letters"),
        ({"name": "<script>"}, "&lt;script&gt;"),
        ({"name": "eve", "role": "boss"}, "use reviewer, lead, admin"),
        ({"name": "eve", "countries": "xx"}, "countries xx"),
        ({}, "small letters"),
    ],
)
def test_what_cannot_be_an_account_is_said_in_words(
    desk_server: DeskServer, form: dict[str, str], words: str
) -> None:
    desk_server.add("mara", "admin")
    with desk_server.signed_in("mara") as client:
        answer = client.post("/accounts", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert len(desk_server.desk.accounts.all()) == 1


def test_a_person_changes_the_own_password_and_is_signed_out_elsewhere(
    desk_server: DeskServer,
) -> None:
    desk_server.add("joao")
    new = "some other words in a row"
    with desk_server.signed_in("joao") as here, desk_server.signed_in("joao") as elsewhere:

        def change(now: str, then: str) -> httpx.Response:
            return here.post("/account/password", data={"password": now, "new_password": then})

        assert "not your password" in change("wrong", new).text
        assert "15 to 256" in change(PASSWORD, "short").text
        assert elsewhere.get("/account").status_code == 200
        assert "is changed" in change(PASSWORD, new).text
        assert here.get("/account").status_code == 200
        assert elsewhere.get("/account").status_code == 303
    assert desk_server.desk.accounts.with_password("joao", new)


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit_the_screen(
    desk_server: DeskServer, browser: Browser, screen: dict[str, int], scheme: str
) -> None:
    desk_server.add("mara", "admin", email="mara@example.org", countries=("de", "es"))
    desk_server.add("joao", is_disabled=True)
    with browser.new_context(viewport=screen, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(desk_server.address + "/sign-in")
        faults = accessibility_faults(page)
        desk_server.sign_in(page, "mara")
        for path in ("/accounts", "/accounts/joao", "/account", "/nowhere"):
            page.goto(desk_server.address + path)
            faults += [f"{path} {fault}" for fault in accessibility_faults(page)]
            assert not is_wider_than_the_screen(page), path
    assert faults == []


def test_everything_is_reached_by_keyboard(desk_server: DeskServer, browser_page: Page) -> None:
    desk_server.add("mara", "admin")
    browser_page.goto(desk_server.address + "/sign-in")
    browser_page.keyboard.type("mara")
    browser_page.keyboard.press("Tab")
    browser_page.keyboard.type(PASSWORD)
    browser_page.keyboard.press("Enter")
    browser_page.get_by_role("button", name="Sign out").wait_for()
    browser_page.keyboard.press("Tab")
    assert browser_page.evaluate("document.activeElement.textContent") == "Skip to the content"
    browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == "main"
