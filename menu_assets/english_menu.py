"""English names of the dishes without a picture: models draw what they can read."""

import dagster as dg
import polars as pl

from menu_assets.table_asset import Check, table_asset
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS
from resources.countries import country
from resources.table_store import TableStore
from resources.translation import Translator, script_of

MOST_NAMES_READ = Check(
    "most_names_translated", "At most 20 % of the names are only spelled in Latin letters."
)


def translated(rows: pl.DataFrame, translator: Translator, language: str) -> pl.DataFrame:
    """Rows with country, product_id, name and description as rows of the English menu.

    A dish needs a name, if only a spelled one; a description with words that are only spelled is
    left out, since it would tell a model nothing.
    """
    names = translator.translate(rows["name"].to_list(), language=language)
    described = rows.filter(pl.col("description").is_not_null())
    descriptions = translator.translate(described["description"].to_list(), language=language)
    english = pl.DataFrame(
        {
            "product_id": described["product_id"],
            "english_description": [
                None if text.is_spelled else text.text for text in descriptions
            ],
        },
        schema={"product_id": pl.String, "english_description": pl.String},
    )
    return rows.with_columns(
        pl.Series("script", [script_of(name) for name in rows["name"]], pl.String),
        pl.Series("english_name", [name.text for name in names], pl.String),
        pl.Series("method", [name.method for name in names], pl.String),
        translator_version=pl.lit(translator.version),
    ).join(english, on="product_id", how="left")


@table_asset(ENGLISH_MENU, inputs=[PRODUCTS, IMAGE_COVERAGE], checks=[MOST_NAMES_READ])
def english_menu(
    context: dg.AssetExecutionContext,
    products: pl.DataFrame,
    image_coverage: pl.DataFrame,
    tables: dg.ResourceParam[TableStore],
    translator: dg.ResourceParam[Translator],
) -> dg.MaterializeResult:
    """Translate what is new or was written anew; the rest is kept."""
    without = image_coverage.filter(~pl.col("has_picture"))
    wanted = products.join(without, on="product_id", how="semi").select(
        "country", "product_id", "name", "description"
    )
    written = ["product_id", "name", "description"]
    held = tables.read(ENGLISH_MENU, context.partition_key).filter(
        pl.col("translator_version") == translator.version
    )
    kept = held.join(wanted, on=written, how="semi", nulls_equal=True)
    missing = wanted.join(kept, on="product_id", how="anti")
    new = translated(missing, translator, country(context.partition_key).language)
    columns = ENGLISH_MENU.schema.names()
    frame = pl.concat([kept.select(columns), new.select(columns)]).sort("product_id")
    spelled = frame.filter(pl.col("method") == "transliteration").height
    return dg.MaterializeResult(
        value=frame,
        metadata={"new_items": missing.height, "names_only_spelled": spelled},
        check_results=[
            MOST_NAMES_READ.result(
                ENGLISH_MENU, passed=spelled <= 0.2 * frame.height, names_only_spelled=spelled
            )
        ],
    )
