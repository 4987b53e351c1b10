"""Google Cloud Translation through the official client, over HTTP, against a server on loopback."""

import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.translate_v3 import TranslationServiceClient
from google.cloud.translate_v3.services.translation_service.transports import (
    TranslationServiceRestTransport,
)

from resources.google_translation import GoogleTranslator, NoGoogleCredentials, calls
from resources.translation import TranslationFailed


class Server(ThreadingHTTPServer):
    """Answers as Google does, after the statuses that a test wants first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses: list[int] = []
        self.delay_s = 0.0
        self.requests: list[tuple[str, dict[str, Any]]] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, body))
        time.sleep(self.server.delay_s)
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        answer: dict[str, Any] = {
            "translations": [{"translatedText": f"en:{text}"} for text in body["contents"]]
        }
        if status != 200:
            answer = {"error": {"code": status, "message": f"refused with {status}"}}
        payload = json.dumps(answer).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client did not wait

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def client_of(port: int) -> Callable[[], TranslationServiceClient]:
    return lambda: TranslationServiceClient(
        transport=TranslationServiceRestTransport(
            host=f"127.0.0.1:{port}", url_scheme="http", credentials=AnonymousCredentials()
        )
    )


def translator_of(server: Server, **values: float) -> GoogleTranslator:
    return GoogleTranslator(
        "menus-1",
        client_of(server.server_port),
        **{"first_wait_s": 0.01, "patience_s": 5, "timeout_s": 2, **values},
    )


def test_a_call_names_project_languages_and_plain_text(server: Server) -> None:
    (batch,) = translator_of(server).translate(["牛肉麵", "O'Brien's"], language="zh")
    assert batch == {"牛肉麵": "en:牛肉麵", "O'Brien's": "en:O'Brien's"}
    ((path, body),) = server.requests
    assert path.startswith("/v3/projects/menus-1/locations/global:translateText")
    assert body == {
        "contents": ["牛肉麵", "O'Brien's"],
        "mimeType": "text/plain",
        "sourceLanguageCode": "zh-TW",
        "targetLanguageCode": "en",
    }


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_quota_and_faults_are_waited_out(server: Server, status: int) -> None:
    server.statuses = [status, status]
    assert list(translator_of(server).translate(["밥"], language="ko")) == [{"밥": "en:밥"}]
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refusal_is_not_tried_again(server: Server, status: int) -> None:
    server.statuses = [status] * 3
    with pytest.raises(TranslationFailed, match=f"refused with {status}"):
        list(translator_of(server).translate(["밥"], language="ko"))
    assert len(server.requests) == 1


def test_patience_ends(server: Server) -> None:
    server.statuses = [429] * 1_000
    began = time.monotonic()
    with pytest.raises(TranslationFailed, match="refused with 429"):
        list(translator_of(server, patience_s=0.5).translate(["밥"], language="ko"))
    assert time.monotonic() - began < 5
    assert len(server.requests) > 1


def test_a_server_that_does_not_answer_is_left(server: Server) -> None:
    server.delay_s = 0.6
    with pytest.raises(TranslationFailed):
        list(translator_of(server, timeout_s=0.1, patience_s=0.3).translate(["밥"], language="ko"))


def test_a_server_that_is_not_there_is_a_failure() -> None:
    with Server() as closed:
        port = closed.server_port
    translator = GoogleTranslator("menus-1", client_of(port), first_wait_s=0.01, patience_s=0.2)
    with pytest.raises(TranslationFailed, match="Google Cloud Translation"):
        list(translator.translate(["밥"], language="ko"))


def test_what_came_before_a_refusal_is_yielded(server: Server) -> None:
    server.statuses = [200, 403]
    texts = [f"{number} Teller" for number in range(1_500)]
    batches = translator_of(server).translate(texts, language="de")
    assert len(next(batches)) == 1_024
    with pytest.raises(TranslationFailed):
        next(batches)


def test_calls_keep_to_the_limits_and_to_the_order() -> None:
    short = [str(number) for number in range(2_500)]
    assert [len(call) for call in calls(short)] == [1_024, 1_024, 452]
    long = ["x" * 29_000, "y" * 1_000, "z", "w" * 40_000, "v"]
    assert list(calls(long)) == [long[:2], long[2:3], long[3:4], long[4:]]
    assert list(calls([])) == []


def test_missing_credentials_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))  # no login of gcloud
    monkeypatch.setenv("NO_GCE_CHECK", "true")  # no question to the machine's neighbours
    with pytest.raises(NoGoogleCredentials, match="GOOGLE_APPLICATION_CREDENTIALS"):
        list(GoogleTranslator("menus-1").translate(["밥"], language="ko"))
