"""Settings of the generator: which model, from where, on what, at which price."""

from pathlib import Path

import pytest

from gpu_ops.memory import TooLittleMemory
from resources import picture_generator
from resources.environment import resources_for
from resources.gpu_prices import load_gpu_prices
from resources.model_catalogue import load_catalogue
from resources.openai_generator import OpenAIGenerator
from resources.picture_generator import PictureGenerator
from resources.settings import SettingError

SECONDS = 3600


def generator() -> PictureGenerator:
    chosen = resources_for("local").generator
    assert isinstance(chosen, PictureGenerator)
    return chosen


def test_the_gpu_class_has_the_price(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert generator().gpu_class == "cpu"
    for gpu_class, price in load_gpu_prices().items():
        monkeypatch.setenv("GARNISH_GPU_CLASS", gpu_class)
        assert generator().gpu_class == gpu_class
        assert generator().cost_usd(SECONDS) == pytest.approx(price.usd_per_hour)
    monkeypatch.setenv("GARNISH_PRICE_USD_PER_HOUR", "0.5")
    assert generator().cost_usd(SECONDS) == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["L4", "", "rtx-4090"])
def test_an_unknown_gpu_class_lists_the_known_ones(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_GPU_CLASS", name)
    with pytest.raises(SettingError, match=r"GARNISH_GPU_CLASS is .*: use one of l4, l4-spot, "):
        resources_for("local")


def test_every_price_says_where_it_is_from() -> None:
    assert all(price.source and price.date for price in load_gpu_prices().values())


def test_weights_may_come_from_a_hub(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = generator().weights
    assert weights is not None and not weights.is_on_hub
    monkeypatch.setenv("GARNISH_MODELS_FROM", "hub")
    weights = generator().weights
    assert weights is not None and weights.is_on_hub
    monkeypatch.setenv("GARNISH_MODELS_FROM", "the internet")
    with pytest.raises(SettingError, match="GARNISH_MODELS_FROM is 'the internet': use hub"):
        resources_for("local")


def test_the_api_needs_a_key_and_keeps_to_a_budget(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_MODEL", "openai-images")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingError, match="OPENAI_API_KEY is not set: GARNISH_MODEL=openai-imag"):
        resources_for("local")
    monkeypatch.setenv("OPENAI_API_KEY", "secret-key")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    api = resources_for("local").generator
    assert isinstance(api, OpenAIGenerator)
    assert (api.budget_usd, api.base_url, api.gpu_class) == (5.0, "http://127.0.0.1:9/v1", "api")
    monkeypatch.setenv("GARNISH_API_BUDGET_USD", "lots")
    with pytest.raises(SettingError, match="GARNISH_API_BUDGET_USD is 'lots'"):
        resources_for("local")


def test_every_model_of_the_catalogue_draws_on_an_l4_and_a_smaller_device_says_what_fits(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_ACCEPTED_LICENCES", "juggernaut-xl-v9")
    for model_id, entry in load_catalogue().items():
        monkeypatch.setenv("GARNISH_MODEL", model_id)
        if entry.api is None:
            monkeypatch.setattr(picture_generator, "device_memory_gib", lambda device: 22.5)
            assert generator().pictures_at_once >= 1, model_id
    monkeypatch.setenv("GARNISH_MODEL", "z-image-turbo")
    monkeypatch.setattr(picture_generator, "device_memory_gib", lambda device: 16.0)
    with pytest.raises(TooLittleMemory, match=r"z-image-turbo needs .*sdxl-base"):
        _ = generator().pictures_at_once


def test_a_model_with_an_image_prompt_needs_its_pictures(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_MODEL", "juggernaut-xl-v9")
    monkeypatch.setenv("GARNISH_ACCEPTED_LICENCES", "juggernaut-xl-v9")
    monkeypatch.setenv("GARNISH_MODELS", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"no reference pictures in .*references"):
        _ = generator().reference_for("bowl@1")
