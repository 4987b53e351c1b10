"""Requests that no page of ours would send: the desk answers them all, and never with 500."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, settings

from review_desk.app import OPEN_ROUTERS, ROUTERS, create_app
from review_desk.error_pages import API
from tests.review_desk.conftest import DeskServer, desk_in, serving

ENDS_THE_SESSION = "/sign-out"


def pages() -> dict[str, Any]:
    """An OpenAPI document of the pages; the desk's own has the JSON API (`test_owner_api.py`)."""
    documented = FastAPI()
    for router in (*ROUTERS, *OPEN_ROUTERS):
        for route in router.routes:
            is_page = isinstance(route, APIRoute) and not route.path.startswith(API)
            if is_page and route.path != ENDS_THE_SESSION:
                documented.add_api_route(route.path, route.endpoint, methods=list(route.methods))
    return documented.openapi()


@dataclass(frozen=True)
class Admin:
    """A desk's address, and the cookies and headers of an admin who is signed in."""

    address: str
    cookies: dict[str, str]
    headers: dict[str, str]


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Admin]:
    desk = desk_in(tmp_path_factory.mktemp("desk"), requests_per_minute=1_000_000)
    with serving(create_app(desk)) as address:
        server = DeskServer(desk, address)
        server.add("mara", "admin")
        with server.signed_in("mara") as client:
            token = client.headers["x-form-token"]
            yield Admin(address, dict(client.cookies), {"x-form-token": token})
    desk.database.engine.dispose()


schema = schemathesis.openapi.from_dict(pages())


@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_desk(case: schemathesis.Case, admin: Admin) -> None:
    answer = case.call(base_url=admin.address, cookies=admin.cookies, headers=admin.headers)
    assert answer.status_code < 500, case.as_curl_command()
    assert "x-request-id" in answer.headers


def test_the_document_of_the_api_can_be_read_by_programs(admin: Admin) -> None:
    schemathesis.openapi.from_url(admin.address + "/openapi.json").validate()
