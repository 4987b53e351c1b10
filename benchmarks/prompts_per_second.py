"""How long a million prompts take: `python -m benchmarks.prompts_per_second`.

The menu is synthetic: names and descriptions are put together from the terms of the glossary, as
long as those of real menus, in all categories, with cuisines, flags and sizes; one dish in fifty
has a photo. Another process makes it, so that the
memory measured is that of the tables and of the work. Reading the tables is not timed.
"""

import argparse
import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.measurement import measured, write_results
from menu_assets.prompt_templates import load_templates
from menu_assets.prompts import prompts_for
from menu_assets.tables.images import VENDOR_PHOTOS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS
from resources.environment import REPOSITORY
from resources.table_schema import Table

SEED = 20261123
INPUTS = (ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS, VENDOR_PHOTOS)
DESCRIBED_SHARE = 0.7
TERMS_OF_LONGEST_DESCRIPTION = 60
"""About 700 characters: some descriptions are longer than a prompt takes in."""

FURTHER_CATEGORIES = ["", "breakfast", "bebidas", "offers"]
"""What vendors write beside the categories that templates know."""

CUISINES = ["italian", "turkish", "japanese", "Korean", "international", None]
DIETARY_FLAGS = ["vegetarian", "vegetarian;vegan;halal", "halal;spicy", "contains_pork", None, None]
SIZES = [" (8 pcs)", " 0,5 l", " 500 g", "", "", ""]
DISHES_PER_PHOTO = 50


def synthetic_menu(products: int, seed: int) -> dict[Table, pl.DataFrame]:
    """The inputs of prompts: so many dishes, none with a picture."""
    rng = np.random.default_rng(seed)
    glossary = pl.read_csv(REPOSITORY / "resources" / "glossary.csv")
    dishes = glossary.filter(pl.col("kind") == "dish")["english"]
    terms = glossary["english"]
    categories = pl.Series([*load_templates().categories, *FURTHER_CATEGORIES])
    ids = pl.select(product_id=pl.format("p-{}", pl.int_range(products))).to_series()
    views = pl.Series(rng.lognormal(4, 1.5, products).astype(np.int64))

    names = _drawn(dishes, products, rng) + " with " + _drawn(terms, products, rng)
    menu = pl.DataFrame({"product_id": ids, "views_30d": views}).with_columns(
        english_name=names + _drawn(pl.Series(SIZES), products, rng),
        english_description=_descriptions(terms, products, rng),
        category=_drawn(categories, products, rng),
        cuisine=_drawn(pl.Series(CUISINES), products, rng),
        dietary_flags=_drawn(pl.Series(DIETARY_FLAGS), products, rng),
        vendor_id=pl.lit("v-1"),
        vendor_name=pl.format("{} House", _drawn(terms, products, rng)),
        country=pl.lit("de"),
        name=pl.lit("as on the menu"),
        has_picture=pl.lit(False),
        priority=pl.col("views_30d").rank("ordinal", descending=True).cast(pl.Int64),
        status=pl.lit("usable"),
        photo_hash=pl.format("photo of {}", "product_id"),
        mask_hash=pl.format("mask of {}", "product_id"),
    )
    with_photo = pl.int_range(pl.len()) % DISHES_PER_PHOTO == 0
    return {
        table: _filled(table, menu.filter(with_photo) if table is VENDOR_PHOTOS else menu)
        for table in INPUTS
    }


def _filled(table: Table, menu: pl.DataFrame) -> pl.DataFrame:
    """The table's columns from the menu; others are empty, or hold something where they may not."""
    fillers = [
        pl.lit(None if column.nullable else "0").cast(column.dtype).alias(column.name)
        for column in table.columns
        if column.name not in menu.columns
    ]
    return table.checked(menu.with_columns(fillers).select(table.schema.names()))


def write_synthetic_menu(folder: Path, products: int) -> None:
    """The synthetic menu as Parquet files."""
    for table, frame in synthetic_menu(products, SEED).items():
        frame.write_parquet(folder / f"{table}.parquet")


def _drawn(values: pl.Series, size: int, rng: np.random.Generator) -> pl.Series:
    return values.gather(rng.integers(0, len(values), size))


def _descriptions(terms: pl.Series, products: int, rng: np.random.Generator) -> pl.Series:
    """Lists of terms; most are short, a few very long; some products have none."""
    lengths = np.minimum(rng.geometric(0.12, products) + 2, TERMS_OF_LONGEST_DESCRIPTION)
    lengths[rng.random(products) > DESCRIBED_SHARE] = 0
    words = pl.DataFrame(
        {
            "row": np.repeat(np.arange(products), lengths),
            "term": _drawn(terms, int(lengths.sum()), rng),
        }
    )
    described = words.group_by("row", maintain_order=True).agg(pl.col("term").str.join(", "))
    rows = pl.DataFrame({"row": np.arange(products)})
    return rows.join(described, on="row", how="left", maintain_order="left")["term"]


def main() -> None:
    """Measure once, write the figures, print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=1_000_000)
    products = parser.parse_args().products
    with tempfile.TemporaryDirectory() as folder:
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max_workers=1, mp_context=fresh) as other:
            other.submit(write_synthetic_menu, Path(folder), products).result()
        inputs = [
            pl.read_parquet(Path(folder) / f"{table}.parquet", memory_map=False) for table in INPUTS
        ]
    templates = load_templates()
    work = measured(lambda: prompts_for(*inputs, templates))
    prompts = work.result
    characters = int(prompts["prompt"].str.len_chars().sum())
    path = write_results(
        "prompts_per_second",
        work,
        rows=prompts.height,
        rows_per_second=round(prompts.height / work.seconds),
        mean_prompt_characters=round(characters / prompts.height, 1),
    )
    print(
        f"{prompts.height:,} prompts in {work.seconds:.1f} s, {work.peak_mib:,.0f} MiB at the peak"
        f" ({work.peak_mib_before:,.0f} MiB before): {path}"
    )


if __name__ == "__main__":
    main()
