"""Pictures from OpenAI's images API: the price to compare our own with.

Belongs here: asking the API within a budget, and what it asked for in return. Does not belong here:
models on a device (`picture_generator.py`).
"""

import base64
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from PIL import Image

from gpu_ops.generation import Drawing, GenerationSettings, MadePictures, PictureRequest
from resources.model_catalogue import ImagesApi

TIMEOUT_S = 180.0
"""For one try: complex prompts take up to two minutes (OpenAI, image generation guide)."""

MAX_RETRIES = 3
"""The client waits 0.5 to 8 s in between, or as long as the API asks, two minutes at most: it gives
up after 4 x 180 + 3 x 120 s = 18 min at the latest."""

REFUSALS = frozenset({"moderation_blocked", "content_policy_violation"})
"""Codes of an answer 400 that are about what was asked for, not about how."""


class BudgetSpent(RuntimeError):
    """The next pictures would cost more than the budget has left; nothing was asked for."""


@dataclass(frozen=True)
class Answer:
    """What became of a request: a picture or a reason why not, and its price in dollars."""

    picture: np.ndarray | None
    failure_reason: str | None
    cost_usd: float


@dataclass(frozen=True)
class OpenAIGenerator:
    """The API as a generator of candidates.

    It knows no seeds, so that the same request gives another picture; and no negative prompts, so
    that what is not wanted is said in words.

    A refusal is an answer: the row fails with its reason, and costs nothing. All else (no answer
    after all tries, a wrong key, a spent budget) says nothing of the row, so it stops the shard,
    and the next run asks again for what is missing. What the batch had paid for by then is lost.

    Attributes:
        model_id: Its name in rows.
        model: OpenAI's name of the model, best with a date.
        api: Quality and prices.
        api_key: Key of the account.
        price_usd_per_picture: What a picture is expected to cost: the budget is checked with it
            before asking, and it counts where the API does not say how many tokens it took.
        budget_usd: Dollars that one process may spend.
        settings: Size of the pictures.
        batch_size: Requests at the same time.
        candidates_per_dish: How many different pictures a dish gets.
        base_url: Where the API is; None = OpenAI's own.
        max_retries: How often 429, 5xx and no answer in time are tried again.
        timeout_s: Seconds for one try.
    """

    model_id: str
    model: str
    api: ImagesApi
    api_key: str = field(repr=False)
    price_usd_per_picture: float
    budget_usd: float
    settings: GenerationSettings
    batch_size: int
    candidates_per_dish: int
    base_url: str | None = None
    max_retries: int = MAX_RETRIES
    timeout_s: float = TIMEOUT_S
    gpu_class: str = "api"
    can_inpaint: bool = False
    _paid: list[float] = field(default_factory=list, repr=False, compare=False)

    @property
    def pictures_at_once(self) -> int:
        """Pictures in a batch: requests at the same time."""
        return self.batch_size

    @property
    def revision(self) -> str:
        """The model and the quality: others make other pictures."""
        return f"{self.model}+{self.api.quality}"

    def cost_usd(self, gpu_seconds: float) -> float:
        """Price of device time: none. What the API asks for is in `MadePictures.api_costs_usd`."""
        return 0.0

    def expected_usd(self, gpu_seconds: float) -> float:
        """What a picture will cost, however long it takes."""
        return self.price_usd_per_picture

    def reference_for(self, template: str) -> np.ndarray | None:
        """No picture: the API is asked by text alone."""
        return None

    def draw(self, requests: Sequence[PictureRequest]) -> MadePictures:
        """Ask for a batch, all requests at the same time.

        Raises:
            BudgetSpent: the batch would cost more than is left.
            openai.OpenAIError: the API gave no answer after all tries, or refuses the account.
        """
        self._keep_to_budget(len(requests))
        with ThreadPoolExecutor(max(1, len(requests))) as pool:
            asked = [pool.submit(self._ask, self._client, request) for request in requests]
        answers = [one.result() for one in asked if not one.exception()]
        costs = tuple(answer.cost_usd for answer in answers)
        self._paid.append(sum(costs))
        for one in asked:
            one.result()  # raises what stopped a request, once all that was paid for is counted
        return MadePictures(
            pictures=tuple(answer.picture for answer in answers),
            failure_reasons=tuple(answer.failure_reason for answer in answers),
            gpu_seconds=0.0,
            api_costs_usd=costs,
        )

    def develop(self, drawing: Drawing | MadePictures) -> MadePictures:
        """Nothing is left to do: what the API gave are pictures."""
        if isinstance(drawing, Drawing):
            raise TypeError("this drawing is another generator's: the API gives pictures at once")
        return drawing

    @cached_property
    def _client(self) -> Any:
        from openai import OpenAI

        return OpenAI(
            api_key=self.api_key,
            base_url=self.base_url,
            max_retries=self.max_retries,
            timeout=self.timeout_s,
        )

    def _keep_to_budget(self, pictures: int) -> None:
        paid, next_ones = sum(self._paid), pictures * self.price_usd_per_picture
        if paid + next_ones > self.budget_usd:
            raise BudgetSpent(
                f"{self.model_id}: ${paid:.2f} of ${self.budget_usd:.2f} are spent, and the next"
                f" {pictures} pictures cost about ${next_ones:.2f}. Nothing was asked for; with a"
                " higher GARNISH_API_BUDGET_USD the next run goes on where this one ended"
            )

    def _ask(self, client: Any, request: PictureRequest) -> Answer:
        from openai import BadRequestError

        try:
            reply = client.images.generate(
                model=self.model,
                prompt=_in_words(request),
                size=f"{self.settings.width_px}x{self.settings.height_px}",
                quality=self.api.quality,
                n=1,
            )
        except BadRequestError as error:
            if error.code not in REFUSALS:
                raise
            return Answer(None, f"the API refused to draw it: {error.code}", 0.0)
        cost = self._price(reply.usage)
        picture = _decoded(reply.data[0].b64_json if reply.data else None, self.settings)
        return Answer(picture, "the API gave no picture" if picture is None else None, cost)

    def _price(self, usage: Any) -> float:
        if usage is None:
            return self.price_usd_per_picture
        return (
            float(
                usage.input_tokens * self.api.usd_per_million_input_tokens
                + usage.output_tokens * self.api.usd_per_million_output_tokens
            )
            / 1e6
        )


def _in_words(request: PictureRequest) -> str:
    if not request.negative_prompt:
        return request.prompt
    return f"{request.prompt}\n\nNothing of this is in the picture: {request.negative_prompt}"


def _decoded(text: str | None, settings: GenerationSettings) -> np.ndarray | None:
    """(height, width, 3) uint8 RGB of the settings' size; None where the text is no picture."""
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(text or ""))).convert("RGB")
    except (ValueError, OSError):
        return None
    size = (settings.width_px, settings.height_px)
    return np.asarray(
        picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS)
    )
