"""Trains the autoencoder: 128 px pictures to 16 x 16 latents of 4 channels, and back.

The class is diffusers' `AutoencoderTiny`. It has no scaling of its own, so the training asks for
latents of mean 0 and variance 1 in every channel, and the measured rest goes into `scaling_factor`.
The decoder is refined afterwards, on whole pictures and fixed latents, beside the UNet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.recipe.optimisation import (
    TrainingLog,
    load_checkpoint,
    save_checkpoint,
    set_learning_rate,
    warmup_cosine,
)

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class AutoencoderRecipe:
    """Architecture and training of the autoencoder.

    The full-resolution levels have no blocks of their own: 32 features at half resolution already
    hold more than the 12 numbers of a 2 x 2 patch, and full resolution would cost most of the time.
    """

    width: int = 32
    encoder_blocks: tuple[int, ...] = (0, 1, 3, 4)
    decoder_blocks: tuple[int, ...] = (4, 3, 2, 0)
    crop_steps: int = 6_800
    full_steps: int = 300
    crop_px: int = 64
    crop_batch: int = 16
    full_batch: int = 6
    learning_rate: float = 2e-3
    warmup_steps: int = 100
    gradient_weight: float = 0.5
    moment_weight: float = 0.1
    latent_noise: float = 0.05
    decoder_steps: int = 3_000
    decoder_batch: int = 8
    decoder_learning_rate: float = 1e-3
    seed: int = 11
    report_every: int = 100
    save_every: int = 500


def build_autoencoder(recipe: AutoencoderRecipe) -> Any:
    """An untrained `AutoencoderTiny` of the recipe's shape."""
    from diffusers import AutoencoderTiny

    widths = (recipe.width,) * 4
    return AutoencoderTiny(
        encoder_block_out_channels=widths,
        decoder_block_out_channels=widths,
        num_encoder_blocks=recipe.encoder_blocks,
        num_decoder_blocks=recipe.decoder_blocks,
        latent_channels=4,
    )


def train_autoencoder(pixels: np.ndarray, recipe: AutoencoderRecipe, folder: Path) -> Any:
    """Train on crops, then shortly on whole pictures; continues from `folder`'s checkpoint."""
    import torch

    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    model = build_autoencoder(recipe).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=recipe.learning_rate, weight_decay=1e-4, fused=True
    )
    checkpoint, first_step = folder / "autoencoder.pt", 0
    if state := load_checkpoint(checkpoint):
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        first_step = state["step"]
        rng = np.random.default_rng((recipe.seed, first_step))
    log = TrainingLog(folder / "autoencoder.jsonl")
    total_steps = recipe.crop_steps + recipe.full_steps
    for step in range(first_step, total_steps):
        share = warmup_cosine(step, total_steps=total_steps, warmup_steps=recipe.warmup_steps)
        set_learning_rate(optimizer, recipe.learning_rate * share)
        batch = _crops(pixels, recipe, rng, whole=step >= recipe.crop_steps)
        loss, figures = _loss(model, batch, recipe)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if (step + 1) % recipe.report_every == 0:
            log.report(step + 1, **figures)
        if (step + 1) % recipe.save_every == 0 or step + 1 == total_steps:
            save_checkpoint(
                checkpoint,
                {
                    "model": model.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "step": step + 1,
                },
            )
    return model.to(memory_format=torch.contiguous_format).eval()


def refine_decoder(
    model: Any,
    pixels: np.ndarray,
    latents: Sequence["torch.Tensor"],
    recipe: AutoencoderRecipe,
    folder: Path,
) -> None:
    """Train only the decoder of `model` further; continues from `folder`'s checkpoint.

    `latents` are unscaled: of the pictures as drawn and, second, of the mirrored pictures.
    """
    import torch

    decoder = model.decoder.train().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(decoder.parameters(), weight_decay=1e-4, fused=True)
    checkpoint, first_step = folder / "decoder.pt", 0
    if state := load_checkpoint(checkpoint):
        decoder.load_state_dict(state["decoder"])
        optimizer.load_state_dict(state["optimizer"])
        first_step = state["step"]
    torch.manual_seed(recipe.seed + 1 + first_step)
    rng = np.random.default_rng((recipe.seed + 1, first_step))
    log = TrainingLog(folder / "decoder.jsonl")
    for step in range(first_step, recipe.decoder_steps):
        share = warmup_cosine(
            step, total_steps=recipe.decoder_steps, warmup_steps=recipe.warmup_steps
        )
        set_learning_rate(optimizer, recipe.decoder_learning_rate * share)
        mirrored = int(rng.integers(2))
        numbers = rng.integers(len(pixels), size=recipe.decoder_batch)
        pictures = pixels[numbers]
        target = to_tensor(pictures[:, :, ::-1] if mirrored else pictures)
        given = latents[mirrored][torch.from_numpy(numbers)].float()
        with torch.autocast("cpu", torch.bfloat16):
            output = decoder(given + recipe.latent_noise * torch.randn_like(given))
        loss, figures = _picture_loss(output.float() - target, recipe)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if (step + 1) % recipe.report_every == 0:
            log.report(step + 1, **figures)
        if (step + 1) % recipe.save_every == 0 or step + 1 == recipe.decoder_steps:
            save_checkpoint(
                checkpoint,
                {
                    "decoder": decoder.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "step": step + 1,
                },
            )


def encode_pictures(model: Any, pixels: np.ndarray, *, mirrored: bool = False) -> "torch.Tensor":
    """Latents of all pictures, float32, (N, 4, S / 8, S / 8), not yet scaled."""
    import torch

    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        return torch.cat(
            [
                model.encode(to_tensor(batch[:, :, ::-1] if mirrored else batch)).latents.float()
                for batch in _batches(pixels, 64)
            ]
        )


def reconstruction_psnr_db(model: Any, pixels: np.ndarray) -> float:
    """Peak signal-to-noise ratio of decode(encode(x)) in dB, by the error of all pixels."""
    import torch

    squared_error, values = 0.0, 0
    with torch.inference_mode():
        for batch in _batches(pixels, 16):
            target = to_tensor(batch)
            output = model.decode(model.encode(target).latents).sample.clamp(-1, 1)
            squared_error += float(((output - target) / 2).pow(2).sum())
            values += target.numel()
    return float(-10 * np.log10(squared_error / values))


def to_tensor(pictures: np.ndarray) -> "torch.Tensor":
    """uint8 (N, H, W, 3) to float32 (N, 3, H, W) in -1..1, channels last in memory."""
    import torch

    tensor = torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2)
    return tensor.float().div(127.5).sub(1)


def _loss(
    model: Any, batch: "torch.Tensor", recipe: AutoencoderRecipe
) -> tuple["torch.Tensor", dict[str, float]]:
    """The loss of the pictures, plus how far the latents are from unit moments."""
    import torch

    with torch.autocast("cpu", torch.bfloat16):
        latents = model.encode(batch).latents
        noisy = latents + recipe.latent_noise * torch.randn_like(latents)
        output = model.decode(noisy).sample
    picture_loss, figures = _picture_loss(output.float() - batch, recipe)
    mean, variance = latents.float().mean((0, 2, 3)), latents.float().var((0, 2, 3))
    moment_loss = mean.pow(2).mean() + (variance - 1).pow(2).mean()
    return (
        picture_loss + recipe.moment_weight * moment_loss,
        figures | {"moments": moment_loss.item()},
    )


def _picture_loss(
    error: "torch.Tensor", recipe: AutoencoderRecipe
) -> tuple["torch.Tensor", dict[str, float]]:
    """L1 of pixels and of the steps between neighbours; the second keeps edges sharp."""
    import torch

    pixel_loss = error.abs().mean()
    edge_loss = (error[..., 1:] - error[..., :-1]).abs().mean()
    edge_loss = edge_loss + (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    figures = {
        "pixel_l1": pixel_loss.item(),
        "edge_l1": edge_loss.item(),
        "psnr_db": float(-10 * torch.log10((error / 2).detach().pow(2).mean())),
    }
    return pixel_loss + recipe.gradient_weight * edge_loss, figures


def _crops(
    pixels: np.ndarray, recipe: AutoencoderRecipe, rng: np.random.Generator, *, whole: bool
) -> "torch.Tensor":
    """A batch of random crops (or whole pictures), half of them mirrored."""
    size_px = pixels.shape[1]
    side, count = (size_px, recipe.full_batch) if whole else (recipe.crop_px, recipe.crop_batch)
    crops = np.empty((count, side, side, 3), np.uint8)
    for place, number in enumerate(rng.integers(len(pixels), size=count)):
        top, left = rng.integers(size_px - side + 1, size=2)
        crop = pixels[number, top : top + side, left : left + side]
        crops[place] = crop[:, ::-1] if rng.random() < 0.5 else crop
    return to_tensor(crops)


def _batches(pixels: np.ndarray, size: int) -> Iterator[np.ndarray]:
    for start in range(0, len(pixels), size):
        yield pixels[start : start + size]
