"""What a device can do at best, measured in the same run as what we make of it.

Belongs here: matrix products by number format, and copying. A share of a data sheet's number says
little: an L4 reaches 57 of its 121 TFLOP/s, because 72 W are not enough for more.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

REPEATS = 10
WARM_UPS = 3
COPY_BYTES = 2**30


def matmul_tflops(device: str) -> dict[str, float]:
    """TFLOP/s of square matrix products by number format, with what the device supports."""
    import torch

    side = 8192 if device == "cuda" else 1024
    formats: dict[str, Callable[[], Any]] = {}
    names = ("float32", "bfloat16", "float16") if device == "cuda" else ("float32",)
    for name in names:
        one, other = (
            torch.randn(side, side, device=device, dtype=getattr(torch, name)) for _ in range(2)
        )
        formats[name] = lambda one=one, other=other: one @ other
    if device == "cuda" and torch.cuda.get_device_capability() >= (8, 9):
        formats["float8"] = _float8_product(torch, side)
    if device == "cuda":
        left, right = (
            torch.randint(-128, 127, (side, side), device=device, dtype=torch.int8)
            for _ in range(2)
        )
        formats["int8"] = lambda: torch._int_mm(left, right)  # noqa: SLF001 (no public name)
    return {
        name: round(2 * side**3 / median_seconds(work, device) / 1e12, 3)
        for name, work in formats.items()
    }


def copy_gb_per_second(device: str) -> float:
    """Bytes read and written by a copy within the device's memory."""
    import torch

    source = torch.randint(0, 255, (COPY_BYTES,), device=device, dtype=torch.uint8)
    target = torch.empty_like(source)
    seconds = median_seconds(lambda: target.copy_(source), device)
    return round(2 * COPY_BYTES / seconds / 1e9, 1)


def median_seconds(work: Callable[[], Any], device: str) -> float:
    """The median time of a piece of work, warm, until the device has ended it."""
    times = []
    for _ in range(WARM_UPS + REPEATS):
        began = time.perf_counter()
        work()
        wait_for(device)
        times.append(time.perf_counter() - began)
    return statistics.median(times[WARM_UPS:])


def wait_for(device: str) -> None:
    """Until a device has ended its work."""
    import torch

    if device == "cuda":
        torch.cuda.synchronize()


def _float8_product(torch: Any, side: int) -> Callable[[], Any]:
    one = torch.randn(side, side, device="cuda").to(torch.float8_e4m3fn)
    other = torch.randn(side, side, device="cuda").to(torch.float8_e4m3fn).t()
    by_row = torch.ones(side, 1, device="cuda"), torch.ones(1, side, device="cuda")
    return lambda: torch._scaled_mm(  # noqa: SLF001 (no public name)
        one, other, scale_a=by_row[0], scale_b=by_row[1], out_dtype=torch.bfloat16
    )
