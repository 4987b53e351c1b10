"""`garnish feed`: what those who show the pictures were told, and telling them again.

Belongs here: words and tables for people at a terminal. Does not belong here: events
(`catalogue_feed.py`) and sending them (`resources/webhooks.py`).
"""

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from resources.audit_log import AuditEntry
from resources.environment import Resources, environment, resources_for
from resources.settings import SettingError

feed_app = typer.Typer(
    no_args_is_help=True, help="The feed of published pictures, and who has got it."
)
console = Console()


def _with_targets() -> Resources:
    resources = resources_for(environment())
    if not resources.webhooks.targets:
        raise SettingError("GARNISH_FEED_TARGETS is not set: the feed has nobody to tell")
    return resources


@feed_app.command()
def status() -> None:
    """Show where each target stands; the exit code is 1 if one fails for hours."""
    now, alarm = datetime.now(UTC), False
    table = Table(title="Targets of the feed", title_justify="left")
    for name in ("target", "state", "took the last", "waiting", "since", "next try", "error"):
        table.add_column(name, overflow="fold")
    for one in _with_targets().webhooks.standing():
        alarm = alarm or one.is_alarm(now)
        state = "[green]well[/]" if not one.failing_since else f"failing, {one.tries} tries"
        table.add_row(
            one.target,
            f"[bold red]ALARM[/] {state}" if one.is_alarm(now) else state,
            _time(one.delivered_at),
            f"{one.waiting:,}",
            _time(one.failing_since or one.oldest),
            _time(one.next_try_at),
            escape(one.last_error or ""),
        )
    console.print(table)
    if alarm:
        console.print("A target in alarm is still tried: nothing is lost. Mend it, or remove it.")
        raise typer.Exit(1)


@feed_app.command()
def send(
    seconds: Annotated[float, typer.Option(min=0, help="Begin no request after so long.")] = 60,
) -> None:
    """Send what waits now, also to targets that failed; the exit code is 1 if one fails again."""
    sent = _with_targets().webhooks.send(seconds, even_if_failing=True)
    for one in sent:
        console.print(f"{one.target}: {one.events:,} events taken{_because(one.error)}")
    if any(one.error for one in sent):
        raise typer.Exit(1)


@feed_app.command()
def replay(
    since: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            help="From events of this day or moment on, UTC.",
        ),
    ],
    target: Annotated[str, typer.Option(help="Only this target. All if not given.")] = "",
    who: Annotated[str, typer.Option("--by", help="Who says so. You, if not given.")] = "",
) -> None:
    """Tell targets again what they were told since a moment: the same events, in the same order."""
    resources = _with_targets()
    webhooks = resources.webhooks
    if target and target not in webhooks.targets:
        raise SettingError(f"{target} is no target; there are {', '.join(webhooks.targets)}")
    after = resources.feed.last_before(since.replace(tzinfo=UTC))
    for one in [target] if target else webhooks.targets:
        webhooks.deliveries.replay(one, after)
        resources.audit.add(
            AuditEntry(who or getpass.getuser(), "feed_replayed", one, {"since": str(since)})
        )
    for standing in webhooks.standing():
        console.print(f"{standing.target}: {standing.waiting:,} events wait")
    console.print("`make dev` sends them within seconds; so does `garnish feed send`.")


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}" if time else ""


def _because(error: str | None) -> str:
    return f", then [red]{escape(error)}[/]" if error else ""
