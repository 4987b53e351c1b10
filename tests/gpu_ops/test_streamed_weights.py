"""Weights from an S3 server on loopback: the same tensors, the same picture as from the folder."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gpu_ops.model_folder import (
    INDEX,
    DamagedModel,
    ModelFiles,
    check_complete,
    components,
    small_files,
)
from gpu_ops.streamed_weights import read_tensors, streamed_components
from tests.model_servers import s3_store
from tests.tiny_models import tiny_flux2_klein, tiny_sdxl, tiny_z_image

BUCKET = "s3://garnish-models"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_sdxl(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    with s3_store("garnish-models") as store:
        yield store


@pytest.fixture(scope="module")
def address(s3: Any, folder: Path) -> str:
    s3.put(f"{folder}/", "garnish-models/tiny/", recursive=True)
    return f"{BUCKET}/tiny"


@pytest.fixture(scope="module")
def files(address: str, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    """The model with its small files here and its weights there."""
    here = tmp_path_factory.mktemp("here")
    for name in small_files(address):
        target = here / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((folder / name).read_bytes())
    assert not list(here.rglob("*.safetensors"))
    return ModelFiles(here, address)


def pipeline(files: ModelFiles) -> Any:
    import torch
    from diffusers import StableDiffusionXLPipeline

    loaded = StableDiffusionXLPipeline.from_pretrained(
        files.folder,
        **streamed_components(files, "float32"),
        dtype=torch.float32,
        local_files_only=True,
        add_watermarker=False,
    )
    loaded.set_progress_bar_config(disable=True)
    return loaded


def draw(loaded: Any) -> np.ndarray:
    import torch

    return loaded(
        "soup",
        num_inference_steps=2,
        guidance_scale=3.0,
        width=64,
        height=64,
        generator=torch.Generator().manual_seed(7),
        output_type="np",
    ).images[0]


def test_a_streamed_model_is_the_same_model(files: ModelFiles, folder: Path) -> None:
    from_folder, streamed = pipeline(ModelFiles(folder)), pipeline(files)
    for name in ("unet", "vae", "text_encoder", "text_encoder_2"):
        one, other = (getattr(loaded, name) for loaded in (from_folder, streamed))
        assert type(one) is type(other) and not other.training
        tensors, others = one.state_dict(), other.state_dict()
        assert tensors.keys() == others.keys()
        assert all(bool((tensors[key] == others[key]).all()) for key in tensors), name
        assert all(str(buffer.device) == "cpu" for buffer in other.buffers())
    assert np.array_equal(draw(from_folder), draw(streamed))


@pytest.mark.parametrize(
    ("build", "kind"),
    [(tiny_flux2_klein, "Flux2KleinPipeline"), (tiny_z_image, "ZImagePipeline")],
)
def test_other_families_are_streamed_alike(
    build: Callable[[Path], Path], kind: str, tmp_path: Path
) -> None:
    import diffusers
    import torch

    family = getattr(diffusers, kind)
    folder = build(tmp_path / "model")
    options = {"dtype": torch.bfloat16, "local_files_only": True}
    loaded = family.from_pretrained(folder, **options)
    networks = streamed_components(ModelFiles(folder, f"file://{folder}"), "bfloat16")
    streamed = family.from_pretrained(folder, **networks, **options)
    assert networks.keys() == {"transformer", "text_encoder", "vae"}
    for name in networks:
        one, other = (getattr(pipeline, name) for pipeline in (loaded, streamed))
        tensors, others = one.state_dict(), other.state_dict()
        assert tensors.keys() == others.keys()
        assert all(torch.equal(tensors[key], others[key]) for key in tensors), name
        buffers = dict(other.named_buffers())
        assert all(torch.equal(buffer, buffers[key]) for key, buffer in one.named_buffers())


def test_weights_come_in_the_number_format_that_is_asked_for(files: ModelFiles) -> None:
    import torch

    for network in streamed_components(files, "bfloat16").values():
        assert {tensor.dtype for tensor in network.parameters()} == {torch.bfloat16}


def test_weights_under_the_names_of_their_publication_are_known(
    folder: Path, tmp_path: Path
) -> None:
    """As in SDXL's own files: CLIP below `text_model`, the autoencoder's attention as `query`."""
    import torch
    from safetensors.torch import load_file, save_file

    former = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
    copy = shutil.copytree(folder, tmp_path / "copy")
    clip, autoencoder = (
        copy / "text_encoder" / "model.safetensors",
        copy / "vae" / "diffusion_pytorch_model.safetensors",
    )
    tensors = load_file(clip)
    assert not any(name.startswith("text_model.") for name in tensors)
    renamed = {f"text_model.{name}": tensor for name, tensor in tensors.items()}
    save_file({**renamed, "text_model.embeddings.position_ids": torch.arange(77)[None]}, clip)
    renamed = load_file(autoencoder)
    for now, then in former.items():
        renamed = {name.replace(f".{now}.", f".{then}."): t for name, t in renamed.items()}
    assert any(".query." in name for name in renamed)
    save_file(renamed, autoencoder)
    as_published = streamed_components(ModelFiles(copy, f"file://{copy}"), "float32")
    now = streamed_components(ModelFiles(folder, f"file://{folder}"), "float32")
    for name in ("text_encoder", "vae"):
        tensors = now[name].state_dict()
        assert all(torch.equal(t, tensors[k]) for k, t in as_published[name].state_dict().items())


def test_shards_are_read_as_the_index_lists_them(folder: Path, tmp_path: Path) -> None:
    import torch
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel.from_pretrained(folder / "unet", local_files_only=True)
    unet.save_pretrained(tmp_path / "unet", max_shard_size="200KB")
    assert len(list((tmp_path / "unet").glob("*.safetensors"))) > 2
    (tmp_path / INDEX).write_text(json.dumps({"unet": ["diffusers", "UNet2DConditionModel"]}))
    loaded = streamed_components(ModelFiles(tmp_path, f"file://{tmp_path}"), "float32")["unet"]
    assert all(
        torch.equal(tensor, loaded.state_dict()[name]) for name, tensor in unet.state_dict().items()
    )


def test_a_file_of_several_chunks_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from safetensors.torch import save_file

    tensors = {
        "weights": torch.randn(50, 41),
        "half": torch.randn(7).to(torch.bfloat16),
        "one": torch.tensor(3),
        "nothing": torch.empty(0),
    }
    save_file(tensors, tmp_path / "a.safetensors")
    monkeypatch.setattr("gpu_ops.streamed_weights.CHUNK_BYTES", 1000)
    read = read_tensors(str(tmp_path / "a.safetensors"))
    assert read.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert read[name].dtype == tensor.dtype and torch.equal(read[name], tensor)


def test_a_whole_model_passes_in_the_folder_and_in_the_store(folder: Path, address: str) -> None:
    check_complete(folder)
    check_complete(address)
    assert {part.name for part in components(address)} == {
        *("unet", "vae", "scheduler", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2")
    }


@pytest.mark.parametrize(
    "missing",
    [
        "unet/config.json",
        "vae/diffusion_pytorch_model.safetensors",
        "text_encoder/model.safetensors",
        "scheduler/scheduler_config.json",
        "tokenizer/tokenizer_config.json",
    ],
)
def test_what_is_missing_is_named(missing: str, s3: Any, address: str) -> None:
    kept = f"garnish-models/kept/{missing}"
    s3.mv(f"garnish-models/tiny/{missing}", kept)
    component, name = missing.split("/")
    try:
        with pytest.raises(FileNotFoundError, match=rf"^{component} of .*tiny has no {name}; copy"):
            check_complete(address)
    finally:
        s3.mv(kept, f"garnish-models/tiny/{missing}")


@pytest.mark.parametrize(
    ("kept_bytes", "words"),
    [
        (0, r"is no safetensors file \(0 bytes\)"),
        (5, r"is no safetensors file \(5 bytes\)"),
        (100, "is cut off at 100 bytes, within its head"),
        (-1, r"has \d+ bytes and should have \d+"),
    ],
)
def test_a_file_that_is_cut_off_is_named(
    kept_bytes: int, words: str, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    weights = copy / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:kept_bytes])
    with pytest.raises(DamagedModel, match=rf"unet/diffusion_pytorch_model\.safetensors {words}"):
        check_complete(copy)


def test_other_bytes_are_no_weights(tmp_path: Path) -> None:
    (tmp_path / INDEX).write_text('{"unet": ["diffusers", "UNet2DConditionModel"]}')
    unet = tmp_path / "unet"
    unet.mkdir()
    (unet / "config.json").write_text("{}")
    (unet / "diffusion_pytorch_model.safetensors").write_bytes(b"<html>404 Not Found</html>")
    with pytest.raises(DamagedModel, match="is no safetensors file"):
        check_complete(tmp_path)


def test_weights_of_another_network_are_named(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    for component, weights in (
        ("vae", "diffusion_pytorch_model.safetensors"),
        ("text_encoder", "model.safetensors"),
    ):
        kept = (copy / component / weights).read_bytes()
        (copy / component / weights).write_bytes(
            (folder / "unet" / "diffusion_pytorch_model.safetensors").read_bytes()
        )
        with pytest.raises(DamagedModel, match=f"the weights of {component} "):
            streamed_components(ModelFiles(copy, f"file://{copy}"), "float32")
        (copy / component / weights).write_bytes(kept)


def test_a_folder_without_a_pipeline_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no diffusers pipeline in .*model_index\.json"):
        check_complete(tmp_path)
