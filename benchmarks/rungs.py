"""The ladder: from the account's first setting to the quickest, one lever after another.

Belongs here: which levers each rung has. Does not belong here: measuring (`ladder.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gpu_ops.denoising_plan import planned_steps, unet_evaluations
from gpu_ops.generation import Execution, GenerationSettings

GUIDANCE = 6.0
SMALL_GUIDANCE = 2.5
MIDDLE = {"guidance_from": 0.25, "guidance_to": 0.75}


@dataclass(frozen=True)
class Rung:
    """One setting of all levers.

    Attributes:
        name: What is new in it.
        settings: What shapes the picture.
        execution: What only makes it quicker.
    """

    name: str
    settings: GenerationSettings
    execution: Execution = Execution()  # noqa: RUF009 (a frozen value)

    @property
    def evaluations(self) -> int:
        """UNet passes for one picture."""
        return unet_evaluations(planned_steps(self.settings))


def full_size_rungs(linears: Literal["fp8", "int8"]) -> Sequence[Rung]:
    """For SDXL at 1024 px on a GPU.

    The first five are the account's own; the teacher's path goes on to the deep-feature cache;
    the distilled paths begin anew from 20 steps.
    """
    first = GenerationSettings(
        steps=50, guidance_scale=GUIDANCE, width_px=1024, height_px=1024, dtype="float32"
    )
    halved = replace(first, dtype="bfloat16")
    forty = replace(halved, steps=40)
    tiny = replace(forty, decoder="tiny")
    compiled = Execution("full", channels_last=True)
    twenty = replace(tiny, steps=20, solver="dpmpp_2m")
    middle = replace(twenty, **MIDDLE)
    eight_bit = replace(middle, linears=linears)
    lightning = replace(tiny, steps=8, guidance_scale=1.0, solver="euler")
    return (
        Rung("the account's first: fp32, 50 steps, full VAE", first),
        Rung("bf16", halved),
        Rung("40 steps", forty),
        Rung("tiny VAE", tiny),
        Rung("torch.compile, channels last: the account's last", tiny, compiled),
        Rung("20 steps of DPM++ 2M", twenty, compiled),
        Rung("guidance in the middle half", middle, compiled),
        Rung(f"{linears} linears", eight_bit, compiled),
        Rung("deep features kept every 2nd step", replace(eight_bit, full_every=2), compiled),
        Rung("8 steps distilled, bf16", lightning, compiled),
        Rung(f"8 steps distilled, {linears}", replace(lightning, linears=linears), compiled),
        Rung("4 steps distilled, bf16", replace(lightning, steps=4), compiled),
        Rung(
            f"4 steps distilled, {linears}", replace(lightning, steps=4, linears=linears), compiled
        ),
        Rung(
            "MLPerf's: 20 steps, guidance, full VAE, bf16",
            replace(forty, steps=20),
            compiled,
        ),
        Rung(
            f"MLPerf's: 20 steps, guidance, full VAE, {linears}",
            replace(forty, steps=20, linears=linears),
            compiled,
        ),
    )


def small_rungs() -> Sequence[Rung]:
    """For the small family at 128 px on a CPU: the levers that have an effect there."""
    first = GenerationSettings(steps=50, guidance_scale=SMALL_GUIDANCE)
    twenty = replace(first, steps=20, solver="dpmpp_2m")
    middle = replace(twenty, **MIDDLE)
    return (
        Rung("fp32, 50 steps", first),
        Rung("40 steps", replace(first, steps=40)),
        Rung("20 steps of DPM++ 2M", twenty),
        Rung("guidance in the middle half", middle),
        Rung("deep features kept every 2nd step", replace(middle, full_every=2)),
        Rung("12 steps, guidance in all: the catalogue's", replace(first, steps=12)),
        Rung("8 steps, no guidance", replace(first, steps=8, guidance_scale=1.0)),
        Rung("4 steps, no guidance", replace(first, steps=4, guidance_scale=1.0)),
    )
