"""The catalogue of models: what is in it can be used, what may not be used says why."""

from pathlib import Path

import pytest

from resources.environment import REPOSITORY, resources_for
from resources.model_catalogue import CatalogueError, load_catalogue, usable_model


def test_the_model_that_ships_with_the_repository_is_free_to_use() -> None:
    entry = usable_model("garnish-small", accepted_licences=())
    assert (REPOSITORY / "models" / entry.folder).is_dir()
    assert entry.width_px == 128


def test_weights_that_do_not_travel_with_the_code_name_a_source_and_a_licence() -> None:
    others = [entry for entry in load_catalogue().values() if entry.model_id != "garnish-small"]
    assert others
    assert all(entry.source.count("/") == 1 and entry.licence for entry in others)


def test_a_model_that_needs_an_agreement_is_refused_until_it_is_named() -> None:
    with pytest.raises(CatalogueError, match="GARNISH_ACCEPTED_LICENCES=juggernaut-xl-v9"):
        usable_model("juggernaut-xl-v9", accepted_licences=[""])
    assert usable_model("juggernaut-xl-v9", ["juggernaut-xl-v9"]).commercial_use == "agreement"


def test_an_unknown_model_lists_the_known_ones() -> None:
    with pytest.raises(CatalogueError, match="no model 'sdxl': the catalogue has garnish-small"):
        usable_model("sdxl", accepted_licences=())


def test_a_wrong_entry_names_model_and_field(tmp_path: Path) -> None:
    text = (REPOSITORY / "resources" / "model_catalogue.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "catalogue.toml"
    wrong.write_text(text.replace("width_px = 128", "width_px = 130"), encoding="utf-8")
    with pytest.raises(CatalogueError, match="model garnish-small: width_px"):
        load_catalogue(wrong)


def test_the_chosen_model_sets_size_and_revision(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_MODEL", "sdxl-base")
    generator = resources_for("local").generator
    assert generator.settings.width_px == 1024
    assert generator.settings.dtype == "bfloat16"
    # A plan is made where no weights are: the revision comes from the catalogue.
    assert generator.revision == load_catalogue()["sdxl-base"].revision
