"""What holds for every request: headers, limits of bodies, and the last net."""

import logging
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from review_desk import request_frame
from review_desk.app import create_app
from review_desk.request_frame import LARGEST_BODY_BYTES
from tests.review_desk.conftest import DeskServer, desk_in, serving

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.fixture
def broken_server(tmp_path: Path) -> Iterator[DeskServer]:
    """A desk with a page that fails."""
    desk = desk_in(tmp_path)
    app = create_app(desk)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("a secret of the inside")

    with serving(app) as address:
        yield DeskServer(desk, address)


@pytest.mark.parametrize("path", ["/sign-in", "/health", "/static/desk.css", "/nothing", "/broken"])
def test_every_answer_has_the_security_headers(broken_server: DeskServer, path: str) -> None:
    answer = httpx.get(broken_server.address + path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert re.fullmatch("[0-9a-f]{12}", answer.headers["x-request-id"])

    assert "strict-transport-security" not in answer.headers, "nobody asked for https"


def test_no_page_is_kept_by_a_cache_and_static_files_are_kept_for_ever(
    desk_server: DeskServer,
) -> None:
    page = httpx.get(desk_server.address + "/sign-in")
    assert page.headers["cache-control"] == "no-store"
    (sheet,) = re.findall(r'href="(/static/desk\.css\?v=[0-9a-f]{12})"', page.text)
    assert "immutable" in httpx.get(desk_server.address + sheet).headers["cache-control"]


def test_an_unexpected_error_is_a_page_with_a_number_that_is_in_the_log(
    broken_server: DeskServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "garnish.desk"):
        answer = httpx.get(broken_server.address + "/broken?password=hidden")
    request_id = answer.headers["x-request-id"]
    assert answer.status_code == 500
    assert f"<code>{request_id}</code>" in answer.text
    assert "a secret of the inside" not in answer.text
    assert f"request {request_id} failed: GET /broken" in caplog.text
    assert "a secret of the inside" in caplog.text
    assert "hidden" not in caplog.text


def test_too_large_a_body_is_refused_whether_it_says_so_or_not(desk_server: DeskServer) -> None:
    large = b"name=" + b"x" * LARGEST_BODY_BYTES
    form = {"content-type": "application/x-www-form-urlencoded"}
    with desk_server.visitor() as client:
        announced = client.post("/sign-in", content=large, headers=form)
        pieces = (large[start : start + 65536] for start in range(0, len(large), 65536))
        in_pieces = client.post("/sign-in", content=pieces, headers=form)
    for answer in (announced, in_pieces):
        assert answer.status_code == 413
        assert "Send less at once" in answer.text


def test_a_body_that_does_not_arrive_gives_its_place_back(
    desk_server: DeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_frame, "BODY_PATIENCE_S", 0.2)
    address = urlsplit(desk_server.address)
    with socket.create_connection((address.hostname, address.port), timeout=10) as slow:
        slow.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname="
        )
        began = time.monotonic()
        answer = slow.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nnot a part"),
        ("multipart/form-data", b""),
        ("application/json", b'{"a":'),
        ("application/x-www-form-urlencoded", b"%ff%fe=%00&name=\xff"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=b" for _ in range(5000))),
        ("text/plain", b"\x00\x01"),
    ],
)
def test_a_malformed_body_is_refused_in_words(
    desk_server: DeskServer, content_type: str, body: bytes
) -> None:
    with desk_server.visitor() as client:
        client.get("/sign-in")
        answer = client.post("/sign-in", content=body, headers={"content-type": content_type})
    assert answer.status_code in (400, 403, 422)
    assert "<h1>" in answer.text
