"""The command line as a person meets it: real models, real files, processes of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from menu_assets.cli import app

REPOSITORY = Path(__file__).resolve().parents[2]
COUNTRY = "bd"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("garnish")


def garnish(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "GARNISH_HOME": str(home),
        "DAGSTER_HOME": str(home / "dagster"),
        "GARNISH_STEPS": "8",
        "COLUMNS": "200",
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", "menu_assets.cli", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=REPOSITORY,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(home: Path) -> str:
    """What the first demo printed."""
    result = garnish(home, "demo", "--countries", COUNTRY, "--candidates", "2")
    assert result.returncode == 0, result.stderr
    return result.stdout


def answer(home: Path, sql: str) -> pl.DataFrame:
    result = garnish(home, "warehouse", "query", sql, "--csv")
    assert result.returncode == 0, result.stderr
    return pl.read_csv(result.stdout.encode())


def test_the_demo_draws_publishes_and_says_where_to_look(home: Path, demo: str) -> None:
    assert "Bangladesh" in demo
    assert "who is no person" in demo.replace("\n", " ")
    assert (home / "gallery" / "index.html").exists()
    published = answer(home, "SELECT published_file FROM publication.published_catalogue")
    assert published.height > 0
    assert all((home / "published" / file).exists() for file in published["published_file"])


def test_a_second_demo_draws_nothing(home: Path, demo: str) -> None:
    drawn = answer(
        home, "SELECT max(made_at)::VARCHAR AS t, count(*) AS n FROM images.candidate_images"
    )
    second = garnish(home, "demo", "--countries", COUNTRY, "--candidates", "2")
    assert "0 pictures were drawn" in second.stdout
    assert answer(
        home, "SELECT max(made_at)::VARCHAR AS t, count(*) AS n FROM images.candidate_images"
    ).equals(drawn)


def test_the_setting_of_candidates_counts_where_the_option_is_not_given(
    home: Path, demo: str
) -> None:
    again = garnish(home, "demo", "--countries", COUNTRY, GARNISH_CANDIDATES_PER_DISH="2")
    assert "0 pictures were drawn" in again.stdout


def test_a_rejection_in_the_terminal_withdraws_the_published_file(home: Path, demo: str) -> None:
    row = answer(home, "FROM publication.published_catalogue LIMIT 1").row(0, named=True)
    rejected = garnish(
        home,
        "review",
        "reject",
        row["candidate_id"],
        "--reason",
        "not this dish",
        "--reviewer",
        "ana",
    )
    assert rejected.returncode == 0, rejected.stderr
    garnish(home, "demo", "--countries", COUNTRY, "--candidates", "2")
    assert not (home / "published" / row["published_file"]).exists()
    left = answer(home, "SELECT product_id FROM publication.published_catalogue")
    assert row["product_id"] not in left["product_id"]


def test_what_waits_is_listed_with_what_a_person_has_to_look_at(home: Path, demo: str) -> None:
    listed = garnish(home, "review", "list", "--country", COUNTRY).stdout
    assert "wait for a person" in listed
    assert "nudity and violence" in " ".join(listed.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("demo", "--countries", "xx"), "xx: not a served country"),
        (("warehouse", "query", "SELEC 1"), "syntax error"),
        (("review", "approve", "nosuch"), "0 pictures that can be decided on begin with 'nosuch'"),
    ],
)
def test_an_error_is_said_without_a_traceback(
    home: Path, demo: str, arguments: tuple[str, ...], words: str
) -> None:
    result = garnish(home, *arguments)
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_every_command_in_the_documents_exists() -> None:
    runner = CliRunner()
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")]
    )
    commands = set(
        re.findall(r"garnish ((?:review|warehouse) [a-z]+|check|demo|gallery|dev-home)", text)
    )
    assert {"review list", "review approve", "warehouse query", "demo"} <= commands | {"demo"}
    for command in sorted(commands):
        assert runner.invoke(app, [*command.split(), "--help"]).exit_code == 0, command


def test_the_models_are_listed_with_the_one_that_draws() -> None:
    listed = CliRunner().invoke(app, ["models"], env={"COLUMNS": "100"})
    assert listed.exit_code == 0
    assert "→ garnish-small" in listed.stdout
    assert "juggernaut-xl-v9" in listed.stdout and "agreement" in listed.stdout
