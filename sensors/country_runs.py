"""Runs for countries that changed, and none for those that a run has answered to already.

Belongs here: what the sensors on menus and on decisions have in common. Does not belong here: what
a change is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import dagster as dg


@dataclass(frozen=True)
class Change:
    """What a country is now (a fingerprint, a number), and the key of the run that answers to it.

    Dagster starts one run for a key, however often a sensor asks for it.
    """

    now: str | int
    run_key: str


def requests(
    instance: dg.DagsterInstance,
    asset_key: dg.AssetKey,
    entry: str,
    changes: Mapping[str, Change],
    cause: str,
) -> list[dg.RunRequest]:
    """A run for each changed country, unless its newest materialization was made from this already.

    A run by hand, or `garnish demo`, may have been first.

    Args:
        instance: Where materializations are recorded.
        asset_key: The asset that is made from what changed.
        entry: Its metadata entry that says what it was made from.
        changes: By country.
        cause: Tag of the runs, so that a person sees why they are there.
    """
    return [
        dg.RunRequest(run_key=change.run_key, partition_key=country, tags={"garnish/cause": cause})
        for country, change in changes.items()
        if made_from(instance, asset_key, country, entry) != change.now
    ]


def made_from(
    instance: dg.DagsterInstance, asset_key: dg.AssetKey, country: str, entry: str
) -> object:
    """The metadata entry of a country's newest materialization; None if there is none."""
    records = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=asset_key, asset_partitions=[country]), limit=1
    ).records
    materialization = records[0].asset_materialization if records else None
    value = materialization.metadata.get(entry) if materialization else None
    return value.value if value else None
