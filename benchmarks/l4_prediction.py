"""What full-size SDXL should take on an L4: `python -m benchmarks.l4_prediction`.

A prediction from arithmetic, for those who have no L4 at hand; nothing is measured. Operations are
those of `gpu_ops/unet_flops.py`, which a test compares with torch's count. Writes
`results/l4_prediction.json` and the table in docs/performance.md.

    seconds = (8-bit operations / 118 + other operations / 57 TFLOP/s) / 0.87 + 0.05

118 and 57 TFLOP/s are what an L4 was measured to multiply at 72 W (FP8, BF16), not its data sheet's
242 and 121. 0.87 is the share of that which whole networks reach: it was chosen by two public
figures, which the table repeats with the error that is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.measurement import write_figures, write_table
from benchmarks.random_models import UNET
from benchmarks.rungs import Rung, full_size_rungs
from gpu_ops.denoising_plan import planned_steps
from gpu_ops.generation import GenerationSettings
from gpu_ops.unet_flops import unet_flops
from resources.gpu_prices import load_gpu_prices

BF16_TFLOPS, FP8_TFLOPS = 57.0, 118.0
SHARE_REACHED = 0.87
FIXED_SECONDS = 0.05
LINEAR_SHARE = 0.644
"""Of a pass's operations at 1024 px, those in linear layers (counted on meta tensors)."""

FULL_DECODER_TFLOP, TINY_DECODER_TFLOP = 10.47, 0.565
"""Decoding one picture of 1024 px, counted on meta tensors."""

TEXT_TFLOP = 0.22
"""Both text encoders, prompt and negative prompt."""


@dataclass(frozen=True)
class Published:
    """A figure that somebody measured on an L4."""

    name: str
    settings: GenerationSettings
    seconds: float


PUBLISHED = (
    Published(
        "MLPerf 5.1, TensorRT, UNet in FP8",
        GenerationSettings(20, 8.0, 1024, 1024, "bfloat16", linears="fp8"),
        3.97,
    ),
    Published(
        "the account's last: fp16, 40 steps",
        GenerationSettings(40, 6.0, 1024, 1024, "float16", decoder="tiny"),
        11.2,
    ),
)


def predicted_seconds(settings: GenerationSettings) -> float:
    """Seconds a picture on an L4, with decoding not overlapped."""
    pass_tflop = unet_flops(UNET, settings.height_px, settings.width_px)
    unet = pass_tflop.of_plan(planned_steps(settings)) / 1e12
    eight_bit = unet * LINEAR_SHARE if settings.linears != "model" else 0.0
    decoder = TINY_DECODER_TFLOP if settings.decoder == "tiny" else FULL_DECODER_TFLOP
    rest = unet - eight_bit + decoder + TEXT_TFLOP
    return (eight_bit / FP8_TFLOPS + rest / BF16_TFLOPS) / SHARE_REACHED + FIXED_SECONDS


def predictions(rungs: Sequence[Rung]) -> list[dict[str, Any]]:
    """A row for each rung in 16 or 8 bits; an L4's float32 is not in the formula."""
    usd_per_hour = {name: load_gpu_prices()[name].usd_per_hour for name in ("l4", "l4-spot")}
    rows = []
    for rung in rungs:
        if rung.settings.dtype != "float32":
            seconds = predicted_seconds(rung.settings)
            usd = {name: seconds * price / 3600 for name, price in usd_per_hour.items()}
            rows.append({"name": rung.name, "seconds": seconds, "usd": usd})
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Predictions, and what they say of the published figures, in Markdown."""
    lines = [
        "| full-size SDXL at 1024 px on an L4 | predicted s/picture | USD, on demand | USD, spot |",
        "|---|--:|--:|--:|",
    ]
    lines += [
        f"| {row['name']} | {row['seconds']:.2f} | {row['usd']['l4']:.5f}"
        f" | {row['usd']['l4-spot']:.5f} |"
        for row in rows
    ]
    lines += ["", "| published | measured s/picture | predicted | error |", "|---|--:|--:|--:|"]
    for figure in PUBLISHED:
        seconds = predicted_seconds(figure.settings)
        error = seconds / figure.seconds - 1
        lines.append(f"| {figure.name} | {figure.seconds} | {seconds:.2f} | {error:+.0%} |")
    return "\n".join(lines)


def main() -> None:
    """Write predictions and table."""
    rows = predictions(full_size_rungs("fp8"))
    path = write_figures("l4_prediction", {"rows": rows})
    write_table("l4-prediction", table(rows))
    print(table(rows))
    print(path)


if __name__ == "__main__":
    main()
