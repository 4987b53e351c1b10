"""What the pictures cost: device time and dollars, for a picture and for an approved one."""

import dagster as dg
import polars as pl

from menu_assets.table_asset import table_asset
from menu_assets.tables.costs import GENERATION_COSTS
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.review import APPROVED_IMAGES


def costs_of(candidate_images: pl.DataFrame, approved_images: pl.DataFrame) -> pl.DataFrame:
    """The ledger: every try ever paid for, by day, model and kind of accelerator."""
    failed = pl.col("status") == "failed"
    is_approved = pl.col("candidate_id").is_in(approved_images["candidate_id"].to_list())
    return (
        candidate_images.group_by(
            "country",
            pl.col("made_at").dt.date().alias("day"),
            "model_id",
            "model_revision",
            "gpu_class",
        )
        .agg(
            (~failed).sum().cast(pl.Int64).alias("pictures_made"),
            failed.sum().cast(pl.Int64).alias("pictures_failed"),
            is_approved.sum().cast(pl.Int64).alias("pictures_approved"),
            pl.col("gpu_seconds").sum(),
            pl.col("cost_usd").sum(),
        )
        .with_columns(
            _price_of_one("pictures_made").alias("cost_usd_per_picture"),
            _price_of_one("pictures_approved").alias("cost_usd_per_approved_picture"),
        )
        .sort("day", "model_id")
    )


def _price_of_one(count: str) -> pl.Expr:
    return pl.when(pl.col(count) > 0).then(pl.col("cost_usd") / pl.col(count))


@table_asset(GENERATION_COSTS, inputs=[CANDIDATE_IMAGES, APPROVED_IMAGES])
def generation_costs(
    candidate_images: pl.DataFrame, approved_images: pl.DataFrame
) -> dg.MaterializeResult:
    """Add up."""
    frame = costs_of(candidate_images, approved_images)
    cost_usd = float(frame["cost_usd"].sum())
    approved = int(frame["pictures_approved"].sum())
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "gpu_seconds": round(float(frame["gpu_seconds"].sum()), 2),
            "cost_usd": round(cost_usd, 6),
            "cost_usd_per_approved_picture": round(cost_usd / max(1, approved), 8),
        },
    )
