"""Which products have a picture, and which of the others matter most."""

import dagster as dg
import polars as pl

from menu_assets.table_asset import table_asset
from menu_assets.tables.menu import IMAGE_COVERAGE, PRODUCTS


def coverage_of(products: pl.DataFrame) -> pl.DataFrame:
    """One row a product; those without a picture are numbered by views, most viewed first."""
    has_picture = pl.col("picture_url").is_not_null()
    most_viewed_first = pl.struct(-pl.col("views_30d"), pl.col("product_id")).rank("ordinal")
    return products.select(
        "country",
        "product_id",
        "vendor_id",
        "category",
        has_picture.alias("has_picture"),
        "views_30d",
        "add_to_carts_30d",
        "purchases_30d",
        pl.when(~has_picture)
        .then(most_viewed_first.over(has_picture))
        .cast(pl.Int64)
        .alias("priority"),
    )


@table_asset(IMAGE_COVERAGE, inputs=[PRODUCTS])
def image_coverage(products: pl.DataFrame) -> dg.MaterializeResult:
    """Mark the work."""
    coverage = coverage_of(products)
    pictured = coverage.filter("has_picture")
    purchases = max(1, int(coverage["purchases_30d"].sum()))
    return dg.MaterializeResult(
        value=coverage,
        metadata={
            "products_without_picture": coverage.height - pictured.height,
            "picture_share": pictured.height / max(1, coverage.height),
            "purchase_share_with_picture": int(pictured["purchases_30d"].sum()) / purchases,
        },
    )
