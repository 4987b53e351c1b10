"""People are told of runs that failed, also because a check holds a country back.

Belongs here: what Dagster knows better than figures do, and whose it is. Does not belong here:
sending (`resources/alert_channel.py`), and alarms on figures (`deploy/prometheus/alerts.yaml`).
"""

from collections.abc import Sequence

import dagster as dg

from resources.alert_channel import AlertChannel

OWNERS = {
    "menu": "platform",
    "images": "models",
    "scores": "models",
    "review": "content",
    "publication": "platform",
    "costs": "platform",
}
"""Who looks first, by the group of the asset; the platform's people where no asset is known."""

LONGEST_REASON = 400


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
    description="Tells people of each run that failed: whose it is, where and why.",
)
def failed_runs(
    context: dg.RunFailureSensorContext, alerts: dg.ResourceParam[AlertChannel]
) -> None:
    """One text a run. A blocking check that fails ends its run, too."""
    run, failures = context.dagster_run, context.get_step_failure_events()
    country = run.tags.get("dagster/partition", "no country")
    step = failures[0].step_key if failures else None
    owner = OWNERS.get((step or "").split("__")[0]) or _owner_of(run)
    text = (
        f"Run {run.run_id[:8]} of {country} failed ({owner})."
        f" {f'{step}: ' if step else ''}{_reason(context, failures)}"
    )
    context.log.error(text)
    alerts.tell(text)


def _owner_of(run: dg.DagsterRun) -> str:
    """Whose assets the run was to make, if they are one owner's."""
    owners = {OWNERS.get(key.path[0], "platform") for key in run.asset_selection or ()}
    return owners.pop() if len(owners) == 1 else "platform"


def _reason(context: dg.RunFailureSensorContext, failures: Sequence[dg.DagsterEvent]) -> str:
    """What the innermost error says, on one line."""
    error = failures[0].step_failure_data.error if failures else None
    while error is not None and error.cause is not None:
        error = error.cause
    message = error.message if error is not None else context.failure_event.message
    return " ".join((message or "no reason was recorded").split())[:LONGEST_REASON]
