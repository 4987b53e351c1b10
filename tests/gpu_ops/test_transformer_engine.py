"""FLUX.2-klein and Z-Image, from folders of random weights in the layouts of the real ones."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gpu_ops.generation import (
    Execution,
    GenerationSettings,
    MadePictures,
    Photo,
    PictureRequest,
)
from gpu_ops.model_folder import ModelFiles
from gpu_ops.transformer_engine import TransformerEngine, load_transformer_engine
from tests.tiny_models import tiny_flux2_klein, tiny_sdxl, tiny_z_image

SETTINGS = GenerationSettings(steps=4, guidance_scale=1.0, width_px=64, height_px=96, strength=0.5)
FAMILIES = {"flux2_klein": tiny_flux2_klein, "z_image": tiny_z_image}
LONG = "a white plate of soup with leek, carrot and potato on a dark table, from above, " * 3


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # tensors this small only wait for one another on a busy machine
    home = tmp_path_factory.mktemp("transformers")
    yield {name: build(home / name) for name, build in FAMILIES.items()}
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def engines(folders: dict[str, Path]) -> dict[str, TransformerEngine]:
    return {name: loaded(folder) for name, folder in folders.items()}


@pytest.fixture(params=FAMILIES)
def engine(request: pytest.FixtureRequest, engines: dict[str, TransformerEngine]) -> Any:
    return engines[request.param]


@pytest.fixture
def klein(engines: dict[str, TransformerEngine]) -> TransformerEngine:
    return engines["flux2_klein"]


def loaded(folder: Path, dtype: str = "float32", **options: Any) -> TransformerEngine:
    return load_transformer_engine(ModelFiles(folder), "cpu", dtype, **options)


def made(
    engine: TransformerEngine, *requests: PictureRequest, settings: GenerationSettings = SETTINGS
) -> MadePictures:
    return engine.develop(engine.draw(requests, settings))


def request(seed: int = 1, prompt: str = "a pizza", **parts: Any) -> PictureRequest:
    return PictureRequest(prompt, "people, text", seed, **parts)


def stock_picture(pipeline: Any, **arguments: Any) -> np.ndarray:
    import torch

    floats: np.ndarray = pipeline(
        generator=[torch.Generator().manual_seed(1)],
        num_inference_steps=SETTINGS.steps,
        width=SETTINGS.width_px,
        height=SETTINGS.height_px,
        output_type="np",
        **arguments,
    ).images[0]
    return floats


def photo(seed: int = 0) -> Photo:
    pixels = np.random.default_rng(seed).integers(0, 256, (96, 64, 3), np.uint8)
    mask = np.zeros((96, 64), np.float32)
    mask[32:64, 16:48] = 1
    mask[32:64, 12:16] = 0.5
    return Photo(pixels, mask)


def difference(one: np.ndarray | None, other: np.ndarray | None) -> np.ndarray:
    assert one is not None and other is not None
    return np.abs(one.astype(int) - other.astype(int))


def test_a_seed_means_the_same_picture_every_time(engine: TransformerEngine) -> None:
    first, again = made(engine, request()), made(engine, request())
    (picture,) = first.pictures
    assert picture is not None and picture.shape == (96, 64, 3) and picture.dtype == np.uint8
    assert np.array_equal(picture, again.pictures[0])
    assert first.failure_reasons == (None,) and first.notes == (None,)
    assert first.gpu_seconds > 0


def test_another_seed_or_prompt_is_another_picture(engine: TransformerEngine) -> None:
    picture, *rest = made(engine, request(), request(seed=2), request(prompt="a soup")).pictures
    assert all(difference(picture, other).mean() > 1 for other in rest)


def test_a_batch_gives_what_single_runs_give_whatever_the_prompts_lengths(
    engine: TransformerEngine,
) -> None:
    requests = [
        request(1),
        request(2, LONG),
        request(3, "soup", photo=photo()),
        request(4, LONG, photo=photo(1)),
    ]
    for picture, one in zip(made(engine, *requests).pictures, requests, strict=True):
        assert difference(picture, made(engine, one).pictures[0]).max() <= 1


@pytest.mark.parametrize("guidance", [1.0, 3.0])
def test_klein_draws_what_the_stock_pipeline_draws(
    folders: dict[str, Path], guidance: float
) -> None:
    engine = loaded(folders["flux2_klein"])
    engine.model.pipeline.register_to_config(is_distilled=False)
    stock = stock_picture(engine.model.pipeline, prompt="a pizza", guidance_scale=guidance)
    settings = replace(SETTINGS, guidance_scale=guidance)
    (picture,) = made(engine, PictureRequest("a pizza", "", 1), settings=settings).pictures
    assert picture is not None and np.abs(picture / 255 - stock).max() <= 1 / 255


@pytest.mark.parametrize("guidance", [1.0, 3.0])
def test_z_image_draws_what_the_stock_pipeline_draws_at_one_guidance_less(
    engines: dict[str, TransformerEngine], guidance: float
) -> None:
    engine = engines["z_image"]
    stock = stock_picture(
        engine.model.pipeline,
        prompt="a pizza",
        negative_prompt="people, text",
        guidance_scale=guidance - 1,
    )
    settings = replace(SETTINGS, guidance_scale=guidance)
    (picture,) = made(engine, request(), settings=settings).pictures
    assert picture is not None and np.abs(picture / 255 - stock).max() <= 1 / 255


def test_klein_draws_into_a_photo_what_the_stock_pipeline_draws(klein: TransformerEngine) -> None:
    from diffusers import Flux2KleinInpaintPipeline
    from PIL import Image

    one = photo()
    one = Photo(one.pixels, np.where(one.mask == 1, 1, 0).astype(np.float32))
    stock = Flux2KleinInpaintPipeline(**klein.model.pipeline.components, is_distilled=True)
    expected = stock_picture(
        stock,
        prompt="a pizza",
        image=Image.fromarray(one.pixels),
        mask_image=Image.fromarray((one.mask * 255).astype(np.uint8)),
        strength=SETTINGS.strength,
        guidance_scale=1.0,
    )
    (picture,) = made(klein, request(photo=one)).pictures
    assert picture is not None
    assert np.abs(picture / 255 - expected)[one.mask == 1].max() <= 1 / 255


def test_outside_the_mask_the_photo_stays_to_the_bit(engine: TransformerEngine) -> None:
    one = photo()
    (picture,) = made(engine, request(photo=one)).pictures
    assert picture is not None
    assert np.array_equal(picture[one.mask == 0], one.pixels[one.mask == 0])
    assert difference(picture, one.pixels)[one.mask == 1].mean() > 5
    (other,) = made(engine, request(2, photo=one)).pictures
    assert difference(picture, other)[one.mask == 1].mean() > 1


def test_klein_follows_each_picture_s_own_reference(klein: TransformerEngine) -> None:
    rng = np.random.default_rng(5)
    wide = rng.integers(0, 256, (70, 130, 3), np.uint8)
    other = rng.integers(0, 256, (70, 130, 3), np.uint8)
    high = rng.integers(0, 256, (128, 64, 3), np.uint8)
    requests = [request(reference=reference) for reference in (None, wide, other, high)]
    requests.append(request(reference=wide, photo=photo()))
    pictures = made(klein, *requests).pictures
    for picture, one in zip(pictures, requests, strict=True):
        assert difference(picture, made(klein, one).pictures[0]).max() <= 1
    plain, *followed, _ = pictures
    assert all(difference(plain, picture).mean() > 0.5 for picture in followed)
    assert difference(followed[0], followed[1]).mean() > 0.5


def test_a_prompt_is_encoded_once(engine: TransformerEngine) -> None:
    calls: list[int] = []
    handle = engine.model.pipeline.text_encoder.register_forward_hook(lambda *_: calls.append(1))
    made(engine, request(1, "a new dish"), request(2, "a new dish"), request(3, "another"))
    made(engine, request(4, "another"))
    handle.remove()
    assert len(calls) == 2


def test_a_prompt_beyond_512_tokens_is_drawn_and_its_end_missed(engine: TransformerEngine) -> None:
    result = made(engine, request(prompt="soup " * 200), request())
    assert result.failure_reasons == (None, None)
    assert result.notes == ("the prompt is longer than the 512 tokens that the model reads", None)


def test_a_batch_is_developed_while_the_next_is_drawn(engine: TransformerEngine) -> None:
    expected = [made(engine, request(seed)).pictures[0] for seed in range(4)]
    drawing, pictures = engine.draw([request(0)], SETTINGS), []
    for seed in range(1, 5):
        thread = threading.Thread(
            target=lambda begun=drawing: pictures.append(engine.develop(begun).pictures[0])
        )
        thread.start()
        drawing = engine.draw([request(seed)], SETTINGS)
        thread.join()
    for picture, one in zip(pictures, expected, strict=True):
        assert np.array_equal(picture, one)


def overflowing(part: str) -> Callable[[Any], None]:
    """Weights that overflow float16 and not float32, where what follows is normalised."""
    import torch

    def overflow(pipeline: Any) -> None:
        transformer = pipeline.transformer
        embedder = (
            transformer.all_x_embedder["2-1"]
            if hasattr(transformer, "all_x_embedder")
            else transformer.x_embedder
        )
        layer = {"autoencoder": pipeline.vae.decoder.conv_in, "transformer": embedder}[part]
        with torch.no_grad():
            layer.weight.copy_(layer.weight.sign() * 60_000)

    return overflow


@pytest.mark.parametrize(
    ("part", "note"),
    [("autoencoder", "decoded again in float32"), ("transformer", "drawn again in float32")],
)
def test_what_is_no_picture_in_16_bits_is_made_again_in_32(
    folders: dict[str, Path], part: str, note: str
) -> None:
    engine = loaded(folders["z_image"], "float16")
    overflowing(part)(engine.model.pipeline)
    result = made(engine, request())
    assert result.notes == (note,)
    assert result.failure_reasons == (None,) and result.pictures[0] is not None


def test_what_is_no_picture_in_float32_either_fails_alone(
    engine: TransformerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    drawing = engine.draw([request(1), request(2)], SETTINGS)
    spoilt = (drawing.latents[0] * torch.nan, drawing.latents[1])
    result = engine.develop(replace(drawing, latents=spoilt))
    assert result.failure_reasons == ("the decoder gave values that are not numbers", None)
    assert result.pictures[0] is None and result.pictures[1] is not None

    noise_levels = engine.model.noise_levels(SETTINGS)
    monkeypatch.setattr(type(engine.model), "noise_levels", lambda *_: noise_levels * torch.nan)
    result = made(engine, request())
    assert result.failure_reasons == ("the model gave values that are not numbers",)


@pytest.mark.parametrize("family", FAMILIES)
def test_16_bits_and_8_bit_linears_draw_nearly_the_same(
    folders: dict[str, Path], engines: dict[str, TransformerEngine], family: str
) -> None:
    exact = made(engines[family], request()).pictures[0]
    for engine in (loaded(folders[family], "float16"), loaded(folders[family], linears="int8")):
        assert 0 < difference(made(engine, request()).pictures[0], exact).mean() < 3


@pytest.mark.parametrize(
    ("family", "compilation"),
    [("flux2_klein", "regional"), ("z_image", "full")],
)
def test_the_transformer_is_one_graph(
    folders: dict[str, Path],
    engines: dict[str, TransformerEngine],
    family: str,
    compilation: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Captured without a break; what captures it is run as it is, so that no compiler is needed."""
    import torch

    captured: list[Any] = []

    def backend(graph: Any, _: Any) -> Any:
        captured.append(graph)
        return graph.forward

    compile_with = torch.compile
    monkeypatch.setattr(
        "torch.compile",
        lambda *arguments, **options: compile_with(*arguments, **{**options, "backend": backend}),
    )
    engine = loaded(folders[family], execution=Execution(compilation=compilation))
    settings = replace(SETTINGS, steps=1)
    for prompt in ("a pizza", "soup " * 10, "soup " * 20, "soup " * 30):
        picture = made(engine, request(prompt=prompt), settings=settings).pictures[0]
        exact = made(engines[family], request(prompt=prompt), settings=settings).pictures[0]
        assert difference(picture, exact).max() <= 1
    assert len(captured) == 2  # two kinds of blocks, or one shape and one graph for all others


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"width_px": 72}, "multiples of 16"),
        ({"full_every": 2}, "full_every is for models of the SDXL family: leave it at 1"),
        ({"solver": "unipc"}, "solver is for models of the SDXL family: leave it at 'model'"),
    ],
)
def test_settings_that_change_nothing_here_are_refused(
    engine: TransformerEngine, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        engine.draw([request()], replace(SETTINGS, **settings))


def test_what_a_model_cannot_do_is_refused(engines: dict[str, TransformerEngine]) -> None:
    with pytest.raises(ValueError, match="klein is distilled"):
        engines["flux2_klein"].draw([request()], replace(SETTINGS, guidance_scale=4))
    with pytest.raises(ValueError, match="Z-Image follows no reference"):
        engines["z_image"].draw([request(reference=photo().pixels)], SETTINGS)


def test_a_folder_without_a_model_or_with_another_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"model_index\.json"):
        loaded(tmp_path)
    with pytest.raises(ValueError, match="holds a StableDiffusionXLPipeline, not one of Flux2"):
        loaded(tiny_sdxl(tmp_path / "sdxl"))
