"""The same pictures on a GPU as on a CPU; skipped where there is none."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gpu_ops.devices import prepare
from gpu_ops.engines import ModelSetup, load_engine
from gpu_ops.generation import Compilation, Execution, GenerationSettings, PictureRequest
from gpu_ops.model_folder import ModelFiles
from gpu_ops.overlap import overlapped
from resources.environment import REPOSITORY

SETTINGS = GenerationSettings(steps=12, guidance_scale=2.5)
REQUESTS = [PictureRequest(f"a photo of soup {n}", "people, text", n) for n in range(4)]
MEAN_DIFFERENCE = 3.0
"""Grey levels: other kernels, other rounding; far below what another seed changes."""


@pytest.fixture(scope="module", autouse=True)
def gpu() -> None:
    prepare("cuda")
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no GPU on this machine")


def drawn(device: str, settings: GenerationSettings = SETTINGS, **setup: Any) -> np.ndarray:
    files = ModelFiles(REPOSITORY / "models" / "small")
    linears = settings.linears
    engine = load_engine(
        ModelSetup("sdxl", files, device, settings.dtype, linears=linears, **setup)
    )
    made = engine.develop(engine.draw(REQUESTS, settings))
    assert made.failure_reasons == (None,) * len(REQUESTS) and made.gpu_seconds > 0
    return np.stack([picture for picture in made.pictures if picture is not None]).astype(int)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_a_seed_means_the_same_picture_on_a_gpu(dtype: str) -> None:
    difference = np.abs(drawn("cuda", replace(SETTINGS, dtype=dtype)) - drawn("cpu"))
    assert difference.mean() < MEAN_DIFFERENCE


@pytest.mark.parametrize("compilation", ["regional", "full"])
def test_compiled_code_draws_the_same(compilation: Compilation) -> None:
    execution = Execution(compilation, channels_last=True)
    settings = replace(SETTINGS, dtype="bfloat16", full_every=2)
    difference = np.abs(drawn("cuda", settings, execution=execution) - drawn("cuda", settings))
    assert difference.mean() < MEAN_DIFFERENCE


def test_eight_bit_floats_draw_nearly_the_same() -> None:
    import torch

    if torch.cuda.get_device_capability() < (8, 9):
        pytest.skip("this GPU has no 8-bit floats")
    settings = replace(SETTINGS, dtype="bfloat16")
    difference = np.abs(drawn("cuda", replace(settings, linears="fp8")) - drawn("cuda", settings))
    assert difference.mean() < 2 * MEAN_DIFFERENCE


def test_decoding_beside_the_next_batch_changes_no_picture() -> None:
    files = ModelFiles(REPOSITORY / "models" / "small")
    engine = load_engine(ModelSetup("sdxl", files, "cuda", "bfloat16"))
    settings = replace(SETTINGS, dtype="bfloat16")
    batches = [[replace(one, seed=one.seed + 10 * n) for one in REQUESTS] for n in range(4)]
    alone = [engine.develop(engine.draw(batch, settings)).pictures for batch in batches]
    beside = overlapped(
        batches,
        lambda batch: engine.draw(batch, settings),
        lambda _, drawing: engine.develop(drawing).pictures,
    )
    for one, other in zip(alone, beside, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
