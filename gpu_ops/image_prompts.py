"""Pictures as prompts, for IP-Adapters.

Belongs here: from reference pictures to the embeddings that both branches of guidance take. Does
not belong here: loading the adapter (`sdxl_pipeline.py`), which picture is the reference.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

Added = dict[str, Any]


class ImagePrompts:
    """The image encoder of a pipeline's IP-Adapter, with a memory: references are few."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline
        self._remembered: dict[str, tuple[Any, Any]] = {}

    def embed(self, references: Sequence[np.ndarray | None], dtype: Any) -> tuple[Added, Added]:
        """Further conditions of the branch with the prompt, and of the one without.

        Each branch gets its own half: telling the unconditional one the picture too, as stock
        guidance cut-offs do, weakens the prompt silently.

        Args:
            references: (height, width, 3) uint8 RGB each.
            dtype: The UNet's.

        Raises:
            ValueError: an adapter is loaded and a request has no reference, or the reverse.
        """
        import torch

        is_loaded = getattr(self._pipeline, "image_encoder", None) is not None
        pictures = [one for one in references if one is not None]
        if not is_loaded and not pictures:
            return {}, {}
        if not is_loaded or len(pictures) < len(references):
            raise ValueError("a model with an IP-Adapter takes a reference picture, others do not")
        embedded = [self._embedded(picture) for picture in pictures]
        positive, negative = (
            {"image_embeds": [torch.stack(half).to(dtype)]} for half in zip(*embedded, strict=True)
        )
        return positive, negative

    def _embedded(self, picture: np.ndarray) -> tuple[Any, Any]:
        """(1, ...) with the picture, (1, ...) without."""
        from diffusers.models.embeddings import ImageProjection
        from PIL import Image

        key = hashlib.sha256(picture.tobytes()).hexdigest()
        if key not in self._remembered:
            pipeline = self._pipeline
            layer = pipeline.unet.encoder_hid_proj.image_projection_layers[0]
            self._remembered[key] = pipeline.encode_image(
                Image.fromarray(picture), pipeline.device, 1, not isinstance(layer, ImageProjection)
            )
        return self._remembered[key]
