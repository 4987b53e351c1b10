"""Puts the trained parts together in the standard folder layouts and writes them.

`small/` is a diffusers SDXL pipeline, `small-clip/` a transformers CLIP with its processor. Nothing
is trained or measured here.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from models.recipe.clip import Towers
from models.recipe.drawings import KINDS
from models.recipe.small_pictures import IMAGE_MEAN, IMAGE_STD
from models.recipe.unet import NOISE_SCHEDULE

TOKENIZER_FILES = ("vocab.json", "merges.txt", "tokenizer_config.json")


def assemble_pipeline(autoencoder: Any, towers: Towers, tokenizer: Any, unet: Any | None) -> Any:
    """An SDXL pipeline of the parts; without a UNet it can still embed prompts."""
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline
    from transformers import CLIPTextModelWithProjection

    second_text = CLIPTextModelWithProjection(towers.clip.config.text_config)
    second_text.text_model.load_state_dict(towers.clip.text_model.state_dict())
    second_text.text_projection.load_state_dict(towers.clip.text_projection.state_dict())
    return StableDiffusionXLPipeline(
        vae=autoencoder,
        text_encoder=towers.first_text.text_model.eval(),
        text_encoder_2=second_text.eval(),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=unet,
        scheduler=EulerDiscreteScheduler(**NOISE_SCHEDULE),
        force_zeros_for_empty_prompt=True,
        add_watermarker=False,
    )


def export_pipeline(pipeline: Any, tokenizer_folder: Path, folder: Path) -> None:
    """Write the pipeline with the UNet at half precision; the small parts keep float32.

    Loading upcasts the UNet again unless half precision is asked for.
    """
    import torch

    pipeline.unet.to(torch.float16)
    pipeline.save_pretrained(folder)
    pipeline.unet.to(torch.float32)
    for name in ("tokenizer", "tokenizer_2"):
        _copy_tokenizer(tokenizer_folder, folder / name)
    _drop_derived_setting(folder / "vae" / "config.json", "block_out_channels")
    (folder / "kinds.json").write_text(json.dumps(KINDS, indent=2) + "\n")


def export_clip(clip: Any, tokenizer_folder: Path, folder: Path) -> None:
    """Write the CLIP model and the settings of its tokenizer and image processor."""
    clip.save_pretrained(folder)
    _copy_tokenizer(tokenizer_folder, folder)
    side = clip.config.vision_config.image_size
    processor = {
        "image_processor_type": "CLIPImageProcessor",
        "processor_class": "CLIPProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"shortest_edge": side},
        "resample": 3,
        "do_center_crop": True,
        "crop_size": {"height": side, "width": side},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": IMAGE_MEAN,
        "image_std": IMAGE_STD,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(processor, indent=2) + "\n")


def size_mb(*folders: Path) -> float:
    """Size on disk of all files in the folders, in megabytes (1,000,000 bytes)."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files) / 1e6


def _drop_derived_setting(config: Path, name: str) -> None:
    """Remove what the class works out by itself and warns about when it finds it in the file."""
    settings = json.loads(config.read_text())
    del settings[name]
    config.write_text(json.dumps(settings, indent=2) + "\n")


def _copy_tokenizer(source: Path, target: Path) -> None:
    """Keep the classic files only: a `tokenizer.json` beside them would say the same twice."""
    (target / "tokenizer.json").unlink(missing_ok=True)
    for name in TOKENIZER_FILES:
        shutil.copyfile(source / name, target / name)
