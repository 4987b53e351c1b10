"""Our own denoising loop for SDXL UNets.

Belongs here: from noise and conditions to latents. Does not belong here: text, decoding, loading.

Why not the pipelines' own: their guidance cut-off breaks with a batch of two and forgets the image
prompt's negative half, they have no cache that works on a UNet, and they keep latents in 16 bits.
Here both branches are separate passes of one shape, so there is one graph for each pass, and each
branch keeps its own conditions and its own deep features.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gpu_ops.denoising_plan import planned_steps, skipped_steps
from gpu_ops.generation import GenerationSettings
from gpu_ops.latent_canvas import Canvas
from gpu_ops.solvers import solver_for, stepper
from gpu_ops.unet_passes import UNetPasses


@dataclass(frozen=True, eq=False)
class Conditions:
    """What one branch is told.

    Attributes:
        text: (batch, tokens, width), in the UNet's dtype.
        added: SDXL's further conditions: `text_embeds` (batch, pooled width), `time_ids` (batch,
            6), and `image_embeds` where an image prompt is loaded.
    """

    text: Any
    added: dict[str, Any]


def denoise(
    passes: UNetPasses,
    model_scheduler: Any,
    prompted: Conditions,
    unprompted: Conditions,
    canvas: Canvas,
    generators: Sequence[Any],
    settings: GenerationSettings,
) -> Any:
    """Latents of a batch, (batch, channels, height / 8, width / 8) float32.

    Between steps latents stay in float32: 16 bits lose more in the sum of small steps than in any
    one of them.
    """
    scheduler = solver_for(model_scheduler, settings.solver)
    scheduler.set_timesteps(settings.steps, device=canvas.noise.device)
    skipped = skipped_steps(settings) if canvas.photo is not None else 0
    scheduler.set_begin_index(skipped)
    timesteps = scheduler.timesteps[skipped:]
    advance = stepper(scheduler, list(generators))
    with_prompt, without = _Branch(passes, prompted), _Branch(passes, unprompted)

    latents = _first_latents(scheduler, canvas, timesteps, from_noise=skipped == 0)
    plan = planned_steps(settings, skipped)
    for number, (step, timestep) in enumerate(zip(plan, timesteps, strict=True), start=1):
        seen = scheduler.scale_model_input(latents, timestep).to(prompted.text.dtype)
        prediction = with_prompt.predict(step.conditional, seen, timestep)
        if step.unconditional:
            base = without.predict(step.unconditional, seen, timestep)
            prediction = base + settings.guidance_scale * (prediction - base)
        latents = advance(prediction, timestep, latents)
        if canvas.photo is not None:
            kept = canvas.photo
            if number < len(plan):
                kept = scheduler.add_noise(kept, canvas.noise, timesteps[number : number + 1])
            latents = kept + canvas.mask * (latents - kept)
    return latents


def _first_latents(scheduler: Any, canvas: Canvas, timesteps: Any, *, from_noise: bool) -> Any:
    if from_noise:
        return canvas.noise * scheduler.init_noise_sigma
    return scheduler.add_noise(canvas.photo, canvas.noise, timesteps[:1])


class _Branch:
    """One branch of guidance, with the deep features of its last full pass."""

    def __init__(self, passes: UNetPasses, conditions: Conditions) -> None:
        self._passes = passes
        self._conditions = conditions
        self._deep: Any = None

    def predict(self, kind: str, latents: Any, timestep: Any) -> Any:
        """The prediction in float32."""
        conditions = (self._conditions.text, self._conditions.added)
        if kind == "shallow":
            prediction = self._passes.shallow(latents, timestep, *conditions, self._deep)
        else:
            prediction, self._deep = self._passes.full(latents, timestep, *conditions)
        return prediction.float()
