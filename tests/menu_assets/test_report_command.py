"""`garnish review report`: the desk's figures in the terminal, and as JSON."""

import json
from pathlib import Path

from typer.testing import CliRunner

from menu_assets.cli import app
from resources.environment import review_database
from resources.review_queue import ReviewQueue
from resources.review_votes import ReviewVotes
from resources.vote_log import Vote
from tests.resources.test_review_votes import item


def shown(*options: str) -> str:
    result = CliRunner().invoke(app, ["review", "report", *options], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout


def test_an_empty_desk_has_a_report(home: Path) -> None:
    assert "People: nothing in 30 days." in shown()


def test_figures_of_people_in_the_terminal_and_as_json(home: Path) -> None:
    database = review_database("local")
    ReviewQueue(database).replace("de", [item("1"), item("2")])
    votes = ReviewVotes(database)
    for product_id in ("1", "2"):
        waiting = ReviewQueue(database).item("de", product_id)
        assert waiting is not None
        chosen = (f"candidate-{product_id}-1",)
        verdict, reason = ("approve", None) if product_id == "1" else ("reject", "blurred")
        votes.vote(waiting.key, Vote("ada", verdict, chosen, reason, seconds=3))  # type: ignore[arg-type]
    database.engine.dispose()
    text = shown("--days", "7")
    assert "ada" in text and "50%" in text and "Germany" in text and "blurred 1" in text
    figures = json.loads(shown("--json"))
    assert figures["reviewers"][0]["median_seconds"] == 3
    assert figures["rejections"][0]["by_reason"] == {"blurred": 1}
