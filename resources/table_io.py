"""Tables as Dagster inputs and outputs.

Belongs here: the two IO managers: of assets (checked against their schema) and of steps inside a
graph-backed asset (plain frames that live as long as the run is of interest). Pictures and tensors
never pass through an IO manager.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import polars as pl
from upath import UPath

from resources.table_schema import Table
from resources.table_store import read_parquet, write_atomically


class FrameIOManager(dg.UPathIOManager):
    """Polars frames as Parquet files that are written beside and renamed."""

    extension = ".parquet"

    def dump_to_path(self, context: dg.OutputContext, obj: pl.DataFrame, path: UPath) -> None:
        """Write the frame."""
        write_atomically(path, obj)

    def load_from_path(self, context: dg.InputContext, path: UPath) -> pl.DataFrame:
        """Read the frame."""
        return read_parquet(path)

    def get_metadata(self, context: dg.OutputContext, obj: pl.DataFrame) -> dict[str, Any]:
        """Row count, under the key that Dagster's UI plots."""
        return {"dagster/row_count": obj.height}


class TableIOManager(FrameIOManager):
    """Frames of declared tables: nothing is written that does not obey its schema."""

    def __init__(self, root: UPath, tables: Mapping[tuple[str, ...], Table]) -> None:
        super().__init__(base_path=root)
        self._tables = tables

    def dump_to_path(self, context: dg.OutputContext, obj: pl.DataFrame, path: UPath) -> None:
        """Check the frame against its table, then write it."""
        table = self._tables[tuple(context.asset_key.path)]
        super().dump_to_path(context, table.checked(obj), path)
