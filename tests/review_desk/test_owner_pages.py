"""Owners' pages as owners use them: on a phone, from the link to what guests see."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from resources.database import Database
from review_desk.app import create_app
from review_desk.desk import Desk
from review_desk.owner_links import Owner, OwnerLinks
from tests.review_desk.browsers import (
    PHONE,
    accessibility_faults,
    is_wider_than_the_screen,
    page_without_errors,
)
from tests.review_desk.conftest import DeskServer, desk_in, form_token_of, serving
from tests.review_desk.owners import LION, NEIGHBOUR, dish, publish


@pytest.fixture
def desk(desk_server: DeskServer) -> Desk:
    desk = desk_server.desk
    dishes = [dish(desk, "1", 4), dish(desk, "2", 3, name="Käsespätzle", looks_needed=2)]
    desk.queue.replace("de", [*dishes, dish(desk, "3", vendor_id="v2", name="Fremdes")])
    publish(desk, LION, "7", name="Apfelstrudel")
    publish(desk, NEIGHBOUR, "8", name="Nicht meins")
    return desk


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone that speaks English; an error in its console fails the test."""
    with page_without_errors(
        browser, viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2, locale="en"
    ) as page:
        yield page


def link(server: DeskServer, owner: Owner = LION, **more: int) -> str:
    return f"{server.address}/o/{server.desk.owner_links.make(owner, **more)}"


@contextmanager
def visitor(server: DeskServer, owner: Owner = LION) -> Iterator[httpx.Client]:
    """An owner's browser, whose forms carry the form token of its session."""
    with server.visitor() as client:
        client.headers["accept-language"] = "en"
        assert client.get(link(server, owner)).status_code == 303
        client.headers["x-form-token"] = form_token_of(client.get("/owner").text)
        yield client


def card(page: Page, name: str) -> Locator:
    return page.locator("article", has=page.get_by_role("heading", name=name))


def test_from_the_link_to_chosen_without_and_opted_out(
    desk_server: DeskServer, desk: Desk, phone: Page
) -> None:
    phone.goto(link(desk_server))
    assert phone.url == f"{desk_server.address}/owner", "the token is in no later address"
    expect(phone.get_by_text("made with AI")).to_be_visible()
    assert accessibility_faults(phone) == []

    soup = card(phone, "Flädlesuppe")
    expect(soup.get_by_role("img")).to_have_count(4)
    soup.get_by_role("button", name="Choose this: Picture 2").click()
    expect(soup.get_by_text("You chose this picture. It comes to your menu soon.")).to_be_focused()
    (decision,) = desk.reviews.decisions("de")
    assert (decision.candidate_id, decision.reviewer) == ("candidate-1-2", "owner:v1")
    expect(phone.get_by_role("heading", name="Waiting for you 1")).to_be_visible()

    noodles = card(phone, "Käsespätzle")
    expect(noodles.get_by_text("Our team looks at this dish, too.")).to_be_visible()
    noodles.get_by_role("button", name="No picture for this dish").click()
    expect(noodles.get_by_text("This dish stays without a picture.")).to_be_visible()
    noodles.get_by_role("button", name="Suggest pictures again").click()
    noodles.get_by_role("button", name="None of these").click()
    expect(noodles.get_by_text("Our team looks at them, too.")).to_be_visible()
    assert accessibility_faults(phone) == []

    phone.get_by_text("No AI pictures?").click()
    phone.get_by_role("button", name="No AI pictures for my restaurant").click()
    expect(phone.get_by_role("heading", name="Your restaurant has no AI pictures.")).to_be_visible()
    assert accessibility_faults(phone) == []
    phone.get_by_role("button", name="Allow AI pictures again").click()
    expect(card(phone, "Flädlesuppe")).to_be_visible()
    assert [one.choice for one in desk.vendors.choices("de")] == [
        "decline",
        "accept",
        "opt_out",
        "opt_in",
    ]


def test_a_published_picture_is_reported(desk_server: DeskServer, desk: Desk, phone: Page) -> None:
    phone.goto(link(desk_server))
    strudel = phone.get_by_role("listitem").filter(has_text="Apfelstrudel")
    strudel.get_by_text("Report this picture").click()
    strudel.get_by_label("It shows another dish").check()
    strudel.get_by_label("Tell us more").fill("That is a pie.")
    assert accessibility_faults(phone) == []
    strudel.get_by_role("button", name="Report and take it off the menu").click()
    expect(strudel.get_by_text("comes off your menu")).to_be_visible()
    (rejection,) = desk.reviews.decisions("de")
    assert (rejection.decision, rejection.product_id) == ("reject", "7")


@pytest.mark.usefixtures("desk")
def test_it_works_without_javascript(desk_server: DeskServer, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="de")
    page = context.new_page()
    page.goto(link(desk_server))
    soup = card(page, "Flädlesuppe")
    soup.get_by_role("button", name="Dieses nehmen: Bild 1").click()
    expect(soup.get_by_text("Sie haben dieses Bild gewählt.")).to_be_visible()
    context.close()


@pytest.mark.usefixtures("desk")
def test_arabic_runs_from_the_right_and_is_remembered(desk_server: DeskServer, phone: Page) -> None:
    phone.goto(link(desk_server))
    phone.get_by_label("Language: English").click()
    phone.get_by_role("link", name="العربية").click()
    root = phone.locator("html")
    expect(root).to_have_attribute("dir", "rtl")
    expect(root).to_have_attribute("lang", "ar")
    phone.goto(f"{desk_server.address}/owner")
    expect(root).to_have_attribute("dir", "rtl")
    first, second = phone.get_by_role("button", name="اختر هذه").all()[:2]
    assert first.bounding_box()["x"] > second.bounding_box()["x"]  # type: ignore[index]
    assert not is_wider_than_the_screen(phone)
    assert accessibility_faults(phone) == []


def test_a_link_that_does_not_hold_says_what_to_do(
    desk_server: DeskServer, desk: Desk, browser: Browser
) -> None:
    forged = OwnerLinks(b"x" * 32, desk.database).make(LION)
    revoked = desk.owner_links.make(LION)
    desk.owner_links.revoke(LION, "ada")
    page = browser.new_context(viewport=PHONE, locale="es").new_page()
    for token in (forged, revoked, "nonsense", desk.owner_links.make(LION, audience="api")):
        answer = page.goto(f"{desk_server.address}/o/{token}")
        assert answer is not None
        assert answer.status == 403
        expect(page.get_by_role("heading", name="Este enlace ya no funciona")).to_be_visible()
        expect(page.get_by_text("Pida uno nuevo")).to_be_visible()
        assert "v1" not in answer.text()
    assert accessibility_faults(page) == []
    page.context.close()


def test_a_used_link_opens_again_but_ends_with_its_revocation(
    desk_server: DeskServer, desk: Desk
) -> None:
    address = link(desk_server)
    with desk_server.visitor() as first, desk_server.visitor() as second:
        assert first.get(address).headers["location"] == "/owner"
        assert second.get(address).status_code == 303
        assert second.get("/owner").status_code == 200
        desk.owner_links.revoke(LION, "ada")
        assert second.get(address).status_code == 403
        assert second.get("/owner").status_code == 403
        assert second.get("/owner", headers={"hx-request": "true"}).headers["hx-redirect"]


def test_a_session_is_the_owners_only(desk_server: DeskServer, desk: Desk) -> None:
    mine = desk.queue.of_vendor("de", "v1")[0]
    theirs = desk.queue.of_vendor("de", "v2")[0]
    their_picture = theirs.item.candidates[0]
    forms = (
        ("choose", {"candidate_id": their_picture.candidate_id}),
        ("turn-down-all", {}),
        ("go-without", {}),
        ("suggest-again", {}),
        ("report", {"problem": "other"}),
    )
    with visitor(desk_server) as client:
        page = client.get("/owner").text
        assert "Flädlesuppe" in page
        assert "Fremdes" not in page
        assert "Nicht meins" not in page
        own = mine.item.candidates[0].image_hash
        assert client.get(f"/owner/pictures/{own}").headers["content-type"] == "image/webp"
        for image_hash in (their_picture.image_hash, "0" * 64):
            assert client.get(f"/owner/pictures/{image_hash}").status_code == 404
        for product_id in ("3", "8", "nothing"):
            for action, values in forms:
                data = {"product_id": product_id, "version": theirs.item.version, **values}
                answer = client.post(f"/owner/{action}", data=data)
                assert answer.status_code == 409, (action, product_id)
                assert "not on your list" in answer.text
        for path in ("/pictures/" + own, "/queue", "/accounts", "/rollout"):
            assert client.get(path).status_code in (303, 404), path
    assert desk.reviews.decisions("de") == []
    assert desk.vendors.choices("de") == []


@pytest.mark.parametrize(
    ("headers", "cookie"),
    [
        ({"x-form-token": "0" * 64}, True),
        ({"x-form-token": ""}, True),
        ({"origin": "https://evil.example"}, True),
        ({}, False),
    ],
)
def test_what_no_page_of_the_session_sent_is_refused(
    desk_server: DeskServer, desk: Desk, headers: dict[str, str], cookie: bool
) -> None:
    with visitor(desk_server) as client:
        if not cookie:
            client.cookies.clear()
        answer = client.post("/owner/opt-out", headers=headers)
        assert answer.status_code == 403
    assert desk.vendors.choices("de") == []


def test_another_owners_form_token_is_none(desk_server: DeskServer, desk: Desk) -> None:
    with visitor(desk_server) as mine, visitor(desk_server, NEIGHBOUR) as theirs:
        theirs.headers["x-form-token"] = mine.headers["x-form-token"]
        assert theirs.post("/owner/opt-out").status_code == 403
    assert desk.vendors.choices("de") == []


def test_a_dish_drawn_anew_meanwhile_is_not_chosen(
    desk_server: DeskServer, desk: Desk, phone: Page
) -> None:
    phone.goto(link(desk_server), wait_until="networkidle")
    (soup, *_) = desk.queue.of_vendor("de", "v1")
    anew = replace(soup.item, candidates=soup.item.candidates[:2])
    desk.queue.replace("de", [anew])
    page_card = card(phone, "Flädlesuppe")
    page_card.get_by_role("button", name="Choose this: Picture 4").click()
    expect(page_card.get_by_text("The pictures of this dish have changed.")).to_be_visible()
    expect(page_card.get_by_role("img")).to_have_count(2)
    assert desk.reviews.decisions("de") == []


def test_where_the_rollout_has_not_come_it_says_so_kindly(
    desk_server: DeskServer, desk: Desk, phone: Page
) -> None:
    desk.rollout.set("de", 0.0, is_stopped=False, set_by="ada")
    phone.goto(link(desk_server))
    expect(phone.get_by_role("heading", name="Not yet in your area")).to_be_visible()
    assert accessibility_faults(phone) == []


@pytest.mark.usefixtures("desk")
def test_what_makes_no_sense_is_answered_calmly(desk_server: DeskServer) -> None:
    with visitor(desk_server) as client:
        for data in ({}, {"product_id": ""}, {"product_id": "x" * 400}, {"product_id": "1"}):
            answer = client.post("/owner/choose", data=data)
            assert answer.status_code == 422
            assert "Please try again." in answer.text
        assert client.post("/owner/report", data={"product_id": "7", "problem": "?"}).is_error
        assert client.get("/owner?shown=-1").status_code == 422
        assert client.get("/owner?lang=../../../etc/passwd").status_code == 200
        too_much = {"product_id": "x" * (2 << 20)}
        assert client.post("/owner/go-without", data=too_much).status_code == 413


def test_a_long_menu_is_shown_in_parts(desk_server: DeskServer, desk: Desk) -> None:
    desk.queue.replace("de", [dish(desk, str(number), 1) for number in range(1, 31)])
    with visitor(desk_server) as client:
        first = client.get("/owner").text
        assert first.count("<article") == 20
        more = re.search(r'href="(\?shown=\d+)"', first)
        assert more is not None
        assert client.get("/owner" + more[1]).text.count("<article") == 30


@pytest.mark.usefixtures("desk")
def test_a_database_that_is_down_is_told_in_the_owners_language(
    desk_server: DeskServer, tmp_path: Path
) -> None:
    path = link(desk_server).removeprefix(desk_server.address)
    down = desk_in(tmp_path, Database("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    with serving(create_app(down)) as address:
        answer = httpx.get(address + path, headers={"accept-language": "ar"})
    assert answer.status_code == 503
    assert 'dir="rtl"' in answer.text
    assert "لم يضِع شيء" in answer.text
    down.database.engine.dispose()


def test_over_https_the_cookie_is_kept_from_scripts_and_other_hosts(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, address="https://desk.example.org")
    with serving(create_app(desk)) as address:
        answer = httpx.get(f"{address}/o/{desk.owner_links.make(LION)}")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-garnish-owner=")
    for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=28800"):
        assert word in cookie
    assert answer.headers["referrer-policy"] == "same-origin"
    desk.database.engine.dispose()
