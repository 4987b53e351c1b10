"""What guests see: one picture a product, with lineage from the menu row to the file.

Belongs here: the catalogue. Does not belong here: making and withdrawing the files
(`published_files.py`).
"""

import dagster as dg
import polars as pl

from menu_assets.metadata import contact_sheet
from menu_assets.table_asset import table_asset
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import ENGLISH_MENU
from menu_assets.tables.publication import PUBLISHED_CATALOGUE, PUBLISHED_FILES
from resources.disclosure import Disclosure
from resources.picture_store import PictureStore
from resources.publisher import MASTER, Publisher


def catalogue_of(
    published_files: pl.DataFrame,
    english_menu: pl.DataFrame,
    candidate_images: pl.DataFrame,
    disclosure: Disclosure,
) -> pl.DataFrame:
    """The catalogue of the files that there are: the picture itself of each product."""
    masters = published_files.filter(
        (pl.col("channel") == MASTER) & pl.col("file").is_not_null()
    ).rename({"file": "published_file"})
    labels = [
        label and label.text
        for label in (
            disclosure.label(*row)
            for row in masters.select("country", "digital_source_type").iter_rows()
        )
    ]
    return (
        masters.with_columns(pl.Series("disclosure_label", labels, pl.String))
        .join(english_menu.select("product_id", "name", "english_name"), on="product_id")
        .join(
            candidate_images.select("candidate_id", "model_id", "model_revision", "prompt_id"),
            on="candidate_id",
        )
        .with_columns(
            pl.format("{} ({}), generated picture", "name", "english_name").alias("alt_text")
        )
        .select(PUBLISHED_CATALOGUE.schema.names())
        .sort("product_id")
    )


@table_asset(PUBLISHED_CATALOGUE, inputs=[PUBLISHED_FILES, ENGLISH_MENU, CANDIDATE_IMAGES])
def published_catalogue(
    published_files: pl.DataFrame,
    english_menu: pl.DataFrame,
    candidate_images: pl.DataFrame,
    pictures: dg.ResourceParam[PictureStore],
    publisher: dg.ResourceParam[Publisher],
) -> dg.MaterializeResult:
    """List what is published."""
    catalogue = catalogue_of(published_files, english_menu, candidate_images, publisher.disclosure)
    return dg.MaterializeResult(
        value=catalogue,
        metadata={
            "pictures_published": catalogue.height,
            "contact_sheet": contact_sheet(pictures, catalogue["image_hash"].to_list()),
        },
    )
