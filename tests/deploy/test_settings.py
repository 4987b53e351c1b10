"""Settings: those in `deploy/` are known to the code, and what a cluster needs is there."""

import re
from pathlib import Path

import pytest

from menu_assets.definitions import build_defs
from resources.environment import resources_for
from resources.settings import SettingError
from review_desk.desk import desk_for
from tests.deploy.manifests import DEPLOY, code_server, helm_values, manifest, secret_keys
from tests.test_docs import settings_of_the_code

SECRETS = {
    "GARNISH_REVIEW_DATABASE": "postgresql://garnish:secret@db/garnish",
    "GARNISH_MENU_DATABASE": "postgresql://garnish:secret@db/garnish",
    "GARNISH_DESK_SECRET": "0123456789abcdef" * 4,
    "GARNISH_OIDC_CLIENT_SECRET": "secret",
    "GARNISH_PLATFORM_TOKEN_HASH": "0" * 64,
    "GARNISH_FEED_TARGETS": "https://app.example.org/garnish",
    "GARNISH_FEED_SECRET": "Z2FybmlzaC1nYXJuaXNoLWdhcm5pc2gtZ2FybmlzaC0=",
}
"""What may stand in the secrets, by the names that External Secrets gives it."""


def texts() -> dict[str, str]:
    files = [
        path for kind in ("yaml", "json", "tf", "Dockerfile") for path in DEPLOY.rglob(f"*.{kind}")
    ]
    workflows = (DEPLOY.parent / ".github" / "workflows").glob("*.yml")
    return {str(path): path.read_text(encoding="utf-8") for path in [*files, *workflows]}


def test_every_setting_that_deploy_names_is_one_of_the_code() -> None:
    named = {
        setting for text in texts().values() for setting in re.findall(r"GARNISH_[A-Z0-9_]+", text)
    }
    assert named - settings_of_the_code() == set()


def given_to_dagster() -> dict[str, str]:
    """What the code server, runs and steps find in their environment."""
    server = code_server()
    settings = {entry["name"]: entry["value"] for entry in server["env"]}
    for entry in server["envConfigMaps"]:
        settings |= manifest("ConfigMap", entry["name"])["data"]
    for entry in server["envSecrets"]:
        settings |= {key: SECRETS[key] for key in secret_keys(entry["name"])}
    version = settings["GARNISH_GPU_IMAGE"].rpartition(":")[2]
    return settings | {"GARNISH_CODE_VERSION": version}  # set in the image


def given_to_the_desk() -> dict[str, str]:
    template = manifest("Deployment", "garnish-desk")["spec"]["template"]
    (container,) = template["spec"]["containers"]
    settings: dict[str, str] = {}
    for entry in container["envFrom"]:
        if "configMapRef" in entry:
            settings |= manifest("ConfigMap", entry["configMapRef"]["name"])["data"]
        else:
            keys = secret_keys(entry["secretRef"]["name"])
            settings |= {key: SECRETS[key] for key in keys}
    return settings


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Sets these settings and no other."""

    def set_only(settings: dict[str, str]) -> None:
        for name in settings_of_the_code():
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("GARNISH_HOME", str(tmp_path))
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    return set_only


def test_with_these_settings_the_code_server_starts(only) -> None:
    only(given_to_dagster())
    resources = resources_for("cluster")
    assert resources.messages is not None
    assert resources.webhooks.targets == ("https://app.example.org/garnish",)
    assert str(resources.tables.root).startswith("s3://")
    assert build_defs(env="cluster").executor is not None


def test_with_these_settings_the_desk_starts(only) -> None:
    only(given_to_the_desk())
    desk = desk_for("cluster")
    assert desk.settings.is_secure
    assert desk.settings.openid is not None


NEEDED_BY_DAGSTER = (
    "GARNISH_STORE",
    "GARNISH_MENUS",
    "GARNISH_REVIEW_DATABASE",
    "GARNISH_C2PA_KEY",
    "GARNISH_C2PA_CERTIFICATES",
    "GARNISH_MENU_DATABASE",
    "GARNISH_MENU_DEAD_LETTERS",
    "GARNISH_FEED_SECRET",
    "GARNISH_CODE_VERSION",
)


@pytest.mark.parametrize("missing", NEEDED_BY_DAGSTER)
def test_one_that_is_missing_is_named_at_start(missing: str, only) -> None:
    settings = given_to_dagster()
    del settings[missing]
    only(settings)
    with pytest.raises(SettingError, match=missing):
        build_defs(env="cluster")


@pytest.mark.parametrize(
    "missing",
    [
        "GARNISH_STORE",
        "GARNISH_REVIEW_DATABASE",
        "GARNISH_DESK_SECRET",
        "GARNISH_DESK_ADDRESS",
        "GARNISH_OIDC_CLIENT_SECRET",
    ],
)
def test_one_that_the_desk_misses_is_named_at_start(missing: str, only) -> None:
    settings = given_to_the_desk()
    del settings[missing]
    only(settings)
    with pytest.raises(SettingError, match=missing):
        desk_for("cluster")


def test_the_signing_key_is_where_the_settings_say() -> None:
    settings = manifest("ConfigMap", "garnish-settings")["data"]
    (mount,) = helm_values()["runLauncher"]["config"]["k8sRunLauncher"]["volumeMounts"]
    assert {settings["GARNISH_C2PA_KEY"], settings["GARNISH_C2PA_CERTIFICATES"]} == {
        f"{mount['mountPath']}/{name}" for name in secret_keys("garnish-signing")
    }
