"""Images: what they install and copy, and that none of it needs torch where there is none."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.deploy.manifests import DEPLOY, REPOSITORY, read
from tests.stand_ins import MENU, land

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
"""

MODEL_LIBRARIES = ("torch", "torchvision", "diffusers", "transformers", "compel", "easyocr")
DESK_LIBRARIES = ("review_desk", "fastapi", "uvicorn", "argon2", "authlib")

WHOLE_FLOW = """
import dagster as dg
from menu_assets.tables.review import SHORTLIST
from tests.stand_ins import local_flow

with dg.DagsterInstance.ephemeral() as instance:
    flow = local_flow(instance)
    flow.run()
    for row in flow.table(SHORTLIST).unique("product_id").iter_rows(named=True):
        flow.decide(row)
    flow.run("after_review")
    assert flow.published()
"""


def python_without(absent: tuple[str, ...], code: str) -> subprocess.CompletedProcess[str]:
    """Run code where some libraries are not installed."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT.format(absent=absent) + code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


@pytest.mark.parametrize(
    ("modules", "absent"),
    [
        ("menu_assets.definitions, menu_assets.cli, review_desk.app", MODEL_LIBRARIES),
        ("menu_assets.definitions", DESK_LIBRARIES),
    ],
    ids=IMAGES,
)
def test_an_images_code_loads_without_what_is_not_in_it(
    modules: str, absent: tuple[str, ...], home: Path
) -> None:
    loaded = python_without(absent, f"import {modules}")
    assert loaded.returncode == 0, loaded.stderr


def test_steps_of_the_control_plane_need_no_torch(home: Path) -> None:
    """From menu to published files; what draws and looks, in the other image, is stood in for."""
    land(home / "menus", "de.csv", MENU)
    ran = python_without(MODEL_LIBRARIES, WHOLE_FLOW)
    assert ran.returncode == 0, ran.stderr[-4000:]
