"""Reports and gold items as leads see them; reviewers see neither."""

from pathlib import Path

from playwright.sync_api import Page, expect

from resources.gold_items import GoldAnswer
from resources.vote_log import Vote
from review_desk.app import create_app
from tests.review_desk.conftest import DeskServer, desk_in, serving
from tests.review_desk.team import decisions, dishes


def test_figures_of_the_team(desk_server: DeskServer, browser_page: Page) -> None:
    desk = desk_server.desk
    desk_server.add("lea", "lead")
    one, two, _ = dishes(desk_server, "Suppe", "Salat", "Torte", looks_needed=2)
    desk_server.sign_in(browser_page, "lea")
    browser_page.goto(desk_server.address + "/reports")
    expect(browser_page.get_by_text("Nobody voted in these days.")).to_be_visible()
    for name in ("ada", "bob"):
        for item in (one, two):
            waiting = desk.queue.item("de", item.product_id)
            assert waiting is not None
            picture = item.candidates[0].candidate_id
            if item is one:
                vote = Vote(name, "approve", (picture,), seconds=3)
            else:
                vote = Vote(name, "reject", (picture,), "blurred", seconds=5)
            desk.votes.vote(waiting.key, vote)
    browser_page.goto(desk_server.address + "/reports?days=7")
    ada = browser_page.get_by_role("row", name="ada")
    expect(ada).to_contain_text("50 %")  # approved
    expect(ada).to_contain_text("100 %")  # agree with others
    expect(browser_page.get_by_text("Two people looked at 2 dishes")).to_be_visible()
    expect(browser_page.get_by_role("row", name="Germany").first).to_be_visible()
    expect(browser_page.locator("#waits + div")).to_contain_text("1")


def test_a_lead_retires_a_gold_item(desk_server: DeskServer, browser_page: Page) -> None:
    desk_server.add("lea", "lead")
    (item,) = dishes(desk_server, "Suppe")
    desk_server.desk.gold.make(item, GoldAnswer("reject", ("blurred",)), "lea")
    desk_server.sign_in(browser_page, "lea")
    browser_page.goto(desk_server.address + "/reports")
    browser_page.get_by_role("button", name="Retire Suppe").click()
    expect(browser_page.get_by_text("retired")).to_be_visible()
    assert desk_server.desk.gold.all()[0].retired_at is not None


def test_reviewers_see_no_figures_and_no_gold(desk_server: DeskServer) -> None:
    desk_server.add("ada")
    desk_server.add("lea", "lead", countries=("tr",))
    (item,) = dishes(desk_server, "Suppe")
    gold_id = desk_server.desk.gold.make(item, GoldAnswer("reject"), "cleo")
    with desk_server.signed_in("ada") as client:
        assert client.get("/reports").status_code == 403
        answer = client.post("/reports/gold/retire", data={"gold_id": gold_id})
        assert answer.status_code == 403
    with desk_server.signed_in("lea") as client:  # of another country
        assert "Suppe" not in client.get("/reports").text
        assert client.post("/reports/gold/retire", data={"gold_id": gold_id}).status_code == 403
        assert client.post("/reports/gold/retire", data={"gold_id": "x"}).status_code == 404
        assert client.get("/reports?days=100000").status_code == 422
    assert desk_server.desk.gold.all()[0].retired_at is None


def test_a_gold_item_is_shown_and_answered_as_any_dish(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, gold_share=1.0)
    with serving(create_app(desk)) as address:
        server = DeskServer(desk, address)
        server.add("ada")
        soup, cake = dishes(server, "Suppe", "Torte")
        desk.queue.replace("de", [soup])
        picture = cake.candidates[0].candidate_id
        desk.gold.make(cake, GoldAnswer("approve", (picture,)), "lea")
        with server.signed_in("ada") as client:
            page = client.get("/review").text
            assert "Torte" in page and "gold" not in page.lower()
            key = f"de/{cake.version}/{cake.product_id}"
            form = {"dish": key, "approve": picture, "seconds": "2"}
            answer = client.post("/review/vote", data=form, headers={"HX-Request": "true"})
            assert (answer.status_code, "Approved." in answer.text) == (200, True)
            assert "Suppe" in answer.text and "Torte" not in answer.text
            again = client.post("/review/undo", headers={"HX-Request": "true"})
            assert "Torte" in again.text
        assert decisions(server) == []
    desk.database.engine.dispose()
