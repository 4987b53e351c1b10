"""Servers that fail on purpose: what stands between us and S3, and a PostgreSQL that restarts.

Belongs here: faults. Does not belong here: assertions.
"""

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Fault:
    """What is done to a request: a wait, and maybe an error in place of the answer.

    Attributes:
        seconds: How long the answer is kept back.
        status: An HTTP status that is answered without asking the store; None asks it.
    """

    seconds: float = 0.0
    status: int | None = None


NO_FAULT = Fault()
SLOW_DOWN = Fault(status=503)
"""What S3 says when it is asked too much."""


def every(number: int, fault: Fault) -> Callable[[str, str], Fault]:
    """The fault for every so-many-th request."""
    count = itertools.count(1)
    return lambda method, path: fault if next(count) % number == 0 else NO_FAULT


@contextmanager
def faulty_store(behind: str, fault: Callable[[str, str], Fault]) -> Iterator[str]:
    """An HTTP proxy before a store, which asks `fault(method, path)` what to do to each request."""
    target = urlsplit(behind).netloc

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            done = fault(self.command, self.path)
            time.sleep(done.seconds)
            if done.status:
                return self._send(done.status, [], b"")
            upstream = http.client.HTTPConnection(target)
            upstream.request(self.command, self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            self._send(answer.status, answer.getheaders(), answer.read())
            upstream.close()

        def _send(self, status: int, headers: list[tuple[str, str]], data: bytes) -> None:
            self.send_response_only(status)
            sent = {"content-length", "transfer-encoding", "connection"}
            for name, value in headers:
                if name.lower() not in sent or (
                    self.command == "HEAD" and name.lower() == "content-length"
                ):
                    self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _pass_on  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing: tests read what comes back."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
