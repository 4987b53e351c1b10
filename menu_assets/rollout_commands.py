"""`garnish rollout`: how many vendors' pictures are shown, and the stop switch.

Belongs here: words and tables for people at a terminal. Does not belong here: setting it
(`resources/rollout_switch.py`) and what is withheld (`publication.py`).
"""

import getpass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from resources.countries import country as country_of
from resources.countries import served_countries
from resources.environment import environment, resources_for
from resources.rollout import EVERYWHERE, RolledOut
from resources.rollout_switch import RolloutSwitch

rollout_app = typer.Typer(
    no_args_is_help=True, help="How many vendors' pictures are shown, and the stop switch."
)
console = Console()

Who = Annotated[str, typer.Option("--by", help="Who says so. You, if not given.")]
Where = Annotated[str, typer.Argument(help="A country, e.g. de. Everywhere if not given.")]


@rollout_app.command()
def show() -> None:
    """Show each country's share, and who set it."""
    rollout = resources_for(environment()).rollout
    now = rollout.now()
    table = Table(title="Vendors whose pictures are shown", title_justify="left")
    for name in ("country", "now", "share", "switch", "set by", "at"):
        table.add_column(name)
    for code in served_countries():
        table.add_row(country_of(code).name, f"{now.share(code):.0%}", *_cells(now, code))
    console.print(table)
    everywhere = now.steps.get(EVERYWHERE)
    if everywhere and everywhere.is_stopped:
        console.print(
            f"[bold red]Stopped everywhere[/] by {everywhere.set_by},"
            f" {everywhere.set_at:%Y-%m-%d %H:%M} UTC. `garnish rollout go` goes on."
        )


def _cells(now: RolledOut, code: str) -> tuple[str, str, str, str]:
    step = now.steps.get(code)
    if step is None:
        return f"{now.usual_share:.0%}", "go", "nobody: the usual share", ""
    switch = "[red]stopped[/]" if step.is_stopped else "go"
    return f"{step.share:.0%}", switch, step.set_by, f"{step.set_at:%Y-%m-%d %H:%M} UTC"


@rollout_app.command("set")
def set_share(
    country: Annotated[str, typer.Argument(help="A country, e.g. de.")],
    share: Annotated[float, typer.Argument(help="Share of its vendors, 0 to 1, e.g. 0.05.")],
    who: Who = "",
) -> None:
    """Show the pictures of a share of a country's vendors."""
    step = _switch(who).set_share(country, share)
    stopped = " It is stopped: `garnish rollout go` goes on." if step.is_stopped else ""
    console.print(f"{country}: {step.share:.0%} of vendors.{stopped}")


@rollout_app.command()
def stop(country: Where = EVERYWHERE, who: Who = "") -> None:
    """Show nobody's pictures: `make dev` withdraws what is published within a minute."""
    _switch(who).stop(country)
    console.print(f"Stopped {_place(country)}. Shares stay for when it goes on.")


@rollout_app.command()
def go(country: Where = EVERYWHERE, who: Who = "") -> None:
    """Go on where it was stopped, with the shares that were set."""
    _switch(who).go(country)
    console.print(f"Goes on {_place(country)}. `garnish rollout show` says how far.")


def _place(country: str) -> str:
    return "everywhere" if country == EVERYWHERE else f"in {country_of(country).name}"


def _switch(who: str) -> RolloutSwitch:
    resources = resources_for(environment())
    return RolloutSwitch(resources.rollout, resources.audit, who or getpass.getuser())
