"""What follows what, without a person: automation conditions and the sensor that evaluates them.

Belongs here: when an asset is worked out anew. Does not belong here: the first step (sensors on
files and decisions) and what an asset is.
"""

import dagster as dg

AUTOMATION_INTERVAL_SECONDS = 5


def follows_upstream() -> dg.AutomationCondition:
    """A country follows as soon as anything above it changed, unless a blocking check failed.

    `eager()` alone does not look at checks. And it waits until no upstream is missing: a country
    that never had a shortlist has no decisions either. Evaluations of one tick become one run, so a
    change flows through the whole country in one process.
    """
    return (
        dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed()
    ).with_label("follows_upstream")


def automation_sensor(target: dg.AssetSelection) -> dg.AutomationConditionSensorDefinition:
    """The sensor that evaluates the conditions; Dagster's implicit one is stopped by default."""
    return dg.AutomationConditionSensorDefinition(
        "flow",
        target=target,
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=AUTOMATION_INTERVAL_SECONDS,
        run_tags={"garnish/cause": "flow"},
        description="Carries a country's change through all assets below it.",
    )
