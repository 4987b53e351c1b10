"""Photos that vendors sent of dishes without a picture: which of them food can be redrawn in.

Belongs here: which photos are looked at, and what is written down and kept of them. Does not belong
here: reading photos (`resources/vendor_photos.py`), judging them (`resources/food_finder.py`), and
drawing into them (`candidate_images.py`).
"""

import json
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg
import numpy as np
import polars as pl

from menu_assets.metadata import contact_sheet
from menu_assets.sharded_table import Resources, ShardedTable, batchwise, sharded_asset
from menu_assets.tables.images import VENDOR_PHOTOS
from menu_assets.tables.menu import IMAGE_COVERAGE, PRODUCTS
from resources.food_finder import Food, FoodFinder
from resources.photo_decoding import UnusablePhoto
from resources.picture_store import StoredPicture
from resources.vendor_photos import PASSING, VendorPhotos

LOOKED_AT = ("country", "product_id", "photo_url", "photo_fingerprint", "finder_version")


def photos_to_look_at(
    resources: Resources, products: pl.DataFrame, image_coverage: pl.DataFrame
) -> pl.DataFrame:
    """Each photo of a dish without a picture, once for its bytes and the version of the finder."""
    photos: VendorPhotos = resources.photos
    rows = (
        products.filter(pl.col("photo_url").is_not_null())
        .join(image_coverage.filter(~pl.col("has_picture")), on="product_id", how="semi")
        .sort("product_id")
    )
    updated = rows["updated_at"].cast(pl.String).fill_null("").to_list()
    fingerprints = photos.fingerprints(rows["photo_url"].to_list(), updated)
    rows = rows.with_columns(
        pl.Series("photo_fingerprint", fingerprints, pl.String),
        finder_version=pl.lit(resources.finder.version),
    ).select(LOOKED_AT)
    if rows.is_empty():
        return rows
    held = resources.tables.read(VENDOR_PHOTOS, rows["country"][0])
    return asked_again(rows, held, today=datetime.now(UTC).date())


def asked_again(wanted: pl.DataFrame, held: pl.DataFrame, *, today: date) -> pl.DataFrame:
    """The wanted rows, those of photos that were out of reach as new ones, once a day.

    Their fingerprint gets the day of the try: `3f9c...@2026-11-24`. When it works, that stays.
    """
    before = held.select(
        "product_id",
        "photo_url",
        before="photo_fingerprint",
        was_out_of_reach=pl.col("reason_code").is_in(list(PASSING)).fill_null(False),
    )
    is_same_photo = pl.col("before").str.starts_with(pl.col("photo_fingerprint"))
    return (
        wanted.join(before, on=["product_id", "photo_url"], how="left", maintain_order="left")
        .with_columns(
            photo_fingerprint=pl.when(is_same_photo & pl.col("was_out_of_reach"))
            .then(pl.col("photo_fingerprint") + f"@{today.isoformat()}")
            .when(is_same_photo)
            .then("before")
            .otherwise("photo_fingerprint")
        )
        .select(LOOKED_AT)
    )


def look_at_photos(resources: Resources, run_id: str, batch: pl.DataFrame) -> pl.DataFrame:
    """Read a batch of photos, find the food in them, and keep photos and masks that can be used.

    Raises:
        dg.Failure: this process has other weights than the one that planned.
    """
    del run_id  # what is found is the same whoever looks
    finder: FoodFinder = resources.finder
    planned = set(batch["finder_version"])
    if planned != {finder.version}:
        raise dg.Failure(
            f"planned for {', '.join(planned)}, but here is {finder.version}: give all steps the "
            "same folder of models (GARNISH_MODELS)",
            allow_retries=False,
        )
    photos = resources.photos.read_all(batch["photo_url"].to_list())
    seen = [photo for photo in photos if isinstance(photo, np.ndarray)]
    foods = iter(finder.find(seen))
    rows = [
        _used(resources, row, photo, next(foods))
        if isinstance(photo, np.ndarray)
        else _unusable(row, photo)
        for row, photo in zip(batch.iter_rows(named=True), photos, strict=True)
    ]
    return pl.DataFrame(rows, schema=VENDOR_PHOTOS.schema)


def _used(
    resources: Resources, row: dict[str, Any], photo: np.ndarray, food: Food | UnusablePhoto
) -> dict[str, Any]:
    if isinstance(food, UnusablePhoto):
        return _unusable(row, food)
    grey = np.round(food.mask * 255).astype(np.uint8)
    kept = resources.pictures.put(photo)
    mask = resources.pictures.put(np.repeat(grey[..., None], 3, axis=2), lossless=True)
    x0, y0, x1, y1 = food.box
    return {
        **row,
        "status": "usable",
        "photo_hash": kept.image_hash,
        "photo_bytes": kept.image_bytes,
        "mask_hash": mask.image_hash,
        "mask_bytes": mask.image_bytes,
        "width_px": photo.shape[1],
        "height_px": photo.shape[0],
        "food_box": json.dumps([round(side, 4) for side in food.box]),
        "food_share": (x1 - x0) * (y1 - y0),
    }


def _unusable(row: dict[str, Any], why: UnusablePhoto) -> dict[str, Any]:
    return {**row, "status": "unusable", "reason_code": why.reason_code, "reason": why.reason}


def damaged_photos(resources: Resources, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose kept photo or mask is gone or truncated: looked at again by the next run."""
    usable = rows.filter(pl.col("status") == "usable")
    files = [
        StoredPicture(*file)
        for name in ("photo", "mask")
        for file in usable.select(f"{name}_hash", f"{name}_bytes").iter_rows()
    ]
    damaged = list(resources.pictures.damaged(files))
    return usable.filter(pl.col("photo_hash").is_in(damaged) | pl.col("mask_hash").is_in(damaged))


def describe_photos(resources: Resources, rows: pl.DataFrame) -> dict[str, Any]:
    """Numbers that the UI plots, why photos cannot be used, and those that can."""
    usable = rows.filter(pl.col("status") == "usable")
    unusable = rows.filter(pl.col("status") == "unusable")
    reasons = unusable["reason_code"].value_counts(sort=True).sort("count", "reason_code")
    return {
        "photos": rows.height,
        "photos_usable": usable.height,
        "photos_unusable": unusable.height,
        "unusable_by_reason": dict(reversed(list(reasons.iter_rows()))),
        "usable_photos": contact_sheet(resources.pictures, usable["photo_hash"].to_list()),
    }


vendor_photos = sharded_asset(
    ShardedTable(
        table=VENDOR_PHOTOS,
        inputs={"products": PRODUCTS, "image_coverage": IMAGE_COVERAGE},
        item=("product_id", "photo_url", "photo_fingerprint", "finder_version"),
        wanted=photos_to_look_at,
        work=batchwise(look_at_photos),
        batch_rows=lambda resources: resources.finder.batch_size,
        resource_keys=frozenset({"photos", "finder", "pictures"}),
        broken=damaged_photos,
        describe=describe_photos,
        kinds=frozenset({"polars", "parquet", "opencv"}),
    )
)
