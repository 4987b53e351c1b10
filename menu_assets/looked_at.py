"""What both score assets have in common: which pictures are looked at, and opening them."""

import logging
from collections.abc import Iterator
from typing import Any

import polars as pl

from menu_assets.sharded_table import Resources
from resources.checks.check import Dish, Picture
from resources.picture_store import DamagedPicture

logger = logging.getLogger("garnish.pictures")


def pictures_to_look_at(
    resources: Resources, candidate_images: pl.DataFrame, products: pl.DataFrame
) -> pl.DataFrame:
    """Every picture ever made, once for its bytes, the version of the checks and its dish.

    Pictures of former prompts too: an approval that still stands needs its vetoes looked up. A dish
    that becomes vegan is another dish to the checks: its pictures are looked at again.
    """
    made = candidate_images.filter(pl.col("status") == "made")
    stated = products.select("product_id", "category", "dietary_flags")
    return made.join(stated, on="product_id", how="left", maintain_order="left").select(
        "candidate_id",
        "country",
        "product_id",
        "image_hash",
        "subject",
        pl.col("category").fill_null(""),
        pl.col("dietary_flags").fill_null(""),
        checker_version=pl.concat_str(
            pl.lit(resources.checks.version),
            pl.col("category").fill_null(""),
            pl.col("dietary_flags").fill_null(""),
            separator="|",
        ),
    )


def opened(
    resources: Resources, batch: pl.DataFrame
) -> Iterator[tuple[dict[str, Any], Picture | None]]:
    """Each row with its picture; None where the file is damaged."""
    for row in batch.iter_rows(named=True):
        try:
            pixels = resources.pictures.read(row["image_hash"])
        except DamagedPicture as error:
            logger.warning("%s %s: %s", row["country"], row["product_id"], error)
            yield row, None
            continue
        flags = frozenset(flag for flag in row["dietary_flags"].split(";") if flag)
        yield row, Picture(pixels, Dish(row["subject"], row["category"], flags, row["country"]))
