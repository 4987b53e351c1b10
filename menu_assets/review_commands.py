"""`garnish review`: deciding in the terminal.

Belongs here: listing what waits, and writing decisions to the review store. Does not belong here:
what a decision leads to (`review.py`); the next run, or `make dev`, publishes what was approved.
"""

import getpass
from collections.abc import Sequence
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from menu_assets import report_command
from menu_assets.judgements import decisions_frame
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import ENGLISH_MENU
from menu_assets.tables.review import APPROVED_IMAGES, SHORTLIST
from menu_assets.waiting import PRODUCT, waiting
from resources.environment import Resources, environment, resources_for
from resources.review_store import NO_PERSON, Decision, Verdict

review_app = typer.Typer(no_args_is_help=True, help="What waits for a person, and decisions on it.")
review_app.command()(report_command.report)
console = Console()

Candidates = Annotated[
    list[str], typer.Argument(help="Candidates, or the first characters of their ids.")
]
Reviewer = Annotated[str, typer.Option(help="Who decides.")]


class ReservedReviewer(ValueError):
    """The name of a rule was given for a person's."""


class UnknownCandidate(ValueError):
    """No candidate on the shortlist, or several, begin with the given characters."""


def what_waits(resources: Resources, country: str | None) -> pl.DataFrame:
    """The pictures that wait, with the names of their dishes."""
    shortlist = resources.tables.read_all(SHORTLIST)
    if country:
        shortlist = shortlist.filter(pl.col("country") == country)
    decisions = [
        decision
        for code in shortlist["country"].unique()
        for decision in resources.reviews.decisions(code)
    ]
    names = resources.tables.read_all(ENGLISH_MENU).select(*PRODUCT, "name", "english_name")
    return waiting(
        shortlist, decisions_frame(decisions), resources.tables.read_all(APPROVED_IMAGES)
    ).join(names, on=PRODUCT, how="left", maintain_order="left")


@review_app.command("list")
def list_waiting(
    country: Annotated[str | None, typer.Option(help="Only this country.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many rows.")] = 40,
) -> None:
    """Show the pictures that wait for a person."""
    resources = resources_for(environment())
    rows = what_waits(resources, country)
    checks = [set(unchecked.split(";")) for unchecked in rows["unchecked"]]
    for_all = set.intersection(*checks) if checks else set()
    table = Table(title=f"{rows.height} pictures wait for a person", title_justify="left")
    for name in ("candidate", "country", "dish", "in English", "rank", "score", "doubt"):
        table.add_column(name, overflow="fold")
    for row, of_row in zip(rows.head(limit).iter_rows(named=True), checks, strict=False):
        picture = resources.pictures.path(row["image_hash"]).as_uri()
        table.add_row(
            f"[link={picture}]{row['candidate_id'][:10]}[/link]",
            row["country"],
            escape(row["name"]),
            escape(row["english_name"]),
            str(row["rank"]),
            f"{row['combined_score']:.2f}",
            _words((of_row - for_all) | ({"audit"} if row["is_audit"] else set())),
        )
    console.print(table)
    if for_all:
        console.print(f"A person has to look at each picture for: {_words(for_all)}.")
    console.print("`garnish gallery` shows them; a candidate's id is a link to its file.")


def _words(checks: set[str]) -> str:
    return ", ".join(sorted(checks)).replace("_", " ")


@review_app.command()
def approve(candidates: Candidates, reviewer: Reviewer = "") -> None:
    """Approve pictures; the next run publishes them."""
    _decide(candidates, "approve", reviewer, reason=None)


@review_app.command()
def reject(
    candidates: Candidates,
    reason: Annotated[str, typer.Option(help="Why, e.g. 'shows rice, is soup'.")],
    reviewer: Reviewer = "",
) -> None:
    """Reject pictures; a published one is withdrawn by the next run."""
    _decide(candidates, "reject", reviewer, reason=reason)


def _decide(candidates: Sequence[str], verdict: Verdict, reviewer: str, reason: str | None) -> None:
    resources = resources_for(environment())
    known = resources.tables.read_all(SHORTLIST if verdict == "approve" else CANDIDATE_IMAGES)
    who = reviewer or getpass.getuser()
    if who in NO_PERSON:
        raise ReservedReviewer(f"{who} is no person: decide under a name of your own")
    decisions = [
        Decision(
            row["country"],
            row["product_id"],
            row["candidate_id"],
            row["image_hash"],
            verdict,
            who,
            reason,
        )
        for row in (_find(known, start) for start in candidates)
    ]
    resources.reviews.record(decisions)
    console.print(
        f"{len(decisions)} × {verdict} by {who}. `make dev` publishes it within a minute; so does"
        " the next run of the country."
    )


def _find(known: pl.DataFrame, start: str) -> dict[str, str]:
    rows = known.filter(pl.col("candidate_id").str.starts_with(start))
    if rows.height != 1:
        raise UnknownCandidate(
            f"{rows.height} pictures that can be decided on begin with {start!r}:"
            " see `garnish review list`"
        )
    return rows.row(0, named=True)
