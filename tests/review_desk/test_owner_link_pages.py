"""Links for owners, made by leads and on the command line, and ended again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from menu_assets.cli import app
from resources.environment import environment
from review_desk.desk import DeskSettings, desk_for
from review_desk.owner_links import LinkExpired, Owner, platform_token_hash
from tests.review_desk.browsers import accessibility_faults
from tests.review_desk.conftest import DeskServer
from tests.review_desk.owners import LION, dish


def test_a_lead_makes_a_link_and_ends_it(desk_server: DeskServer, browser_page: Page) -> None:
    desk_server.add("joao", "lead")
    links = desk_server.desk.owner_links
    desk_server.desk.queue.replace("de", [dish(desk_server.desk, "1")])
    desk_server.sign_in(browser_page, "joao")
    page = browser_page
    page.get_by_role("link", name="Owners").click()
    new = page.get_by_role("region", name="A new link")
    new.get_by_label("Country").select_option("de")
    new.get_by_label("Vendor").fill("v1")
    new.get_by_label("Days").fill("3")
    new.get_by_role("button").click()
    shown = page.get_by_text(re.compile("^http://localhost:8000/o/")).inner_text()
    expect(page.get_by_text("1 dish waits")).to_be_visible()
    assert accessibility_faults(page) == []
    token = shown.rpartition("/")[2]
    assert links.read(token).owner == LION

    end = page.get_by_role("region", name="End a vendor's links")
    end.get_by_role("button").click()
    expect(page.get_by_text("All links of v1 have ended. New ones work.")).to_be_visible()
    with pytest.raises(LinkExpired):
        links.read(token)
    revoked, made = desk_server.desk.audit.entries(actor="joao", subject="de/v1")
    assert (made.action, made.detail) == ("owner_link_made", {"days": 3})
    assert token not in str(made)
    assert revoked.action == "owner_links_revoked"


def test_reviewers_make_no_links_and_slips_are_told(desk_server: DeskServer) -> None:
    desk_server.add("ada")
    desk_server.add("joao", "lead")
    with desk_server.signed_in("ada") as client:
        assert client.get("/owner-links").status_code == 403
        assert client.post("/owner-links", data={"country": "de", "vendor_id": "v1"}).is_error
    with desk_server.signed_in("joao") as client:
        for path in ("/owner-links", "/owner-links/revoke"):
            answer = client.post(path, data={"country": "de", "vendor_id": " "})
            assert answer.status_code == 422
            assert "use the vendor_id of the menu" in answer.text
        unknown = client.post("/owner-links", data={"country": "de", "vendor_id": "v404"})
        assert "is the vendor's id right?" in unknown.text


def test_links_and_tokens_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_HOME", str(tmp_path))

    def typed(*words: str) -> str:
        answer = CliRunner().invoke(app, ["desk", *words])
        assert answer.exception is None, answer.output
        return answer.stdout.strip()

    link = typed("owner-link", "de", "v1", "--days", "2")
    assert link.startswith("http://localhost:8000/o/")
    desk = desk_for(environment())
    assert desk.owner_links.read(link.rpartition("/")[2]).owner == LION
    token = typed("owner-link", "tr", "v7", "--api")
    assert desk.owner_links.read(token, "api").owner == Owner("tr", "v7")
    typed("revoke-owner-links", "tr", "v7")
    with pytest.raises(LinkExpired):
        desk.owner_links.read(token, "api")
    said = typed("platform-token")
    token, hashed = re.findall(r"^  (?:GARNISH_PLATFORM_TOKEN_HASH=)?(\S+)$", said, re.MULTILINE)
    assert platform_token_hash(token) == hashed
    assert DeskSettings(b"s" * 32, platform_token_hash=hashed).platform_token_hash == hashed
    desk.database.engine.dispose()
