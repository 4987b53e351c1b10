"""The files that guests' apps load: one for each product and channel, marked, signed, read back.

Belongs here: which files there have to be, keeping what is as it should be, making and removing the
rest. Does not belong here: how a file is made (`resources/publisher.py`), and the catalogue of what
is shown (`publication.py`).
"""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import dagster as dg
import polars as pl
from upath import UPath

from menu_assets.table_asset import Check, table_asset
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import PRODUCTS
from menu_assets.tables.publication import PUBLISHED_FILES
from menu_assets.tables.review import APPROVED_IMAGES
from resources.atomic_files import replacing
from resources.checks.check import Dish, Picture
from resources.picture_store import DamagedPicture
from resources.publisher import (
    SUFFIXES,
    ApprovedPicture,
    NotPublishable,
    Publisher,
)
from resources.rollout import RolledOut, Rollout
from resources.short_hash import short_hash
from resources.table_store import TableStore
from resources.vendor_choices import VendorChoices, Withheld

FILES_MATCH = Check(
    "files_match_their_hash",
    "Each published file has the bytes that were read back when it was made.",
    blocking=True,
)

LONGEST_NAME = 150
"""Characters of a product id in a file's name; file systems take 255 bytes in all."""


def shown_pictures(
    approved_images: pl.DataFrame,
    products: pl.DataFrame,
    withheld: Withheld,
    rolled_out: RolledOut,
) -> pl.DataFrame:
    """The approved pictures, with `withheld_by`: owner, rollout, or None = it may be shown."""
    with_vendor = approved_images.join(products.select("product_id", "vendor_id"), on="product_id")
    columns = with_vendor.select("country", "vendor_id", "product_id").iter_rows()
    why = [
        "owner"
        if withheld.covers(vendor_id, product_id)
        else None
        if rolled_out.covers(country, vendor_id)
        else "rollout"
        for country, vendor_id, product_id in columns
    ]
    return with_vendor.with_columns(pl.Series("withheld_by", why, pl.String))


def pictures_of(
    approved_images: pl.DataFrame, candidate_images: pl.DataFrame
) -> list[ApprovedPicture]:
    """The rows as the publisher takes them."""
    made_by = candidate_images.select("candidate_id", "model_id", "model_revision", "photo_hash")
    names = list(ApprovedPicture.__dataclass_fields__)
    rows = approved_images.join(made_by, on="candidate_id").select(names)
    return [ApprovedPicture(**row) for row in rows.iter_rows(named=True)]


def is_intact(root: UPath, file: str, file_hash: str) -> bool:
    """Whether a published file is there, with the bytes that it should have."""
    path = root / file
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == file_hash


def kept_rows(
    pictures: Sequence[ApprovedPicture], publisher: Publisher, before: pl.DataFrame, root: UPath
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The rows of the former table that still say what is true, by product and channel."""
    by_key = {(row["product_id"], row["channel"]): row for row in before.iter_rows(named=True)}
    kept: dict[tuple[str, str], Mapping[str, Any]] = {}
    for picture in pictures:
        for channel in publisher.all_channels:
            row = by_key.get((picture.product_id, channel))
            if row is None or row["made_from"] != publisher.made_from(picture, channel):
                continue
            if row["file"] is None or is_intact(root, row["file"], row["file_hash"]):
                kept[picture.product_id, channel] = row
    return kept


def published_rows(
    picture: ApprovedPicture, channels: Iterable[str], publisher: Publisher, root: UPath
) -> list[Mapping[str, Any]]:
    """Make a picture's files for some channels, write them, and say so; or say why there are none.

    Raises:
        DamagedPicture: the picture is gone or altered.
        CredentialsError: nothing can be signed.
    """
    seen = Picture(publisher.pictures.read(picture.image_hash), Dish(""))
    rows: list[Mapping[str, Any]] = []
    for channel in channels:
        row = dict.fromkeys(PUBLISHED_FILES.schema) | {
            **{name: getattr(picture, name) for name in ("country", "product_id", "candidate_id")},
            "image_hash": picture.image_hash,
            "decision_id": picture.decision_id,
            "channel": channel,
            "digital_source_type": picture.source_type,
            "made_from": publisher.made_from(picture, channel),
        }
        try:
            made = publisher.publish(picture, channel, seen)
        except NotPublishable as error:
            rows.append(row | {"reason": str(error)})
            continue
        file_hash = hashlib.sha256(made.data).hexdigest()
        file = published_file(picture, channel, file_hash, SUFFIXES[made.format])
        with replacing(root / file) as beside:
            beside.write_bytes(made.data)
        rows.append(
            row
            | {
                "file": file,
                "file_hash": file_hash,
                "file_bytes": len(made.data),
                "width_px": made.width_px,
                "height_px": made.height_px,
                "format": made.format,
                "watermark_id": picture.watermark_id(channel),
                "published_at": datetime.now(UTC),
            }
        )
    return rows


def published_file(picture: ApprovedPicture, channel: str, file_hash: str, suffix: str) -> str:
    """The path of a published file: new bytes get a new name, so that no cache is stale."""
    product = quote(picture.product_id, safe="")
    if len(product) > LONGEST_NAME:
        product = short_hash(picture.product_id)
    return f"{picture.country}/{product}-{channel}-{file_hash[:12]}.{suffix}"


def withdraw(root: UPath, country: str, keep: Iterable[str | None]) -> list[str]:
    """Remove the files of a country that are not to be kept; returns their names."""
    folder = root / country
    paths = folder.iterdir() if folder.exists() else ()  # a store has no empty folders
    there = {f"{country}/{path.name}" for path in paths}
    withdrawn = sorted(there - set(keep))
    for file in withdrawn:
        (root / file).unlink(missing_ok=True)
    return withdrawn


@table_asset(
    PUBLISHED_FILES, inputs=[APPROVED_IMAGES, CANDIDATE_IMAGES, PRODUCTS], checks=[FILES_MATCH]
)
def published_files(
    context: dg.AssetExecutionContext,
    approved_images: pl.DataFrame,
    candidate_images: pl.DataFrame,
    products: pl.DataFrame,
    tables: dg.ResourceParam[TableStore],
    publisher: dg.ResourceParam[Publisher],
    publication_root: dg.ResourceParam[UPath],
    vendors: dg.ResourceParam[VendorChoices],
    rollout: dg.ResourceParam[Rollout],
) -> dg.MaterializeResult:
    """Publish what is approved and may be shown, withdraw what no longer is."""
    country, root = context.partition_key, publication_root
    candidates = shown_pictures(approved_images, products, vendors.withheld(country), rollout.now())
    shown = candidates.filter(pl.col("withheld_by").is_null())
    before = tables.read(PUBLISHED_FILES, country)
    # First of all what may not be seen any more, whatever goes wrong with new files.
    still = before.join(shown, on=["product_id", "image_hash"], how="semi")
    withdrawn = withdraw(root, country, still["file"])

    pictures = pictures_of(shown, candidate_images)
    kept = kept_rows(pictures, publisher, before, root)
    missing = {
        picture: [
            channel
            for channel in publisher.all_channels
            if (picture.product_id, channel) not in kept
        ]
        for picture in pictures
    }

    def make(picture: ApprovedPicture) -> list[Mapping[str, Any]] | None:
        try:
            return published_rows(picture, missing[picture], publisher, root)
        except DamagedPicture as error:
            context.log.warning("%s waits until it is made again: %s", picture.product_id, error)
            return None

    # Encoding, transforms and signing leave Python's lock.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        answers = list(threads.map(make, [one for one, some in missing.items() if some]))
    made = [row for rows in answers if rows for row in rows]
    frame = pl.DataFrame([*kept.values(), *made], PUBLISHED_FILES.schema, orient="row").sort(
        PUBLISHED_FILES.key
    )
    withdrawn += withdraw(root, country, frame["file"])
    new = [row for row in made if row["file"]]
    wrong = [row["file"] for row in new if not is_intact(root, row["file"], row["file_hash"])]
    withheld = candidates["withheld_by"]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "files_published": frame["file"].count(),
            "files_made": len(new),
            "files_withdrawn": len(withdrawn),
            "files_impossible": frame["reason"].count(),
            "pictures_withheld_by_owners": int((withheld == "owner").sum()),
            "pictures_withheld_by_rollout": int((withheld == "rollout").sum()),
            "pictures_damaged": answers.count(None),
            "folder": dg.MetadataValue.path(str(root / country)),
        },
        check_results=[
            FILES_MATCH.result(PUBLISHED_FILES, passed=not wrong, wrong_files=len(wrong))
        ],
    )
