"""`garnish calibration`: what may pass without a person, and why not.

Belongs here: words and tables for people at a terminal. Does not belong here: certificates
(`calibration.py`) and the page (`calibration_report.py`).
"""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from menu_assets.tables.calibration import CALIBRATION
from resources.environment import environment, home, resources_for

calibration_app = typer.Typer(
    no_args_is_help=True, help="Which pictures may pass without a person, and what is lacking."
)
console = Console()


@calibration_app.command("list")
def list_certificates(
    country: Annotated[str | None, typer.Option(help="Only this country.")] = None,
) -> None:
    """Show each category's certificate, or what it lacks."""
    resources = resources_for(environment())
    rows = resources.tables.read_all(CALIBRATION)
    if country:
        rows = rows.filter(pl.col("country") == country)
    table = Table(title=f"{rows['is_certified'].sum()} of {rows.height} categories are certified")
    for name in ("country", "category", "judged with", "judged", "missing", "from score", "bad ≤"):
        table.add_column(name, overflow="fold")
    table.add_column("certificate, or what is lacking", overflow="fold", ratio=1)
    for row in rows.iter_rows(named=True):
        threshold, bound = row["threshold"], row["bad_share_bound"]
        table.add_row(
            row["country"],
            row["category"],
            row["stratum"],
            str(row["audited"]),
            str(row["judgements_missing"]),
            "" if threshold is None else f"{threshold:.3f}",
            "" if bound is None else f"{bound:.2%}",
            row["certificate_id"] or row["why_not"],
        )
    console.print(table)
    state = "on" if resources.acceptance.is_on else "off: GARNISH_AUTO_ACCEPT=1 switches it on"
    console.print(f"Auto-accept is {state}.")


@calibration_app.command()
def report() -> None:
    """Write the page with reliability, bounds and what is lacking."""
    from menu_assets.calibration_report import write_report

    resources = resources_for(environment())
    page = write_report(resources.tables, resources.acceptance, home() / "calibration.html")
    console.print(f"Look at [bold]{page}[/] in a browser")
