"""Loading models of the SDXL family.

Belongs here: from a diffusers folder, and what a model has beside it, to a pipeline whose parts the
engine uses. Does not belong here: where the folder comes from (`resources/model_weights.py`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gpu_ops.devices import hide_progress_bars, prepare
from gpu_ops.model_folder import ModelFiles, check_complete
from gpu_ops.streamed_weights import streamed_components

TINY_DECODER = "vae_tiny"
"""Folder beside `vae/` with a distilled autoencoder (AutoencoderTiny, "TAESDXL")."""


@dataclass(frozen=True)
class AdapterFiles:
    """An IP-Adapter: a picture as a prompt.

    Attributes:
        folder: Where its files are.
        weight_name: The adapter's own weights, a safetensors file below the folder.
        image_encoder: The CLIP image encoder, a folder below the folder.
        scale: How strongly the picture is followed.
    """

    folder: Path
    weight_name: str
    image_encoder: str
    scale: float


@dataclass(frozen=True)
class SdxlParts:
    """What a model has beside its folder.

    Attributes:
        decoder: The folder's own autoencoder, or the tiny one in it.
        adapter: An IP-Adapter.
    """

    decoder: Literal["model", "tiny"] = "model"
    adapter: AdapterFiles | None = None


def load_pipeline(
    files: ModelFiles, device: str, dtype: str, parts: SdxlParts | None = None
) -> Any:
    """An SDXL pipeline from a local diffusers folder, or with streamed weights.

    Args:
        files: Where it is, in the layout of `save_pretrained`.
        device: "cpu" or "cuda".
        dtype: "float32", "float16" or "bfloat16".
        parts: What it has beside its folder.

    Raises:
        FileNotFoundError: the folder, or a part of the model, is not there.
        ValueError: a file of the model is damaged.
    """
    parts = parts or SdxlParts()
    prepare(device)
    if files.weights_at:
        loaded = streamed_components(files, dtype, device)
    else:
        check_complete(files.folder)
        loaded = {}
    import torch
    from diffusers import AutoencoderTiny, StableDiffusionXLPipeline

    hide_progress_bars()
    number_format = getattr(torch, dtype)
    if parts.decoder == "tiny":
        tiny = _there(files.folder / TINY_DECODER / "config.json", "decoder = 'tiny'").parent
        loaded["vae"] = AutoencoderTiny.from_pretrained(
            tiny, dtype=number_format, local_files_only=True
        )
    pipeline = StableDiffusionXLPipeline.from_pretrained(
        files.folder, dtype=number_format, local_files_only=True, add_watermarker=False, **loaded
    )
    if parts.adapter:
        _load_adapter(pipeline, parts.adapter)
    pipeline = pipeline.to(device)
    if dtype == "float16" and pipeline.vae.config.get("force_upcast"):
        pipeline.vae.to(torch.float32)  # SDXL's own autoencoder overflows in float16
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _load_adapter(pipeline: Any, adapter: AdapterFiles) -> None:
    _there(adapter.folder / adapter.weight_name, "the IP-Adapter")
    _there(adapter.folder / adapter.image_encoder / "config.json", "the IP-Adapter")
    weights, encoder = Path(adapter.weight_name), adapter.image_encoder
    pipeline.load_ip_adapter(
        str(adapter.folder),
        subfolder=str(weights.parent) if weights.parent != Path() else "",
        weight_name=weights.name,
        image_encoder_folder=encoder,
        local_files_only=True,
    )
    pipeline.set_ip_adapter_scale(adapter.scale)


def _there(path: Path, what_for: str) -> Path:
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing, {what_for} needs it: see garnish models")
    return path
