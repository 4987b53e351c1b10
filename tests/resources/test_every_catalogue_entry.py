"""Every model of the catalogue: its real loading code, its settings, on random weights in 64 px."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gpu_ops.generation import MadePictures, Photo, PictureRequest
from resources.environment import resources_for
from resources.model_catalogue import CatalogueError, ModelEntry, load_catalogue
from resources.openai_generator import OpenAIGenerator
from resources.picture_generator import PictureGenerator
from tests.images_api import images_api
from tests.tiny_models import tiny_flux2_klein, tiny_ip_adapter, tiny_sdxl, tiny_z_image

CATALOGUE = load_catalogue()
BUILDERS: dict[str, Callable[[Path], Path]] = {
    "sdxl": tiny_sdxl,
    "flux2_klein": tiny_flux2_klein,
    "z_image": tiny_z_image,
}
SIDE_PX = 64
PROMPTS = ("a photo of pizza", "a photo of soup")


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Tensors this small only wait for one another on a busy machine."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folder_of_family(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Each family's random weights, made once."""
    home = tmp_path_factory.mktemp("families")

    def folder_of(family: str) -> Path:
        assert family in BUILDERS, (
            f"nothing builds a tiny model of the family {family}: add it to tests/tiny_models.py"
            " and to BUILDERS, so that the catalogue names no model that was never loaded"
        )
        return home / family if (home / family).exists() else BUILDERS[family](home / family)

    return folder_of


def install(entry: ModelEntry, models: Path, weights: Path) -> None:
    """Lay a model out below the folder of models as its catalogue entry says."""
    shutil.copytree(weights, models / entry.folder)
    if entry.adapter is None:
        return
    built = tiny_ip_adapter(models / "built", models / entry.folder)
    adapter, references = models / entry.adapter.folder, models / entry.references
    for name, file in {
        entry.adapter.weight_name: "ip-adapter_sdxl.safetensors",
        entry.adapter.image_encoder: "image_encoder",
    }.items():
        (adapter / name).parent.mkdir(parents=True, exist_ok=True)
        (built / file).replace(adapter / name)
    references.mkdir()
    Image.fromarray(noise(5)).save(references / "default.jpg")


def noise(seed: int) -> np.ndarray:
    """(64, 64, 3) uint8 RGB."""
    return np.random.default_rng(seed).integers(0, 256, (SIDE_PX, SIDE_PX, 3), np.uint8)


def small_generator() -> PictureGenerator | OpenAIGenerator:
    """The generator of `GARNISH_MODEL`; of its settings only size and steps are made smaller."""
    generator = resources_for("local").generator
    settings = generator.settings
    return replace(
        generator,
        settings=replace(
            settings, width_px=SIDE_PX, height_px=SIDE_PX, steps=min(2, settings.steps)
        ),
    )


def checked(made: MadePictures) -> list[np.ndarray]:
    """The pictures of a batch that went well."""
    assert set(made.failure_reasons) == {None}
    pictures = [picture for picture in made.pictures if picture is not None]
    assert {(picture.shape, picture.dtype.name) for picture in pictures} == {
        ((SIDE_PX, SIDE_PX, 3), "uint8")
    }
    return pictures


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_it_is_loaded_and_draws(
    entry: ModelEntry,
    home: Path,
    tmp_path: Path,
    folder_of_family: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GARNISH_MODEL", entry.model_id)
    if entry.commercial_use != "allowed":
        with pytest.raises(CatalogueError, match=f"{entry.model_id} may not be used commercially"):
            resources_for("local")
        monkeypatch.setenv("GARNISH_ACCEPTED_LICENCES", entry.model_id)
        monkeypatch.setenv("GARNISH_RESEARCH_ONLY", entry.model_id)
    if entry.api:
        monkeypatch.setenv("OPENAI_API_KEY", "secret-key")
        with images_api() as server:
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            draws_by_prompt(small_generator())
        return
    install(entry, tmp_path, folder_of_family(entry.family))
    monkeypatch.setenv("GARNISH_MODELS", str(tmp_path))
    generator = small_generator()
    pictures = draws_by_prompt(generator)
    assert not np.array_equal(*pictures)
    if entry.inpaint:
        draws_into_a_photo(generator)
    if entry.reference_image:
        follows_a_reference(generator)


def draws_by_prompt(generator: PictureGenerator | OpenAIGenerator) -> list[np.ndarray]:
    """Two pictures in one batch, as a shard has them drawn."""
    assert generator.revision
    return drawn(generator, *(request(generator, prompt) for prompt in PROMPTS))


def draws_into_a_photo(generator: PictureGenerator | OpenAIGenerator) -> None:
    """Inside the mask something new, outside the photo to the bit."""
    assert generator.can_inpaint
    mask = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    mask[16:48, 16:48] = 1
    (picture,) = drawn(generator, request(generator, photo=Photo(noise(1), mask)))
    assert np.array_equal(picture[mask == 0], noise(1)[mask == 0])
    assert not np.array_equal(picture[mask == 1], noise(1)[mask == 1])


def follows_a_reference(generator: PictureGenerator | OpenAIGenerator) -> None:
    """Another reference, another picture."""
    references = [request(generator, reference=noise(seed)) for seed in (2, 3)]
    assert not np.array_equal(*drawn(generator, *references))


def drawn(
    generator: PictureGenerator | OpenAIGenerator, *requests: PictureRequest
) -> list[np.ndarray]:
    return checked(generator.develop(generator.draw(requests)))


def request(
    generator: PictureGenerator | OpenAIGenerator, prompt: str = PROMPTS[0], **parts: Any
) -> PictureRequest:
    parts = {"reference": generator.reference_for("bowl@1"), **parts}
    return PictureRequest(prompt, "people, text", 7, **parts)
