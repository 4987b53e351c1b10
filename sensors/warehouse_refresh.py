"""The analysts' warehouse follows the tables.

Belongs here: noticing that a table's file changed. Does not belong here: building the warehouse
(`resources/warehouse.py`). It takes part of a second and no model, so the sensor does it itself and
reports the materialization; a run would cost more than the work.
"""

from collections.abc import Sequence

import dagster as dg

from resources.table_schema import Table
from resources.table_snapshot import fingerprint
from resources.warehouse import Warehouse

WAREHOUSE = dg.AssetKey(["analytics", "warehouse"])


def warehouse_refresh(tables: Sequence[Table]) -> dg.SensorDefinition:
    """The sensor for a set of tables."""

    @dg.sensor(
        name="warehouse_refresh",
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Builds warehouse.duckdb anew when a table has changed.",
    )
    def refresh(
        context: dg.SensorEvaluationContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> dg.SensorResult | dg.SkipReason:
        now = fingerprint(warehouse.tables, tables)
        if now == context.cursor:
            return dg.SkipReason("no table has changed")
        warehouse.build(tables)
        file = dg.MetadataValue.path(str(warehouse.path))
        event = dg.AssetMaterialization(WAREHOUSE, metadata={"file": file, "views": len(tables)})
        return dg.SensorResult(asset_events=[event], cursor=now)

    return refresh
