"""The catalogue of models: what is in it can be used, what may not be used says why."""

import re
from pathlib import Path

import pytest

from gpu_ops.generation import GenerationSettings
from resources.environment import REPOSITORY, resources_for
from resources.model_catalogue import CatalogueError, load_catalogue, usable_model

CATALOGUE = load_catalogue()
OWN = """
[{model_id}]
title = "Ours"
family = "sdxl"
folder = "ours"
source = "our own training"
licence = "CC BY-NC 4.0"
commercial_use = "{use}"
inpaint = true
reference_image = false
width_px = 1024
height_px = 1024
steps = 20
guidance_scale = 5.0
dtype = "bfloat16"
batch_size = 4
weights_gib = 6.5
"""


def own_file(folder: Path, model_id: str = "ours", use: str = "forbidden") -> Path:
    path = folder / "own.toml"
    path.write_text(OWN.format(model_id=model_id, use=use), encoding="utf-8")
    return path


def test_the_model_that_ships_with_the_repository_is_free_to_use() -> None:
    entry = usable_model("garnish-small", CATALOGUE)
    assert (REPOSITORY / "models" / entry.folder).is_dir()
    assert entry.settings() == GenerationSettings()


def test_all_models_of_the_design_are_there() -> None:
    assert {entry.family for entry in CATALOGUE.values()} == {
        *("sdxl", "flux2_klein", "z_image", "openai")
    }
    assert {"sdxl-lightning-8", "sdxl-lightning-4", "juggernaut-xl-v9"} < CATALOGUE.keys()


def test_weights_that_do_not_travel_with_the_code_name_a_source_and_a_licence() -> None:
    others = [entry for entry in CATALOGUE.values() if entry.folder not in ("small", "")]
    assert others
    assert all(entry.source.count("/") == 1 and entry.licence for entry in others)
    pinned = [entry.model_id for entry in others if entry.pinned_revision]
    assert pinned == [entry.model_id for entry in others if entry.model_id != "juggernaut-xl-v9"]


def test_a_lever_is_on_only_where_a_distilled_model_needs_it() -> None:
    neutral = GenerationSettings()
    levers = ("guidance_from", "guidance_to", "full_every", "decoder", "linears")
    for entry in CATALOGUE.values():
        settings = entry.settings()
        assert all(getattr(settings, name) == getattr(neutral, name) for name in levers)
        assert (settings.solver == "euler") == ("lightning" in entry.model_id)


def test_a_distilled_unet_counts_in_the_revision() -> None:
    lightning = CATALOGUE["sdxl-lightning-8"]
    assert lightning.unet is not None
    assert lightning.pinned_revision == f"{lightning.revision}+{lightning.unet.revision}"
    assert (lightning.steps, lightning.guidance_scale) == (8, 1.0)


def test_a_model_that_needs_an_agreement_is_refused_until_it_is_named() -> None:
    with pytest.raises(CatalogueError, match="GARNISH_ACCEPTED_LICENCES=juggernaut-xl-v9"):
        usable_model("juggernaut-xl-v9", CATALOGUE, accepted_licences=[""])
    entry = usable_model("juggernaut-xl-v9", CATALOGUE, accepted_licences=["juggernaut-xl-v9"])
    assert entry.adapter is not None and entry.settings().adapter_scale == entry.adapter.scale


def test_a_model_for_research_needs_another_word(tmp_path: Path) -> None:
    catalogue = load_catalogue(own_file(tmp_path))
    with pytest.raises(CatalogueError, match="no guest will see, set GARNISH_RESEARCH_ONLY=ours"):
        usable_model("ours", catalogue, accepted_licences=["ours"])
    assert usable_model("ours", catalogue, research_only=["ours"]).folder == "ours"


def test_an_unknown_model_lists_the_known_ones() -> None:
    with pytest.raises(CatalogueError, match="no model 'sdxl': the catalogue has garnish-small"):
        usable_model("sdxl", CATALOGUE)


def test_a_model_of_ones_own_is_drawn_with(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_MODEL_CATALOGUE", str(own_file(tmp_path, use="allowed")))
    monkeypatch.setenv("GARNISH_MODEL", "ours")
    assert resources_for("local").generator.model_id == "ours"


def test_a_name_means_one_model(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="sdxl-base is in the catalogue already"):
        load_catalogue(own_file(tmp_path, model_id="sdxl-base"))


def test_the_example_in_the_catalogue_is_a_valid_entry(tmp_path: Path) -> None:
    text = (REPOSITORY / "resources" / "model_catalogue.toml").read_text(encoding="utf-8")
    example = re.sub(r"^# ?", "", text[text.index("# [house-style-1]") :], flags=re.MULTILINE)
    (tmp_path / "own.toml").write_text(example, encoding="utf-8")
    entry = load_catalogue(tmp_path / "own.toml")["house-style-1"]
    assert entry.pinned_revision == ""


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("width_px = 1024", "width_px = 1023", "model ours: width_px: .*multiple of 8"),
        ("inpaint = true", "inpant = true", "model ours: inpaint: .*; inpant: Extra"),
        ('family = "sdxl"', 'family = "openai"', "model ours: .*needs api and price"),
        ('folder = "ours"', 'folder = ""', "model ours: .*needs folder and weights_gib"),
        ('source = "our own training"', 'revision = "main"', "model ours: source: Field required"),
        ("[ours]", "[ours", "is no TOML"),
        ("[ours]", "ours = 1\n[other]", "model ours: a model is a table"),
    ],
)
def test_a_wrong_entry_names_model_and_field(
    right: str, wrong: str, words: str, tmp_path: Path
) -> None:
    path = own_file(tmp_path)
    path.write_text(path.read_text().replace(right, wrong), encoding="utf-8")
    with pytest.raises(CatalogueError, match=words):
        load_catalogue(path)


def test_the_chosen_model_sets_size_and_revision(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_MODEL", "sdxl-base")
    generator = resources_for("local").generator
    assert generator.settings.width_px == 1024
    assert generator.settings.dtype == "bfloat16"
    # A plan is made where no weights are: the revision comes from the catalogue.
    assert generator.revision == CATALOGUE["sdxl-base"].revision
