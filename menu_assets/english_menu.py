"""English names of the dishes without a picture: models draw what they can read."""

import dagster as dg
import polars as pl

from menu_assets.pods import MODEL_STEP
from menu_assets.table_asset import Check, table_asset
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS
from resources.countries import country
from resources.table_store import TableStore
from resources.translation import Translator, script_of

MOST_NAMES_READ = Check(
    "most_names_translated", "At most 20 % of the names are only spelled in Latin letters."
)


PROVISIONAL = "provisional"
"""In place of a translator's version, so that the next run translates the row again."""


def translated(rows: pl.DataFrame, translator: Translator, language: str) -> pl.DataFrame:
    """Rows with country, product_id, name and description as rows of the English menu.

    A dish needs a name, if only a spelled one; a description with words that are only spelled is
    left out, since it would tell a model nothing.
    """
    texts = list(dict.fromkeys([*rows["name"], *rows["description"].drop_nulls()]))
    found = translator.translate(texts, language=language)
    english = dict(zip(texts, found, strict=True))
    names = [english[name] for name in rows["name"]]
    descriptions = [english.get(text) for text in rows["description"]]
    provisional = [
        name.is_provisional or (text is not None and text.is_provisional)
        for name, text in zip(names, descriptions, strict=True)
    ]
    return rows.with_columns(
        pl.Series("script", [script_of(name) for name in rows["name"]], pl.String),
        pl.Series("english_name", [name.text for name in names], pl.String),
        pl.Series(
            "english_description",
            [None if text is None or text.is_spelled else text.text for text in descriptions],
            pl.String,
        ),
        pl.Series("method", [name.method for name in names], pl.String),
        pl.Series(
            "translator_version",
            [PROVISIONAL if again else translator.version for again in provisional],
            pl.String,
        ),
    )


@table_asset(
    ENGLISH_MENU, inputs=[PRODUCTS, IMAGE_COVERAGE], checks=[MOST_NAMES_READ], pod=MODEL_STEP
)
def english_menu(
    context: dg.AssetExecutionContext,
    products: pl.DataFrame,
    image_coverage: pl.DataFrame,
    tables: dg.ResourceParam[TableStore],
    translator: dg.ResourceParam[Translator],
) -> dg.MaterializeResult:
    """Translate what is new or was written anew; the rest is kept.

    A service that fails does not undo what an earlier translator made of a dish: it would be drawn
    from a worse name, and drawn again later.
    """
    without = image_coverage.filter(~pl.col("has_picture"))
    wanted = products.join(without, on="product_id", how="semi").select(
        "country", "product_id", "name", "description"
    )
    written = ["product_id", "name", "description"]
    held = tables.read(ENGLISH_MENU, context.partition_key).join(
        wanted, on=written, how="semi", nulls_equal=True
    )
    kept = held.filter(pl.col("translator_version") == translator.version)
    missing = wanted.join(kept, on="product_id", how="anti")
    new = translated(missing, translator, country(context.partition_key).language)
    unanswered = new.filter(pl.col("translator_version") == PROVISIONAL)
    earlier = held.join(unanswered, on="product_id", how="semi")
    new = new.join(earlier, on="product_id", how="anti")
    columns = ENGLISH_MENU.schema.names()
    frame = pl.concat([part.select(columns) for part in (kept, earlier, new)]).sort("product_id")
    spelled = frame.filter(pl.col("method") == "transliteration").height
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "new_items": missing.height,
            "names_only_spelled": spelled,
            "items_asked_again_next_time": unanswered.height,
        },
        check_results=[
            MOST_NAMES_READ.result(
                ENGLISH_MENU, passed=spelled <= 0.2 * frame.height, names_only_spelled=spelled
            )
        ],
    )
