"""What guests see: one file a product, with lineage from the menu row to the file."""

import hashlib
from datetime import UTC, datetime
from urllib.parse import quote

import dagster as dg
import polars as pl
from upath import UPath

from menu_assets.metadata import contact_sheet
from menu_assets.table_asset import Check, table_asset
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import ENGLISH_MENU
from menu_assets.tables.publication import PUBLISHED_CATALOGUE
from menu_assets.tables.review import APPROVED_IMAGES
from resources.atomic_files import replacing
from resources.picture_store import PictureStore
from resources.table_store import TableStore

FILES_MATCH = Check(
    "files_match_their_hash", "Each published file has the approved bytes.", blocking=True
)


def published_file(country: str, product_id: str, image_hash: str) -> str:
    """The path of a published picture: new bytes get a new name, so that no cache is stale."""
    return f"{country}/{quote(product_id, safe='')}-{image_hash[:12]}.webp"


def catalogue_of(
    approved_images: pl.DataFrame,
    english_menu: pl.DataFrame,
    candidate_images: pl.DataFrame,
    before: pl.DataFrame,
    now: datetime,
) -> pl.DataFrame:
    """The catalogue that the approvals ask for; what was published before keeps its time."""
    files = [
        published_file(*row)
        for row in approved_images.select("country", "product_id", "image_hash").iter_rows()
    ]
    return (
        approved_images.with_columns(pl.Series("published_file", files, pl.String))
        .join(english_menu.select("product_id", "name", "english_name"), on="product_id")
        .join(
            candidate_images.select("candidate_id", "model_id", "model_revision", "prompt_id"),
            on="candidate_id",
        )
        .join(before.select("published_file", "published_at"), on="published_file", how="left")
        .with_columns(
            pl.format("{} ({}), generated picture", "name", "english_name").alias("alt_text"),
            pl.col("published_at").fill_null(pl.lit(now).cast(pl.Datetime("us", "UTC"))),
        )
        .select(PUBLISHED_CATALOGUE.schema.names())
        .sort("product_id")
    )


def publish(
    root: UPath, pictures: PictureStore, catalogue: pl.DataFrame, country: str
) -> list[str]:
    """Make the files of a country exactly those of the catalogue.

    Returns:
        The files that were withdrawn.
    """
    (root / country).mkdir(parents=True, exist_ok=True)
    there = {f"{country}/{path.name}" for path in (root / country).iterdir()}
    for file, image_hash in catalogue.select("published_file", "image_hash").iter_rows():
        if file not in there:
            with replacing(root / file) as beside:
                beside.write_bytes(pictures.read_bytes(image_hash))
    withdrawn = sorted(there - set(catalogue["published_file"]))
    for file in withdrawn:
        (root / file).unlink(missing_ok=True)
    return withdrawn


@table_asset(
    PUBLISHED_CATALOGUE,
    inputs=[APPROVED_IMAGES, ENGLISH_MENU, CANDIDATE_IMAGES],
    checks=[FILES_MATCH],
)
def published_catalogue(
    context: dg.AssetExecutionContext,
    approved_images: pl.DataFrame,
    english_menu: pl.DataFrame,
    candidate_images: pl.DataFrame,
    tables: dg.ResourceParam[TableStore],
    pictures: dg.ResourceParam[PictureStore],
    publication_root: dg.ResourceParam[UPath],
) -> dg.MaterializeResult:
    """Publish what is approved, withdraw what no longer is."""
    country = context.partition_key
    before = tables.read(PUBLISHED_CATALOGUE, country)
    catalogue = catalogue_of(
        approved_images, english_menu, candidate_images, before, datetime.now(UTC)
    )
    withdrawn = publish(publication_root, pictures, catalogue, country)
    files = catalogue.select("published_file", "image_hash").iter_rows()
    wrong = [
        file
        for file, image_hash in files
        if hashlib.sha256((publication_root / file).read_bytes()).hexdigest() != image_hash
    ]
    for file in wrong:  # the next materialization puts it back
        (publication_root / file).unlink()
    return dg.MaterializeResult(
        value=catalogue,
        metadata={
            "pictures_published": catalogue.height,
            "pictures_withdrawn": len(withdrawn),
            "folder": dg.MetadataValue.path(str(publication_root / country)),
            "contact_sheet": contact_sheet(pictures, catalogue["image_hash"].to_list()),
        },
        check_results=[
            FILES_MATCH.result(PUBLISHED_CATALOGUE, passed=not wrong, wrong_files=len(wrong))
        ],
    )
