"""Pictures as small networks see them: shrunk, normalised, and varied in training.

Belongs here: what is done to pixels before any network of the recipe. Does not belong here: which
pictures (`dataset`, `tagger_pictures`), and networks.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

IMAGE_MEAN = (0.5, 0.5, 0.5)
IMAGE_STD = (0.5, 0.5, 0.5)


def shrink(pixels: np.ndarray, side_px: int) -> np.ndarray:
    """Pictures at a smaller side by averaging whole blocks, uint8, (N, side_px, side_px, 3)."""
    count, side, _, channels = pixels.shape
    block = side // side_px
    small = np.empty((count, side_px, side_px, channels), np.uint8)
    for start in range(0, count, 512):
        part = pixels[start : start + 512].reshape(-1, side_px, block, side_px, block, channels)
        small[start : start + 512] = part.mean((2, 4)).round()
    return small


def normalised(images: "torch.Tensor") -> "torch.Tensor":
    """uint8 to float32 in -1..1, as IMAGE_MEAN and IMAGE_STD tell the image processor."""
    return images.float().div(127.5).sub(1)


def vary(images: "torch.Tensor") -> "torch.Tensor":
    """Mirror, shift, scale, re-light, blur and add noise, each picture by its own amounts.

    Generated pictures are never as clean as drawings; what judges them has to have seen worse.
    """
    return relit(placed(images, placements(len(images))))


def placements(count: int) -> "torch.Tensor":
    """Random mirroring, scale and shift: affine matrices, float32 (count, 2, 3)."""
    import torch

    theta = torch.zeros(count, 2, 3)
    scale = torch.empty(count).uniform_(0.8, 1.1)
    theta[:, 0, 0] = scale * torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    theta[:, 1, 1] = scale
    theta[:, :, 2] = torch.empty(count, 2).uniform_(-0.08, 0.08)
    return theta


def placed(images: "torch.Tensor", theta: "torch.Tensor") -> "torch.Tensor":
    """Images, or maps of what is in them, moved by affine matrices."""
    from torch.nn import functional

    grid = functional.affine_grid(theta, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="reflection", align_corners=False)


def relit(images: "torch.Tensor") -> "torch.Tensor":
    """Other light and colour, a little blur and noise."""
    import torch
    from torch.nn import functional

    count = len(images)
    contrast = torch.empty(count, 3, 1, 1).uniform_(0.9, 1.1)
    contrast = contrast * torch.empty(count, 1, 1, 1).uniform_(0.8, 1.2)
    images = images * contrast + torch.empty(count, 1, 1, 1).uniform_(-0.15, 0.15)
    blurred = functional.avg_pool2d(images, 3, stride=1, padding=1, count_include_pad=False)
    share = torch.empty(count, 1, 1, 1).uniform_(-0.5, 1.0).clamp_(min=0.0)
    images = images.lerp(blurred, share)
    noise = torch.empty(count, 1, 1, 1).uniform_(-0.06, 0.06).clamp_(min=0.0)
    return (images + noise * torch.randn_like(images)).clamp(-1, 1)
