"""A receiver of the feed on loopback, which does what it is told to.

Belongs here: the server and what it got. Does not belong here: assertions.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any


@dataclass
class Request:
    """What one request brought."""

    headers: dict[str, str]
    content: bytes

    @property
    def webhook_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def events(self) -> list[dict[str, Any]]:
        return json.loads(self.content)["data"]["events"]

    @property
    def numbers(self) -> list[int]:
        return [event["number"] for event in self.events]


@dataclass
class Receiver:
    """Answers in turn with what is in `answers`, then with `usual`.

    Attributes:
        url: Its address.
        answers: Status and headers.
        usual: As well.
        wait_s: Before each answer.
        requests: All that it got.
        taken: Those that it answered 2xx.
    """

    url: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    usual: tuple[int, dict[str, str]] = (204, {})
    wait_s: float = 0.0
    requests: list[Request] = field(default_factory=list)
    taken: list[Request] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        """Of all events that it took, as they came."""
        return [number for request in self.taken for number in request.numbers]


@contextmanager
def receiver(port: int = 0, **values: Any) -> Iterator[Receiver]:
    """A receiver that listens as long as the block runs."""
    state, lock = Receiver(**values), Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(handler) -> None:  # noqa: N805
            content = handler.rfile.read(int(handler.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in handler.headers.items()}
            request = Request(headers, content)
            with lock:
                state.requests.append(request)
                status, answer = state.answers.pop(0) if state.answers else state.usual
                if 200 <= status < 300:
                    state.taken.append(request)
            time.sleep(state.wait_s)
            try:
                handler.send_response(status)
                for name, value in answer.items():
                    handler.send_header(name, value)
                handler.send_header("Content-Length", "0")
                handler.end_headers()
            except OSError:
                handler.close_connection = True  # the sender did not wait

        def log_message(handler, *_: object) -> None:  # noqa: N805
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/garnish"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
