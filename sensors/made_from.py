"""What an asset was last made from.

Belongs here: looking up what a materialization wrote down. A sensor that compares the world with it
needs no memory of its own: it asks for what is not answered to, whoever did the answering.
"""

import dagster as dg


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
