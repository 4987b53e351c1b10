"""Publishing a country anew, at once and in this process, after decisions that cannot wait.

Belongs here: running it, and making sure that no other run publishes by older decisions. Does not
belong here: which decisions (`recall.py`), and the job itself (`jobs.py`).
"""

import time
from collections.abc import Sequence

import dagster as dg

from menu_assets.country_state import PARTITION_TAG, states
from menu_assets.demo import RunFailed, execute
from menu_assets.tables.review import REVIEW_DECISIONS
from resources.environment import Resources

PATIENCE_S = 300.0
"""How long a run that read the decisions as they were before is waited for."""

READS_DECISIONS = "__".join(REVIEW_DECISIONS.path)
"""Dagster's name of the step that does."""

GOING_ON = [
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def republish(
    definitions: dg.Definitions, resources: Resources, instance: dg.DagsterInstance, country: str
) -> None:
    """Run a country from its decisions to its feed.

    A run that was at it already may have read the decisions as they were, and publish by them later
    than this one does: it is waited for, then the country is run once more.

    Raises:
        RunFailed: a step failed, or the other run does not end.
    """

    def run() -> None:
        execute(definitions, instance, "after_review", country, states(resources).get(country, ""))

    others = _runs_that_read_before(instance, country)
    run()
    if others:
        _wait_for(instance, country, others)
        run()


def _runs_that_read_before(instance: dg.DagsterInstance, country: str) -> list[str]:
    going_on = dg.RunsFilter(tags={PARTITION_TAG: country}, statuses=GOING_ON)
    return [run.run_id for run in instance.get_runs(going_on) if _has_read(instance, run.run_id)]


def _has_read(instance: dg.DagsterInstance, run_id: str) -> bool:
    begun = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.STEP_START).records
    return any(record.event_log_entry.step_key == READS_DECISIONS for record in begun)


def _wait_for(instance: dg.DagsterInstance, country: str, run_ids: Sequence[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while instance.get_runs(dg.RunsFilter(run_ids=list(run_ids), statuses=GOING_ON)):
        if time.monotonic() > deadline:
            raise RunFailed(f"{country}: run {run_ids[0]} does not end; repeat this when it has")
        time.sleep(0.5)
