"""From a decoder's numbers to a picture: what is none, whole numbers, and what of a photo stays.

Belongs here: the last step of every engine. Does not belong here: decoders (`sdxl_engine.py`,
`transformer_engine.py`) and files (`resources/picture_store.py`).
"""

import numpy as np

from gpu_ops.generation import Photo

BLANK_STANDARD_DEVIATION = 2.0
"""Grey levels. A picture flatter than this shows nothing: NaN in the decoder, or a black frame."""


def failure_of(picture: np.ndarray) -> str | None:
    """Why decoded numbers, (height, width, 3) float in 0..1, are no picture; None if they are."""
    if not np.isfinite(picture).all():
        return "the decoder gave values that are not numbers"
    if float(picture.std()) * 255 < BLANK_STANDARD_DEVIATION:
        return "the picture is blank"
    return None


def to_uint8(picture: np.ndarray) -> np.ndarray:
    """Decoded numbers in 0..1 as a picture, (height, width, 3) uint8 RGB."""
    return (np.clip(picture, 0, 1) * 255).round().astype(np.uint8)


def composited(picture: np.ndarray, photo: Photo) -> np.ndarray:
    """The drawn picture inside the photo's mask, the photo outside; soft between.

    Where the mask is 0 the photo's pixels are kept exactly: a model's own decoder changes them too.
    """
    share = photo.mask[..., None]
    mixed = photo.pixels * (1 - share) + picture * share
    return mixed.round().astype(np.uint8)
