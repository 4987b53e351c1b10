"""Pictures by the SDXL engine: the shipped small model, and untrained tiny ones of the real format.

Where diffusers' own pipeline is right, ours has to give the same; where it is not, each lever has
its own test.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gpu_ops.engines import ModelSetup, load_engine
from gpu_ops.generation import GenerationSettings, Photo, PictureRequest
from gpu_ops.model_folder import ModelFiles
from gpu_ops.picture_batches import DECODED_AGAIN, DRAWN_AGAIN, NOT_NUMBERS
from gpu_ops.sdxl_engine import SdxlEngine
from gpu_ops.sdxl_pipeline import AdapterFiles, SdxlParts
from gpu_ops.unet_passes import UNetPasses, eager_passes
from resources.environment import REPOSITORY
from tests.tiny_models import tiny_ip_adapter, tiny_sdxl, tiny_taesd

SETTINGS = GenerationSettings(steps=4, guidance_scale=4.0, width_px=64, height_px=64)
SMALL_FAMILY = REPOSITORY / "models" / "small"


def load(folder: Path, dtype: str = "float32", **parts: Any) -> SdxlEngine:
    linears = parts.pop("linears", "model")
    setup = ModelSetup(
        "sdxl", ModelFiles(folder), "cpu", dtype, linears=linears, parts=SdxlParts(**parts)
    )
    engine = load_engine(setup)
    assert isinstance(engine, SdxlEngine)
    return engine


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # tensors this small only wait for one another on a busy machine
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def small() -> SdxlEngine:
    return load(SMALL_FAMILY)


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tiny_sdxl(tmp_path_factory.mktemp("tiny"))
    tiny_taesd(folder / "vae_tiny")
    return folder


@pytest.fixture(scope="module")
def adapted(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> SdxlEngine:
    folder = tiny_ip_adapter(tmp_path_factory.mktemp("adapter"), tiny_folder)
    files = AdapterFiles(folder, "ip-adapter_sdxl.safetensors", "image_encoder", scale=1.0)
    return load(tiny_folder, adapter=files)


def request(number: int, prompt: str | None = None, **more: Any) -> PictureRequest:
    prompt = prompt or f"a photo of pizza {number}"
    return PictureRequest(prompt, "people, text", 1000 + number, **more)


def drawn(
    engine: SdxlEngine, requests: list[PictureRequest], settings: GenerationSettings = SETTINGS
) -> list[np.ndarray]:
    made = engine.develop(engine.draw(requests, settings))
    assert made.failure_reasons == (None,) * len(requests)
    return [picture for picture in made.pictures if picture is not None]


def difference(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.abs(one.astype(int) - other.astype(int)).max())


def test_a_seed_means_the_same_picture_every_time(small: SdxlEngine) -> None:
    first, again = (small.develop(small.draw([request(1)], SETTINGS)) for _ in range(2))
    (picture,), (same,) = first.pictures, again.pictures
    assert picture is not None and same is not None
    assert picture.shape == (64, 64, 3) and picture.dtype == np.uint8
    assert np.array_equal(picture, same)
    assert first.failure_reasons == (None,) and first.notes == (None,)
    assert first.gpu_seconds > 0


def test_another_seed_or_prompt_is_another_picture(small: SdxlEngine) -> None:
    base = request(1)
    picture, *others = drawn(small, [base, replace(base, seed=7), replace(base, prompt="a soup")])
    assert all(not np.array_equal(picture, other) for other in others)


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        replace(SETTINGS, guidance_scale=1.0),
        replace(SETTINGS, width_px=64, height_px=96),
    ],
    ids=["guided", "unguided", "upright"],
)
def test_without_levers_the_picture_is_that_of_diffusers(
    tiny_folder: Path, settings: GenerationSettings
) -> None:
    import torch

    engine = load(tiny_folder)
    long = "a photo of soup with leek and carrot and a lot of parsley on a plate, " * 8
    for prompt in ("a photo of pizza", long):
        (ours,) = drawn(engine, [request(1, prompt)], settings)
        pair = engine.prompts.embed(prompt, "people, text")
        stock = engine.pipeline(
            prompt_embeds=pair.text,
            pooled_prompt_embeds=pair.pooled,
            negative_prompt_embeds=pair.negative_text,
            negative_pooled_prompt_embeds=pair.negative_pooled,
            generator=torch.Generator("cpu").manual_seed(1001),
            num_inference_steps=settings.steps,
            guidance_scale=settings.guidance_scale,
            width=settings.width_px,
            height=settings.height_px,
            output_type="np",
        ).images[0]
        assert difference(ours, (stock * 255).round().astype(np.uint8)) <= 1


LEVERS = [
    {"guidance_from": 0.25, "guidance_to": 0.75},
    {"full_every": 2},
    {"solver": "dpmpp_2m"},
    {"solver": "dpmpp_2m_sde"},
    {"solver": "unipc"},
    {"solver": "euler"},
    {"solver": "lcm", "guidance_scale": 1.0},
]


@pytest.mark.parametrize("lever", LEVERS, ids=str)
def test_a_batch_gives_what_single_runs_give(small: SdxlEngine, lever: dict[str, Any]) -> None:
    settings = replace(SETTINGS, **lever)
    requests = [request(number) for number in range(3)]
    for picture, one in zip(drawn(small, requests, settings), requests, strict=True):
        (single,) = drawn(small, [one], settings)
        assert difference(picture, single) <= 2  # sums in another order may round another way


def test_a_short_prompt_is_drawn_alike_beside_a_long_one(small: SdxlEngine) -> None:
    long = "a photo of soup with leek, carrot, potato, onion and a lot of parsley, " * 8
    short = request(1)
    beside = drawn(small, [request(2, long + "on a red plate"), short, request(3, long)])
    (alone,) = drawn(small, [short])
    assert difference(beside[1], alone) <= 2


def test_what_stands_beyond_77_tokens_counts(small: SdxlEngine) -> None:
    start = "a photo of soup with leek, carrot, potato, onion and a lot of parsley, " * 8
    red, blue = (small.prompts.embed(start + end, "") for end in ("red plate", "blue plate"))
    assert red.tokens > 77 and red.text.shape == red.negative_text.shape
    assert not bool((red.text == blue.text).all())


def test_a_prompt_is_encoded_once_for_all_its_candidates(tiny_folder: Path) -> None:
    engine = load(tiny_folder)
    calls = []
    hook = engine.pipeline.text_encoder_2.register_forward_hook(lambda *_: calls.append(1))
    drawn(engine, [request(number, "a photo of leek soup") for number in range(3)])
    first = len(calls)
    drawn(engine, [request(number, "a photo of leek soup") for number in range(3, 6)])
    hook.remove()
    assert first > 0 and len(calls) == first


@pytest.mark.parametrize(
    ("settings", "evaluations"),
    [
        (replace(SETTINGS, steps=40), 80),
        (replace(SETTINGS, steps=40, guidance_from=0.25, guidance_to=0.75), 60),
        (replace(SETTINGS, steps=8, guidance_scale=1.0), 8),
    ],
)
def test_the_unet_is_evaluated_as_often_as_planned(
    tiny_folder: Path, settings: GenerationSettings, evaluations: int
) -> None:
    engine = load(tiny_folder)
    passes, batches = eager_passes(engine.pipeline.unet), []

    def full(latents: Any, *rest: Any) -> Any:
        batches.append(latents.shape[0])
        return passes.full(latents, *rest)

    counting = replace(engine, passes=UNetPasses(full, passes.shallow))
    counting.draw([request(1), request(2)], settings)
    assert batches == [2] * evaluations  # one shape: one graph


def test_kept_deep_features_save_full_passes_and_change_little(small: SdxlEngine) -> None:
    settings = replace(SETTINGS, steps=12)
    (exact,) = drawn(small, [request(1)], settings)
    (kept,) = drawn(small, [request(1)], replace(settings, full_every=2))
    mean = np.abs(exact.astype(int) - kept.astype(int)).mean()
    assert 0 < mean < 12  # grey levels


def photo_of(side: int = 64) -> Photo:
    rng = np.random.default_rng(3)
    mask = np.zeros((side, side), np.float32)
    mask[16:48, 16:48] = 1
    mask[16:20, 16:48] = 0.5
    return Photo(rng.integers(0, 256, (side, side, 3), dtype=np.uint8), mask)


@pytest.mark.parametrize("decoder", ["model", "tiny"])
def test_outside_the_mask_a_photo_stays_as_it_is(tiny_folder: Path, decoder: str) -> None:
    photo = photo_of()
    engine = load(tiny_folder, decoder=decoder)
    (picture,) = drawn(engine, [request(1, photo=photo)])
    outside = photo.mask == 0
    assert np.array_equal(picture[outside], photo.pixels[outside])
    assert not np.array_equal(picture[photo.mask == 1], photo.pixels[photo.mask == 1])


def test_the_weaker_a_photo_is_redrawn_the_more_of_it_stays(small: SdxlEngine) -> None:
    prompt = "a photo of pizza margherita, on a white plate, food photography, top view"
    settings = replace(SETTINGS, steps=8, guidance_scale=2.5, width_px=128, height_px=128)
    (photographed,) = drawn(small, [request(1, prompt)], settings)
    mask = np.zeros((128, 128), np.float32)
    mask[20:108, 20:108] = 1
    changes = []
    for strength in (0.25, 0.6, 1.0):
        again = request(2, prompt, photo=Photo(photographed, mask))
        (picture,) = drawn(small, [again], replace(settings, strength=strength))
        changes.append(np.abs(picture.astype(int) - photographed.astype(int))[mask == 1].mean())
    assert changes == sorted(changes) and changes[0] < 0.7 * changes[2]


def test_photos_and_empty_canvases_share_a_batch(small: SdxlEngine) -> None:
    requests = [request(1), request(2, photo=photo_of()), request(3)]
    for picture, one in zip(drawn(small, requests), requests, strict=True):
        assert difference(picture, drawn(small, [one])[0]) <= 2


def reference(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (80, 80, 3), dtype=np.uint8)


def test_a_reference_picture_is_followed(adapted: SdxlEngine) -> None:
    one, other = (drawn(adapted, [request(1, reference=reference(seed))])[0] for seed in (1, 2))
    assert difference(one, other) > 2


@pytest.mark.parametrize("lever", [{}, {"guidance_to": 0.5}, {"full_every": 2}], ids=str)
def test_a_batch_of_references_gives_what_single_runs_give(
    adapted: SdxlEngine, lever: dict[str, Any]
) -> None:
    settings = replace(SETTINGS, **lever)
    requests = [request(n, reference=reference(n)) for n in range(3)]
    for picture, one in zip(drawn(adapted, requests, settings), requests, strict=True):
        assert difference(picture, drawn(adapted, [one], settings)[0]) <= 2


def test_each_branch_is_told_its_own_half_of_the_image_prompt(adapted: SdxlEngine) -> None:
    """The whole guided picture equals diffusers', which batches both halves in one pass."""
    import torch
    from PIL import Image

    (ours,) = drawn(adapted, [request(1, reference=reference(1))])
    stock = adapted.pipeline(
        "a photo of pizza 1",
        negative_prompt="people, text",
        ip_adapter_image=Image.fromarray(reference(1)),
        generator=torch.Generator("cpu").manual_seed(1001),
        num_inference_steps=4,
        guidance_scale=4.0,
        width=64,
        height=64,
        output_type="np",
    ).images[0]
    assert difference(ours, (stock * 255).round().astype(np.uint8)) <= 1


def test_a_missing_reference_is_said(adapted: SdxlEngine, small: SdxlEngine) -> None:
    with pytest.raises(ValueError, match="reference picture"):
        adapted.draw([request(1, reference=reference(1)), request(2)], SETTINGS)
    with pytest.raises(ValueError, match="reference picture"):
        small.draw([request(1, reference=reference(1))], SETTINGS)


def test_the_tiny_decoder_is_another_decoder(tiny_folder: Path, tmp_path: Path) -> None:
    (full,) = drawn(load(tiny_folder), [request(1)])
    (tiny,) = drawn(load(tiny_folder, decoder="tiny"), [request(1)])
    assert full.shape == tiny.shape and difference(full, tiny) > 2
    with pytest.raises(FileNotFoundError, match="decoder = 'tiny'"):
        load(tiny_sdxl(tmp_path / "without"), decoder="tiny")


def test_eight_bit_linears_draw_nearly_the_same(small: SdxlEngine) -> None:
    settings = replace(SETTINGS, steps=12)
    (exact,) = drawn(small, [request(1)], settings)
    (rounded,) = drawn(load(SMALL_FAMILY, linears="int8"), [request(1)], settings)
    assert 0 < np.abs(exact.astype(int) - rounded.astype(int)).mean() < 6  # grey levels


def test_bfloat16_draws_nearly_the_same(small: SdxlEngine) -> None:
    settings = replace(SETTINGS, steps=12)
    (exact,) = drawn(small, [request(1)], settings)
    (rounded,) = drawn(load(SMALL_FAMILY, dtype="bfloat16"), [request(1)], settings)
    assert 0 < np.abs(exact.astype(int) - rounded.astype(int)).mean() < 6  # grey levels


def poisoned(engine: SdxlEngine, *, in_dtype: str) -> SdxlEngine:
    """An engine whose passes overflow in one number format for the seed 1001."""
    import torch

    passes = engine.passes

    def full(latents: Any, *rest: Any) -> Any:
        prediction, deep = passes.full(latents, *rest)
        if latents.dtype == getattr(torch, in_dtype):
            prediction[0] = float("nan")
        return prediction, deep

    return replace(engine, passes=UNetPasses(full, passes.shallow))


def test_what_overflows_is_drawn_once_more_in_float32(tiny_folder: Path) -> None:
    import torch

    engine = load(tiny_folder, dtype="bfloat16")
    made = engine.develop(
        poisoned(engine, in_dtype="bfloat16").draw([request(1), request(2)], SETTINGS)
    )
    assert made.failure_reasons == (None, None)
    assert made.notes == (DRAWN_AGAIN, None)
    assert engine.pipeline.unet.dtype == torch.bfloat16


def test_what_overflows_in_float32_fails_with_its_reason(tiny_folder: Path) -> None:
    import torch

    engine = load(tiny_folder)
    weight = engine.pipeline.unet.conv_out.bias
    before = weight.detach().clone()
    with torch.no_grad():
        weight.fill_(float("nan"))
    try:
        made = engine.develop(engine.draw([request(1)], SETTINGS))
    finally:
        with torch.no_grad():
            weight.copy_(before)
    assert made.pictures == (None,) and made.failure_reasons == (NOT_NUMBERS,)


def test_a_decoder_that_overflows_is_used_once_more_in_float32(tmp_path: Path) -> None:
    import torch

    engine = load(tiny_sdxl(tmp_path), dtype="bfloat16")

    def overflow(_: Any, __: Any, output: Any) -> Any:
        return output * float("nan") if output.dtype == torch.bfloat16 else output

    engine.pipeline.vae.decoder.conv_out.register_forward_hook(overflow)
    made = engine.develop(engine.draw([request(1)], SETTINGS))
    assert made.failure_reasons == (None,) and made.notes == (DECODED_AGAIN,)


def test_out_of_memory_halves_the_batch_and_says_so(
    small: SdxlEngine, caplog: pytest.LogCaptureFixture
) -> None:
    import torch

    passes = small.passes

    def full(latents: Any, *rest: Any) -> Any:
        if latents.shape[0] > 2:
            raise torch.OutOfMemoryError("no memory")
        return passes.full(latents, *rest)

    narrow = replace(small, passes=UNetPasses(full, passes.shallow))
    requests = [request(number) for number in range(5)]
    made = narrow.develop(narrow.draw(requests, SETTINGS))
    assert set(made.notes) == {"batch halved: out of memory"}
    assert "going on with 3" in caplog.text
    for picture, expected in zip(made.pictures, drawn(small, requests), strict=True):
        assert picture is not None and difference(picture, expected) <= 2
