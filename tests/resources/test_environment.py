"""Settings: a typo is an error that names the setting, not a surprise later on."""

from pathlib import Path

import pytest

from resources.channels import load_channels
from resources.environment import environment, resources_for
from resources.glossary_first import GlossaryFirst
from resources.settings import SettingError
from resources.translation import GlossaryTranslator


def test_local_needs_no_setting(home: Path) -> None:
    resources = resources_for(environment())
    assert str(resources.tables.root).startswith(str(home))
    assert str(resources.menus.root).startswith(str(home))
    assert resources.generator.setup.device == "cpu"


def test_reading_the_settings_makes_no_files(home: Path) -> None:
    resources_for("local")
    assert not home.exists()


@pytest.mark.parametrize("name", ["Local", "clutser", "", "prod"])
def test_an_unknown_environment_is_an_error(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_ENV", name)
    with pytest.raises(SettingError, match=r"GARNISH_ENV is .*: use one of local, cluster"):
        environment()


@pytest.mark.parametrize(
    "name", ["GARNISH_BATCH_SIZE", "GARNISH_CANDIDATES_PER_DISH", "GARNISH_SHARD_ROWS"]
)
@pytest.mark.parametrize("value", ["0", "-1", "four", "1.5", " ", ""])
def test_a_count_has_to_be_a_whole_number(
    name: str, value: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=f"{name} is .*whole number of at least 1"):
        resources_for("local")


def test_a_gpu_can_be_used_here(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GARNISH_DEVICE", "cuda")
    generator = resources_for("local").generator
    assert (generator.setup.device, generator.gpu_class) == ("cuda", "l4")
    monkeypatch.setenv("GARNISH_DEVICE", "gpu")
    with pytest.raises(SettingError, match="GARNISH_DEVICE is 'gpu': use one of cpu, cuda"):
        resources_for("local")


@pytest.mark.parametrize("value", ["cheap", "-1", "nan", "inf"])
def test_a_price_has_to_be_a_number(
    value: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_PRICE_USD_PER_HOUR", value)
    with pytest.raises(SettingError, match="GARNISH_PRICE_USD_PER_HOUR is "):
        resources_for("local")


def test_a_price_can_be_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GARNISH_PRICE_USD_PER_HOUR", "7.2")
    assert resources_for("local").generator.cost_usd(10) == pytest.approx(0.02)


CLUSTER_SETTINGS = {
    "GARNISH_STORE": "memory://garnish",
    "GARNISH_MENUS": "memory://menus",
    "GARNISH_REVIEW_DATABASE": "postgresql://garnish@db/garnish",
    "GARNISH_C2PA_KEY": "/secrets/key.pem",
    "GARNISH_C2PA_CERTIFICATES": "/secrets/certificates.pem",
}


@pytest.mark.parametrize("missing", sorted(CLUSTER_SETTINGS))
def test_the_cluster_says_which_setting_is_missing(
    missing: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in CLUSTER_SETTINGS.items():
        monkeypatch.setenv(name, value)
    assert resources_for("cluster").generator.setup.device == "cuda"
    monkeypatch.delenv(missing)
    with pytest.raises(SettingError, match=f"{missing} is not set"):
        resources_for("cluster")


@pytest.mark.parametrize(
    ("translator", "setting", "value"),
    [
        ("google", "GARNISH_GOOGLE_PROJECT", "menus-1"),
        ("model", "GARNISH_TRANSLATION_MODEL", "models/opus-mt-mul-en"),
    ],
)
def test_a_translation_service_stands_behind_the_glossary(
    translator: str, setting: str, value: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(resources_for("local").translator, GlossaryTranslator)
    monkeypatch.setenv("GARNISH_TRANSLATOR", translator)
    monkeypatch.delenv(setting, raising=False)
    with pytest.raises(SettingError, match=f"{setting} is not set: .*{translator} needs it"):
        resources_for("local")
    monkeypatch.setenv(setting, value)
    assert isinstance(resources_for("local").translator, GlossaryFirst)
    assert not home.exists()


@pytest.mark.parametrize("name", ["Google", "", "deepl"])
def test_an_unknown_translator_is_an_error(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_TRANSLATOR", name)
    with pytest.raises(SettingError, match=r"GARNISH_TRANSLATOR is .*: use one of glossary"):
        resources_for("local")


def test_photo_sources_are_addresses(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert resources_for("local").photos.sources == ()
    monkeypatch.setenv("GARNISH_PHOTO_SOURCES", "s3://photos/menus/, https://photos.internal/,")
    sources = resources_for("local").photos.sources
    assert sources == ("s3://photos/menus/", "https://photos.internal/")
    monkeypatch.setenv("GARNISH_PHOTO_SOURCES", "/srv/photos")
    with pytest.raises(SettingError, match="GARNISH_PHOTO_SOURCES has '/srv/photos'"):
        resources_for("local")


def test_published_channels_can_be_chosen_and_an_unknown_one_is_an_error(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(resources_for("local").publisher.channels) == set(load_channels())
    monkeypatch.setenv("GARNISH_CHANNELS", "uber_eats,menu_app")
    assert list(resources_for("local").publisher.channels) == ["uber_eats", "menu_app"]
    monkeypatch.setenv("GARNISH_CHANNELS", "uber_eats,myspace")
    with pytest.raises(SettingError, match="GARNISH_CHANNELS: no channel is called 'myspace'"):
        resources_for("local")


def test_a_key_without_its_certificates_is_an_error(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert resources_for("local").publisher.credentials.is_test
    monkeypatch.setenv("GARNISH_C2PA_KEY", "/secrets/key.pem")
    with pytest.raises(SettingError, match="GARNISH_C2PA_CERTIFICATES is not set"):
        resources_for("local")


def test_menus_can_come_from_a_database_and_a_queue(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert resources_for("local").messages is None
    monkeypatch.setenv("GARNISH_MENU_QUEUE", "https://sqs.example/menu")
    with pytest.raises(SettingError, match="GARNISH_MENU_QUEUE needs GARNISH_MENU_DATABASE"):
        resources_for("local")
    monkeypatch.setenv("GARNISH_MENU_DATABASE", f"sqlite:///{tmp_path}/menus.db")
    with pytest.raises(SettingError, match="GARNISH_MENU_DEAD_LETTERS is not set"):
        resources_for("local")
    monkeypatch.setenv("GARNISH_MENU_DEAD_LETTERS", "https://sqs.example/dead")
    resources = resources_for("local")
    assert resources.messages is not None
    assert resources.messages.menu == resources.menus
    assert resources.menus.fingerprints() == {}
