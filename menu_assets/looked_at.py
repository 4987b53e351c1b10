"""What both score assets have in common: which pictures are looked at, and opening them."""

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from menu_assets.sharded_table import Resources
from resources.picture_store import DamagedPicture

logger = logging.getLogger("garnish.pictures")


def pictures_to_look_at(resources: Resources, candidate_images: pl.DataFrame) -> pl.DataFrame:
    """Every picture ever made, once for its bytes and the version of the checks.

    Pictures of former prompts too: an approval that still stands needs its vetoes looked up.
    """
    made = candidate_images.filter(pl.col("status") == "made")
    return made.select(
        "candidate_id",
        "country",
        "product_id",
        "image_hash",
        "subject",
        checker_version=pl.lit(resources.checks.version),
    )


def opened(
    resources: Resources, batch: pl.DataFrame
) -> Iterator[tuple[dict[str, Any], np.ndarray | None]]:
    """Each row with its picture, (height, width, 3) uint8 RGB; None where the file is damaged."""
    for row in batch.iter_rows(named=True):
        try:
            yield row, resources.pictures.read(row["image_hash"])
        except DamagedPicture as error:
            logger.warning("%s %s: %s", row["country"], row["product_id"], error)
            yield row, None
