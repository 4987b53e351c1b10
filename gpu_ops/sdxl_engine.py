"""Pictures with models of the SDXL family: from text, into photos, with a picture as a prompt.

Belongs here: what an SDXL model is told, and its decoder. Does not belong here: the loop
(`sdxl_denoising.py`), what every engine does (`picture_batches.py`), loading (`sdxl_pipeline.py`).
"""

import copy
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from gpu_ops.device_clock import DeviceClock
from gpu_ops.generation import Drawing, GenerationSettings, MadePictures, PictureRequest
from gpu_ops.image_prompts import ImagePrompts
from gpu_ops.latent_canvas import canvas_for
from gpu_ops.picture_batches import as_picture, developed, drawn, in_float32
from gpu_ops.prompt_embedding import PromptEmbedder
from gpu_ops.sdxl_denoising import Conditions, denoise
from gpu_ops.unet_passes import UNetPasses, can_keep_deep_features, eager_passes


@dataclass(frozen=True, eq=False)
class SdxlEngine:
    """A loaded model of the SDXL family.

    Attributes:
        pipeline: A StableDiffusionXLPipeline whose parts are used.
        passes: The UNet's passes, compiled or not.
        has_quantised_linears: Then nothing can be drawn again in float32.
    """

    pipeline: Any
    passes: UNetPasses
    has_quantised_linears: bool = False
    _clock: DeviceClock = field(default_factory=DeviceClock)

    @cached_property
    def prompts(self) -> PromptEmbedder:
        """The text encoders."""
        return PromptEmbedder(self.pipeline)

    @cached_property
    def image_prompts(self) -> ImagePrompts:
        """The image encoder of an IP-Adapter."""
        return ImagePrompts(self.pipeline)

    def draw(self, requests: Sequence[PictureRequest], settings: GenerationSettings) -> Drawing:
        """Denoise a batch. What is not finite is drawn once more in float32, then fails.

        Raises:
            ValueError: the settings ask for what this model cannot do.
            TooLittleMemory: one picture alone does not fit.
        """
        import torch

        unet = self.pipeline.unet
        if settings.full_every > 1 and not can_keep_deep_features(unet):
            raise ValueError("full_every: this UNet has attention in its first level, set it to 1")

        def denoised(some: Sequence[PictureRequest]) -> list[Any]:
            return self._denoised(some, settings, self.passes)

        def denoised_precisely(some: Sequence[PictureRequest]) -> list[Any]:
            with in_float32(unet):
                return self._denoised(some, settings, eager_passes(unet))

        can_be_precise = unet.dtype != torch.float32 and not self.has_quantised_linears
        return drawn(
            requests,
            self._clock,
            self._shape,
            denoised,
            denoised_precisely if can_be_precise else None,
        )

    def develop(self, drawing: Drawing) -> MadePictures:
        """Decode a batch, beside the drawing of the next: on a GPU in a stream of its own."""
        import torch

        vae = self.pipeline.vae
        is_precise = vae.dtype == torch.float32
        return developed(
            drawing,
            self._clock,
            self.pipeline.device,
            lambda latents: _decoded(vae, latents),
            None if is_precise else lambda latents: _decoded(self._float32_decoder, latents),
        )

    def _shape(self, request: PictureRequest) -> Hashable:
        """Requests of one shape share a batch: prompts of one length, photos or none.

        Padding a short prompt to a long neighbour's length would change its picture.
        """
        tokens = self.prompts.embed(request.prompt, request.negative_prompt).tokens
        return tokens, request.photo is None

    def _denoised(
        self, requests: Sequence[PictureRequest], settings: GenerationSettings, passes: UNetPasses
    ) -> list[Any]:
        import torch

        pipeline = self.pipeline
        generators = [torch.Generator("cpu").manual_seed(request.seed) for request in requests]
        shape = (
            pipeline.unet.config.in_channels,
            settings.height_px // pipeline.vae_scale_factor,
            settings.width_px // pipeline.vae_scale_factor,
        )
        canvas = canvas_for(
            requests,
            generators,
            shape,
            pipeline.device,
            lambda pixels: _encoded(pipeline.vae, pixels),
        )
        prompted, unprompted = self._conditions(requests, settings)
        return list(
            denoise(passes, pipeline.scheduler, prompted, unprompted, canvas, generators, settings)
        )

    def _conditions(
        self, requests: Sequence[PictureRequest], settings: GenerationSettings
    ) -> tuple[Conditions, Conditions]:
        """What the branch with the prompt is told, and the one without."""
        import torch

        dtype, device = self.pipeline.unet.dtype, self.pipeline.device
        size = (settings.height_px, settings.width_px)
        # Original size, crop and target size, as the pipeline tells them for an uncropped picture.
        time_ids = torch.tensor([(*size, 0, 0, *size)] * len(requests), dtype=dtype, device=device)
        with_picture, without_picture = self.image_prompts.embed(
            [request.reference for request in requests], dtype
        )
        embedded = [self.prompts.embed(r.prompt, r.negative_prompt) for r in requests]

        def conditions(text: list[Any], pooled: list[Any], picture: dict[str, Any]) -> Conditions:
            joined_pooled = torch.cat(pooled).to(dtype)
            added = {"text_embeds": joined_pooled, "time_ids": time_ids, **picture}
            return Conditions(torch.cat(text).to(dtype), added)

        return (
            conditions([e.text for e in embedded], [e.pooled for e in embedded], with_picture),
            conditions(
                [e.negative_text for e in embedded],
                [e.negative_pooled for e in embedded],
                without_picture,
            ),
        )

    @cached_property
    def _float32_decoder(self) -> Any:
        """A copy: `draw` may be encoding photos with the original at the same time."""
        import torch

        return copy.deepcopy(self.pipeline.vae).to(torch.float32)


def _encoded(vae: Any, pixels: Any) -> Any:
    """Latents of pixels in -1..1, (batch, 3, height, width), in float32; the likeliest ones."""
    encoded = vae.encode(pixels.to(vae.dtype))
    latents = encoded.latent_dist.mode() if hasattr(encoded, "latent_dist") else encoded.latents
    return latents.float() * vae.config.scaling_factor


def _decoded(vae: Any, latents: Any) -> np.ndarray:
    """Pixels of one picture's latents, (height, width, 3) float32, 0..1 where all is well."""
    scaled = (latents / vae.config.scaling_factor)[None].to(vae.dtype)
    return as_picture(vae.decode(scaled, return_dict=False)[0][0])
