"""FLUX.2-klein: how its parts are called.

Belongs here: what is particular to this model. Does not belong here: the loop
(`flow_denoising.py`), batches and second tries (`transformer_engine.py`).

Every prompt is 512 tokens long, padding included, and the transformer sees all of them: it was
trained so. Pictures to look at (a photo to draw into, a reference) are further tokens, each with a
time of its own in its positions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gpu_ops.flow_denoising import Velocity
from gpu_ops.generation import GenerationSettings, PictureRequest
from gpu_ops.latent_canvas import Canvas
from gpu_ops.qwen_prompts import MOST_TOKENS, count_tokens

PX_PER_LATENT = 16
"""The autoencoder makes 8 px one value; 2 x 2 of these are one token."""

LARGEST_REFERENCE_PX = 1024 * 1024
"""Area; the model was trained on references up to a megapixel, and diffusers shrinks to that."""

TIME_BETWEEN_PICTURES = 10
"""Steps on the time axis of positions from one picture to the next (Flux2KleinPipeline)."""


@dataclass(frozen=True, eq=False)
class Flux2Klein:
    """A loaded Flux2KleinPipeline."""

    pipeline: Any

    def refuse_impossible(
        self, requests: Sequence[PictureRequest], settings: GenerationSettings
    ) -> None:
        """The distilled model has no guidance.

        Raises:
            ValueError: guidance is asked for.
        """
        if self.pipeline.config.is_distilled and settings.guidance_scale > 1:
            raise ValueError(
                f"guidance_scale {settings.guidance_scale:g}: this FLUX.2-klein is distilled and"
                " draws without guidance, set it to 1"
            )

    def read(self, prompt: str) -> Any:
        """(512, 3 * width): three layers of the text encoder side by side."""
        return self.pipeline.encode_prompt(prompt, device=self.pipeline.device)[0][0]

    def count_tokens(self, prompt: str) -> int:
        """Length of a prompt, which may be more than the model reads."""
        return count_tokens(self.pipeline.tokenizer, prompt, enable_thinking=False)

    def padded_tokens(self, prompt: str) -> int:
        """Always the same."""
        return MOST_TOKENS

    def latent_shape(self, settings: GenerationSettings) -> tuple[int, int, int]:
        """(channels, height / 16, width / 16)."""
        return (
            self.pipeline.transformer.config.in_channels,
            settings.height_px // PX_PER_LATENT,
            settings.width_px // PX_PER_LATENT,
        )

    def noise_levels(self, settings: GenerationSettings) -> Any:
        """Evenly spaced, then shifted by a rule of BFL's for picture size and number of steps."""
        from diffusers.pipelines.flux2.pipeline_flux2_klein import compute_empirical_mu

        _, height, width = self.latent_shape(settings)
        scheduler, steps = self.pipeline.scheduler, settings.steps
        scheduler.set_timesteps(
            sigmas=np.linspace(1.0, 1 / steps, steps),
            mu=compute_empirical_mu(image_seq_len=height * width, num_steps=steps),
            device=self.pipeline.device,
        )
        return scheduler.sigmas

    def encoded(self, pixels: Any) -> Any:
        """Latents (batch, channels, h, w) float32, of mean 0 and variance 1."""
        import torch

        autoencoder = self.pipeline.vae
        latents = autoencoder.encode(pixels.to(autoencoder.dtype)).latent_dist.mode()
        mean, deviation = _patch_statistics(autoencoder)
        return (torch.nn.functional.pixel_unshuffle(latents.float(), 2) - mean) / deviation

    def velocity(
        self, prompts: Sequence[Any], canvas: Canvas, references: Sequence[np.ndarray | None]
    ) -> Velocity:
        """The transformer with each picture's own prompt, photo and reference."""
        import torch

        transformer, device = self.pipeline.transformer, self.pipeline.device
        seen = [] if canvas.photo is None else [canvas.photo]
        given = [reference for reference in references if reference is not None]
        if given:
            seen.append(torch.cat([self.encoded(self._fitting(one)) for one in given]))
        text = torch.stack(list(prompts)).to(transformer.dtype)
        times = range(0, TIME_BETWEEN_PICTURES * (len(seen) + 1), TIME_BETWEEN_PICTURES)
        positions = torch.cat(
            [
                _positions(time, one.shape[2], one.shape[3], 1)
                for time, one in zip(times, [canvas.noise, *seen], strict=True)
            ]
        ).to(device)
        text_positions = _positions(0, 1, 1, text.shape[1]).to(device)
        context = [_tokens(one) for one in seen]

        def velocity(latents: Any, level: Any) -> Any:
            own = _tokens(latents)
            predicted = transformer(
                hidden_states=torch.cat([own, *context], dim=1).to(transformer.dtype),
                encoder_hidden_states=text,
                timestep=level.expand(len(latents)),
                img_ids=positions,
                txt_ids=text_positions,
                guidance=None,
                return_dict=False,
            )[0]
            return predicted[:, : own.shape[1]].float().transpose(1, 2).reshape(latents.shape)

        return velocity

    def decoded(self, latents: Any, autoencoder: Any) -> Any:
        """Pixels (batch, 3, height, width) in -1..1."""
        import torch

        mean, deviation = _patch_statistics(autoencoder)
        patches = torch.nn.functional.pixel_shuffle(latents * deviation + mean, 2)
        return autoencoder.decode(patches.to(autoencoder.dtype), return_dict=False)[0]

    def _fitting(self, reference: np.ndarray) -> Any:
        """A reference as pixels in -1..1, its sides cut to whole tokens."""
        from PIL import Image

        height, width = reference.shape[:2]
        scale = min(1.0, (LARGEST_REFERENCE_PX / (height * width)) ** 0.5)
        sides = [max(1, int(side * scale) // PX_PER_LATENT) for side in (height, width)]
        pixels = self.pipeline.image_processor.preprocess(
            Image.fromarray(reference),
            height=sides[0] * PX_PER_LATENT,
            width=sides[1] * PX_PER_LATENT,
            resize_mode="crop",
        )
        return pixels.to(self.pipeline.device)


def _patch_statistics(autoencoder: Any) -> tuple[Any, Any]:
    """Mean and standard deviation of each channel of 2 x 2 patches, (1, channels, 1, 1) float32."""
    mean = autoencoder.bn.running_mean.float()
    variance = autoencoder.bn.running_var.float() + autoencoder.config.batch_norm_eps
    return mean[None, :, None, None], variance.sqrt()[None, :, None, None]


def _tokens(latents: Any) -> Any:
    return latents.flatten(2).transpose(1, 2)


def _positions(time: int, height: int, width: int, length: int) -> Any:
    """(tokens, 4): time, row, column, place in the text."""
    import torch

    return torch.cartesian_prod(
        torch.tensor([time]), torch.arange(height), torch.arange(width), torch.arange(length)
    )
