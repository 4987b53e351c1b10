"""`garnish rollout`: what an operator types, and what it says."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from menu_assets.cli import app
from resources.environment import environment, resources_for


@pytest.fixture(autouse=True)
def a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GARNISH_HOME", str(tmp_path))


def typed(*words: str) -> str:
    answer = CliRunner().invoke(app, ["rollout", *words], env={"COLUMNS": "200"})
    return answer.output + str(answer.exception or "")


def test_a_share_is_set_stopped_and_goes_on() -> None:
    assert "de: 5% of vendors" in typed("set", "de", "0.05", "--by", "ada")
    assert "Stopped everywhere" in typed("stop", "--by", "bob")
    shown = typed("show")
    assert "Stopped everywhere by bob" in shown
    germany = next(line for line in shown.splitlines() if "Germany" in line)
    assert [cell.strip() for cell in germany.split("│")[1:6]] == [
        "Germany",
        "0%",
        "5%",
        "go",
        "ada",
    ]
    typed("go", "--by", "bob")
    assert resources_for(environment()).rollout.now().share("de") == 0.05
    assert "Stopped in Türkiye" in typed("stop", "tr", "--by", "ada")
    audit = resources_for(environment()).audit
    assert [entry.action for entry in audit.entries(actor="ada")] == [
        "rollout_stopped",
        "rollout_set",
    ]


def test_a_slip_says_what_to_type() -> None:
    assert "'germany' is not served: use one of de, tr" in typed("set", "germany", "0.5")
    assert "share is 50.0, use 0 to 1" in typed("set", "de", "50")
    assert "nobody: the usual share" in typed("show")
