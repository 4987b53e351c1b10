"""The feed: what changed in a country's catalogue, told to those who show the pictures.

Belongs here: what is told of a picture, the events, and the files for those who rather fetch the
whole. Does not belong here: keeping events (`resources/catalogue_feed.py`) and sending them
(`sensors/feed_deliveries.py`).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import dagster as dg
import polars as pl
from upath import UPath

from menu_assets.metadata import OWNERS
from menu_assets.table_asset import table_asset
from menu_assets.tables.menu import PRODUCTS
from menu_assets.tables.publication import CATALOGUE_FEED, PUBLISHED_CATALOGUE, PUBLISHED_FILES
from resources.atomic_files import replacing
from resources.catalogue_feed import CatalogueFeed, FeedEvent
from resources.table_store import write_atomically

FOLDER = "feed"
"""Below the publication folder, beside the countries' folders."""

OF_A_FILE = ("channel", "file", "file_hash", "file_bytes", "width_px", "height_px", "format")

FEED_DELIVERIES = dg.AssetSpec(
    ["publication", "feed_deliveries"],
    deps=[list(CATALOGUE_FEED.path)],
    description="What the targets of `GARNISH_FEED_TARGETS` took: see `garnish feed status`.",
    group_name=CATALOGUE_FEED.group,
    owners=OWNERS,
    kinds={"webhook"},
)


def with_dish_and_files(
    published_catalogue: pl.DataFrame, products: pl.DataFrame, published_files: pl.DataFrame
) -> pl.DataFrame:
    """The catalogue with the dish's name and vendor, and its `files` for all channels."""
    files = (
        published_files.filter(pl.col("file").is_not_null())
        .sort("channel")
        .group_by("product_id", maintain_order=True)
        .agg(pl.struct(OF_A_FILE).alias("files"))
    )
    dishes = products.select("product_id", "vendor_id", "name")
    return published_catalogue.join(
        dishes, on="product_id", how="left", maintain_order="left"
    ).join(files, on="product_id", how="left", maintain_order="left")


def payloads_of(catalogue: pl.DataFrame) -> dict[str, Mapping[str, Any]]:
    """What is told of each product, as JSON values."""
    return {
        row["product_id"]: {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        for row in catalogue.iter_rows(named=True)
    }


def write_whole(root: UPath, country: str, catalogue: pl.DataFrame) -> None:
    """Swap in the whole catalogue of a country, as Parquet and as JSON lines."""
    write_atomically(root / FOLDER / f"{country}.parquet", catalogue)
    with (
        replacing(root / FOLDER / f"{country}.jsonl") as beside,
        beside.open("w", encoding="utf-8") as file,
    ):
        for payload in payloads_of(catalogue).values():
            file.write(json.dumps(payload, ensure_ascii=False) + "\n")


def events_frame(events: list[FeedEvent]) -> pl.DataFrame:
    """Events as rows, in their order."""
    names = ("number", "event_id", "country", "product_id", "kind", "created_at")
    rows = [
        {name: getattr(event, name) for name in names}
        | {name: event.payload[name] for name in ("candidate_id", "published_file")}
        for event in events
    ]
    return pl.DataFrame(rows, schema=CATALOGUE_FEED.schema)


@table_asset(CATALOGUE_FEED, inputs=[PUBLISHED_CATALOGUE, PRODUCTS, PUBLISHED_FILES])
def catalogue_feed(
    context: dg.AssetExecutionContext,
    published_catalogue: pl.DataFrame,
    products: pl.DataFrame,
    published_files: pl.DataFrame,
    feed: dg.ResourceParam[CatalogueFeed],
    publication_root: dg.ResourceParam[UPath],
) -> dg.MaterializeResult:
    """Write what changed since it was told last; a sensor sends it."""
    country = context.partition_key
    catalogue = with_dish_and_files(published_catalogue, products, published_files)
    # Before the events: who fetches the whole because of one finds it changed.
    write_whole(publication_root, country, catalogue)
    new = feed.record(country, payloads_of(catalogue))
    return dg.MaterializeResult(
        value=events_frame(feed.events(country)),
        metadata={
            **{f"newly_{kind}": new[kind] for kind in ("published", "replaced", "withdrawn")},
            "folder": dg.MetadataValue.path(str(publication_root / FOLDER)),
        },
    )
