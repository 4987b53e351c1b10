"""Weights from a folder, an S3 store and a hub: ready to load, or a clear word about why not."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from upath import UPath

from gpu_ops.engines import ModelSetup
from gpu_ops.generation import PictureRequest
from gpu_ops.memory import TooLittleMemory
from gpu_ops.model_folder import INDEX, DamagedModel, ModelFiles
from gpu_ops.sdxl_pipeline import AdapterFiles
from resources.environment import REPOSITORY, resources_for
from resources.model_catalogue import ModelEntry, load_catalogue
from resources.model_weights import ModelWeights, check_memory
from tests.model_servers import model_hub, s3_store

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SMALL = REPOSITORY / "models" / "small"
UNET = "unet/diffusion_pytorch_model.safetensors"


def entry(**changes: object) -> ModelEntry:
    base = load_catalogue()["garnish-small"].model_dump()
    return ModelEntry.model_validate({**base, **changes})


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder of models with a copy of the small family."""
    shutil.copytree(SMALL, tmp_path / "models" / "small")
    return tmp_path / "models"


def test_a_folder_is_used_where_it_is(models: Path, tmp_path: Path) -> None:
    weights = ModelWeights(entry(), UPath(models), tmp_path / "cache")
    assert weights.are_here
    assert weights.files().folder == models / "small"
    assert not weights.files().weights_at
    assert not (tmp_path / "cache").exists()


def test_other_weights_are_another_revision_unless_it_is_pinned(
    models: Path, tmp_path: Path
) -> None:
    before = ModelWeights(entry(), UPath(models), tmp_path).revision
    assert ModelWeights(entry(), UPath(models), tmp_path / "other").revision == before
    (models / "small" / "unet" / "config.json").write_text("{}")
    assert ModelWeights(entry(), UPath(models), tmp_path).revision != before
    pinned = entry(revision=COMMIT)
    assert ModelWeights(pinned, UPath("no-such-folder"), tmp_path).revision == COMMIT


def test_missing_weights_are_named_with_what_to_do(tmp_path: Path) -> None:
    weights = ModelWeights(entry(), UPath(tmp_path), tmp_path)
    assert not weights.are_here
    for wanted in (weights.files, lambda: weights.revision):
        with pytest.raises(FileNotFoundError, match=r"small.*GARNISH_MODELS_FROM=hub"):
            wanted()


def test_a_truncated_file_is_named(models: Path, tmp_path: Path) -> None:
    weights_file = models / "small" / UNET
    weights_file.write_bytes(weights_file.read_bytes()[:-10])
    with pytest.raises(DamagedModel, match=rf"{UNET} has \d+ bytes and should have"):
        ModelWeights(entry(), UPath(models), tmp_path).files()


def test_from_a_store_settings_are_copied_and_weights_are_not(tmp_path: Path) -> None:
    with s3_store("models") as store:
        store.put(f"{SMALL}/", "models/small/", recursive=True)
        weights = ModelWeights(entry(), UPath("s3://models"), tmp_path)
        assert weights.are_here
        files = weights.files()
        assert files.weights_at == "s3://models/small"
        assert (files.folder / "tokenizer" / "vocab.json").read_bytes() == (
            SMALL / "tokenizer" / "vocab.json"
        ).read_bytes()
        assert not list(tmp_path.rglob("*.safetensors"))
        before = weights.revision
        store.pipe_file(f"models/small/{UNET}", (SMALL / UNET).read_bytes()[:-1] + b"x")
        store.invalidate_cache()
        assert ModelWeights(entry(), UPath("s3://models"), tmp_path).revision != before
        store.rm(f"models/small/{UNET}")
        with pytest.raises(FileNotFoundError, match="unet of s3://models/small has no diffusion_"):
            weights.files()


def test_a_generator_draws_the_same_from_a_store(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_STEPS", "2")
    request = PictureRequest("a photo of soup", "people", 7)

    def drawn() -> np.ndarray:
        generator = resources_for("local").generator
        (picture,) = generator.develop(generator.draw([request])).pictures
        assert picture is not None
        return picture

    expected = drawn()
    with s3_store("models") as store:
        store.put(f"{SMALL}/", "models/small/", recursive=True)
        monkeypatch.setenv("GARNISH_MODELS", "s3://models")
        assert np.array_equal(drawn(), expected)
    assert not list(home.rglob("*.safetensors"))


def hub_folder(folder: Path) -> Path:
    """The small family as on a hub: weights in full and in half precision, and other formats."""
    shutil.copytree(SMALL, folder)
    for path in list(folder.rglob("*.safetensors")):
        shutil.copy(path, path.with_name(path.name.replace(".safetensors", ".fp16.safetensors")))
        path.write_bytes(b"full precision, not wanted")
    (folder / "all-in-one.safetensors").write_bytes(b"not wanted")
    (folder / "unet" / "model.onnx").write_bytes(b"not wanted")
    return folder


def test_from_a_hub_the_pinned_commit_becomes_a_plain_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub-cache"))
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    distilled = tmp_path / "distilled"
    distilled.mkdir()
    shutil.copy(SMALL / UNET, distilled / "8step.safetensors")
    chosen = entry(
        source="owner/base",
        revision=COMMIT,
        variant="fp16",
        unet={"source": "owner/distilled", "revision": COMMIT, "file": "8step.safetensors"},
        adapter={
            "folder": "ip",
            "source": "owner/adapter",
            "revision": COMMIT,
            "weight_name": "sdxl/ip.safetensors",
            "image_encoder": "encoder",
            "scale": 0.4,
        },
        reference_image=True,
        references="references",
    )
    adapter = tmp_path / "adapter"
    (adapter / "encoder").mkdir(parents=True)
    (adapter / "sdxl").mkdir()
    (adapter / "encoder" / "config.json").write_text("{}")
    (adapter / "sdxl" / "ip.safetensors").write_bytes(b"adapter")
    (adapter / "sdxl" / "another.safetensors").write_bytes(b"not wanted")
    repositories = {
        "owner/base": hub_folder(tmp_path / "base"),
        "owner/distilled": distilled,
        "owner/adapter": adapter,
    }
    weights = ModelWeights(chosen, UPath(tmp_path / "none"), tmp_path / "cache", is_on_hub=True)
    with model_hub(repositories, COMMIT) as asked:
        folder = weights.files().folder
        image_prompt = weights.adapter_files()
    assert weights.revision == "+".join([COMMIT] * 3)
    assert (folder / INDEX).exists()
    assert (folder / UNET).resolve().read_bytes() == (distilled / "8step.safetensors").read_bytes()
    vae = "vae/diffusion_pytorch_model.safetensors"
    assert (folder / vae).read_bytes() == (SMALL / vae).read_bytes()
    assert isinstance(image_prompt, AdapterFiles) and image_prompt.scale == 0.4
    assert (image_prompt.folder / "sdxl" / "ip.safetensors").read_bytes() == b"adapter"
    fetched = [path for path in asked if "/resolve/" in path]
    assert all(f"/resolve/{COMMIT}/" in path for path in fetched)
    assert not [path for path in fetched if "onnx" in path or "all-in-one" in path]
    assert not [path for path in fetched if "base" in path and "/unet/diffusion" in path]
    assert not [path for path in fetched if "another" in path]


def test_a_model_that_does_not_fit_says_what_would() -> None:
    catalogue = load_catalogue()
    l4_gib = 22.0
    for model in catalogue.values():
        check_memory(model, l4_gib)
    with pytest.raises(TooLittleMemory, match=r"klein-4b needs 16\.4 GiB .* has 12\.0.*sdxl-base"):
        check_memory(catalogue["flux2-klein-4b"], 12.0)
    with pytest.raises(TooLittleMemory, match="none of the catalogue does"):
        check_memory(catalogue["sdxl-base"], 0.01)


def test_an_engine_gets_its_files(models: Path, tmp_path: Path) -> None:
    setup = ModelSetup("sdxl", ModelFiles(Path("not-known-yet")), "cpu", "float32")
    ready = ModelWeights(entry(), UPath(models), tmp_path).made_ready(setup)
    assert ready.files.folder == models / "small"
    assert ready.device == "cpu" and ready.parts.adapter is None


def test_a_missing_image_prompt_is_named(models: Path, tmp_path: Path) -> None:
    juggernaut = load_catalogue()["juggernaut-xl-v9"]
    weights = ModelWeights(juggernaut, UPath(models), tmp_path)
    with pytest.raises(FileNotFoundError, match=r"juggernaut-xl-v9 needs .*h94/IP-Adapter"):
        weights.adapter_files()
    assert ModelWeights(entry(), UPath(models), tmp_path).adapter_files() is None
