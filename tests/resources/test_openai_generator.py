"""OpenAI's images API, from a server on loopback that answers as the real one does."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gpu_ops.generation import GenerationSettings, PictureRequest
from resources.model_catalogue import load_catalogue
from resources.openai_generator import BudgetSpent, OpenAIGenerator
from tests.images_api import ImagesServer, images_api, made, picture, refused

ENTRY = load_catalogue()["openai-images"]
SIZE = GenerationSettings(width_px=64, height_px=48)
COST = (100 * 5 + 439 * 30) / 1e6


def asking(api: ImagesServer, **changes: Any) -> OpenAIGenerator:
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
        "base_url": api.url,
    }
    return OpenAIGenerator(**{**values, **changes})


@pytest.fixture
def api() -> Iterator[ImagesServer]:
    with images_api() as server:
        yield server


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)


def requests(*prompts: str) -> list[PictureRequest]:
    return [PictureRequest(prompt, "people, text", number) for number, prompt in enumerate(prompts)]


def test_a_batch_comes_in_the_size_of_the_settings_with_its_price(api: ImagesServer) -> None:
    generator = asking(api)
    batch = generator.draw(requests("soup", "pizza", "salad"))
    assert batch.failure_reasons == (None,) * 3
    for one in batch.pictures:
        assert one is not None and one.shape == (48, 64, 3) and one.dtype == np.uint8
        assert one[0, 0].tolist() == [255, 165, 0]
    assert batch.gpu_seconds == 0 and generator.cost_usd(10) == 0
    assert batch.api_costs_usd == pytest.approx((COST,) * 3)
    assert generator.develop(batch) is batch
    assert api.keys == {"Bearer secret-key"} and "secret-key" not in repr(generator)
    assert {body["model"] for body in api.asked} == {ENTRY.revision}
    assert all(body["size"] == "64x48" and body["quality"] == "medium" for body in api.asked)
    assert all("people, text" in body["prompt"] for body in api.asked)


def test_pictures_keep_the_order_of_the_requests(api: ImagesServer) -> None:
    colours = {"soup": "red", "pizza": "lime", "salad": "blue"}
    api.answers = {word: [made(picture(colour=colour))] for word, colour in colours.items()}
    batch = asking(api).draw(requests(*colours))
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
    batch = asking(api).draw(requests("soup"))
    assert batch.pictures[0] is not None
    assert len(api.asked) == len(first_answers) + 1
    assert batch.api_costs_usd == pytest.approx((COST,))


def test_an_api_that_stays_busy_stops_the_shard_after_some_tries(api: ImagesServer) -> None:
    from openai import RateLimitError

    api.answers = {"soup": [refused(429, "rate_limit_exceeded", Retry_After="0.01")] * 9}
    generator = asking(api, max_retries=2, budget_usd=ENTRY.price_usd_per_picture * 2.5)
    with pytest.raises(RateLimitError):
        generator.draw(requests("soup", "pizza"))
    assert [body["prompt"].split()[0] for body in api.asked].count("soup") == 3
    # The pizza was paid for, and counts.
    with pytest.raises(BudgetSpent, match=r"\$0\.01 of \$0\.03 are spent"):
        generator.draw(requests("pizza", "salad"))


def test_a_refusal_fails_its_row_and_costs_nothing(api: ImagesServer) -> None:
    api.answers = {"gore": [refused(400, "moderation_blocked")]}
    batch = asking(api).draw(requests("gore", "soup"))
    assert batch.pictures[0] is None and batch.pictures[1] is not None
    assert batch.failure_reasons == ("the API refused to draw it: moderation_blocked", None)
    assert batch.api_costs_usd == pytest.approx((0.0, COST))
    assert len(api.asked) == 2  # asking again would be refused again


@pytest.mark.parametrize(("status", "code"), [(400, "invalid_size"), (401, "invalid_api_key")])
def test_a_wrong_setting_fails_no_rows(status: int, code: str, api: ImagesServer) -> None:
    from openai import OpenAIError

    api.answers = {"soup": [refused(status, code)]}
    with pytest.raises(OpenAIError, match=code):
        asking(api).draw(requests("soup"))
    assert len(api.asked) == 1


@pytest.mark.parametrize("data", [[], [{"b64_json": "bm8gcGljdHVyZQ=="}], [{"url": "https://x"}]])
def test_an_answer_without_a_picture_is_paid_for_and_fails(
    data: list[Any], api: ImagesServer
) -> None:
    api.answers = {"soup": [made(data=data)]}
    batch = asking(api).draw(requests("soup"))
    assert batch.failure_reasons == ("the API gave no picture",)
    assert batch.api_costs_usd == pytest.approx((COST,))


def test_without_usage_the_expected_price_counts(api: ImagesServer) -> None:
    api.answers = {"soup": [made(usage=None)]}
    assert asking(api).draw(requests("soup")).api_costs_usd == (ENTRY.price_usd_per_picture,)


def test_beyond_the_budget_nothing_is_asked_for(api: ImagesServer) -> None:
    generator = asking(api, budget_usd=ENTRY.price_usd_per_picture * 3.5)
    generator.draw(requests("soup", "pizza"))
    with pytest.raises(BudgetSpent, match="higher GARNISH_API_BUDGET_USD"):
        generator.draw(requests("salad", "rice"))
    assert len(api.asked) == 2
    assert generator.draw(requests("salad")).pictures[0] is not None


def test_an_api_that_cannot_be_reached_is_given_up(api: ImagesServer) -> None:
    from openai import APIConnectionError

    generator = asking(api, base_url="http://127.0.0.1:9/v1", max_retries=1, timeout_s=0.2)
    with pytest.raises(APIConnectionError):
        generator.draw(requests("soup"))


def test_another_quality_is_another_revision() -> None:
    assert ENTRY.pinned_revision == f"{ENTRY.revision}+medium"
