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
TEXT_WIDTH = 16
QWEN_CHAT = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}"
)


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


def tiny_flux2_klein(folder: Path) -> Path:
    """FLUX.2-klein: both kinds of blocks, an autoencoder with patch statistics, Qwen3."""
    import torch
    from diffusers import (
        AutoencoderKLFlux2,
        FlowMatchEulerDiscreteScheduler,
        Flux2KleinPipeline,
        Flux2Transformer2DModel,
    )

    torch.manual_seed(0)
    autoencoder = AutoencoderKLFlux2(
        block_out_channels=(8, 8, 8, 8), layers_per_block=1, norm_num_groups=4, latent_channels=4
    )
    autoencoder.bn.running_mean.normal_(std=0.2)  # both are measured on pictures in the real one
    autoencoder.bn.running_var.uniform_(0.5, 2.0)
    transformer = Flux2Transformer2DModel(
        in_channels=16,
        num_layers=1,
        num_single_layers=2,
        attention_head_dim=32,
        num_attention_heads=2,
        joint_attention_dim=3 * TEXT_WIDTH,
        timestep_guidance_channels=16,
        axes_dims_rope=(8, 8, 8, 8),
        guidance_embeds=False,
    )
    with torch.no_grad():
        for weights in transformer.parameters():
            weights.mul_(2.5)  # as they are made, prompts hardly reach the picture
    pipeline = Flux2KleinPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(
            shift=3.0, use_dynamic_shifting=True, base_shift=0.5, max_shift=1.15
        ),
        vae=autoencoder.eval(),
        text_encoder=_qwen3(layers=28),  # the pipeline reads hidden states 9, 18 and 27
        tokenizer=_qwen_tokenizer(),
        transformer=transformer.eval(),
        is_distilled=True,
    )
    pipeline.save_pretrained(folder)
    return folder


def tiny_z_image(folder: Path) -> Path:
    """Z-Image-Turbo: refiners and layers, FLUX.1's autoencoder, Qwen3."""
    import torch
    from diffusers import (
        AutoencoderKL,
        FlowMatchEulerDiscreteScheduler,
        ZImagePipeline,
        ZImageTransformer2DModel,
    )

    torch.manual_seed(0)
    autoencoder = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        layers_per_block=1,
        norm_num_groups=4,
        latent_channels=16,
        scaling_factor=0.3611,
        shift_factor=0.1159,
        use_quant_conv=False,
        use_post_quant_conv=False,
    )
    transformer = ZImageTransformer2DModel(
        dim=64,
        n_layers=2,
        n_refiner_layers=1,
        n_heads=2,
        n_kv_heads=2,
        cap_feat_dim=TEXT_WIDTH,
        axes_dims=[8, 12, 12],
        axes_lens=[1024, 64, 64],
    )
    for padding in (transformer.x_pad_token, transformer.cap_pad_token):
        torch.nn.init.normal_(padding)  # zeros before training
    pipeline = ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=autoencoder.eval(),
        text_encoder=_qwen3(layers=2),
        tokenizer=_qwen_tokenizer(),
        transformer=transformer.eval(),
    )
    pipeline.save_pretrained(folder)
    return folder


def _qwen3(layers: int) -> Any:
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(0)
    return Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=300,
            hidden_size=TEXT_WIDTH,
            intermediate_size=32,
            num_hidden_layers=layers,
            num_attention_heads=2,
            num_key_value_heads=1,
            head_dim=8,
            max_position_embeddings=1024,
            initializer_range=0.5,  # at the usual 0.02 prompts hardly differ
        )
    ).eval()


def _qwen_tokenizer() -> Any:
    """Qwen's tokenizer without merges: a token for each byte, and the marks of a conversation."""
    from tokenizers import pre_tokenizers
    from transformers import Qwen2TokenizerFast

    symbols = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Qwen2TokenizerFast(
        vocab={symbol: number for number, symbol in enumerate(symbols)},
        merges=[],
        model_max_length=1024,
        extra_special_tokens=["<|im_start|>", "<|im_end|>"],
    )
    tokenizer.chat_template = QWEN_CHAT
    return tokenizer
