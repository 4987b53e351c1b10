"""The `garnish` command.

Belongs here: words and tables for people at a terminal. Does not belong here: work (each command
calls the module that does it).
"""

import logging
import os
import sys
import time
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import dagster as dg
import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from menu_assets import check_command, recall_command, verify_command
from menu_assets import demo as demo_flow
from menu_assets.calibration_commands import calibration_app
from menu_assets.dagster_home import dagster_instance
from menu_assets.feed_commands import feed_app
from menu_assets.metrics_commands import metrics_app
from menu_assets.model_list import model_list
from menu_assets.review_commands import review_app
from menu_assets.rollout_commands import rollout_app
from menu_assets.tables.registry import TABLES
from menu_assets.terminal import country_progress
from resources.chosen_generator import catalogue, chosen_model
from resources.countries import country
from resources.environment import (
    Resources,
    environment,
    home,
    models_root,
    resources_for,
)
from resources.logs import set_up_logs
from resources.menu_source import FolderMenuSource
from review_desk.commands import desk_app

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Pictures for the dishes that have none: made, checked, chosen by people, published.",
)
warehouse_app = typer.Typer(no_args_is_help=True, help="The DuckDB file for analysts.")
app.command(epilog=check_command.EPILOG)(check_command.check)
app.command(epilog=verify_command.EPILOG)(verify_command.verify)
app.command(epilog=recall_command.EPILOG)(recall_command.recall)
app.add_typer(review_app, name="review")
app.add_typer(rollout_app, name="rollout")
app.add_typer(feed_app, name="feed")
app.add_typer(calibration_app, name="calibration")
app.add_typer(warehouse_app, name="warehouse")
app.add_typer(metrics_app, name="metrics")
app.add_typer(desk_app, name="desk")

SUMMARY_COLUMNS = (
    "dishes",
    "without\npicture",
    "drawn",
    "vetoed",
    "with a\nchoice",
    "published",
    "bad\nrows",
    "cost\nUSD",
)

console = Console()
errors = Console(stderr=True)

Countries = Annotated[
    str, typer.Option("--countries", help="Country codes, e.g. de,tr. All if not given.")
]


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Options of all commands; `main` reads --debug."""


@app.command()
def demo(
    countries: Countries = "",
    candidates: Annotated[
        int | None,
        typer.Option(min=1, help="Pictures drawn for each dish. 4 if neither given nor set."),
    ] = None,
) -> None:
    """Run the whole flow on the sample menus and show what came out."""
    began = time.monotonic()
    resources = resources_for(environment())
    if candidates:
        generator = replace(resources.generator, candidates_per_dish=candidates)
        resources = replace(resources, generator=generator)
    chosen = chosen_countries(countries)
    demo_flow.land_sample_menus(resources, chosen)
    with console.status("reading the state of each country"), dagster_instance() as instance:
        stale = demo_flow.stale_countries(resources, instance, chosen)
        if stale:
            run_stale_countries(resources, instance, stale)
    resources.warehouse.build(TABLES)
    page = write_gallery_page(resources)
    show_summary(resources, chosen)
    seconds = time.monotonic() - began
    if not stale:
        console.print("Nothing had changed: 0 pictures were drawn.")
    console.print(
        f"\n[bold]{seconds:.0f} s.[/] Decided by reviewer “{demo_flow.DEMO_REVIEWER}”, who is no"
        f" person: {demo_flow.DEMO_RULE}."
    )
    console.print(
        f"\nLook at [bold]{page}[/] in a browser\n"
        f'Ask    [bold]garnish warehouse query "FROM publication.published_catalogue"[/]\n'
        f"Decide [bold]garnish review list[/]\n"
        f"Run    [bold]make dev[/] for lineage, partitions and plots in Dagster's UI"
    )


def chosen_countries(countries: str) -> list[str]:
    """The countries of the option --countries, or all."""
    return demo_flow.chosen_countries([code for code in countries.split(",") if code])


def run_stale_countries(
    resources: Resources, instance: dg.DagsterInstance, stale: list[str]
) -> None:
    """Run the countries one after another; one that fails does not stop the others.

    Raises:
        RunFailed: at least one failed; the message has each one's reason.
    """
    from menu_assets.country_state import country_state
    from menu_assets.definitions import build_defs

    definitions = build_defs(env=environment(), resource_overrides=resources.by_name())
    failures = []
    with country_progress(console, len(stale)) as progress:
        for code in stale:
            progress.update(progress.task_ids[0], description=country(code).name)
            try:
                demo_flow.run_country(
                    definitions,
                    resources,
                    instance,
                    code,
                    state_now=partial(country_state, resources, code),
                )
            except demo_flow.RunFailed as error:
                failures.append(str(error))
            progress.advance(progress.task_ids[0])
        progress.update(progress.task_ids[0], description="countries")
    if failures:
        raise demo_flow.RunFailed("\n".join(failures))


def show_summary(resources: Resources, countries: list[str]) -> None:
    """One line a country, and the sum."""
    rows = [demo_flow.summary(resources.tables, code) for code in countries]
    rows = [row for row in rows if row.products or row.rejected_rows]
    table = Table(
        title="Dishes without a picture, and what became of them",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=0,
    )
    table.add_column("country", no_wrap=True)
    for name in SUMMARY_COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        cells = (f"{number:,}" for number in counts(row))
        table.add_row(country(row.country).name, *cells, f"{row.cost_usd:.4f}")
    totals = [sum(column) for column in zip(*(counts(row) for row in rows), strict=True)]
    table.add_section()
    table.add_row("all", *(f"{n:,}" for n in totals), f"{sum(row.cost_usd for row in rows):.4f}")
    console.print(table)
    purchases = max(1, sum(row.purchases for row in rows))
    before = sum(row.purchases_with_picture for row in rows) / purchases
    after = before + sum(row.purchases_published for row in rows) / purchases
    dishes, without, published = totals[0], totals[1], totals[5]
    console.print(
        f"Dishes with a picture: {1 - without / max(1, dishes):.1%} before,"
        f" {1 - (without - published) / max(1, dishes):.1%} now."
        f" Purchases of dishes with a picture: {before:.1%} before; those dishes and the newly"
        f" pictured ones make {after:.1%} of purchases."
    )


def counts(row: demo_flow.CountrySummary) -> tuple[int, ...]:
    """The numbers of a summary line, in the order of the columns."""
    return (
        row.products,
        row.without_picture,
        row.candidates,
        row.vetoed,
        row.with_choice,
        row.published,
        row.rejected_rows,
    )


@app.command()
def gallery(countries: Countries = "") -> None:
    """Write the gallery page: dishes, candidates, scores, reasons, decisions."""
    resources = resources_for(environment())
    chosen = chosen_countries(countries)
    with console.status("writing the gallery"):
        page = write_gallery_page(resources, chosen if countries else None)
    console.print(f"Look at [bold]{page}[/] in a browser")


def write_gallery_page(resources: Resources, countries: list[str] | None = None) -> Path:
    """The gallery in the home folder."""
    from menu_assets.gallery import write_gallery

    return write_gallery(resources, home() / "gallery", countries=countries)


@warehouse_app.command("build")
def build_warehouse() -> None:
    """Make the file anew; readers of the old one are not disturbed."""
    warehouse = resources_for(environment()).warehouse
    warehouse.build(TABLES)
    console.print(f"{len(TABLES)} views in [bold]{warehouse.path}[/]; questions: docs/analysts.md")


@warehouse_app.command("query")
def query_warehouse(
    sql: Annotated[str, typer.Argument(help="A question in SQL.")],
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV instead of a table.")] = False,
) -> None:
    """Ask the warehouse a question."""
    answer = resources_for(environment()).warehouse.query(sql)
    if csv:
        sys.stdout.write(answer.write_csv())
        return
    table = Table()
    for name in answer.columns:
        table.add_column(name, overflow="fold")
    for row in answer.iter_rows():
        table.add_row(*("" if value is None else str(value) for value in row))
    console.print(table)


@app.command()
def models() -> None:
    """List the models of the catalogue, and which one draws now."""
    entries, chosen = catalogue(), chosen_model()
    console.print(model_list(entries.values(), chosen))
    if chosen not in entries:
        console.print(f"[bold red]GARNISH_MODEL is {escape(chosen)}: none of these.[/]")
    console.print(
        f"GARNISH_MODEL chooses. Weights are looked for in {models_root()}; with"
        " GARNISH_MODELS_FROM=hub, missing ones are downloaded."
    )


@app.command()
def dev_home() -> None:
    """Make the folders and the warehouse that `make dev` needs, and print DAGSTER_HOME."""
    resources = resources_for(environment())
    if isinstance(resources.menus, FolderMenuSource):
        resources.menus.root.mkdir(parents=True, exist_ok=True)
    resources.warehouse.build(TABLES)
    dagster_instance().dispose()
    sys.stdout.write(os.environ["DAGSTER_HOME"] + "\n")


def main() -> None:
    """Run the command; an error is one line with what to do, a traceback only with --debug."""
    warnings.simplefilter("ignore")  # Dagster's notes are for developers: tests show them
    is_json = False
    try:
        is_json = set_up_logs()
        app()
    except Exception as error:
        if is_json:
            logging.getLogger("garnish.command").exception("%s: %s", type(error).__name__, error)
            sys.exit(1)
        if "--debug" in sys.argv:
            raise
        errors.print(f"[bold red]{type(error).__name__}[/] {escape(str(error))}", highlight=False)
        errors.print("Run it again with --debug before the command's name for the traceback.")
        sys.exit(1)


if __name__ == "__main__":
    main()
