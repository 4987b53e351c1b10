"""The API for the platform's app: one vendor a token, each choice once, a document that is true."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings

from resources.settings import SettingError
from review_desk import owner_api
from review_desk.app import create_app
from review_desk.desk import Desk, DeskSettings
from review_desk.owner_links import Owner
from tests.review_desk.conftest import desk_in, serving
from tests.review_desk.owners import LION, NEIGHBOUR, dish, publish

PLATFORM_TOKEN = "the platform's own token"
VENDOR = "/api/v1/vendors/de/v1"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    platform = hashlib.sha256(PLATFORM_TOKEN.encode()).hexdigest()
    desk = desk_in(tmp_path, platform_token_hash=platform)
    dishes = [dish(desk, "1", 4), dish(desk, "2", looks_needed=2)]
    desk.queue.replace("de", [*dishes, dish(desk, "3", vendor_id="v2")])
    publish(desk, LION, "7", name="Apfelstrudel")
    yield desk
    desk.database.engine.dispose()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with serving(create_app(desk)) as address:
        yield address


@pytest.fixture
def app(desk: Desk, address: str) -> Iterator[httpx.Client]:
    """The platform's app with a token of the lion's."""
    with httpx.Client(base_url=address, headers=bearer(desk, LION), timeout=20) as client:
        yield client


def bearer(desk: Desk, owner: Owner) -> dict[str, str]:
    return {"Authorization": f"Bearer {desk.owner_links.make(owner, audience='api')}"}


def code(answer: httpx.Response) -> tuple[int, str | None]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return answer.status_code, answer.json().get("code")


def test_suggestions_are_seen_chosen_once_and_not_twice(desk: Desk, app: httpx.Client) -> None:
    answer = app.get(f"{VENDOR}/suggestions", headers={"Accept-Language": "sv"}).json()
    assert answer["notice"].startswith("De här bilderna är gjorda med AI.")
    soup, _ = answer["dishes"]
    assert (soup["name"], soup["state"], len(soup["pictures"])) == ("Flädlesuppe", "waiting", 4)
    second = soup["pictures"][1]
    assert app.get(second["address"]).headers["content-type"] == "image/webp"
    choice = {
        "product_id": "1",
        "version": soup["version"],
        "candidate_id": second["candidate_id"],
    }
    for _ in range(2):
        answer = app.post(f"{VENDOR}/choose", json=choice)
        assert (answer.status_code, answer.json()["state"]) == (200, "chosen")
    other = {**choice, "candidate_id": soup["pictures"][0]["candidate_id"]}
    assert code(app.post(f"{VENDOR}/choose", json=other)) == (409, "dish_decided")
    assert len(desk.reviews.decisions("de")) == 1


def test_all_that_an_owner_may_say(desk: Desk, app: httpx.Client) -> None:
    versions = {
        one["product_id"]: one["version"]
        for one in app.get(f"{VENDOR}/suggestions").json()["dishes"]
    }

    def said(action: str, **body: str) -> dict[str, object]:
        answers = [app.post(f"{VENDOR}/{action}", json=body or None) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
        return dict(answers[1].json())

    assert said("no-picture", product_id="1")["state"] == "stays_without"
    assert said("suggest-again", product_id="1")["state"] == "waiting"
    two = {"product_id": "2", "version": versions["2"]}
    assert said("decline-all", **two)["state"] == "turned_down_team_looks"
    assert said("report", product_id="7", problem="not_in_it", words="no\npork")["reported"]
    assert said("opt-out") == {"opted_out": True}
    one = {"product_id": "1", "version": versions["1"]}
    assert code(app.post(f"{VENDOR}/decline-all", json=one)) == (409, "opted_out")
    assert app.get(f"{VENDOR}/suggestions").json()["opted_out"]
    assert said("opt-in") == {"opted_out": False}
    changed = {**one, "version": "0"}
    assert code(app.post(f"{VENDOR}/decline-all", json=changed)) == (409, "dish_changed")
    assert len(desk.vendors.choices("de")) == 5
    desk.rollout.set("de", 1.0, is_stopped=True, set_by="ada")
    assert code(app.get(f"{VENDOR}/suggestions")) == (403, "not_covered")


def test_a_token_opens_one_vendor(desk: Desk, app: httpx.Client) -> None:
    theirs = desk.queue.of_vendor("de", "v2")[0].item
    for path in ("/api/v1/vendors/de/v2", "/api/v1/vendors/tr/v1"):
        assert code(app.get(f"{path}/suggestions")) == (403, "not_yours")
        assert code(app.post(f"{path}/opt-out")) == (403, "not_yours")
    picture = theirs.candidates[0].image_hash
    assert code(app.get(f"{VENDOR}/pictures/{picture}")) == (404, None)
    choice = {"product_id": "3", "version": theirs.version, "candidate_id": "candidate-3-1"}
    assert code(app.post(f"{VENDOR}/choose", json=choice)) == (404, "no_such_dish")
    assert code(app.post(f"{VENDOR}/no-picture", json={"product_id": "3"})) == (404, "no_such_dish")
    assert desk.reviews.decisions("de") == []
    assert desk.vendors.choices("de") == []


def test_what_is_no_token_opens_nothing(desk: Desk, app: httpx.Client) -> None:
    links = desk.owner_links
    page_link, session = links.make(LION), links.open(links.read(links.make(LION)))
    revoked = links.make(NEIGHBOUR, audience="api")
    links.revoke(NEIGHBOUR, "ada")
    for token in (page_link, session, "nonsense", PLATFORM_TOKEN + "!"):
        answer = app.get(f"{VENDOR}/suggestions", headers={"Authorization": f"Bearer {token}"})
        assert code(answer) == (401, None)
        assert answer.headers["www-authenticate"] == "Bearer"
    headers = {"Authorization": f"Bearer {revoked}"}
    assert code(app.get("/api/v1/vendors/de/v2/suggestions", headers=headers)) == (401, None)
    assert httpx.get(app.base_url.join(f"{VENDOR}/suggestions")).status_code == 401


def test_the_platforms_token_opens_every_vendor(app: httpx.Client) -> None:
    app.headers["authorization"] = f"Bearer {PLATFORM_TOKEN}"
    for vendor, dishes in (("v1", 2), ("v2", 1), ("v3", 0)):
        answer = app.get(f"/api/v1/vendors/de/{vendor}/suggestions")
        assert len(answer.json()["dishes"]) == dishes
    assert code(app.get("/api/v1/vendors/xx/v1/suggestions")) == (404, None)


def test_a_hash_that_is_none_is_an_error_at_start() -> None:
    with pytest.raises(SettingError, match="garnish desk platform-token"):
        DeskSettings(b"s" * 32, platform_token_hash=PLATFORM_TOKEN)


def test_bodies_that_are_not_what_they_should_be_are_refused(app: httpx.Client) -> None:
    path = f"{VENDOR}/no-picture"
    json_type = {"content-type": "application/json"}
    for body in (b"", b"{", b"[]", b'{"product_id": ""}', b'{"product_id": "a\\u0000"}'):
        answer = app.post(path, content=body, headers=json_type)
        assert code(answer)[0] == 422, body
        assert answer.json()["problems"]
    assert code(app.post(path, content=b"\xff", headers=json_type))[0] == 400
    assert code(app.post(path, json={"product_id": "1", "vendor_id": "v2"}))[0] == 422
    assert code(app.post(path, json={"product_id": "x" * (2 << 20)}))[0] == 413
    assert code(app.get(path))[0] == 405


def test_too_many_requests_are_told_when_to_go_on(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, requests_per_minute=3)
    with (
        serving(create_app(desk)) as address,
        httpx.Client(base_url=address, headers=bearer(desk, LION)) as client,
    ):
        answers = [client.get(f"{VENDOR}/suggestions") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 120
        theirs = client.get("/api/v1/vendors/de/v2/suggestions", headers=bearer(desk, NEIGHBOUR))
        assert theirs.status_code == 200
    desk.database.engine.dispose()


def documented() -> dict[str, Any]:
    app = FastAPI()
    app.include_router(owner_api.router)
    return app.openapi()


schema = schemathesis.openapi.from_dict(documented())


@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_the_document_is_true(case: schemathesis.Case, desk: Desk, address: str) -> None:
    token = PLATFORM_TOKEN if case.path_parameters.get("vendor_id") != "v1" else None
    headers = {"Authorization": f"Bearer {token}"} if token else bearer(desk, LION)
    case.call_and_validate(base_url=address, headers=headers)
