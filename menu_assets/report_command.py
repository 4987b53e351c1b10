"""`garnish review report`: figures of the review desk in the terminal.

Belongs here: tables for people, JSON for programs. Does not belong here: working the figures out
(`resources/review_reports.py`).
"""

import sys
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from resources.countries import country
from resources.environment import environment, review_database
from resources.review_reports import ReviewReport, ReviewReports
from resources.waiting_figures import OLD

console = Console()


def report(
    days: Annotated[int, typer.Option(min=1, help="Of so many days, to now.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="All figures, as JSON.")] = False,
) -> None:
    """Show pace, agreement, reasons of rejections, and how long dishes wait."""
    figures = ReviewReports(review_database(environment())).report(days)
    if as_json:
        sys.stdout.write(figures.to_json() + "\n")
        return
    for table in (_people(figures), _reasons(figures), _times(figures), _queue(figures)):
        console.print(table if table.row_count else f"{table.title}: nothing in {days} days.")
    agreement = figures.agreement
    if agreement.pairs:
        console.print(
            f"Two people looked at {agreement.pairs:,} dishes and agreed about"
            f" {_share(agreement.agreed, agreement.pairs)}; Krippendorff's alpha"
            f" {_number(agreement.alpha, 2)} (0.8 is reliable, 0 is chance)."
        )


def _people(figures: ReviewReport) -> Table:
    return _table(
        "People",
        ("person", "votes", "a day", "median s", "90 % s", "approved", "agree", "gold right"),
        (
            (
                escape(one.reviewer),
                f"{one.votes:,}",
                f"{one.votes / one.days:.0f}",
                _number(one.median_seconds),
                _number(one.p90_seconds),
                _share(one.approved, one.votes),
                _share(one.agreed, one.paired),
                f"{_share(one.gold_right, one.gold)} of {one.gold}" if one.gold else "",
            )
            for one in figures.reviewers
        ),
    )


def _reasons(figures: ReviewReport) -> Table:
    return _table(
        "Why pictures are rejected",
        ("country", "votes", "rejected", "model", "for"),
        (
            (
                country(one.country).name,
                f"{one.votes:,}",
                _share(sum(one.by_reason.values()), one.votes),
                escape(one.model_id),
                escape(", ".join(f"{name} {votes:,}" for name, votes in one.by_reason.items())),
            )
            for one in figures.rejections
        ),
    )


def _times(figures: ReviewReport) -> Table:
    return _table(
        "From new dish to approved",
        ("country", "dishes", "half within h", "90 % within h"),
        (
            (
                country(one.country).name,
                f"{one.dishes:,}",
                _number(one.median_hours),
                _number(one.p90_hours),
            )
            for one in figures.times
        ),
    )


def _queue(figures: ReviewReport) -> Table:
    return _table(
        "What waits now",
        ("country", "dishes", *(f"over {age.total_seconds() / 3600:.0f} h" for age in OLD)),
        (
            (country(one.country).name, f"{one.waiting:,}", *(f"{many:,}" for many in one.older))
            for one in figures.queue
        ),
    )


def _table(title: str, names: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(names):
        table.add_column(
            name, justify="right" if number and name not in ("model", "for") else "left"
        )
    for row in rows:
        table.add_row(*row)
    return table


def _share(part: int, of: int) -> str:
    return f"{part / of:.0%}" if of else ""


def _number(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:.{digits}f}"
