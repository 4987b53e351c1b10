"""The text that a model draws each dish from, and whether a vendor's photo is drawn into.

Belongs here: from an English menu, products and photos to prompts. Does not belong here: templates
(`prompt_templates.py`), what a name is freed from (`subjects.py`), and embeddings
(`gpu_ops/prompt_embedding.py`).
"""

import dagster as dg
import polars as pl

from menu_assets.prompt_templates import (
    Cuisine,
    PromptTemplates,
    Wording,
    flags_of,
    load_templates,
)
from menu_assets.subjects import plain
from menu_assets.table_asset import table_asset
from menu_assets.tables.images import PROMPTS, VENDOR_PHOTOS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS
from resources.picture_generator import Generator
from resources.short_hash import short_hash

DESCRIPTION_CHARACTERS = 400
"""About 100 tokens: what follows is advertising more often than food."""

CUISINE_WORDS = r"^[a-z][a-z' -]{2,29}$"
"""What is longer or has digits is no cuisine."""


def prompts_for(
    english_menu: pl.DataFrame,
    image_coverage: pl.DataFrame,
    products: pl.DataFrame,
    vendor_photos: pl.DataFrame,
    templates: PromptTemplates,
) -> pl.DataFrame:
    """One prompt for each dish of the English menu. All in Polars: a million in seconds."""
    name, vendor = pl.col("english_name"), pl.col("vendor_name")
    told = pl.col("english_description").str.slice(0, DESCRIPTION_CHARACTERS)
    dishes = (
        english_menu.join(image_coverage.select("product_id", "priority"), on="product_id")
        .join(
            products.select("product_id", "vendor_name", "category", "cuisine", "dietary_flags"),
            on="product_id",
        )
        .join(usable(vendor_photos), on="product_id", how="left")
        .lazy()  # so that what an expression names twice is worked out once
        .with_columns(
            subject=pl.coalesce(plain(name, vendor), name),
            told=plain(told, vendor),
            cuisine=_told_cuisine(templates.cuisine),
            mode=pl.when(pl.col("photo_hash").is_null())
            .then(pl.lit("text_to_image"))
            .otherwise(pl.lit("inpaint")),
        )
        .with_columns(template_name=templates.name_for(pl.col("category"), pl.col("subject")))
        .collect()
    )
    dishes = dishes.join(
        _wordings(dishes, templates), on=["template_name", "dietary_flags"], nulls_equal=True
    )
    inpaints = pl.col("mode") == "inpaint"
    dish = pl.concat_str("subject", "told", "cuisine", "diet", separator=", ", ignore_nulls=True)
    prompt = pl.concat_str(
        pl.when(inpaints).then("before_inpaint").otherwise("before"),
        dish,
        pl.when(inpaints).then("after_inpaint").otherwise("after"),
    )
    dishes = dishes.with_columns(
        prompt=prompt,
        camera=pl.when(~inpaints).then("camera"),  # a photo has its own
    )
    # Without a photo these are the three texts alone: photos change no other dish's id.
    identity = pl.concat_str(
        "template",
        "prompt",
        "negative_prompt",
        "photo_hash",
        "mask_hash",
        separator="\x1f",
        ignore_nulls=True,
    )
    ids = [short_hash(text) for text in dishes.select(identity).to_series()]
    return (
        dishes.with_columns(pl.Series("prompt_id", ids, pl.String))
        .select(PROMPTS.schema.names())
        .sort("priority")
    )


def usable(vendor_photos: pl.DataFrame) -> pl.DataFrame:
    """The photos that food can be redrawn in."""
    files = ("photo_hash", "mask_hash")
    return vendor_photos.filter(
        pl.col("status") == "usable", pl.all_horizontal(pl.col(files).is_not_null())
    ).select("product_id", *files)


def unknown_dietary_flags(products: pl.DataFrame, templates: PromptTemplates) -> dict[str, int]:
    """Flags that `prompt_templates.toml` does not know, and how many products state them."""
    stated = products["dietary_flags"].drop_nulls().value_counts().iter_rows()
    unknown: dict[str, int] = {}
    for flags, count in stated:
        for flag in set(flags_of(flags)) - set(templates.dietary):
            unknown[flag] = unknown.get(flag, 0) + count
    return unknown


def _told_cuisine(cuisine: Cuisine) -> pl.Expr:
    written = pl.col("cuisine").str.strip_chars().str.to_lowercase()
    told = written.str.contains(CUISINE_WORDS) & ~written.is_in(cuisine.left_out)
    before, after = cuisine.prompt.split("{cuisine}")
    return pl.when(told).then(pl.lit(before) + written + pl.lit(after))


def _wordings(dishes: pl.DataFrame, templates: PromptTemplates) -> pl.DataFrame:
    """What is said of dishes, for each combination of template and flags: a few hundred at most."""
    combinations = dishes.select("template_name", "dietary_flags").unique()
    rows = [templates.wording(name, flags) for name, flags in combinations.iter_rows()]
    return pl.DataFrame(rows, schema=dict.fromkeys(Wording._fields, pl.String), orient="row")


@table_asset(PROMPTS, inputs=[ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS, VENDOR_PHOTOS])
def prompts(
    context: dg.AssetExecutionContext,
    english_menu: pl.DataFrame,
    image_coverage: pl.DataFrame,
    products: pl.DataFrame,
    vendor_photos: pl.DataFrame,
    generator: dg.ResourceParam[Generator],
) -> dg.MaterializeResult:
    """Write the prompts, most viewed dish first; from photos, where the model can inpaint."""
    templates = load_templates()
    photos = vendor_photos if generator.can_inpaint else vendor_photos.clear()
    frame = prompts_for(english_menu, image_coverage, products, photos, templates)
    drawn = products.join(frame, on="product_id", how="semi")
    unknown = unknown_dietary_flags(drawn, templates)
    if unknown:
        context.log.warning("dietary flags without words: %s", unknown)
    by_template = dict(frame["template"].value_counts(sort=True).iter_rows())
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "example": frame["prompt"][0] if frame.height else "none",
            "dishes_by_template": by_template,
            "dishes_drawn_into_photos": frame.filter(pl.col("mode") == "inpaint").height,
            "unknown_dietary_flags": sum(unknown.values()),
        },
    )
