"""Pictures from text, with a real SDXL pipeline: the shipped one, or an untrained tiny one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gpu_ops.prompt_embedding import embed
from gpu_ops.text_to_image import (
    GenerationSettings,
    PictureRequest,
    load_pipeline,
    make_pictures,
)
from resources.environment import REPOSITORY
from tests.tiny_models import tiny_sdxl

SETTINGS = GenerationSettings(steps=2, guidance_scale=4.0, width_px=64, height_px=64)
SMALL_FAMILY = REPOSITORY / "models" / "small"


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # tensors this small only wait for one another on a busy machine
    shipped = (SMALL_FAMILY / "model_index.json").exists()
    folder = SMALL_FAMILY if shipped else tiny_sdxl(tmp_path_factory.mktemp("sdxl"))
    yield load_pipeline(folder, "cpu", "float32")
    torch.set_num_threads(threads)


def request(number: int, prompt: str | None = None) -> PictureRequest:
    return PictureRequest(prompt or f"a photo of pizza {number}", "people, text", 1000 + number)


def test_a_seed_means_the_same_picture_every_time(pipeline: Any) -> None:
    first, again = (make_pictures(pipeline, [request(1)], SETTINGS) for _ in range(2))
    (picture,), (same,) = first.pictures, again.pictures
    assert picture is not None and same is not None
    assert picture.shape == (64, 64, 3) and picture.dtype == np.uint8
    assert np.array_equal(picture, same)
    assert first.failure_reasons == (None,)
    assert first.gpu_seconds > 0


def test_another_seed_or_prompt_is_another_picture(pipeline: Any) -> None:
    base = request(1)
    others = [
        PictureRequest(base.prompt, base.negative_prompt, 7),
        PictureRequest("a bowl of soup", base.negative_prompt, base.seed),
    ]
    picture, *rest = make_pictures(pipeline, [base, *others], SETTINGS).pictures
    assert all(not np.array_equal(picture, other) for other in rest)


def test_a_batch_gives_what_single_runs_give(pipeline: Any) -> None:
    requests = [request(number) for number in range(4)]
    batch = make_pictures(pipeline, requests, SETTINGS).pictures
    for picture, one in zip(batch, requests, strict=True):
        (single,) = make_pictures(pipeline, [one], SETTINGS).pictures
        assert picture is not None and single is not None
        difference = np.abs(picture.astype(int) - single.astype(int))
        assert difference.max() <= 2  # sums in another order may round another way


def test_what_stands_beyond_77_tokens_counts(pipeline: Any) -> None:
    start = "a photo of soup with leek, carrot, potato, onion and a lot of parsley, " * 8
    with_end = [start + "on a red plate", start + "on a blue plate"]
    embedded = embed(pipeline, with_end, ["", ""])
    assert embedded["prompt_embeds"].shape[1] > 77
    assert not bool((embedded["prompt_embeds"][0] == embedded["prompt_embeds"][1]).all())
    requests = [PictureRequest(prompt, "text", 1) for prompt in with_end]
    assert make_pictures(pipeline, [*requests, request(2)], SETTINGS).failure_reasons == (None,) * 3


def test_prompts_and_negative_prompts_are_embedded_alike(pipeline: Any) -> None:
    embedded = embed(pipeline, ["soup", "pizza", "soup"], ["text"] * 3)
    assert embedded["prompt_embeds"].shape == embedded["negative_prompt_embeds"].shape
    assert embedded["prompt_embeds"].shape[0] == embedded["pooled_prompt_embeds"].shape[0] == 3
    assert bool((embedded["prompt_embeds"][0] == embedded["prompt_embeds"][2]).all())


def test_numbers_that_are_none_and_blank_pictures_are_failures(
    pipeline: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = pipeline.image_processor.postprocess

    def damaged(*arguments: Any, **options: Any) -> np.ndarray:
        pictures = decode(*arguments, **options)
        pictures[0, 5, 5, 0] = np.nan
        pictures[1] = 0.0
        return pictures

    monkeypatch.setattr(pipeline.image_processor, "postprocess", damaged)
    made = make_pictures(pipeline, [request(number) for number in range(3)], SETTINGS)
    assert made.pictures[0] is None and made.pictures[1] is None
    assert made.pictures[2] is not None
    assert made.failure_reasons == (
        "the decoder gave values that are not numbers",
        "the picture is blank",
        None,
    )


def test_a_pipeline_is_loaded_once_in_a_process(pipeline: Any) -> None:
    folder = Path(pipeline.config._name_or_path)
    assert load_pipeline(folder, "cpu", "float32") is pipeline


def test_a_folder_without_a_pipeline_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no diffusers pipeline in .*model_index\.json"):
        load_pipeline(tmp_path, "cpu", "float32")
