"""Table of the group `costs`: what the pictures cost."""

import polars as pl

from menu_assets.tables.menu import COUNT, COUNTRY, NUMBER, TEXT
from resources.table_schema import Column, Table

GENERATION_COSTS = Table(
    "costs",
    "generation_costs",
    "Device time and dollars by day, model and kind of accelerator.",
    key=("country", "day", "model_id", "model_revision", "gpu_class"),
    columns=(
        COUNTRY,
        Column("day", pl.Date(), "Day (UTC)"),
        Column("model_id", TEXT, "Model"),
        Column("model_revision", TEXT, "Hash of the model's weights"),
        Column("gpu_class", TEXT, "Kind of accelerator"),
        Column("pictures_made", COUNT, "Pictures made", unit="pictures"),
        Column("pictures_failed", COUNT, "Tries without a picture", unit="tries"),
        Column("pictures_approved", COUNT, "Of the made ones, approved by now", unit="pictures"),
        Column("gpu_seconds", NUMBER, "Device time", unit="s"),
        Column("cost_usd", NUMBER, "Price of that time, and what APIs asked", unit="USD"),
        Column("cost_usd_per_picture", NUMBER, "Price of one picture", unit="USD", nullable=True),
        Column(
            "cost_usd_per_approved_picture",
            NUMBER,
            "Price of one approved picture, the others' price included",
            unit="USD",
            nullable=True,
        ),
    ),
)
