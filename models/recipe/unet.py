"""Trains the UNet that turns noise and a prompt into latents: SDXL's topology at a small size.

It learns from latents and text embeddings that were computed once. Captions are made in `captions`,
embeddings by the very pipeline that is shipped (`embed_captions`), files in `export`.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.recipe.captions import drawing_caption, general_caption, negative_caption
from models.recipe.dataset import Pictures
from models.recipe.drawings import KINDS
from models.recipe.optimisation import (
    TrainingLog,
    load_checkpoint,
    save_checkpoint,
    set_learning_rate,
    warmup_cosine,
)

if TYPE_CHECKING:
    import torch

NOISE_SCHEDULE = {
    "num_train_timesteps": 1_000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction",
    "timestep_spacing": "trailing",
}
"""SDXL's own noise levels, so that every stock sampler fits; the velocity as the target, since it
keeps a small network useful at the noisy end, where the noise says little about the picture."""


@dataclass(frozen=True, slots=True)
class UNetRecipe:
    """Architecture and training of the UNet."""

    widths: tuple[int, ...] = (64, 128, 192)
    layers_per_block: int = 1
    head_width: int = 32
    time_id_width: int = 32
    latent_side: int = 16
    steps: int = 7_000
    batch: int = 32
    learning_rate: float = 5e-4
    weight_decay: float = 0.01
    warmup_steps: int = 200
    ema_decay: float = 0.999
    snr_gamma: float = 5.0
    general_caption_share: float = 0.3
    negative_share: float = 0.06
    zeros_share: float = 0.04
    seed: int = 13
    report_every: int = 50
    save_every: int = 250


@dataclass(frozen=True, slots=True)
class Captions:
    """Embedded captions: `tokens` (N, 77, C) and `pooled` (N, P), float16.

    Rows are one caption for each drawing, then `general_per_kind` for every kind in the order of
    `KINDS`, then the negative prompts.
    """

    tokens: "torch.Tensor"
    pooled: "torch.Tensor"
    drawings: int
    general_per_kind: int


def build_unet(recipe: UNetRecipe, *, text_width: int, pooled_width: int) -> Any:
    """An untrained UNet with SDXL's blocks and its text and size conditioning."""
    import torch
    from diffusers import UNet2DConditionModel
    from diffusers.models.attention_processor import AttnProcessor

    torch.manual_seed(recipe.seed)
    unet = UNet2DConditionModel(
        sample_size=recipe.latent_side,
        in_channels=4,
        out_channels=4,
        block_out_channels=recipe.widths,
        layers_per_block=recipe.layers_per_block,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=tuple(width // recipe.head_width for width in recipe.widths),
        transformer_layers_per_block=1,
        cross_attention_dim=text_width,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=recipe.time_id_width,
        projection_class_embeddings_input_dim=6 * recipe.time_id_width + pooled_width,
    )
    # The fused kernel's backward pass is slow on a CPU; the weights are the same for both.
    unet.set_attn_processor(AttnProcessor())
    return unet


def embed_captions(
    pipeline: Any, pictures: Pictures, *, general_per_kind: int, negatives: int, seed: int
) -> Captions:
    """Embed all captions that the training will use, with the pipeline's own `encode_prompt`."""
    import torch

    rng = random.Random(seed)
    texts = [drawing_caption(facts, rng) for facts in pictures.facts]
    texts += [general_caption(kind, rng) for kind in KINDS for _ in range(general_per_kind)]
    texts += ["", *(negative_caption(rng) for _ in range(negatives))]
    tokens, pooled = [], []
    with torch.inference_mode():
        for start in range(0, len(texts), 128):
            embeds, _, pooled_embeds, _ = pipeline.encode_prompt(
                texts[start : start + 128], do_classifier_free_guidance=False
            )
            tokens.append(embeds.half())
            pooled.append(pooled_embeds.half())
    return Captions(torch.cat(tokens), torch.cat(pooled), len(pictures.facts), general_per_kind)


def train_unet(
    latents: Sequence["torch.Tensor"],
    kind_ids: np.ndarray,
    captions: Captions,
    recipe: UNetRecipe,
    folder: Path,
) -> Any:
    """Train on scaled latents and return the moving average; continues from `folder`'s checkpoint.

    `latents` are equally long sets of the same pictures (as drawn, mirrored): each draw picks one.
    """
    import torch
    from diffusers import DDPMScheduler
    from diffusers.training_utils import EMAModel

    unet = build_unet(
        recipe, text_width=captions.tokens.shape[-1], pooled_width=captions.pooled.shape[-1]
    )
    optimizer = torch.optim.AdamW(
        unet.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )
    average = EMAModel(unet.parameters(), decay=recipe.ema_decay, foreach=True)
    schedule = DDPMScheduler(**NOISE_SCHEDULE)
    checkpoint, first_step = folder / "unet.pt", 0
    if state := load_checkpoint(checkpoint):
        unet.load_state_dict(state["unet"])
        optimizer.load_state_dict(state["optimizer"])
        average.load_state_dict(state["average"])
        first_step = state["step"]
    torch.manual_seed(recipe.seed + first_step)
    rng = np.random.default_rng((recipe.seed, first_step))
    log, losses = TrainingLog(folder / "unet.jsonl"), []
    for step in range(first_step, recipe.steps):
        share = warmup_cosine(step, total_steps=recipe.steps, warmup_steps=recipe.warmup_steps)
        set_learning_rate(optimizer, recipe.learning_rate * share)
        numbers = rng.integers(len(kind_ids), size=recipe.batch)
        mirrored = rng.integers(len(latents), size=recipe.batch)
        clean = torch.stack([latents[m][n] for m, n in zip(mirrored, numbers, strict=True)])
        prompts = _prompts(captions, numbers, kind_ids, recipe, rng)
        loss = _loss(unet, schedule, clean.float(), prompts, recipe)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(unet.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        average.step(unet.parameters())
        losses.append(loss.item())
        if (step + 1) % recipe.report_every == 0:
            log.report(step + 1, loss=float(np.mean(losses)))
            losses.clear()
        if (step + 1) % recipe.save_every == 0 or step + 1 == recipe.steps:
            save_checkpoint(
                checkpoint,
                {
                    "unet": unet.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "average": average.state_dict(),
                    "step": step + 1,
                },
            )
    average.copy_to(unet.parameters())
    return unet.eval()


def averaged_unet(recipe: UNetRecipe, captions_width: tuple[int, int], folder: Path) -> Any:
    """The moving average of the last checkpoint, for an export while the training goes on.

    Raises:
        FileNotFoundError: no checkpoint was written yet.
    """
    from diffusers.training_utils import EMAModel

    if (state := load_checkpoint(folder / "unet.pt")) is None:
        raise FileNotFoundError(f"no UNet was trained in {folder}: run the stage `unet` first")
    unet = build_unet(recipe, text_width=captions_width[0], pooled_width=captions_width[1])
    average = EMAModel(unet.parameters())
    average.load_state_dict(state["average"])
    average.copy_to(unet.parameters())
    return unet.eval()


def _prompts(
    captions: Captions,
    numbers: np.ndarray,
    kind_ids: np.ndarray,
    recipe: UNetRecipe,
    rng: np.random.Generator,
) -> tuple["torch.Tensor", "torch.Tensor"]:
    """Token and pooled embeddings of a batch: own captions, general ones, and "nothing asked".

    Nothing is asked by zeros (what SDXL feeds for a missing negative prompt) or by a negative
    prompt: both then mean "any picture" to the guidance, and the product may use either.
    """
    import torch

    count = len(numbers)
    first_negative = captions.drawings + len(KINDS) * captions.general_per_kind
    general = captions.drawings + kind_ids[numbers] * captions.general_per_kind
    general = general + rng.integers(captions.general_per_kind, size=count)
    negative = rng.integers(first_negative, len(captions.tokens), size=count)
    draw = rng.random(count)
    dropped = recipe.zeros_share + recipe.negative_share
    rows = np.where(draw < dropped + recipe.general_caption_share, general, numbers)
    rows = torch.from_numpy(np.where(draw < dropped, negative, rows))
    asked = torch.from_numpy((draw >= recipe.zeros_share).astype(np.float32))
    tokens = captions.tokens[rows].float() * asked[:, None, None]
    return tokens, captions.pooled[rows].float() * asked[:, None]


def _loss(
    unet: Any,
    schedule: Any,
    clean: "torch.Tensor",
    prompts: tuple["torch.Tensor", "torch.Tensor"],
    recipe: UNetRecipe,
) -> "torch.Tensor":
    """Squared error of the velocity, weighted by min-SNR (Hang et al., 2023, arXiv:2303.09556)."""
    import torch

    count, side_px = len(clean), 8.0 * recipe.latent_side
    noise = torch.randn_like(clean)
    levels = schedule.config.num_train_timesteps
    # One level from each of `count` equal slices: the loss varies less than by free draws.
    times = ((torch.arange(count) + torch.rand(count)) * levels / count).long()
    noisy = schedule.add_noise(clean, noise, times)
    target = schedule.get_velocity(clean, noise, times)
    tokens, pooled = prompts
    time_ids = torch.tensor([side_px, side_px, 0.0, 0.0, side_px, side_px]).expand(count, 6)
    with torch.autocast("cpu", torch.bfloat16):
        output = unet(
            noisy,
            times,
            encoder_hidden_states=tokens,
            added_cond_kwargs={"text_embeds": pooled, "time_ids": time_ids},
        ).sample
    signal = schedule.alphas_cumprod[times]
    snr = signal / (1 - signal)
    weight = snr.clamp(max=recipe.snr_gamma) / (snr + 1)
    return (weight * (output.float() - target).pow(2).mean((1, 2, 3))).mean()
