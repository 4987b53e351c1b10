"""Scores: how good each picture is."""

from typing import Any

import polars as pl

from menu_assets.looked_at import opened, pictures_to_look_at
from menu_assets.sharded_table import Resources, ShardedTable, batchwise, sharded_asset
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import PRODUCTS
from menu_assets.tables.scores import QUALITY_SCORES


def score(resources: Resources, run_id: str, batch: pl.DataFrame) -> pl.DataFrame:
    """The scores of a batch. A damaged picture gets none, so that the next run scores it."""
    del run_id  # a score is the same whoever looks
    readable = [(row, picture) for row, picture in opened(resources, batch) if picture is not None]
    scores = resources.checks.quality([picture for _, picture in readable])
    rows = [
        {
            **row,
            **vars(of_picture),
            "combined": of_picture.combined,
            "scores_missing": of_picture.missing,
        }
        for (row, _), of_picture in zip(readable, scores, strict=True)
    ]
    return pl.DataFrame(
        [[row[name] for name in QUALITY_SCORES.schema] for row in rows],
        schema=QUALITY_SCORES.schema,
        orient="row",
    )


def describe_scores(resources: Resources, rows: pl.DataFrame) -> dict[str, Any]:
    """Numbers that the UI plots."""
    del resources
    combined = rows["combined"]
    return {
        "pictures": rows.height,
        "median_score": combined.median() or 0.0,
        "p10_score": combined.quantile(0.1) or 0.0,
        "content_unchecked": rows["content"].null_count(),
    }


quality_scores = sharded_asset(
    ShardedTable(
        table=QUALITY_SCORES,
        inputs={"candidate_images": CANDIDATE_IMAGES, "products": PRODUCTS},
        item=("candidate_id", "image_hash", "checker_version"),
        wanted=pictures_to_look_at,
        work=batchwise(score),
        batch_rows=lambda resources: resources.checks.batch_size,
        resource_keys=frozenset({"checks", "pictures"}),
        describe=describe_scores,
        kinds=frozenset({"polars", "parquet", "opencv"}),
    )
)
