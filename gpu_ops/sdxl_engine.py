"""Pictures with models of the SDXL family: from text, into photos, with a picture as a prompt.

Belongs here: from requests to latents, and from latents to pixels. Does not belong here: the loop
(`sdxl_denoising.py`), loading (`sdxl_pipeline.py`), which requests there are, files, prices.
"""

import copy
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from gpu_ops.decoding import composited, failure_of, to_uint8
from gpu_ops.device_clock import DeviceClock
from gpu_ops.generation import Drawing, GenerationSettings, MadePictures, PictureRequest
from gpu_ops.image_prompts import ImagePrompts
from gpu_ops.memory import in_fitting_parts
from gpu_ops.prompt_embedding import EmbeddedPrompt, PromptEmbedder
from gpu_ops.sdxl_denoising import Canvas, Conditions, denoise
from gpu_ops.unet_passes import UNetPasses, can_keep_deep_features, eager_passes

logger = logging.getLogger("garnish.gpu")

NOT_NUMBERS = "the model gave values that are not numbers"
DRAWN_AGAIN = "drawn again in float32"
DECODED_AGAIN = "decoded again in float32"


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

        self._refuse_impossible(settings)
        latents: list[Any] = [None] * len(requests)
        notes: list[str | None] = [None] * len(requests)
        with self._clock.busy(), torch.inference_mode():
            for places in self._groups_of_one_shape(requests):
                part, note = in_fitting_parts(
                    lambda some: self._denoised(some, settings, self.passes),
                    [requests[place] for place in places],
                )
                for place, one in zip(places, part, strict=True):
                    latents[place], notes[place] = one, note
            reasons = self._without_numbers(latents)
            for place, reason in enumerate(reasons):
                if reason and not self.has_quantised_linears:
                    latents[place] = self._drawn_in_float32(requests[place], settings)
                    notes[place] = DRAWN_AGAIN
            reasons = self._without_numbers(latents)
            _wait_for_device(latents)
        return Drawing(
            requests=tuple(requests),
            latents=tuple(None if r else one for one, r in zip(latents, reasons, strict=True)),
            failure_reasons=tuple(reasons),
            notes=tuple(notes),
            gpu_seconds=self._clock.take(),
        )

    def develop(self, drawing: Drawing) -> MadePictures:
        """Decode a batch, beside the drawing of the next: on a GPU in a stream of its own."""
        import torch

        pictures: list[np.ndarray | None] = []
        reasons, notes = list(drawing.failure_reasons), list(drawing.notes)
        with self._clock.busy(), torch.inference_mode(), _own_stream(self.pipeline.device):
            for place, (request, latents) in enumerate(
                zip(drawing.requests, drawing.latents, strict=True)
            ):
                if latents is None:
                    pictures.append(None)
                    continue
                floats = _decoded(self.pipeline.vae, latents)
                if failure_of(floats) and self._float32_decoder is not self.pipeline.vae:
                    floats, notes[place] = _decoded(self._float32_decoder, latents), DECODED_AGAIN
                reasons[place] = failure_of(floats)
                picture = None if reasons[place] else to_uint8(floats)
                if picture is not None and request.photo is not None:
                    picture = composited(picture, request.photo)
                pictures.append(picture)
        seconds = drawing.gpu_seconds + self._clock.take()
        return MadePictures(tuple(pictures), tuple(reasons), seconds, tuple(notes))

    def _refuse_impossible(self, settings: GenerationSettings) -> None:
        if settings.full_every > 1 and not can_keep_deep_features(self.pipeline.unet):
            raise ValueError("full_every: this UNet has attention in its first level, set it to 1")

    def _groups_of_one_shape(self, requests: Sequence[PictureRequest]) -> list[list[int]]:
        """Places of requests that may share a batch: prompts of one length, photos or none.

        Padding a short prompt to a long neighbour's length would change its picture.
        """
        groups: dict[tuple[int, bool], list[int]] = {}
        for place, request in enumerate(requests):
            tokens = self.prompts.embed(request.prompt, request.negative_prompt).tokens
            groups.setdefault((tokens, request.photo is None), []).append(place)
        return list(groups.values())

    def _denoised(
        self, requests: Sequence[PictureRequest], settings: GenerationSettings, passes: UNetPasses
    ) -> list[Any]:
        import torch

        generators = [torch.Generator("cpu").manual_seed(request.seed) for request in requests]
        embedded = [self.prompts.embed(r.prompt, r.negative_prompt) for r in requests]
        prompted, unprompted = self._conditions(requests, embedded, settings)
        latents = denoise(
            passes,
            self.pipeline.scheduler,
            prompted,
            unprompted,
            self._canvas(requests, generators, settings),
            generators,
            settings,
        )
        return list(latents)

    def _conditions(
        self,
        requests: Sequence[PictureRequest],
        embedded: Sequence[EmbeddedPrompt],
        settings: GenerationSettings,
    ) -> tuple[Conditions, Conditions]:
        import torch

        dtype, device = self.pipeline.unet.dtype, self.pipeline.device
        size = (settings.height_px, settings.width_px)
        # Original size, crop and target size, as the pipeline tells them for an uncropped picture.
        time_ids = torch.tensor([(*size, 0, 0, *size)] * len(requests), dtype=dtype, device=device)
        with_picture, without_picture = self.image_prompts.embed(
            [request.reference for request in requests], dtype
        )

        def joined(parts: list[Any]) -> Any:
            return torch.cat(parts).to(dtype)

        return (
            Conditions(
                joined([one.text for one in embedded]),
                {
                    "text_embeds": joined([one.pooled for one in embedded]),
                    "time_ids": time_ids,
                    **with_picture,
                },
            ),
            Conditions(
                joined([one.negative_text for one in embedded]),
                {
                    "text_embeds": joined([one.negative_pooled for one in embedded]),
                    "time_ids": time_ids,
                    **without_picture,
                },
            ),
        )

    def _canvas(
        self,
        requests: Sequence[PictureRequest],
        generators: Sequence[Any],
        settings: GenerationSettings,
    ) -> Canvas:
        """Noise for each request from its own generator on the CPU.

        So a seed means the same noise on every device and in every batch.
        """
        import torch

        pipeline = self.pipeline
        shape = (
            pipeline.unet.config.in_channels,
            settings.height_px // pipeline.vae_scale_factor,
            settings.width_px // pipeline.vae_scale_factor,
        )
        noise = torch.stack([torch.randn(shape, generator=one) for one in generators])
        noise = noise.to(pipeline.device)
        photos = [request.photo for request in requests if request.photo]
        if not photos:
            return Canvas(noise)
        masks = torch.from_numpy(np.stack([photo.mask for photo in photos])[:, None])
        masks = torch.nn.functional.interpolate(masks, shape[1:], mode="area").to(noise)
        pixels = torch.from_numpy(np.stack([photo.pixels for photo in photos])).to(noise)
        return Canvas(noise, _encoded(pipeline.vae, pixels.permute(0, 3, 1, 2) / 127.5 - 1), masks)

    def _without_numbers(self, latents: Sequence[Any]) -> list[str | None]:
        return [None if bool(one.isfinite().all()) else NOT_NUMBERS for one in latents]

    def _drawn_in_float32(self, request: PictureRequest, settings: GenerationSettings) -> Any:
        """One picture with the UNet in float32, which is cast there and back: both are exact."""
        import torch

        unet, dtype = self.pipeline.unet, self.pipeline.unet.dtype
        if dtype == torch.float32:
            return self._denoised([request], settings, eager_passes(unet))[0]
        logger.warning("seed %d: not finite in %s, drawing again in float32", request.seed, dtype)
        unet.to(torch.float32)
        try:
            return self._denoised([request], settings, eager_passes(unet))[0]
        finally:
            unet.to(dtype)

    @cached_property
    def _float32_decoder(self) -> Any:
        import torch

        vae = self.pipeline.vae
        return vae if vae.dtype == torch.float32 else copy.deepcopy(vae).to(torch.float32)


def _encoded(vae: Any, pixels: Any) -> Any:
    """Latents of pixels in -1..1, (batch, 3, height, width), in float32; the likeliest ones."""
    encoded = vae.encode(pixels.to(vae.dtype))
    latents = encoded.latent_dist.mode() if hasattr(encoded, "latent_dist") else encoded.latents
    return latents.float() * vae.config.scaling_factor


def _decoded(vae: Any, latents: Any) -> np.ndarray:
    """Pixels of one picture's latents, (height, width, 3) float32, 0..1 where all is well."""
    scaled = (latents / vae.config.scaling_factor)[None].to(vae.dtype)
    pixels = vae.decode(scaled, return_dict=False)[0][0]
    return (pixels.float() / 2 + 0.5).permute(1, 2, 0).cpu().numpy()


def _own_stream(device: Any) -> Any:
    """A CUDA stream for the calling thread; on a CPU nothing."""
    import contextlib

    import torch

    if device.type != "cuda":
        return contextlib.nullcontext()
    return torch.cuda.stream(torch.cuda.Stream(device))


def _wait_for_device(latents: Sequence[Any]) -> None:
    """Until the latents are there: another thread and stream will read them, and time is taken."""
    import torch

    if latents and latents[0].is_cuda:
        torch.cuda.current_stream().synchronize()
