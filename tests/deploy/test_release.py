"""Bringing a version to the cluster: the script, the workflows, and Terraform's files."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.manifests import DEPLOY, REPOSITORY

WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))

KUBECTL = """#!/bin/sh
echo "kubectl $*" >> "$CALLS"
case "$1" in
  kustomize) cat "$2/review-desk.yaml"; echo ---; cat "$2/shell.yaml" ;;
  apply) cat > "$CALLS.applied" ;;
esac
"""

HELM = """#!/bin/sh
for argument in "$@"; do echo "$argument" >> "$CALLS.helm"; done
"""


def release(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run deploy/release with programs that write down what they are told."""
    for name, text in {"kubectl": KUBECTL, "helm": HELM}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    return subprocess.run(
        [str(DEPLOY / "release"), *arguments],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(tmp_path / "calls")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_part_gets_the_same_version(tmp_path: Path) -> None:
    done = release(tmp_path, "1.2.3", "registry.test:5000")
    assert done.returncode == 0, done.stderr
    applied = list(yaml.safe_load_all((tmp_path / "calls.applied").read_text(encoding="utf-8")))
    deployments = [each for each in applied if each["kind"] == "Deployment"]
    assert {each["metadata"]["name"] for each in deployments} == {"garnish-desk", "garnish-shell"}
    for deployment in deployments:
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        assert container["image"] == "registry.test:5000/garnish/control-plane:1.2.3"
    told = (tmp_path / "calls.helm").read_text(encoding="utf-8").splitlines()
    server = "dagster-user-deployments.deployments[0]"
    for image in ("dagsterWebserver.image", "dagsterDaemon.image", f"{server}.image"):
        assert f"{image}.tag=1.2.3" in told
        assert f"{image}.repository=registry.test:5000/garnish/control-plane" in told
    assert f"{server}.env[0].value=registry.test:5000/garnish/gpu-worker:1.2.3" in told


def test_the_chart_is_of_the_dagster_in_the_image(tmp_path: Path) -> None:
    release(tmp_path, "1.2.3", "registry.test")
    told = (tmp_path / "calls.helm").read_text(encoding="utf-8").splitlines()
    lock = (DEPLOY / "images" / "control-plane.lock").read_text(encoding="utf-8")
    assert f"\ndagster=={told[told.index('--version') + 1]} " in lock


@pytest.mark.parametrize("arguments", [(), ("1.2.3",)])
def test_without_version_or_registry_nothing_is_done(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    done = release(tmp_path, *arguments)
    assert done.returncode != 0
    assert "deploy/release VERSION REGISTRY" in done.stderr
    assert not (tmp_path / "calls").exists()


def workflow(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    return yaml.safe_load(text.replace("\non:\n", "\n'on':\n"))  # YAML 1.1 reads `on` as true


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_little_right_and_an_end(path: Path) -> None:
    read = workflow(path)
    assert read["on"]
    assert set(read["permissions"].values()) == {"read"}
    for name, job in read["jobs"].items():
        if "uses" in job:
            assert (REPOSITORY / job["uses"]).is_file()
            continue
        assert job["timeout-minutes"] <= 90, name
        assert job["runs-on"] == "ubuntu-24.04", name
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= read["jobs"].keys()
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), step
            if "uses" in step:
                assert "@" in step["uses"], step
            else:  # a title of a pull request would be a command
                assert "github.event" not in step["run"], step


def test_ci_runs_what_a_laptop_runs() -> None:
    (ci,) = (path for path in WORKFLOWS if path.stem == "ci")
    commands = [step.get("run") for step in workflow(ci)["jobs"]["tests"]["steps"]]
    assert ".ci/run" in commands
    assert (REPOSITORY / ".ci" / "run").stat().st_mode & 0o100


def test_a_version_is_deployed_after_tests_and_images_of_that_version() -> None:
    (deploy,) = (path for path in WORKFLOWS if path.stem == "deploy")
    jobs = workflow(deploy)["jobs"]
    assert set(jobs["images"]["needs"]) == {"tests", "version"}
    assert set(jobs["cluster"]["needs"]) == {"version", "images"}
    assert jobs["cluster"]["steps"][-1]["run"].startswith("deploy/release ")
    assert jobs["images"]["strategy"]["matrix"]["image"] == ["control-plane", "gpu-worker"]


@pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform client here")
def test_terraforms_files_can_be_read_and_are_formatted(tmp_path: Path) -> None:
    nothing = tmp_path / "terraformrc"
    nothing.touch()
    formatted = subprocess.run(
        ["terraform", f"-chdir={DEPLOY / 'terraform'}", "fmt", "-check", "-diff"],
        env={**os.environ, "TF_CLI_CONFIG_FILE": str(nothing)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert formatted.returncode == 0, formatted.stdout + formatted.stderr


def test_terraforms_names_refer_to_what_there_is() -> None:
    files = sorted((DEPLOY / "terraform").glob("*.tf"))
    code = re.sub(r"(?m)#.*$", "", "\n".join(path.read_text(encoding="utf-8") for path in files))
    variables = set(re.findall(r'^variable "(\w+)"', code, re.MULTILINE))
    assert set(re.findall(r"\bvar\.(\w+)", code)) == variables
    made = {f"{kind}.{name}" for kind, name in re.findall(r'^resource "(\w+)" "(\w+)"', code, re.M)}
    read = {
        f"data.{kind}.{name}" for kind, name in re.findall(r'^data "(\w+)" "(\w+)"', code, re.M)
    }
    named = set(re.findall(r"(?<![\w.\"])((?:data\.)?aws_\w+\.\w+)", code))
    assert named
    assert named <= made | read
