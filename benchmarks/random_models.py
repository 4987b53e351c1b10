"""Full-size SDXL with random weights: the same shapes and arithmetic, for speed only.

Belongs here: building the pipeline that speed is measured on where no published weights are.
Pictures of it are noise, so nothing is said about quality. Weights are drawn at random, never zero:
power, and with it the clock of a device, depends on the numbers.
"""

from collections.abc import Mapping
from typing import Any, Literal

from gpu_ops.devices import hide_progress_bars, prepare
from resources.environment import REPOSITORY

SEED = 20261124
TOKENIZER = REPOSITORY / "models" / "small" / "tokenizer"

# The configurations of stabilityai/stable-diffusion-xl-base-1.0 and madebyollin/taesdxl.
UNET: Mapping[str, Any] = {
    "sample_size": 128,
    "in_channels": 4,
    "out_channels": 4,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "block_out_channels": (320, 640, 1280),
    "layers_per_block": 2,
    "transformer_layers_per_block": (1, 2, 10),
    "attention_head_dim": (5, 10, 20),
    "cross_attention_dim": 2048,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
    "use_linear_projection": True,
}
AUTOENCODER: Mapping[str, Any] = {
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "block_out_channels": (128, 256, 512, 512),
    "layers_per_block": 2,
    "latent_channels": 4,
    "sample_size": 1024,
    "scaling_factor": 0.13025,
}
CLIP_L: Mapping[str, Any] = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "projection_dim": 768,
}
CLIP_BIG_G: Mapping[str, Any] = {
    "hidden_size": 1280,
    "intermediate_size": 5120,
    "num_hidden_layers": 32,
    "num_attention_heads": 20,
    "projection_dim": 1280,
    "hidden_act": "gelu",
}
NOISE_SCHEDULE: Mapping[str, Any] = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "timestep_spacing": "leading",
    "steps_offset": 1,
}


def random_sdxl(device: str, dtype: str, decoder: Literal["model", "tiny"]) -> Any:
    """A StableDiffusionXLPipeline of full size, made on its device."""
    prepare(device)
    import torch
    from diffusers import (
        AutoencoderKL,
        AutoencoderTiny,
        EulerDiscreteScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )
    from transformers import (
        CLIPTextConfig,
        CLIPTextModel,
        CLIPTextModelWithProjection,
        CLIPTokenizer,
    )

    hide_progress_bars()
    torch.manual_seed(SEED)
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER, local_files_only=True)
    words = {
        "vocab_size": 49408,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    with torch.device(device):
        pipeline = StableDiffusionXLPipeline(
            vae=AutoencoderTiny() if decoder == "tiny" else AutoencoderKL(**AUTOENCODER),
            text_encoder=CLIPTextModel(CLIPTextConfig(**words, **CLIP_L)),
            text_encoder_2=CLIPTextModelWithProjection(CLIPTextConfig(**words, **CLIP_BIG_G)),
            tokenizer=tokenizer,
            tokenizer_2=tokenizer,
            unet=UNet2DConditionModel(**UNET),
            scheduler=EulerDiscreteScheduler(**NOISE_SCHEDULE),
            add_watermarker=False,
        )
    for network in (pipeline.unet, pipeline.vae, pipeline.text_encoder, pipeline.text_encoder_2):
        network.eval().requires_grad_(False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device, dtype=getattr(torch, dtype))
