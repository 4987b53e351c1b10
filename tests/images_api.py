"""OpenAI's images API on loopback, answering as the real one does.

Belongs here: the server and its answers. Does not belong here: assertions.
"""

import base64
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import numpy as np
from PIL import Image

USAGE = {
    "input_tokens": 100,
    "output_tokens": 439,
    "total_tokens": 539,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 100},
}


def picture(colour: str = "orange", pixels: np.ndarray | None = None) -> str:
    """A PNG in base64: 96 x 96 px of one colour, or given pixels."""
    image = Image.new("RGB", (96, 96), colour) if pixels is None else Image.fromarray(pixels)
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def made(b64: str | None = None, **changes: Any) -> tuple[int, dict[str, str], dict[str, Any]]:
    return (
        200,
        {},
        {"created": 1, "data": [{"b64_json": b64 or picture()}], "usage": USAGE} | changes,
    )


def refused(status: int, code: str, **headers: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    return status, headers, {"error": {"code": code, "message": f"no: {code}", "type": "error"}}


class ImagesServer:
    """Answers in turn by the word that a prompt begins with; without a word, with a picture."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Any]] = {}
        self.asked: list[dict[str, Any]] = []
        self.keys: set[str | None] = set()
        lock = Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler) -> None:  # noqa: N805
                body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
                assert handler.path == "/v1/images/generations"
                with lock:
                    self.asked.append(body)
                    self.keys.add(handler.headers["Authorization"])
                    waiting = self.answers.get(body["prompt"].split()[0], [])
                    status, headers, answer = waiting.pop(0) if waiting else made()
                data = json.dumps(answer).encode()
                handler.send_response(status)
                for name, value in headers.items():
                    handler.send_header(name.replace("_", "-"), value)
                handler.send_header("Content-Type", "application/json")
                handler.send_header("Content-Length", str(len(data)))
                handler.end_headers()
                handler.wfile.write(data)

            def log_message(handler, *_: object) -> None:  # noqa: N805
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """What `OPENAI_BASE_URL` would be."""
        return f"http://127.0.0.1:{self.server.server_port}/v1"


@contextmanager
def images_api() -> Iterator[ImagesServer]:
    """The server, while the block runs."""
    api = ImagesServer()
    yield api
    api.server.shutdown()
    api.server.server_close()
