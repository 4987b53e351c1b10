"""`garnish recall`: everything that was made from one thing, withdrawn at once.

Belongs here: words and tables for people at a terminal. Does not belong here: finding and deciding
(`recall.py`), and publishing (`republication.py`).
"""

import getpass
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from menu_assets.dagster_home import dagster_instance
from menu_assets.demo import RunFailed, chosen_countries
from menu_assets.recall import Found, Kind, Source, find, still_shown
from menu_assets.recall import recall as decide_against
from menu_assets.republication import republish
from menu_assets.review_commands import ReservedReviewer
from resources.audit_log import AuditEntry
from resources.countries import country as country_of
from resources.environment import Resources, environment, resources_for
from resources.review_store import NO_PERSON

FILES_LISTED = 40

SECONDS_TO_SEND = 30
"""For the feed; what is left is sent by its sensor."""

EPILOG = (
    "The countries concerned are published in this process, one after the other: on a cluster, run"
    " it where Dagster's control plane runs, with its settings. It can be repeated: what is"
    " recalled already stays so."
)

AND_NOW = {
    "model": "Dishes that come later are still drawn by it, while GARNISH_MODEL names it.",
    "prompt-template": "Dishes that come later are still drawn by it, until it has a new version.",
    "vendor-photo": "The menu still names the photo: its vendor has to take it off.",
    "reviewer": "The dishes wait for other people; the account can still sign in.",
}

console = Console()


def recall(
    model: Annotated[str, typer.Option(help="ID or ID@REVISION: all that it drew.")] = "",
    prompt_template: Annotated[
        str, typer.Option(help="NAME or NAME@VERSION: all that was drawn by its words.")
    ] = "",
    vendor_photo: Annotated[
        str, typer.Option(help="Hash, or its first 8 digits: all that was drawn into it.")
    ] = "",
    reviewer: Annotated[
        str, typer.Option(help="Name: all approvals; the dishes wait for another person.")
    ] = "",
    product: Annotated[str, typer.Option(help="COUNTRY/ID: all pictures of a dish.")] = "",
    country: Annotated[str, typer.Option(help="Only in this country.")] = "",
    reason: Annotated[str, typer.Option(help="Why, for those who ask later.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Else it is only shown.")] = False,
    who: Annotated[str, typer.Option("--by", help="Who says so. You, if not given.")] = "",
) -> None:
    """Withdraw everything that was made from a model, template, photo, reviewer or dish.

    Without --yes nothing is changed: it shows what was drawn, what is on the shortlist, approved
    and published. With --yes all of it is decided against, undecided pictures too, so that none
    comes back; the published files are removed and the feed tells of it before this command ends.
    """
    source = _source(
        {
            "model": model,
            "prompt-template": prompt_template,
            "vendor-photo": vendor_photo,
            "reviewer": reviewer,
            "product": product,
        }
    )
    by = who or getpass.getuser()
    if by in NO_PERSON:
        raise ReservedReviewer(f"{by} is no person: recall under a name of your own")
    resources = resources_for(environment())
    where = country or (product.partition("/")[0] if product else "")
    found = find(resources, source, chosen_countries([where] if where else []))
    _show(source, found)
    if not yes:
        console.print("Nothing was changed. The same with [bold]--yes[/] recalls all of it.")
        return
    _recall(resources, source, found, by, reason)
    if source.kind in AND_NOW:
        console.print(AND_NOW[source.kind])


def _source(values: dict[str, str]) -> Source:
    given = [(kind, value) for kind, value in values.items() if value]
    if len(given) != 1:
        raise typer.BadParameter(f"say what to recall, by one of --{', --'.join(values)}")
    kind, value = given[0]
    return Source(cast(Kind, kind), value)


def _recall(
    resources: Resources, source: Source, found: Sequence[Found], by: str, reason: str
) -> None:
    pictures = {one.country: one.pictures.height for one in found}
    detail = {"reason": reason, "pictures": pictures}
    resources.audit.add(AuditEntry(by, "recalled", str(source), detail))
    # All decisions first: whatever happens to a country's run, none of it can come back.
    new = {one.country: decide_against(resources, source, one, by, reason) for one in found}
    failures = _publish(resources, source, list(new))
    for one in found:
        if one.country not in failures:
            console.print(
                f"{country_of(one.country).name}: {new[one.country]:,} new decisions,"
                f" {one.published.height:,} pictures withdrawn with {one.files:,} files"
            )
    for code, words in failures.items():
        console.print(f"[bold red]{country_of(code).name} has to be repeated:[/] {escape(words)}")
    # Not all deployments have a daemon at hand; where one has, it finds nothing left to send.
    for sent in resources.webhooks.send(SECONDS_TO_SEND, even_if_failing=True):
        what = f"is not reached yet, and tried again: {sent.error}" if sent.error else "knows"
        console.print(escape(f"{sent.target} {what}"))
    if failures:
        raise typer.Exit(1)


def _publish(resources: Resources, source: Source, countries: Sequence[str]) -> dict[str, str]:
    """Publish countries anew; what went wrong, by country. One does not stop the others."""
    from menu_assets.definitions import build_defs

    definitions = build_defs(env=environment(), resource_overrides=resources.by_name())
    failures = {}
    with console.status("publishing") as status, dagster_instance() as instance:
        for code in countries:
            status.update(f"publishing {country_of(code).name}")
            try:
                republish(definitions, resources, instance, code)
            except RunFailed as error:
                failures[code] = str(error)
                continue
            shown = still_shown(resources, source, code)
            if shown:
                failures[code] = f"{shown} of its pictures are still shown"
    return failures


def _show(source: Source, found: Sequence[Found]) -> None:
    is_reviewer = source.kind == "reviewer"
    counts = Table(title=f"Made from {source}" if not is_reviewer else f"Approved by {source}")
    counts.title_justify, counts.box = "left", box.SIMPLE_HEAD
    counts.add_column("country")
    for name in ("pictures", "on the shortlist", "approved", "published", "files"):
        counts.add_column(name, justify="right")
    rows = [
        (one.pictures.height, one.shortlisted, one.approved, one.published.height, one.files)
        for one in found
    ]
    for one, row in zip(found, rows, strict=True):
        counts.add_row(country_of(one.country).name, *(f"{number:,}" for number in row))
    if len(rows) > 1:
        counts.add_section()
        counts.add_row("all", *(f"{sum(column):,}" for column in zip(*rows, strict=True)))
    console.print(counts)
    _show_published([row for one in found for row in one.published.iter_rows(named=True)])


def _show_published(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    console.print("Published of it:")
    for row in rows[:FILES_LISTED]:
        # Not a table: the names are to be copied, whole.
        line = escape(f"  {row['published_file']}  {row['alt_text']}")
        console.print(line, soft_wrap=True, highlight=False)
    if len(rows) > FILES_LISTED:
        console.print(f"... and {len(rows) - FILES_LISTED:,} more.")
