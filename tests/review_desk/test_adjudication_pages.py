"""A lead settles what two people disagree about, and the audit tells it all."""

from playwright.sync_api import Page, expect

from resources.audit_log import AuditEntry
from resources.review_queue import Wanted
from resources.vote_log import Vote
from tests.review_desk.conftest import DeskServer
from tests.review_desk.team import decisions, dishes, expect_dish


def disputed(server: DeskServer) -> None:
    """One dish that mara approves and otto rejects."""
    (soup,) = dishes(server, "Suppe", looks_needed=2)
    first, second = (one.candidate_id for one in soup.candidates)
    for vote in (
        Vote("mara", "approve", (first,), seconds=1.5),
        Vote("otto", "reject", (first, second), "diet", "Speck?", seconds=4.0),
    ):
        (taken,) = server.desk.queue.take(vote.reviewer, Wanted())
        server.desk.votes.vote(taken.key, vote)


def test_a_lead_sees_both_votes_and_decides(desk_server: DeskServer, browser_page: Page) -> None:
    page = browser_page
    desk_server.add("lena", "lead")
    disputed(desk_server)
    desk_server.sign_in(page, "lena")
    page.goto(desk_server.address + "/disputes")
    expect_dish(page, "Suppe")
    expect(page.get_by_text("mara approved picture 1")).to_be_visible()
    expect(page.get_by_text("otto rejected pictures 1 and 2: breaks diet")).to_be_visible()
    expect(page.get_by_text("Speck?")).to_be_visible()
    page.keyboard.press("2")
    page.get_by_role("heading", name="Nobody disagrees").wait_for()
    (decision,) = decisions(desk_server)
    assert (decision.reviewer, decision.candidate_id) == ("lena", "candidate-1-2")

    page.goto(desk_server.address + "/audit?country=de&product=1")
    said = page.get_by_role("region", name="Votes").get_by_role("row").all_inner_texts()
    assert [row.split("\t")[1] for row in said[1:]] == ["lena", "otto", "mara"]
    assert "adjudication" in said[1]
    page.goto(desk_server.address + "/audit?person=otto")
    assert page.get_by_role("region", name="Votes").get_by_role("row").count() == 2


def test_a_settled_dispute_can_be_kept_as_a_gold_item(
    desk_server: DeskServer, browser_page: Page
) -> None:
    desk_server.add("lena", "lead")
    disputed(desk_server)
    desk_server.sign_in(browser_page, "lena")
    browser_page.goto(desk_server.address + "/disputes")
    expect_dish(browser_page, "Suppe")
    browser_page.locator(".tools").get_by_label("Keep as a gold item").check()
    browser_page.keyboard.press("1")
    browser_page.get_by_role("heading", name="Nobody disagrees").wait_for()
    (gold,) = desk_server.desk.gold.all()
    assert gold.item.name == "Suppe"
    assert (gold.answer.verdict, gold.answer.accepted) == ("approve", ("candidate-1-1",))
    assert gold.made_by == "lena"


def test_a_dispute_can_be_left_to_another_lead(desk_server: DeskServer, browser_page: Page) -> None:
    desk_server.add("lena", "lead")
    disputed(desk_server)
    desk_server.sign_in(browser_page, "lena")
    browser_page.goto(desk_server.address + "/disputes")
    expect_dish(browser_page, "Suppe")
    browser_page.keyboard.press("s")
    browser_page.get_by_role("heading", name="Nobody disagrees").wait_for()
    assert len(desk_server.desk.queue.take("ada", Wanted(), state="dispute")) == 1
    assert decisions(desk_server) == []


def test_a_reviewer_settles_nothing_and_reads_no_audit(desk_server: DeskServer) -> None:
    desk_server.add("mara")
    with desk_server.signed_in("mara") as client:
        assert "Disputes" not in client.get("/queue").text
        assert client.get("/disputes").status_code == 403
        assert client.post("/disputes/vote", data={"dish": "de/x/1"}).status_code == 403
        assert client.get("/audit").status_code == 403


def test_the_audit_log_is_read_page_by_page(desk_server: DeskServer) -> None:
    desk_server.add("lena", "lead")
    for number in range(101):
        desk_server.desk.audit.add(AuditEntry("ada", f"step_{number}", detail={"of": ["a", "b"]}))
    with desk_server.signed_in("lena") as client:
        newest = client.get("/audit?person=ada").text
        older = client.get("/audit?person=ada&before=2").text
    assert "step 100" in newest
    assert "of: a, b" in newest
    assert ">step 0<" not in newest
    assert "before=2" in newest
    assert ">step 0<" in older
    assert "before=" not in older
