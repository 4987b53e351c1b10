"""Batches that fit into a device's memory.

Belongs here: how many pictures fit, and going on with half a batch when they did not after all.
Does not belong here: what is made.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

logger = logging.getLogger("garnish.gpu")

Request = TypeVar("Request")
Result = TypeVar("Result")

HELD_BACK = 0.1
"""Share of a device's memory that is left alone: fragments, workspaces of kernels."""


class TooLittleMemory(RuntimeError):
    """Not even one picture fits into the device's memory."""


def device_memory_gib(device: str) -> float | None:
    """All memory of a CUDA device; None for a CPU, whose memory is not the limit."""
    if not device.startswith("cuda"):
        return None
    import torch

    return float(torch.cuda.get_device_properties(device).total_memory) / 2**30


def pictures_that_fit(memory_gib: float, weights_gib: float, gib_per_picture: float) -> int:
    """How many pictures can be drawn at once.

    A batch leaves a share of the memory alone; one picture may use it, as nothing smaller is left.

    Raises:
        TooLittleMemory: not one; the message has both numbers.
    """
    usable = memory_gib * (1 - HELD_BACK)
    if weights_gib + gib_per_picture > memory_gib:
        raise TooLittleMemory(
            f"the model needs {weights_gib + gib_per_picture:.1f} GiB for one picture, the device"
            f" has {usable:.1f} GiB to give: take a smaller model, or set linears to 'int8'"
        )
    return max(1, int((usable - weights_gib) / gib_per_picture))


def in_fitting_parts(
    work: Callable[[Sequence[Request]], Sequence[Result]], requests: Sequence[Request]
) -> tuple[list[Result], str | None]:
    """`work` on all requests, in halves, quarters ... where the whole does not fit.

    Returns:
        A result for each request, and a note if the batch had to be cut.

    Raises:
        TooLittleMemory: one request alone does not fit.
    """
    import torch

    try:
        return list(work(requests)), None
    except torch.OutOfMemoryError as error:
        if len(requests) == 1:
            raise TooLittleMemory(
                "one picture alone does not fit into the device's memory: take a smaller model"
            ) from error
    # Outside the handler: the traceback would keep the failed try's tensors alive.
    _empty_cache(torch)
    half = (len(requests) + 1) // 2
    logger.warning("out of memory with %d pictures at once: going on with %d", len(requests), half)
    first, _ = in_fitting_parts(work, requests[:half])
    second, _ = in_fitting_parts(work, requests[half:])
    return [*first, *second], "batch halved: out of memory"


def _empty_cache(torch: Any) -> None:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
