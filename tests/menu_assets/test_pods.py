"""Which image a step on a GPU runs in, and that a run never mixes two versions of the code."""

import pytest

from menu_assets.definitions import FLOW, build_defs
from menu_assets.pods import gpu_image, image_of_gpu_steps
from resources.settings import SettingError


@pytest.mark.parametrize(
    "image",
    [
        "garnish/gpu-worker:1.2.0",
        "registry.example.org:5000/garnish/gpu-worker:1.2.0",
        "registry.example.org/garnish/gpu-worker:1.2.0@sha256:0123abcd",
    ],
)
def test_the_image_of_the_same_version_is_taken(
    image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_CODE_VERSION", "1.2.0")
    monkeypatch.setenv("GARNISH_GPU_IMAGE", image)
    assert gpu_image() == image


@pytest.mark.parametrize(
    "image",
    ["garnish/gpu-worker:1.1.0", "garnish/gpu-worker", "host:5000/gpu-worker@sha256:0123abcd"],
)
def test_an_image_of_another_version_is_refused(
    image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_CODE_VERSION", "1.2.0")
    monkeypatch.setenv("GARNISH_GPU_IMAGE", image)
    with pytest.raises(SettingError, match=r"the code here is of version 1\.2\.0: deploy both"):
        gpu_image()


def test_an_image_needs_code_that_knows_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GARNISH_CODE_VERSION", raising=False)
    monkeypatch.setenv("GARNISH_GPU_IMAGE", "garnish/gpu-worker:1.2.0")
    with pytest.raises(SettingError, match="GARNISH_CODE_VERSION is not set"):
        gpu_image()


def test_only_steps_that_load_a_model_get_the_image() -> None:
    steps = image_of_gpu_steps("gpu-worker:1", FLOW)
    assert set(steps) == {
        "menu__english_menu",  # a translation model
        "scores__look_alikes",  # a CLIP on the CPU
        "run_vendor_photos",
        "run_candidate_images",
        "run_safety_scores",
        "run_quality_scores",
    }


def test_definitions_of_two_versions_do_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GARNISH_STORE": "memory://garnish",
        "GARNISH_MENUS": "memory://menus",
        "GARNISH_REVIEW_DATABASE": "postgresql://garnish@db/garnish",
        "GARNISH_C2PA_KEY": "/secrets/key.pem",
        "GARNISH_C2PA_CERTIFICATES": "/secrets/certificates.pem",
        "GARNISH_CODE_VERSION": "1.2.0",
        "GARNISH_GPU_IMAGE": "garnish/gpu-worker:1.2.0",
    }.items():
        monkeypatch.setenv(name, value)
    executor = build_defs(env="cluster").executor
    assert executor is not None and executor.name == "k8s"
    monkeypatch.setenv("GARNISH_CODE_VERSION", "1.3.0")
    with pytest.raises(SettingError, match="deploy both images of one version"):
        build_defs(env="cluster")
