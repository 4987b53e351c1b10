"""The frame of every engine, around a model that is a function."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from gpu_ops.device_clock import DeviceClock
from gpu_ops.generation import Drawing, Photo, PictureRequest
from gpu_ops.picture_batches import developed, drawn

CPU = torch.device("cpu")


def requests(*prompts: str) -> list[PictureRequest]:
    return [PictureRequest(prompt, "", seed) for seed, prompt in enumerate(prompts)]


def latents_of(some: Sequence[PictureRequest]) -> list[Any]:
    """The seed, or NaN for a prompt that says so."""
    return [torch.tensor(float("nan" if one.prompt == "nan" else one.seed)) for one in some]


def seeds(some: Sequence[PictureRequest]) -> list[Any]:
    return [torch.tensor(float(one.seed)) for one in some]


def picture(value: float) -> np.ndarray:
    return np.linspace(0, value, 4 * 4 * 3, dtype=np.float32).reshape(4, 4, 3)


def drawing(*latents: Any, photo: Photo | None = None) -> Drawing:
    asked = tuple(PictureRequest("soup", "", 1, photo=photo) for _ in latents)
    nothing = (None,) * len(latents)
    return Drawing(asked, latents, nothing, nothing, 1.5)


def test_requests_of_one_shape_are_one_batch_and_results_keep_their_order() -> None:
    batches: list[list[int]] = []

    def denoised(some: Sequence[PictureRequest]) -> list[Any]:
        batches.append([one.seed for one in some])
        return latents_of(some)

    asked = requests("a", "bb", "c", "dd", "e")
    result = drawn(asked, DeviceClock(), lambda one: len(one.prompt), denoised, None)
    assert batches == [[0, 2, 4], [1, 3]]
    assert [float(one) for one in result.latents] == [0, 1, 2, 3, 4]


def test_only_what_is_not_finite_is_drawn_again() -> None:
    again: list[int] = []

    def precisely(some: Sequence[PictureRequest]) -> list[Any]:
        again.extend(one.seed for one in some)
        return seeds(some)

    result = drawn(requests("a", "nan"), DeviceClock(), one_shape, latents_of, precisely)
    assert again == [1]
    assert result.notes == (None, "drawn again in float32")
    assert result.failure_reasons == (None, None)


def test_without_memory_for_float32_only_that_picture_fails() -> None:
    def precisely(some: Sequence[PictureRequest]) -> list[Any]:
        raise torch.OutOfMemoryError

    result = drawn(requests("a", "nan"), DeviceClock(), one_shape, latents_of, precisely)
    assert result.failure_reasons == (None, "the model gave values that are not numbers")
    assert result.notes == (None, "no memory to draw again in float32")
    assert result.latents[1] is None


def test_what_the_decoder_spoils_is_decoded_again_then_fails_alone() -> None:
    def decoded(latents: Any) -> np.ndarray:
        return picture(1.0) if latents > 0 else picture(np.nan)

    def precisely(latents: Any) -> np.ndarray:
        return picture(1.0) if latents > -2 else picture(0.0)

    made = developed(drawing(*map(torch.tensor, (1, -1, -2))), DeviceClock(), CPU, decoded, None)
    assert made.failure_reasons[0] is None and made.failure_reasons[1] is not None

    made = developed(
        drawing(*map(torch.tensor, (1, -1, -2))), DeviceClock(), CPU, decoded, precisely
    )
    assert made.failure_reasons == (None, None, "the picture is blank")
    assert made.notes == (None, "decoded again in float32", "decoded again in float32")
    assert made.pictures[2] is None
    assert made.gpu_seconds >= 1.5


def test_a_photo_stays_outside_its_mask() -> None:
    mask = np.zeros((4, 4), np.float32)
    mask[1:3, 1:3] = 1
    photo = Photo(np.full((4, 4, 3), 200, np.uint8), mask)
    made = developed(
        drawing(torch.tensor(1), photo=photo), DeviceClock(), CPU, lambda _: picture(0.5), None
    )
    (one,) = made.pictures
    assert one is not None
    assert (one[mask == 0] == 200).all() and (one[mask == 1] < 128).all()


def one_shape(_: PictureRequest) -> int:
    return 0
