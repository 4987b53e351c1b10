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

from resources.audit_log import AuditEntry
from resources.environment import Resources, environment, resources_for
from resources.feed_deliveries import Standing
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
    now = datetime.now(UTC)
    standing = _with_targets().webhooks.standing()
    for one in standing:
        console.print(f"[bold]{escape(one.target)}[/]: {_state(one, now)}", highlight=False)
        since = f", the oldest since {_time(one.oldest)}" if one.oldest else ""
        took = f"took events last at {_time(one.delivered_at)}" if one.delivered_at else "took none"
        console.print(f"  {took}; {one.waiting:,} wait{since}", highlight=False)
        if one.last_error:
            error = escape(one.last_error)
            console.print(f"  {error}; next try at {_time(one.next_try_at)}", highlight=False)
    if any(one.is_alarm(now) for one in standing):
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


def _state(standing: Standing, now: datetime) -> str:
    if standing.failing_since is None:
        return "[green]well[/]"
    state = f"fails since {_time(standing.failing_since)}, tried {standing.tries} times"
    return f"[bold red]ALARM, {state}[/]" if standing.is_alarm(now) else f"[yellow]{state}[/]"


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else ""


def _because(error: str | None) -> str:
    return f", then [red]{escape(error)}[/]" if error else ""
