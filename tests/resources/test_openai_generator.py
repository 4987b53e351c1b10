"""OpenAI's images API, from a server on loopback that answers as the real one does."""

import base64
import io
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gpu_ops.generation import GenerationSettings, PictureRequest
from resources.model_catalogue import load_catalogue
from resources.openai_generator import BudgetSpent, OpenAIGenerator

ENTRY = load_catalogue()["openai-images"]
SIZE = GenerationSettings(width_px=64, height_px=48)
USAGE = {
    "input_tokens": 100,
    "output_tokens": 439,
    "total_tokens": 539,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 100},
}
COST = (100 * 5 + 439 * 30) / 1e6


def picture(side_px: int = 96, colour: str = "orange") -> str:
    file = io.BytesIO()
    Image.new("RGB", (side_px, side_px), colour).save(file, "PNG")
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

    def generator(self, **changes: Any) -> OpenAIGenerator:
        assert ENTRY.api is not None and ENTRY.price_usd_per_picture is not None
        values: dict[str, Any] = {
            "model_id": ENTRY.model_id,
            "model": ENTRY.revision,
            "api": ENTRY.api,
            "api_key": "secret-key",
            "price_usd_per_picture": ENTRY.price_usd_per_picture,
            "budget_usd": 5.0,
            "settings": SIZE,
            "batch_size": 4,
            "candidates_per_dish": 2,
            "base_url": f"http://127.0.0.1:{self.server.server_port}/v1",
        }
        return OpenAIGenerator(**{**values, **changes})


@pytest.fixture
def api() -> Iterator[ImagesServer]:
    server = ImagesServer()
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)


def requests(*prompts: str) -> list[PictureRequest]:
    return [PictureRequest(prompt, "people, text", number) for number, prompt in enumerate(prompts)]


def test_a_batch_comes_in_the_size_of_the_settings_with_its_price(api: ImagesServer) -> None:
    generator = api.generator()
    batch = generator.draw(requests("soup", "pizza", "salad"))
    assert batch.failure_reasons == (None,) * 3
    for one in batch.pictures:
        assert one is not None and one.shape == (48, 64, 3) and one.dtype == np.uint8
        assert one[0, 0].tolist() == [255, 165, 0]
    assert batch.gpu_seconds == 0 and generator.cost_usd(10) == 0
    assert batch.api_cost_usd == pytest.approx(3 * COST)
    assert generator.develop(batch) is batch
    assert api.keys == {"Bearer secret-key"} and "secret-key" not in repr(generator)
    assert {body["model"] for body in api.asked} == {ENTRY.revision}
    assert all(body["size"] == "64x48" and body["quality"] == "medium" for body in api.asked)
    assert all("people, text" in body["prompt"] for body in api.asked)


def test_pictures_keep_the_order_of_the_requests(api: ImagesServer) -> None:
    colours = {"soup": "red", "pizza": "lime", "salad": "blue"}
    api.answers = {word: [made(picture(colour=colour))] for word, colour in colours.items()}
    batch = api.generator().draw(requests(*colours))
    assert [one[0, 0].tolist() for one in batch.pictures if one is not None] == [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
    ]


@pytest.mark.parametrize(
    "first_answers",
    [
        [refused(429, "rate_limit_exceeded", Retry_After="0.05")],
        [refused(500, "server_error"), refused(503, "overloaded")],
    ],
)
def test_a_busy_api_is_asked_again(first_answers: list[Any], api: ImagesServer) -> None:
    api.answers = {"soup": list(first_answers)}
    batch = api.generator().draw(requests("soup"))
    assert batch.pictures[0] is not None
    assert len(api.asked) == len(first_answers) + 1
    assert batch.api_cost_usd == pytest.approx(COST)


def test_an_api_that_stays_busy_stops_the_shard_after_some_tries(api: ImagesServer) -> None:
    from openai import RateLimitError

    api.answers = {"soup": [refused(429, "rate_limit_exceeded", Retry_After="0.01")] * 9}
    generator = api.generator(max_retries=2, budget_usd=ENTRY.price_usd_per_picture * 2.5)
    with pytest.raises(RateLimitError):
        generator.draw(requests("soup", "pizza"))
    assert [body["prompt"].split()[0] for body in api.asked].count("soup") == 3
    # The pizza was paid for, and counts.
    with pytest.raises(BudgetSpent, match=r"\$0\.01 of \$0\.03 are spent"):
        generator.draw(requests("pizza", "salad"))


def test_a_refusal_fails_its_row_and_costs_nothing(api: ImagesServer) -> None:
    api.answers = {"gore": [refused(400, "moderation_blocked")]}
    batch = api.generator().draw(requests("gore", "soup"))
    assert batch.pictures[0] is None and batch.pictures[1] is not None
    assert batch.failure_reasons == ("the API refused to draw it: moderation_blocked", None)
    assert batch.api_cost_usd == pytest.approx(COST)
    assert len(api.asked) == 2  # asking again would be refused again


@pytest.mark.parametrize(("status", "code"), [(400, "invalid_size"), (401, "invalid_api_key")])
def test_a_wrong_setting_fails_no_rows(status: int, code: str, api: ImagesServer) -> None:
    from openai import OpenAIError

    api.answers = {"soup": [refused(status, code)]}
    with pytest.raises(OpenAIError, match=code):
        api.generator().draw(requests("soup"))
    assert len(api.asked) == 1


@pytest.mark.parametrize("data", [[], [{"b64_json": "bm8gcGljdHVyZQ=="}], [{"url": "https://x"}]])
def test_an_answer_without_a_picture_is_paid_for_and_fails(
    data: list[Any], api: ImagesServer
) -> None:
    api.answers = {"soup": [made(data=data)]}
    batch = api.generator().draw(requests("soup"))
    assert batch.failure_reasons == ("the API gave no picture",)
    assert batch.api_cost_usd == pytest.approx(COST)


def test_without_usage_the_expected_price_counts(api: ImagesServer) -> None:
    api.answers = {"soup": [made(usage=None)]}
    assert api.generator().draw(requests("soup")).api_cost_usd == ENTRY.price_usd_per_picture


def test_beyond_the_budget_nothing_is_asked_for(api: ImagesServer) -> None:
    generator = api.generator(budget_usd=ENTRY.price_usd_per_picture * 3.5)
    generator.draw(requests("soup", "pizza"))
    with pytest.raises(BudgetSpent, match="higher GARNISH_API_BUDGET_USD"):
        generator.draw(requests("salad", "rice"))
    assert len(api.asked) == 2
    assert generator.draw(requests("salad")).pictures[0] is not None


def test_an_api_that_cannot_be_reached_is_given_up(api: ImagesServer) -> None:
    from openai import APIConnectionError

    generator = api.generator(base_url="http://127.0.0.1:9/v1", max_retries=1, timeout_s=0.2)
    with pytest.raises(APIConnectionError):
        generator.draw(requests("soup"))


def test_another_quality_is_another_revision() -> None:
    assert ENTRY.pinned_revision == f"{ENTRY.revision}+medium"
