"""Models of random weights, a few hundred kilobytes each, in the folder layouts of the real ones.

Belongs here: one builder for each family of the catalogue, so that tests load them with the very
code that loads full-size weights. Does not belong here: assertions; trained weights (`models/`).
"""

from pathlib import Path
from typing import Any

from models.recipe.clip import ClipRecipe, build_towers
from models.recipe.export import assemble_pipeline
from models.recipe.tokenizer import train_tokenizer
from models.recipe.unet import UNetRecipe, build_unet

WORDS = ["a photo of pizza, soup and salad on a white plate, food photography"] * 5
SDXL_NOISE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "timestep_spacing": "leading",
    "steps_offset": 1,
}
ADAPTER_TOKENS = 4


def tiny_sdxl(folder: Path) -> Path:
    """An SDXL pipeline: two text encoders, a UNet of three levels, a full autoencoder."""
    import torch
    from diffusers import AutoencoderKL, EulerDiscreteScheduler

    tokenizer = train_tokenizer(WORDS, vocabulary_size=600, folder=folder / "tokenizer")
    towers = build_towers(
        ClipRecipe(text_width=32, text_layers=2, image_width=32, image_layers=1, projection=32),
        tokenizer,
    )
    torch.manual_seed(0)
    autoencoder = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        layers_per_block=1,
        norm_num_groups=4,
        latent_channels=4,
        scaling_factor=0.13025,
        force_upcast=True,
    )
    unet = build_unet(
        UNetRecipe(widths=(32, 32, 64), head_width=16, time_id_width=8),
        text_width=64,
        pooled_width=32,
    )
    pipeline = assemble_pipeline(autoencoder, towers, tokenizer, unet)
    pipeline.scheduler = EulerDiscreteScheduler(**SDXL_NOISE)
    pipeline.save_pretrained(folder)
    return folder


def tiny_ip_adapter(folder: Path, sdxl_folder: Path) -> Path:
    """An IP-Adapter for the UNet in `sdxl_folder`: `ip-adapter_sdxl.safetensors`, `image_encoder`.

    As in h94/IP-Adapter, the weights of cross attentions carry their number among all attention
    processors, so that the numbers are odd.
    """
    import torch
    from diffusers import UNet2DConditionModel
    from safetensors.torch import save_file
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(0)
    image_encoder = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            image_size=64,
            patch_size=8,
            projection_dim=32,
        )
    )
    image_encoder.save_pretrained(folder / "image_encoder")
    unet = UNet2DConditionModel.from_pretrained(sdxl_folder / "unet", local_files_only=True)
    width = unet.config.cross_attention_dim
    weights = {
        "image_proj.proj.weight": torch.randn(ADAPTER_TOKENS * width, 32) / 32**0.5,
        "image_proj.proj.bias": torch.zeros(ADAPTER_TOKENS * width),
        "image_proj.norm.weight": torch.ones(width),
        "image_proj.norm.bias": torch.zeros(width),
    }
    for number, name in enumerate(unet.attn_processors):
        if "attn2" in name:
            attention: Any = unet.get_submodule(name.removesuffix(".processor"))
            for part in ("to_k_ip", "to_v_ip"):
                matrix = torch.randn(attention.inner_dim, width) / width**0.5
                weights[f"ip_adapter.{number}.{part}.weight"] = matrix
    save_file(weights, folder / "ip-adapter_sdxl.safetensors")
    return folder


def tiny_taesd(folder: Path) -> Path:
    """The small decoder for SDXL's latents (madebyollin/taesdxl), smaller still."""
    import torch
    from diffusers import AutoencoderTiny

    torch.manual_seed(0)
    AutoencoderTiny(
        encoder_block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        num_encoder_blocks=(1, 1, 1, 1),
        num_decoder_blocks=(1, 1, 1, 1),
    ).save_pretrained(folder)
    return folder
