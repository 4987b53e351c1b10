"""The files of `deploy/`, as tests read them.

Belongs here: reading. Does not belong here: what has to be true of them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parent.parent.parent
DEPLOY = REPOSITORY / "deploy"


def read(path: str) -> Any:
    """The one document of a YAML file below the repository."""
    return yaml.safe_load((REPOSITORY / path).read_text(encoding="utf-8"))


def manifests() -> Iterator[dict[str, Any]]:
    """Every manifest that is applied with kubectl."""
    for folder in ("nodes", "cluster"):
        for name in read(f"deploy/{folder}/kustomization.yaml")["resources"]:
            text = (DEPLOY / folder / name).read_text(encoding="utf-8")
            yield from yaml.safe_load_all(text)


def manifest(kind: str, name: str) -> dict[str, Any]:
    """One of them."""
    (found,) = (
        each for each in manifests() if (each["kind"], each["metadata"]["name"]) == (kind, name)
    )
    return found


def helm_values() -> dict[str, Any]:
    """The values for Dagster's chart."""
    return read("deploy/helm/values.yaml")


def code_server() -> dict[str, Any]:
    """The chart's values for the code server, whose settings runs and steps have, too."""
    (only,) = helm_values()["dagster-user-deployments"]["deployments"]
    return only


def secret_keys(name: str) -> set[str]:
    """The keys of a secret that External Secrets makes."""
    return {entry["secretKey"] for entry in manifest("ExternalSecret", name)["spec"]["data"]}
