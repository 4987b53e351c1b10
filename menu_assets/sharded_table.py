"""The one mechanism of all GPU assets: plan, map, collect.

*Plan* works out which rows the table should hold and lacks, and cuts them into shards. *Map* runs
each shard in one warm process (on a cluster: one pod on an L4 node) and commits its rows batch by
batch. *Collect* swaps the whole table in. A killed shard loses at most the batch it was in, and the
one that was being written meanwhile (ADR 10); running again does what is missing and nothing else.

Belongs here: that mechanism. Does not belong here: what a row is (`candidate_images.py`,
`safety_scores.py`, `quality_scores.py`), and what a GPU does (`gpu_ops/`).
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
import polars as pl

from menu_assets.metadata import table_metadata
from menu_assets.partitions import COUNTRY_PARTITIONS
from menu_assets.pods import CPU_STEP, GPU_POOL, GPU_RETRIES, L4_STEP
from resources.table_schema import Table
from resources.table_store import TableStore

logger = logging.getLogger("garnish.shards")

Resources = Any
"""Dagster's bag of resources, by attribute; its type is made anew for each definition."""


Work = Callable[[Resources, str, Iterator[pl.DataFrame]], Iterator[pl.DataFrame]]


def batchwise(work: Callable[[Resources, str, pl.DataFrame], pl.DataFrame]) -> Work:
    """Work that does one batch after another."""

    def one_after_another(
        resources: Resources, run_id: str, batches: Iterator[pl.DataFrame]
    ) -> Iterator[pl.DataFrame]:
        for batch in batches:
            yield work(resources, run_id, batch)

    return one_after_another


@dataclass(frozen=True)
class ShardedTable:
    """What is special about one table that GPUs fill.

    Attributes:
        table: What is filled.
        inputs: The upstream tables, by the name under which `wanted` takes them.
        item: Columns that name one piece of work; a piece may give several rows.
        wanted: From resources and upstream frames to one row for each piece of work that the
            table should hold: the item columns, and whatever `work` needs.
        work: From resources, run id and batches of wanted rows to finished rows of the table, a
            frame for each batch, in their order. A frame is committed when it comes out.
        batch_rows: How many pieces a batch has, from the resources.
        resource_keys: The resources that `wanted`, `work` and `broken` use.
        broken: Rows that must be made again, e.g. because their file is damaged.
        affordable: From resources, missing rows and rows that are there to those of the missing
            rows that are planned now; the others wait for a later run.
        costs: Columns of what a piece cost: done again, it costs what all its tries did together.
        history: How rows that are no longer wanted are kept, because they were paid for; None =
            they are dropped.
        describe: Further metadata for the UI, from resources and the finished table.
        kinds: Icons in the UI.
    """

    table: Table
    inputs: Mapping[str, Table]
    item: tuple[str, ...]
    wanted: Callable[..., pl.DataFrame]
    work: Work
    batch_rows: Callable[[Resources], int]
    resource_keys: frozenset[str]
    broken: Callable[[Resources, pl.DataFrame], pl.DataFrame] = lambda _, rows: rows.clear()
    affordable: Callable[[Resources, pl.DataFrame, pl.DataFrame], pl.DataFrame] = (
        lambda _, missing, there: missing
    )
    costs: tuple[str, ...] = ()
    history: Callable[[Resources, pl.DataFrame], pl.DataFrame] | None = None
    describe: Callable[[Resources, pl.DataFrame], dict[str, Any]] = lambda _, rows: {}
    kinds: frozenset[str] = frozenset({"polars", "parquet"})


def rows_there(spec: ShardedTable, resources: Resources, country: str) -> pl.DataFrame:
    """The rows that are there, collected or committed.

    Of one piece of work the newest rows count. Rows of two pieces may share a key (findings of two
    versions of the checks): which of them the table holds is for `wanted` to say.
    """
    store: TableStore = resources.tables
    rows = pl.concat([store.read(spec.table, country), store.parts(spec.table, country)])
    return rows.unique(_one_piece(spec), keep="last", maintain_order=True)


def held_rows(spec: ShardedTable, resources: Resources, there: pl.DataFrame) -> pl.DataFrame:
    """The rows that need no work: those that are there, less the broken ones."""
    return there.join(spec.broken(resources, there), on=_one_piece(spec), how="anti")


def _one_piece(spec: ShardedTable) -> list[str]:
    return list(dict.fromkeys([*spec.table.key, *spec.item]))


def missing_rows(spec: ShardedTable, wanted: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """The pieces of work that no held row stands for, in the order of `wanted`."""
    return wanted.join(held, on=spec.item, how="anti", maintain_order="left")


def _marked(spec: ShardedTable, wanted: pl.DataFrame, waiting: pl.DataFrame) -> pl.DataFrame:
    """The items that are wanted, and whether each `is_waiting` for a later run."""
    marks = waiting.select(*spec.item, is_waiting=pl.lit(True))
    items = wanted.select(spec.item).join(marks, on=spec.item, how="left", maintain_order="left")
    return items.with_columns(pl.col("is_waiting").fill_null(False))


def shards(missing: pl.DataFrame, rows_per_shard: int) -> Iterator[pl.DataFrame]:
    """The missing rows, cut: one shard for a small change, many for a backfill."""
    yield from missing.iter_slices(rows_per_shard)


def with_earlier_costs(
    spec: ShardedTable, rows: pl.DataFrame, broken: pl.DataFrame
) -> pl.DataFrame:
    """Finished rows whose costs include those of the broken rows that they take the place of."""
    if not spec.costs:
        return rows
    return rows.join(
        broken.select(*spec.item, *spec.costs),
        on=spec.item,
        how="left",
        suffix="_before",
        maintain_order="left",
    ).select(
        pl.col(name) + pl.col(f"{name}_before").fill_null(0) if name in spec.costs else name
        for name in rows.columns
    )


def run_shard(
    spec: ShardedTable,
    resources: Resources,
    *,
    country: str,
    run_id: str,
    shard: pl.DataFrame,
    there: pl.DataFrame,
) -> dict[str, float]:
    """Work through a shard, committing each batch.

    Args:
        spec: The table.
        resources: Dagster's.
        country: Whose rows these are.
        run_id: Dagster's name of the run.
        shard: One row for each piece of work.
        there: The rows that are there; none of them is a piece of the shard, or it is broken.

    Returns:
        What the shard did: rows, seconds.
    """
    began, done = time.monotonic(), 0
    broken = there.join(shard, on=spec.item, how="semi")
    batches = list(shard.iter_slices(spec.batch_rows(resources)))
    finished = spec.work(resources, run_id, iter(batches))
    for batch, rows in zip(batches, finished, strict=True):
        rows = with_earlier_costs(spec, rows, broken)
        resources.tables.commit_part(spec.table, country, rows)
        done += batch.height
        seconds = time.monotonic() - began
        logger.info(
            "%s %s: %d of %d in %.1f s",
            country,
            spec.table.name,
            done,
            shard.height,
            seconds,
            extra={"garnish_progress": (spec.table.name, country, batch.height)},
        )
    return {"rows": done, "seconds": time.monotonic() - began}


def collected(
    spec: ShardedTable, resources: Resources, country: str, wanted: pl.DataFrame
) -> pl.DataFrame:
    """The whole table: what is there and wanted, and its history where it has one.

    A row that is still broken stays and says so, until a later run has made it again.
    """
    there = rows_there(spec, resources, country)
    rows = there.join(wanted, on=spec.item, how="semi")
    if spec.history:
        unwanted = there.join(wanted, on=spec.item, how="anti")
        rows = pl.concat([rows, spec.history(resources, unwanted)])
    return rows.sort(spec.table.key)


def sharded_asset(spec: ShardedTable) -> dg.AssetsDefinition:
    """The graph-backed asset of a table that GPUs fill."""
    name, keys = spec.table.name, {"tables", *spec.resource_keys}

    @dg.op(
        name=f"plan_{name}",
        ins={argument: dg.In(pl.DataFrame) for argument in spec.inputs},
        out={
            "shard": dg.DynamicOut(pl.DataFrame, io_manager_key="step_io"),
            "wanted": dg.Out(pl.DataFrame, io_manager_key="step_io"),
        },
        required_resource_keys={*keys, "shard_rows"},
        tags=CPU_STEP,
    )
    def plan(context: dg.OpExecutionContext, **inputs: pl.DataFrame) -> Iterator[Any]:
        country, resources = context.partition_key, context.resources
        resources.tables.drop_collected_parts(spec.table, country)
        wanted = spec.wanted(resources, **inputs)
        there = rows_there(spec, resources, country)
        missing = missing_rows(spec, wanted, held_rows(spec, resources, there))
        planned = spec.affordable(resources, missing, there)
        waiting = missing_rows(spec, missing, planned)
        logger.info(
            "%s %s: %d wanted, %d to do, %d wait",
            country,
            name,
            wanted.height,
            planned.height,
            waiting.height,
            extra={"garnish_plan": (name, country, planned.height)},
        )
        yield dg.Output(_marked(spec, wanted, waiting), "wanted")
        for number, shard in enumerate(shards(planned, resources.shard_rows), start=1):
            yield dg.DynamicOutput(shard, mapping_key=f"{number:05d}", output_name="shard")

    @dg.op(
        name=f"run_{name}",
        ins={"shard": dg.In(pl.DataFrame)},
        out=dg.Out(pl.DataFrame, io_manager_key="step_io"),
        required_resource_keys=keys,
        tags=L4_STEP,
        pool=GPU_POOL,
        retry_policy=GPU_RETRIES,
    )
    def run(context: dg.OpExecutionContext, shard: pl.DataFrame) -> pl.DataFrame:
        # A retried shard finds what its first try had committed.
        country, resources = context.partition_key, context.resources
        there = rows_there(spec, resources, country)
        to_do = missing_rows(spec, shard, held_rows(spec, resources, there))
        report = run_shard(
            spec,
            resources,
            country=country,
            run_id=context.run.run_id,
            shard=to_do,
            there=there,
        )
        context.log.info("shard done: %s", json.dumps(report))
        return pl.DataFrame([report])

    @dg.op(
        name=f"collect_{name}",
        ins={"wanted": dg.In(pl.DataFrame), "reports": dg.In(list[pl.DataFrame])},
        out=dg.Out(pl.DataFrame, io_manager_key="io_manager"),
        required_resource_keys=keys,
        tags=CPU_STEP,
    )
    def collect(
        context: dg.OpExecutionContext, wanted: pl.DataFrame, reports: list[pl.DataFrame]
    ) -> pl.DataFrame:
        resources = context.resources
        frame = collected(spec, resources, context.partition_key, wanted)
        new = sum((int(report["rows"][0]) for report in reports), start=0)
        seconds = sum((report["seconds"][0] for report in reports), start=0.0)
        context.add_output_metadata(
            {
                "new_items": new,
                "items_waiting": int(wanted["is_waiting"].sum()),
                "shards": len(reports),
                "shard_seconds": round(seconds, 2),
                **spec.describe(resources, frame),
            }
        )
        return frame

    @dg.graph_asset(
        name=name,
        key_prefix=spec.table.group,
        group_name=spec.table.group,
        partitions_def=COUNTRY_PARTITIONS,
        ins={argument: dg.AssetIn(list(table.path)) for argument, table in spec.inputs.items()},
        **table_metadata(spec.table, kinds=spec.kinds),
    )
    def asset(**inputs: Any) -> Any:
        shard, wanted = plan(**inputs)
        return collect(wanted, shard.map(run).collect())

    return asset
