"""What every way of making pictures has in common: requests, settings, results, and one interface.

Belongs here: those values. Does not belong here: any model (`sdxl_engine.py`,
`transformer_engine.py`; an API is reached in `resources/`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

Solver = Literal["model", "euler", "dpmpp_2m", "dpmpp_2m_sde", "unipc", "lcm"]
Compilation = Literal["none", "regional", "full"]


@dataclass(frozen=True)
class GenerationSettings:
    """All that shapes a picture beside model, prompt, photo and seed.

    Attributes:
        steps: Denoising steps.
        guidance_scale: Strength of classifier-free guidance; 1 or less switches it off.
        width_px: Width, a multiple of 8.
        height_px: Height, a multiple of 8.
        dtype: Number format of the weights, "float32", "float16" or "bfloat16".
        solver: Which solver; "model" is the one that the model's folder names.
        guidance_from: Share of the steps after which guidance begins.
        guidance_to: Share of the steps after which guidance ends.
        full_every: The deep part of the UNet is computed in every so manieth step and its features
            are used again in between; 1 computes all of it in every step.
        decoder: "model", or "tiny": the small decoder beside it.
        linears: "model", or linear layers in 8 bits: "fp8", "int8".
        adapter_scale: Strength of an image prompt (IP-Adapter); 0 switches it off.
        strength: For redrawn photos, the share of the steps that is made: 1 ignores what was there.
    """

    steps: int = 12
    guidance_scale: float = 2.5
    width_px: int = 128
    height_px: int = 128
    dtype: str = "float32"
    solver: Solver = "model"
    guidance_from: float = 0.0
    guidance_to: float = 1.0
    full_every: int = 1
    decoder: Literal["model", "tiny"] = "model"
    linears: Literal["model", "fp8", "int8"] = "model"
    adapter_scale: float = 0.0
    strength: float = 0.85

    def as_dict(self) -> dict[str, Any]:
        """The settings by name, for the row of a picture.

        A lever that is off is not named, so that a new lever makes no new pictures. Hence the
        default of a lever may never change.
        """
        return {
            f.name: value
            for f in fields(self)
            if (value := getattr(self, f.name)) != f.default or f.name in _ALWAYS_NAMED
        }


_ALWAYS_NAMED = frozenset({"steps", "guidance_scale", "width_px", "height_px", "dtype"})


@dataclass(frozen=True)
class Execution:
    """How the same picture is made faster. Nothing here is part of what a picture is.

    Attributes:
        compilation: torch.compile of the whole UNet, of its repeated blocks, or of nothing.
        channels_last: Memory layout of convolutions.
        compiled_code: A file that keeps compiled code for the next process; None = nothing is kept.
    """

    compilation: Compilation = "none"
    channels_last: bool = False
    compiled_code: Path | None = None


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo to draw into.

    Attributes:
        pixels: (height, width, 3) uint8 RGB, of the size that the settings name.
        mask: (height, width) float32: 1 = drawn anew, 0 = kept as it is, soft between.
    """

    pixels: np.ndarray
    mask: np.ndarray


@dataclass(frozen=True)
class PictureRequest:
    """One picture to make. The same request gives the same picture, whatever it is batched with.

    Attributes:
        prompt: What to draw.
        negative_prompt: What not to draw.
        seed: Seed of the noise.
        photo: A photo to draw into; None = an empty canvas.
        reference: A picture whose look is followed (IP-Adapter, or a model's own reference input),
            (height, width, 3) uint8 RGB; None = no such picture.
    """

    prompt: str
    negative_prompt: str
    seed: int
    photo: Photo | None = field(default=None, compare=False)
    reference: np.ndarray | None = field(default=None, compare=False)


@dataclass(frozen=True)
class MadePictures:
    """A batch of pictures.

    Attributes:
        pictures: One for each request, (height, width, 3) uint8 RGB; None where it failed.
        failure_reasons: Why, for each that failed; None for the others.
        gpu_seconds: Device time of the whole batch.
        notes: What was out of the ordinary, for each picture: drawn again in float32, the batch
            halved; None = nothing. Empty = nothing for any.
        api_costs_usd: What an API asked for, for each picture: a refusal costs nothing. Empty = no
            API was asked.
    """

    pictures: tuple[np.ndarray | None, ...]
    failure_reasons: tuple[str | None, ...]
    gpu_seconds: float
    notes: tuple[str | None, ...] = ()
    api_costs_usd: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Drawing:
    """Drawn, not yet decoded: what `Engine.draw` leaves for `Engine.develop`.

    Attributes:
        requests: What was asked for.
        latents: A tensor for each request, on the device; None where drawing failed.
        failure_reasons: Why, for each that failed.
        notes: As in `MadePictures`.
        gpu_seconds: Device time of drawing.
    """

    requests: tuple[PictureRequest, ...]
    latents: tuple[Any, ...]
    failure_reasons: tuple[str | None, ...]
    notes: tuple[str | None, ...]
    gpu_seconds: float


class Engine(Protocol):
    """A loaded model. `draw` and `develop` may run at the same time, each in one thread."""

    def draw(self, requests: Sequence[PictureRequest], settings: GenerationSettings) -> Drawing:
        """The long part: denoising, up to latents."""

    def develop(self, drawing: Drawing) -> MadePictures:
        """The short part: decoding to pixels, while the next batch is being drawn."""
