"""`garnish models` on a terminal of 80 columns."""

from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from menu_assets.cli import app
from resources.chosen_generator import catalogue


def listed(**settings: str) -> str:
    result = CliRunner().invoke(app, ["models"], env={"COLUMNS": "80", **settings})
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_model_says_what_may_be_done_with_it_and_what_it_takes(home: Path) -> None:
    text = listed()
    assert all(cell_len(line) <= 80 for line in text.splitlines())
    words = " ".join(text.split())
    for entry in catalogue().values():
        assert f"{entry.model_id} {entry.title} {entry.licence}" in words
    assert "→ garnish-small" in words
    assert "commercial use needs an agreement: GARNISH_ACCEPTED_LICENCES" in words
    assert "draws from text, photo, reference picture" in words
    assert "12.5 GiB for 4 pictures at once" in words
    assert "20.6 GiB for one picture" in words
    assert "about $0.0137 a picture" in words
    assert "weights here" in words and "weights missing" in words


def test_a_hub_and_a_catalogue_of_ones_own_are_seen(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = (Path(__file__).parents[2] / "resources" / "model_catalogue.toml").read_text()
    first = shipped[shipped.index("[garnish-small]") : shipped.index("[sdxl-base]")]
    own = tmp_path / "own.toml"
    own.write_text(first.replace("[garnish-small]", "[house-style]"), encoding="utf-8")
    monkeypatch.setenv("GARNISH_MODEL_CATALOGUE", str(own))
    text = listed(GARNISH_MODELS_FROM="hub")
    assert "house-style" in text and "weights come from the hub" in text


def test_the_list_is_there_for_those_whose_model_cannot_be_used_yet(home: Path) -> None:
    assert "→ openai-images" in listed(GARNISH_MODEL="openai-images", OPENAI_API_KEY="")
    text = listed(GARNISH_MODEL="sdxl-bsae")
    assert "sdxl-base" in text and "GARNISH_MODEL is sdxl-bsae: none of these." in text
