"""Pictures from text, with any pipeline of the SDXL family.

Belongs here: loading a pipeline, and from a batch of requests to pixels. Does not belong here:
which requests there are, files, prices.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gpu_ops.devices import prepare
from gpu_ops.prompt_embedding import embed

BLANK_STANDARD_DEVIATION = 2.0
"""Grey levels. A picture flatter than this shows nothing: NaN in the decoder, or a black frame."""


@dataclass(frozen=True)
class GenerationSettings:
    """All that shapes a picture beside model, prompt and seed.

    Attributes:
        steps: Denoising steps.
        guidance_scale: Strength of classifier-free guidance; 1 or less switches it off.
        width_px: Width, a multiple of 8.
        height_px: Height, a multiple of 8.
        dtype: Number format of the weights, "float32", "float16" or "bfloat16".
    """

    steps: int = 12
    guidance_scale: float = 2.5
    width_px: int = 128
    height_px: int = 128
    dtype: str = "float32"

    def as_dict(self) -> dict[str, Any]:
        """The settings by name, for the row of a picture."""
        return asdict(self)


@dataclass(frozen=True)
class PictureRequest:
    """One picture to make. The same request gives the same picture, whatever it is batched with."""

    prompt: str
    negative_prompt: str
    seed: int


@dataclass(frozen=True)
class MadePictures:
    """A batch of pictures.

    Attributes:
        pictures: One for each request, (height, width, 3) uint8 RGB; None where it failed.
        failure_reasons: Why, for each that failed; None for the others.
        gpu_seconds: Device time of the whole batch.
    """

    pictures: tuple[np.ndarray | None, ...]
    failure_reasons: tuple[str | None, ...]
    gpu_seconds: float


@cache  # one warm process loads a model once, however many shards it runs
def load_pipeline(folder: Path, device: str, dtype: str) -> Any:
    """An SDXL pipeline from a local diffusers folder; never from the network.

    Raises:
        FileNotFoundError: there is no pipeline in the folder.
    """
    if not (folder / "model_index.json").exists():
        raise FileNotFoundError(f"no diffusers pipeline in {folder}: model_index.json is missing")
    prepare(device)
    import torch
    from diffusers import StableDiffusionXLPipeline
    from diffusers.utils import logging as diffusers_logging

    diffusers_logging.set_verbosity_error()  # "modules kept in float32: []" for each load
    diffusers_logging.disable_progress_bar()
    pipeline = StableDiffusionXLPipeline.from_pretrained(
        folder, dtype=getattr(torch, dtype), local_files_only=True, add_watermarker=False
    ).to(device)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def make_pictures(
    pipeline: Any, requests: Sequence[PictureRequest], settings: GenerationSettings
) -> MadePictures:
    """Draw a batch.

    Each picture has its own generator on the CPU, so that a seed means the same noise on every
    device and in every batch.
    """
    import torch

    began = time.perf_counter()
    embedded = embed(
        pipeline,
        [request.prompt for request in requests],
        [request.negative_prompt for request in requests],
    )
    generators = [torch.Generator("cpu").manual_seed(request.seed) for request in requests]
    with torch.inference_mode():
        floats = pipeline(
            **embedded,
            generator=generators,
            num_inference_steps=settings.steps,
            guidance_scale=settings.guidance_scale,
            width=settings.width_px,
            height=settings.height_px,
            output_type="np",
        ).images
    seconds = time.perf_counter() - began
    reasons = tuple(_failure(picture) for picture in floats)
    pictures = tuple(
        None if reason else (picture * 255).round().astype(np.uint8)
        for picture, reason in zip(floats, reasons, strict=True)
    )
    return MadePictures(pictures, reasons, seconds)


def _failure(picture: np.ndarray) -> str | None:
    if not np.isfinite(picture).all():
        return "the decoder gave values that are not numbers"
    if float(picture.std()) * 255 < BLANK_STANDARD_DEVIATION:
        return "the picture is blank"
    return None
