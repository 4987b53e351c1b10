"""Z-Image: how its parts are called.

Belongs here: what is particular to this model. Does not belong here: the loop
(`flow_denoising.py`), batches and second tries (`transformer_engine.py`).

Prompts keep their length: the transformer pads each to a multiple of 32 tokens, and sees them all.
A batch of several lengths it would pad further and mask, which is exact, but slower in attention
and another graph to compile. Its time runs from noise (0) to picture (1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gpu_ops.flow_denoising import Velocity
from gpu_ops.generation import GenerationSettings, PictureRequest
from gpu_ops.latent_canvas import Canvas
from gpu_ops.qwen_prompts import MOST_TOKENS, count_tokens

PX_PER_LATENT = 8


@dataclass(frozen=True, eq=False)
class ZImage:
    """A loaded ZImagePipeline.

    Guidance is counted as for every other model: the pipeline's own scale is one less, so that its
    0 is our 1, which is what Z-Image-Turbo wants.
    """

    pipeline: Any

    def __post_init__(self) -> None:
        """Have the tables of positions made now: left to the first call, they break its graph."""
        import torch

        positions = torch.zeros((1, 3), dtype=torch.int32, device=self.pipeline.device)
        self.pipeline.transformer.rope_embedder(positions)

    def refuse_impossible(
        self, requests: Sequence[PictureRequest], settings: GenerationSettings
    ) -> None:
        """There is no input for reference pictures.

        Raises:
            ValueError: a request has one.
        """
        if any(request.reference is not None for request in requests):
            raise ValueError("Z-Image follows no reference picture: take one away, or the model")

    def read(self, prompt: str) -> Any:
        """(tokens, width), at most 512 tokens."""
        (embedding,), _ = self.pipeline.encode_prompt(
            prompt, device=self.pipeline.device, do_classifier_free_guidance=False
        )
        return embedding

    def count_tokens(self, prompt: str) -> int:
        """Length of a prompt, which may be more than the model reads."""
        return count_tokens(self.pipeline.tokenizer, prompt, enable_thinking=True)

    def padded_tokens(self, prompt: str) -> int:
        """The next multiple of 32."""
        from diffusers.models.transformers.transformer_z_image import SEQ_MULTI_OF

        read = min(self.count_tokens(prompt), MOST_TOKENS)
        return -(-read // SEQ_MULTI_OF) * SEQ_MULTI_OF

    def latent_shape(self, settings: GenerationSettings) -> tuple[int, int, int]:
        """(channels, height / 8, width / 8)."""
        return (
            self.pipeline.transformer.in_channels,
            settings.height_px // PX_PER_LATENT,
            settings.width_px // PX_PER_LATENT,
        )

    def noise_levels(self, settings: GenerationSettings) -> Any:
        """Evenly spaced, then shifted as the model's folder says."""
        from diffusers.pipelines.z_image.pipeline_z_image import calculate_shift

        _, height, width = self.latent_shape(settings)
        scheduler = self.pipeline.scheduler
        names = ("base_image_seq_len", "max_image_seq_len", "base_shift", "max_shift")
        scheduler.set_timesteps(
            sigmas=np.linspace(1.0, 1 / settings.steps, settings.steps),
            mu=calculate_shift(height * width // 4, *(scheduler.config[name] for name in names)),
            device=self.pipeline.device,
        )
        return scheduler.sigmas

    def encoded(self, pixels: Any) -> Any:
        """Latents (batch, channels, h, w) float32."""
        autoencoder = self.pipeline.vae
        latents = autoencoder.encode(pixels.to(autoencoder.dtype)).latent_dist.mode().float()
        config = autoencoder.config
        return (latents - config.shift_factor) * config.scaling_factor

    def velocity(
        self, prompts: Sequence[Any], canvas: Canvas, references: Sequence[np.ndarray | None]
    ) -> Velocity:
        """The transformer with each picture's own prompt."""
        import torch

        transformer = self.pipeline.transformer
        captions = [prompt.to(transformer.dtype) for prompt in prompts]

        def velocity(latents: Any, level: Any) -> Any:
            frames = latents.to(transformer.dtype)[:, :, None]  # one frame, as of a film
            time = (1 - level).expand(len(latents))
            predicted = transformer(list(frames), time, captions, return_dict=False)[0]
            return -torch.stack(predicted)[:, :, 0].float()

        return velocity

    def decoded(self, latents: Any, autoencoder: Any) -> Any:
        """Pixels (batch, 3, height, width) in -1..1."""
        config = autoencoder.config
        scaled = latents / config.scaling_factor + config.shift_factor
        return autoencoder.decode(scaled.to(autoencoder.dtype), return_dict=False)[0]
