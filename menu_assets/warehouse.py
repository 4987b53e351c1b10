"""The analysts' DuckDB file as an asset, so that its lineage is seen.

Belongs here: what it is. A sensor (`sensors/warehouse_refresh.py`) and the command line build it,
not runs.
"""

import dagster as dg

from menu_assets.metadata import OWNERS
from menu_assets.tables.registry import TABLES

WAREHOUSE_FILE = dg.AssetSpec(
    ["analytics", "warehouse"],
    deps=[list(table.path) for table in TABLES],
    description="`warehouse.duckdb`: a view for each table, with comments. See docs/analysts.md.",
    group_name="analytics",
    owners=OWNERS,
    kinds={"duckdb"},
)
