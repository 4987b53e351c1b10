"""Which pixels of a photo are drawn anew: soft masks around food.

Belongs here: from a box, or the outline that a segmentation model sees in it, to a mask. Does not
belong here: finding the box (`food_detection.py`, `dish_layout.py`).
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gpu_ops.devices import prepare
from gpu_ops.food_detection import Box

GROWTH = 0.05
"""The mask reaches beyond the food by this share of its size: a new dish has another outline, and
the rim of the old one must not stay."""

FEATHER = 0.03
"""Width of the soft edge, as a share of the food's size: wider than the 8 px that a latent covers
at 512 px of food, so that no edge of latents shows."""

ROUNDNESS = 4
"""|x|⁴ + |y|⁴ <= 1: holds a round plate, and nearly all of a square tray."""

LEAST_FILLED = 0.25
"""Least share of its box that an outline fills; below it the model saw a garnish, not the dish."""


def box_mask(box: Box, height: int, width: int) -> np.ndarray:
    """A rounded box as a mask, (height, width) float32: 1 = drawn anew, 0 = kept."""
    x0, y0, x1, y1 = box
    half_width, half_height = max(x1 - x0, 1e-6) / 2, max(y1 - y0, 1e-6) / 2
    across = np.abs((np.arange(width) + 0.5) / width - (x0 + x1) / 2) / half_width
    down = np.abs((np.arange(height) + 0.5) / height - (y0 + y1) / 2) / half_height
    region = across[None, :] ** ROUNDNESS + down[:, None] ** ROUNDNESS <= 1
    return soft_mask(region)


def soft_mask(region: np.ndarray) -> np.ndarray:
    """A region, (height, width) bool, grown and with a soft edge: (height, width) float32.

    The edge lies outside the region, so all of the region is drawn anew; beyond the edge the mask
    is exactly 0.
    """
    size = float(np.sqrt(max(1, int(region.sum()))))
    feather = max(1.0, FEATHER * size)
    distance = cv2.distanceTransform((~region).astype(np.uint8), cv2.DIST_L2, 5)
    return np.clip((GROWTH * size + feather - distance) / feather, 0, 1).astype(np.float32)


@cache
def load_segmenter(folder: Path, device: str) -> tuple[Any, Any]:
    """A model that outlines what is in a box (SAM, SAM 2), and its processor, from a local folder.

    Raises:
        FileNotFoundError: there is no model in the folder.
    """
    if not (folder / "config.json").exists():
        raise FileNotFoundError(f"no segmentation model in {folder}: config.json is missing")
    prepare(device)
    import torch
    from transformers import AutoModelForMaskGeneration, AutoProcessor

    model = AutoModelForMaskGeneration.from_pretrained(
        folder, dtype=torch.float32, local_files_only=True
    )
    return model.to(device).eval(), AutoProcessor.from_pretrained(folder, local_files_only=True)


def outlines(
    segmenter: tuple[Any, Any], pictures: Sequence[np.ndarray], boxes: Sequence[Box]
) -> list[np.ndarray | None]:
    """What fills the box of each picture, (height, width) bool.

    None where the model's answer is not credible: it fills less than a quarter of the box.

    Args:
        segmenter: What `load_segmenter` gave.
        pictures: (height, width, 3) uint8 RGB each.
        boxes: One for each picture.
    """
    if not pictures:
        return []
    import torch

    model, processor = segmenter
    corners = [
        [[float(side) for side in np.multiply(box, picture.shape[1::-1] * 2)]]
        for picture, box in zip(pictures, boxes, strict=True)
    ]
    inputs = processor(images=list(pictures), input_boxes=corners, return_tensors="pt")
    sizes = [inputs.pop(name) for name in SIZES if name in inputs]
    with torch.inference_mode():
        answers = model(**inputs.to(model.device), multimask_output=False).pred_masks
    masks = processor.post_process_masks(answers.float().cpu(), *sizes)
    regions = [mask[0, 0].numpy().astype(bool) for mask in masks]
    return [
        region if _filled(region, box) >= LEAST_FILLED else None
        for region, box in zip(regions, boxes, strict=True)
    ]


SIZES = ("original_sizes", "reshaped_input_sizes")
"""What post-processing needs beside masks, in its order; SAM has both, SAM 2 does not pad."""


def _filled(region: np.ndarray, box: Box) -> float:
    """Share of the box that the region fills; 0 if more of the region is outside than inside."""
    height, width = region.shape
    x0, x1 = round(box[0] * width), round(box[2] * width)
    y0, y1 = round(box[1] * height), round(box[3] * height)
    inside = region[y0:y1, x0:x1]
    if not inside.size or 2 * int(inside.sum()) < int(region.sum()):
        return 0.0
    return float(inside.mean())
