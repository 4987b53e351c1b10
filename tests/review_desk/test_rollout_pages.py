"""The rollout's pages: shares, one big switch that asks once, and who did it."""

from playwright.sync_api import Page, expect

from tests.review_desk.browsers import PHONE, accessibility_faults, is_wider_than_the_screen
from tests.review_desk.conftest import DeskServer


def test_an_admin_sets_shares_stops_everything_and_goes_on(
    desk_server: DeskServer, browser_page: Page
) -> None:
    desk_server.add("mara", "admin")
    desk_server.sign_in(browser_page, "mara")
    rollout = desk_server.desk.rollout
    page = browser_page
    page.get_by_role("link", name="Rollout").click()
    assert accessibility_faults(page) == []

    page.get_by_label("Share of Germany's vendors in percent").fill("12.5")
    page.get_by_role("button", name="Set the share of Germany").click()
    expect(page.locator("#de").get_by_text("12.5 % shown")).to_be_visible()
    assert rollout.now().share("de") == 0.125

    page.get_by_role("link", name="Stop everywhere").click()
    expect(page.get_by_role("heading", name="Stop everywhere?")).to_be_visible()
    assert accessibility_faults(page) == []
    assert rollout.now().share("de") == 0.125, "asking changes nothing"
    page.get_by_role("button", name="Stop everywhere").click()
    expect(page.get_by_role("heading", name="Stopped everywhere")).to_be_visible()
    assert accessibility_faults(page) == []
    assert rollout.now().share("de") == rollout.now().share("tr") == 0

    page.get_by_role("link", name="Go on everywhere").click()
    page.get_by_role("button", name="Go on everywhere").click()
    page.get_by_role("link", name="Stop in Türkiye").click()
    page.get_by_role("button", name="Stop in Türkiye").click()
    expect(page.get_by_role("link", name="Go on in Türkiye")).to_be_visible()
    assert (rollout.now().share("de"), rollout.now().share("tr")) == (0.125, 0)

    page.set_viewport_size(PHONE)
    assert not is_wider_than_the_screen(page)
    log = desk_server.desk.audit.entries(actor="mara")
    assert [(one.action, one.subject) for one in log if one.action.startswith("rollout")] == [
        ("rollout_stopped", "tr"),
        ("rollout_goes_on", "*"),
        ("rollout_stopped", "*"),
        ("rollout_set", "de"),
    ]
    assert all(one.address == "127.0.0.1" for one in log)


def test_only_admins_turn_it(desk_server: DeskServer) -> None:
    desk_server.add("joao", "lead")
    with desk_server.signed_in("joao") as client:
        assert client.get("/rollout").status_code == 403
        assert client.post("/rollout/switch", data={"country": "*", "to": "stop"}).is_error
        assert client.post("/rollout/share", data={"country": "de", "percent": "0"}).is_error
    assert desk_server.desk.rollout.history() == []


def test_nonsense_sets_nothing(desk_server: DeskServer) -> None:
    desk_server.add("mara", "admin")
    with desk_server.signed_in("mara") as client:
        for country, percent in (
            ("de", "101"),
            ("de", "-1"),
            ("de", "nan"),
            ("de", ""),
            ("xx", "5"),
        ):
            answer = client.post("/rollout/share", data={"country": country, "percent": percent})
            assert answer.status_code == 422
        unknown = client.post("/rollout/share", data={"country": "xx", "percent": "5"})
        assert "&#39;xx&#39; is not served: use one of de" in unknown.text
        assert client.post("/rollout/switch", data={"country": "xx", "to": "stop"}).is_error
        assert client.get("/rollout/confirm?to=stop&country=xx").status_code == 404
    assert desk_server.desk.rollout.history() == []
