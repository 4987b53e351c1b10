"""What every engine does around its model: batches of one shape, second tries, time.

Belongs here: the frame of `draw` and `develop`. Does not belong here: models
(`sdxl_engine.py`, `transformer_engine.py`).
"""

import contextlib
import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

import numpy as np

from gpu_ops.decoding import composited, failure_of, to_uint8
from gpu_ops.device_clock import DeviceClock
from gpu_ops.generation import Drawing, MadePictures, PictureRequest
from gpu_ops.memory import in_fitting_parts

logger = logging.getLogger("garnish.gpu")

NOT_NUMBERS = "the model gave values that are not numbers"
DRAWN_AGAIN = "drawn again in float32"
DECODED_AGAIN = "decoded again in float32"

Denoise = Callable[[Sequence[PictureRequest]], Sequence[Any]]
"""From requests of one shape to latents, one for each."""

Decode = Callable[[Any], np.ndarray]
"""From one picture's latents to (height, width, 3) float32, 0..1 where all is well."""


def drawn(
    requests: Sequence[PictureRequest],
    clock: DeviceClock,
    shape_of: Callable[[PictureRequest], Hashable],
    denoised: Denoise,
    denoised_precisely: Denoise | None,
) -> Drawing:
    """Latents of a batch. What is not finite is drawn once more in float32, then fails.

    Args:
        requests: The batch.
        clock: Takes the device's time.
        shape_of: Requests of one value go through the model together.
        denoised: The model.
        denoised_precisely: The model in float32; None where it is so already, or cannot be.

    Raises:
        TooLittleMemory: one picture alone does not fit.
    """
    import torch

    latents: list[Any] = [None] * len(requests)
    notes: list[str | None] = [None] * len(requests)
    groups: dict[Hashable, list[int]] = {}
    for place, request in enumerate(requests):
        groups.setdefault(shape_of(request), []).append(place)
    with clock.busy(), torch.inference_mode():
        for places in groups.values():
            part, note = in_fitting_parts(denoised, [requests[place] for place in places])
            for place, one in zip(places, part, strict=True):
                latents[place], notes[place] = one, note
        for place, request in enumerate(requests):
            if denoised_precisely and not _is_finite(latents[place]):
                latents[place], note = _second_try(request, latents[place], denoised_precisely)
                notes[place] = joined(notes[place], note)
        # Reading each result also waits for the device: the clock may stop, others may read.
        reasons = [None if _is_finite(one) else NOT_NUMBERS for one in latents]
    return Drawing(
        requests=tuple(requests),
        latents=tuple(None if r else one for one, r in zip(latents, reasons, strict=True)),
        failure_reasons=tuple(reasons),
        notes=tuple(notes),
        gpu_seconds=clock.take(),
    )


def developed(
    drawing: Drawing,
    clock: DeviceClock,
    device: Any,
    decoded: Decode,
    decoded_precisely: Decode | None,
) -> MadePictures:
    """Pictures of a drawing. What is none is decoded once more in float32, then fails.

    One after the other: a decoder fills a device with one picture, and its memory with few.
    """
    import torch

    pictures: list[np.ndarray | None] = []
    reasons, notes = list(drawing.failure_reasons), list(drawing.notes)
    with clock.busy(), torch.inference_mode(), _own_stream(device):
        for place, latents in enumerate(drawing.latents):
            if latents is None:
                pictures.append(None)
                continue
            floats = decoded(latents)
            if decoded_precisely and failure_of(floats):
                floats = decoded_precisely(latents)
                notes[place] = joined(notes[place], DECODED_AGAIN)
            reasons[place] = failure_of(floats)
            picture = None if reasons[place] else to_uint8(floats)
            photo = drawing.requests[place].photo
            if picture is not None and photo is not None:
                picture = composited(picture, photo)
            pictures.append(picture)
    seconds = drawing.gpu_seconds + clock.take()
    return MadePictures(tuple(pictures), tuple(reasons), seconds, tuple(notes))


@contextlib.contextmanager
def in_float32(network: Any) -> Iterator[None]:
    """A network in float32 and back, both exact; not compiled again for the one picture."""
    import torch

    dtype = network.dtype
    try:
        network.to(torch.float32)
        with torch.compiler.set_stance("force_eager"):
            yield
    finally:
        network.to(dtype)


def as_picture(pixels: Any) -> np.ndarray:
    """Decoded pixels (3, height, width) in -1..1 as (height, width, 3) float32 in 0..1."""
    picture: np.ndarray = (pixels.float() / 2 + 0.5).permute(1, 2, 0).cpu().numpy()
    return picture


def joined(*notes: str | None) -> str | None:
    """Notes of one picture as one; None = nothing."""
    return "; ".join(note for note in notes if note) or None


def _second_try(request: PictureRequest, first: Any, denoised: Denoise) -> tuple[Any, str]:
    import torch

    logger.warning("seed %d: not finite, drawing again in float32", request.seed)
    try:
        return denoised([request])[0], DRAWN_AGAIN
    except torch.OutOfMemoryError:
        return first, "no memory to draw again in float32"


def _is_finite(latents: Any) -> bool:
    return bool(latents.isfinite().all())


def _own_stream(device: Any) -> contextlib.AbstractContextManager[Any]:
    """A CUDA stream for the calling thread, beside the drawing of the next batch."""
    import torch

    if device.type != "cuda":
        return contextlib.nullcontext()
    stream: contextlib.AbstractContextManager[Any] = torch.cuda.stream(torch.cuda.Stream(device))
    return stream
