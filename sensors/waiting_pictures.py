"""Pictures that a day's budget had no money for are drawn when there is money again.

Belongs here: when. Does not belong here: how much is left (`resources/daily_budget.py`), and which
pictures are drawn first (`menu_assets/candidate_images.py`).
"""

from datetime import UTC, date, datetime

import dagster as dg

from resources.daily_budget import DailyBudget

CANDIDATES = dg.AssetKey(["images", "candidate_images"])


@dg.sensor(
    target=dg.AssetSelection.assets(CANDIDATES),
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A new day's budget makes a run for each country whose pictures wait for it.",
)
def waiting_pictures(
    context: dg.SensorEvaluationContext, budget: dg.ResourceParam[DailyBudget]
) -> list[dg.RunRequest] | dg.SkipReason:
    """Ask for what can be paid for today."""
    runs = runs_of_the_day(context.instance, budget, datetime.now(UTC).date())
    return runs or dg.SkipReason("no picture waits, or the day's budget is spent")


def runs_of_the_day(
    instance: dg.DagsterInstance, budget: DailyBudget, today: date
) -> list[dg.RunRequest]:
    """A run for each country whose newest plan left pictures that the day (UTC) pays for."""
    return [
        dg.RunRequest(
            # Once a day for what a materialization left: a run that fails is not asked for again.
            run_key=f"{country}:{made.storage_id}:{today}:{budget.usd_per_country_day}",
            partition_key=country,
            tags={"garnish/cause": "waiting_pictures"},
        )
        for country, made in _newest(instance).items()
        if _number(made, "items_waiting") and _pays(made, budget, today)
    ]


def _newest(instance: dg.DagsterInstance) -> dict[str, dg.EventLogRecord]:
    """The newest materialization of each country."""
    ids = instance.get_latest_storage_id_by_partition(
        CANDIDATES, dg.DagsterEventType.ASSET_MATERIALIZATION
    )
    records = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=CANDIDATES, storage_ids=list(ids.values())),
        limit=max(1, len(ids)),
    ).records
    return {str(record.partition_key): record for record in records}


def _pays(made: dg.EventLogRecord, budget: DailyBudget, today: date) -> bool:
    """Another day has begun, the limit has changed, or a first plan was too careful."""
    if datetime.fromtimestamp(made.timestamp, UTC).date() < today:
        return True
    return _number(made, "budget_usd") != budget.usd_per_country_day or bool(
        _number(made, "budget_pays_for")
    )


def _number(made: dg.EventLogRecord, entry: str) -> float | None:
    materialization = made.asset_materialization
    value = materialization.metadata.get(entry) if materialization else None
    return None if value is None else float(str(value.value))
