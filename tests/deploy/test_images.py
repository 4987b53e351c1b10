"""Images: what they install and copy, and that none of it needs torch where there is none."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.deploy.manifests import DEPLOY, REPOSITORY, read

IMAGES = ("control-plane", "gpu-worker")
ROOMS = {"gpu_ops", "resources", "sensors", "menu_assets", "review_desk"}
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", re.MULTILINE)


def dockerfile(image: str) -> str:
    return (DEPLOY / "images" / f"{image}.Dockerfile").read_text(encoding="utf-8")


def pins(lock: Path) -> dict[str, str]:
    return dict(PIN.findall(lock.read_text(encoding="utf-8")))


def copied(image: str) -> set[str]:
    """What an image takes from the repository."""
    lines = re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile(image), re.MULTILINE)
    return {name for line in lines for name in line.split()}


@pytest.mark.parametrize("name", [*IMAGES, "build-tools"])
def test_an_image_has_the_versions_that_are_tested(name: str) -> None:
    lock = DEPLOY / "images" / f"{name}.lock"
    tested, installed = pins(REPOSITORY / "requirements.lock"), pins(lock)
    assert installed
    assert installed == {package: tested.get(package) for package in installed}
    text = lock.read_text(encoding="utf-8")
    assert text.count("--hash=sha256:") >= len(installed)


def test_the_control_plane_has_no_torch_and_the_worker_has() -> None:
    control = pins(DEPLOY / "images" / "control-plane.lock")
    worker = pins(DEPLOY / "images" / "gpu-worker.lock")
    assert not {"torch", "transformers", "diffusers", "onnxruntime"} & control.keys()
    assert not [name for name in control if name.startswith(("nvidia", "cuda"))]
    assert {"torch", "transformers", "diffusers"} <= worker.keys()
    assert {"fastapi", "argon2-cffi"} <= control.keys()
    for lock in (control, worker):
        assert not {"pytest", "moto", "playwright", "ruff"} & lock.keys()


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_runs_as_a_user_and_knows_its_version(image: str) -> None:
    first, last = dockerfile(image).split("\nFROM ")[1:]
    assert first.splitlines()[0].endswith(" AS builder")
    assert re.search(r"^USER [1-9][0-9]*$", last, re.MULTILINE)
    assert "GARNISH_CODE_VERSION=${VERSION}" in last
    assert "org.opencontainers.image.version=${VERSION}" in last
    assert 'test -n "$VERSION"' in last
    assert dockerfile(image).count("--require-hashes") == 2


@pytest.mark.parametrize("image", IMAGES)
def test_all_that_an_image_copies_is_sent_to_its_builder(image: str) -> None:
    sent = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [line[1:] for line in sent if line.startswith("!")]
    for name in copied(image):
        assert (REPOSITORY / name).exists(), name
        assert any(Path(name).match(pattern) for pattern in allowed), name


def test_the_images_have_the_rooms_that_they_need() -> None:
    assert copied("control-plane") >= ROOMS
    assert copied("gpu-worker") & ROOMS == ROOMS - {"review_desk"}


def test_a_change_to_what_an_image_holds_builds_it() -> None:
    steps = read(".github/workflows/images.yml")["jobs"]["changes"]["steps"]
    (filters,) = (step["with"]["filters"] for step in steps if step.get("id") == "filter")
    for image, patterns in yaml.safe_load(filters).items():
        watched = {pattern.removesuffix("/**") for pattern in patterns}
        # Words for people, which change no behaviour.
        assert copied(image) - watched == {"README.md", "LICENSE"}, image
        assert f"deploy/images/{image}.Dockerfile" in watched


WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"no module named {{name}}: not in this image", name=name)

sys.meta_path.insert(0, Absent())
import {modules}
"""


@pytest.mark.parametrize(
    ("modules", "absent"),
    [
        (
            "menu_assets.definitions, menu_assets.cli, review_desk.app",
            ("torch", "torchvision", "diffusers", "transformers", "compel", "easyocr", "rapidocr"),
        ),
        ("menu_assets.definitions", ("review_desk", "fastapi", "uvicorn", "argon2", "authlib")),
    ],
    ids=IMAGES,
)
def test_an_images_code_loads_without_what_is_not_in_it(
    modules: str, absent: tuple[str, ...], home: Path
) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(absent=absent, modules=modules)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert loaded.returncode == 0, loaded.stderr
