"""Vetoes: what must not reach a guest, each with its reason and its evidence."""

import json
from typing import Any

import polars as pl

from menu_assets.looked_at import opened, pictures_to_look_at
from menu_assets.metadata import contact_sheet
from menu_assets.sharded_table import Resources, ShardedTable, batchwise, sharded_asset
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import PRODUCTS
from menu_assets.tables.scores import SAFETY_SCORES
from resources.checks.finding import Finding

FILE_READABLE = "file_readable"


def look_for_vetoes(resources: Resources, run_id: str, batch: pl.DataFrame) -> pl.DataFrame:
    """All findings on a batch of pictures, one row for each picture and check."""
    del run_id  # a finding is the same whoever looks
    rows = list(opened(resources, batch))
    readable = [(row, picture) for row, picture in rows if picture is not None]
    findings = resources.checks.safety([picture for _, picture in readable])
    found = {
        row["candidate_id"]: [Finding(FILE_READABLE, "pass"), *of_picture]
        for (row, _), of_picture in zip(readable, findings, strict=True)
    }
    unreadable = [
        Finding(FILE_READABLE, "veto", None, "the file is damaged: the next run makes it again")
    ]
    return pl.DataFrame(
        [
            _row(row, finding)
            for row, _ in rows
            for finding in found.get(row["candidate_id"], unreadable)
        ],
        schema=SAFETY_SCORES.schema,
        orient="row",
    )


def _row(row: dict[str, Any], finding: Finding) -> tuple[Any, ...]:
    return (
        row["candidate_id"],
        row["country"],
        row["product_id"],
        row["image_hash"],
        finding.check_name,
        finding.verdict,
        finding.score,
        finding.reason,
        finding.evidence and json.dumps(finding.evidence),
        row["checker_version"],
    )


def unreadable_pictures(resources: Resources, rows: pl.DataFrame) -> pl.DataFrame:
    """Findings on pictures that could not be opened: looked at again by the next run."""
    del resources
    damaged = rows.filter((pl.col("check_name") == FILE_READABLE) & (pl.col("verdict") == "veto"))
    return rows.join(damaged, on="candidate_id", how="semi")


def vetoed(safety_scores: pl.DataFrame) -> pl.DataFrame:
    """The candidates that any check vetoes."""
    return safety_scores.filter(pl.col("verdict") == "veto").select("candidate_id").unique()


def describe_vetoes(resources: Resources, rows: pl.DataFrame) -> dict[str, Any]:
    """Numbers that the UI plots, and the vetoed pictures."""
    bad = rows.join(vetoed(rows), on="candidate_id", how="semi").unique("candidate_id")
    pictures = rows["candidate_id"].n_unique()
    return {
        "pictures": pictures,
        "pictures_vetoed": bad.height,
        "veto_share": bad.height / max(1, pictures),
        "unchecked": rows.filter(pl.col("verdict") == "unchecked").height,
        "vetoed_pictures": contact_sheet(
            resources.pictures, bad.sort("candidate_id")["image_hash"].to_list()
        ),
    }


safety_scores = sharded_asset(
    ShardedTable(
        table=SAFETY_SCORES,
        inputs={"candidate_images": CANDIDATE_IMAGES, "products": PRODUCTS},
        item=("candidate_id", "image_hash", "checker_version"),
        wanted=pictures_to_look_at,
        work=batchwise(look_for_vetoes),
        batch_rows=lambda resources: resources.checks.batch_size,
        resource_keys=frozenset({"checks", "pictures"}),
        broken=unreadable_pictures,
        describe=describe_vetoes,
        kinds=frozenset({"polars", "parquet", "opencv"}),
    )
)
