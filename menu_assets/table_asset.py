"""What all assets that are plain tables have in common.

Belongs here: the decorator of CPU assets, and the facts that their checks report. Does not belong
here: GPU assets (`sharded_table.py`) and what any one table holds.

The one module that uses a preview feature of Dagster: checks with partitions. An unpartitioned
check would let the last country speak for all: one bad menu would hold back every other country.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
import polars as pl

from menu_assets.metadata import table_metadata
from menu_assets.partitions import COUNTRY_PARTITIONS
from menu_assets.pods import CPU_STEP
from resources.table_schema import Table

FRAME = dg.PythonObjectDagsterType(pl.DataFrame)
"""Said explicitly: with checks, an asset has several outputs and Dagster infers no type."""


@dataclass(frozen=True)
class Check:
    """A promise that an asset makes of its rows.

    A blocking check that fails stops what is downstream, in this run and in automation. It is the
    second belt: the gate itself is in the data (`review.py`).
    """

    name: str
    description: str
    blocking: bool = False

    def result(self, table: Table, *, passed: bool, **metadata: Any) -> dg.AssetCheckResult:
        """What the check found."""
        severity = dg.AssetCheckSeverity.ERROR if self.blocking else dg.AssetCheckSeverity.WARN
        return dg.AssetCheckResult(
            asset_key=list(table.path),
            check_name=self.name,
            passed=bool(passed),
            severity=severity,
            metadata=metadata,
        )


def check_specs(table: Table, checks: Sequence[Check]) -> list[dg.AssetCheckSpec]:
    """The checks of a table, one evaluation a country."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return [
            dg.AssetCheckSpec(
                check.name,
                asset=list(table.path),
                description=check.description,
                blocking=check.blocking,
                partitions_def=COUNTRY_PARTITIONS,
            )
            for check in checks
        ]


def table_check(
    table: Table, check: Check, *, inputs: Sequence[Table] = ()
) -> Callable[[Callable[..., Any]], dg.AssetChecksDefinition]:
    """A check in a step of its own, for assets that cannot report checks: the graph-backed ones."""
    asset_check = dg.asset_check(
        asset=list(table.path),
        name=check.name,
        description=check.description,
        blocking=check.blocking,
        additional_ins=reads(*inputs),
        partitions_def=COUNTRY_PARTITIONS,
        op_tags=CPU_STEP,
        # A check runs with its asset; what is downstream would wait for ever for one that does not.
        automation_condition=dg.AutomationCondition.eager(),
    )

    def decorated(function: Callable[..., Any]) -> dg.AssetChecksDefinition:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", dg.PreviewWarning)
            return asset_check(function)

    return decorated


def reads(*tables: Table) -> Mapping[str, dg.AssetIn]:
    """Upstream tables as inputs, each under its own name."""
    return {table.name: dg.AssetIn(list(table.path)) for table in tables}


def table_asset(
    table: Table,
    *,
    inputs: Sequence[Table] = (),
    checks: Sequence[Check] = (),
    pod: Mapping[str, Any] = CPU_STEP,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """An asset that works out a table on a CPU, one country at a time."""
    return dg.asset(
        name=table.name,
        key_prefix=table.group,
        group_name=table.group,
        partitions_def=COUNTRY_PARTITIONS,
        ins=reads(*inputs),
        check_specs=check_specs(table, checks),
        op_tags=pod,
        dagster_type=FRAME,
        **table_metadata(table),
    )
