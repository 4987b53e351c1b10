"""Where denoising begins: noise, and the photos that are drawn into.

Belongs here: what seeds and photos mean for every family of models. Does not belong here: loops
(`sdxl_denoising.py`, `flow_denoising.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gpu_ops.generation import PictureRequest


@dataclass(frozen=True, eq=False)
class Canvas:
    """Where denoising begins; h and w are the picture's sides in latents.

    Attributes:
        noise: (batch, channels, h, w) float32, variance 1.
        photo: Latents of photos to draw into, of the same shape; None = nothing but noise.
        mask: (batch, 1, h, w) float32: 1 = drawn anew.
    """

    noise: Any
    photo: Any = None
    mask: Any = None


def canvas_for(
    requests: Sequence[PictureRequest],
    generators: Sequence[Any],
    shape: tuple[int, int, int],
    device: Any,
    encoded: Callable[[Any], Any],
) -> Canvas:
    """The canvas of a batch in which all requests have a photo, or none has.

    Noise is drawn in float32 on the CPU, for each request from its own generator, so that a seed
    means the same noise on every device, in every batch and number format.

    Args:
        requests: The batch.
        generators: One on the CPU for each request, seeded.
        shape: (channels, h, w) of one picture's latents.
        device: Where the canvas is used.
        encoded: From pixels (batch, 3, height, width) in -1..1 to latents.
    """
    import torch

    noise = torch.stack([torch.randn(shape, generator=one) for one in generators]).to(device)
    photos = [request.photo for request in requests if request.photo]
    if not photos:
        return Canvas(noise)
    masks = torch.from_numpy(np.stack([photo.mask for photo in photos])[:, None])
    masks = torch.nn.functional.interpolate(masks, shape[1:], mode="area").to(device)
    pixels = torch.from_numpy(np.stack([photo.pixels for photo in photos])).to(device)
    return Canvas(noise, encoded(pixels.permute(0, 3, 1, 2) / 127.5 - 1), masks)
