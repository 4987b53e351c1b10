"""Our own denoising loop for flow-matching transformers.

Belongs here: from noise and prompts to latents, and what a model must offer for it. Does not belong
here: the models (`flux2_klein.py`, `z_image.py`), batches (`transformer_engine.py`).

Why not the pipelines' own (diffusers 0.42): one reference picture for the whole batch, photos over
a megapixel shrunk without a word, photos encoded three times, guidance counted in two ways, and
latents kept in 16 bits. A step of flow matching is a line: latents move along the velocity.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from gpu_ops.denoising_plan import planned_steps, skipped_steps
from gpu_ops.generation import GenerationSettings, PictureRequest
from gpu_ops.latent_canvas import Canvas

Velocity = Callable[[Any, Any], Any]
"""From latents (batch, channels, h, w) and the noise level () to the velocity, both float32."""


class FlowModel(Protocol):
    """A transformer with what belongs to it, seen from the loop."""

    @property
    def pipeline(self) -> Any:
        """The diffusers pipeline whose parts are used."""

    def refuse_impossible(
        self, requests: Sequence[PictureRequest], settings: GenerationSettings
    ) -> None:
        """Raise ValueError where the model cannot do what is asked."""

    def read(self, prompt: str) -> Any:
        """The embedding of a prompt, (tokens, width): one run of the text encoder."""

    def count_tokens(self, prompt: str) -> int:
        """Length of a prompt, which may be more than the model reads."""

    def padded_tokens(self, prompt: str) -> int:
        """What the transformer sees of it; only prompts of one such length share a batch."""

    def latent_shape(self, settings: GenerationSettings) -> tuple[int, int, int]:
        """(channels, h, w) of one picture's latents."""

    def noise_levels(self, settings: GenerationSettings) -> Any:
        """(steps + 1,) float32 from 1 to 0, on the device."""

    def encoded(self, pixels: Any) -> Any:
        """Latents, float32, of pixels (batch, 3, height, width) in -1..1."""

    def velocity(
        self, prompts: Sequence[Any], canvas: Canvas, references: Sequence[np.ndarray | None]
    ) -> Velocity:
        """The transformer for one batch, in which all have a reference of one shape, or none has.

        Args:
            prompts: Embeddings.
            canvas: What the velocity will be asked for.
            references: (height, width, 3) uint8 RGB.
        """

    def decoded(self, latents: Any, autoencoder: Any) -> Any:
        """Pixels in -1..1, (batch, 3, height, width), of latents; by the model's autoencoder."""


def denoise(
    prompted: Velocity,
    unprompted: Velocity,
    noise_levels: Any,
    canvas: Canvas,
    settings: GenerationSettings,
) -> Any:
    """Latents of a batch, (batch, channels, h, w) float32, by Euler steps.

    Outside the mask each step ends on the photo with as much noise as the step leaves, so that what
    is drawn goes on into it.
    """
    skipped = skipped_steps(settings) if canvas.photo is not None else 0
    levels = noise_levels[skipped:]
    latents = canvas.noise if canvas.photo is None else _noised_photo(canvas, levels[0])
    plan = planned_steps(settings, skipped)
    for step, level, next_level in zip(plan, levels[:-1], levels[1:], strict=True):
        direction = prompted(latents, level)
        if step.unconditional:
            base = unprompted(latents, level)
            direction = base + settings.guidance_scale * (direction - base)
        latents = latents + (next_level - level) * direction
        if canvas.photo is not None:
            kept = _noised_photo(canvas, next_level)
            latents = kept + canvas.mask * (latents - kept)
    return latents


def _noised_photo(canvas: Canvas, level: Any) -> Any:
    return level * canvas.noise + (1 - level) * canvas.photo
