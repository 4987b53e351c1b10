"""How long a million prompts take: `python -m benchmarks.prompts_per_second`.

The English menu is synthetic: names and descriptions are put together from the terms of the
glossary, as long as those of real menus, in all categories. Another process makes it, so that the
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
from menu_assets.prompts import load_templates, prompts_for
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE
from resources.environment import REPOSITORY

SEED = 20261123
ENGLISH_MENU_FILE = "english_menu.parquet"
IMAGE_COVERAGE_FILE = "image_coverage.parquet"
DESCRIBED_SHARE = 0.7
TERMS_OF_LONGEST_DESCRIPTION = 60
"""About 700 characters: some descriptions are longer than a prompt takes in."""

FURTHER_CATEGORIES = ["", "breakfast", "bebidas", "offers"]
"""What vendors write beside the categories that templates know."""


def synthetic_menu(products: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """An English menu and its coverage: so many dishes, none with a picture."""
    rng = np.random.default_rng(seed)
    glossary = pl.read_csv(REPOSITORY / "resources" / "glossary.csv")
    dishes = glossary.filter(pl.col("kind") == "dish")["english"]
    terms = glossary["english"]
    categories = pl.Series([*load_templates().by_category["category"], *FURTHER_CATEGORIES])
    ids = pl.select(product_id=pl.format("p-{}", pl.int_range(products))).to_series()
    views = pl.Series(rng.lognormal(4, 1.5, products).astype(np.int64))

    names = _drawn(dishes, products, rng) + " with " + _drawn(terms, products, rng)
    english_menu = pl.DataFrame({"product_id": ids, "english_name": names}).with_columns(
        country=pl.lit("de"),
        name=pl.col("english_name"),
        description=pl.lit(None, pl.String),
        script=pl.lit("LATIN"),
        english_description=_descriptions(terms, products, rng),
        method=pl.lit("glossary"),
        translator_version=pl.lit("benchmark"),
    )
    image_coverage = pl.DataFrame({"product_id": ids, "views_30d": views}).with_columns(
        country=pl.lit("de"),
        vendor_id=pl.lit("v-1"),
        category=_drawn(categories, products, rng),
        has_picture=pl.lit(False),
        add_to_carts_30d=pl.col("views_30d") // 10,
        purchases_30d=pl.col("views_30d") // 20,
        priority=pl.col("views_30d").rank("ordinal", descending=True).cast(pl.Int64),
    )
    return ENGLISH_MENU.checked(english_menu), IMAGE_COVERAGE.checked(image_coverage)


def write_synthetic_menu(folder: Path, products: int) -> None:
    """The synthetic menu as two Parquet files."""
    english_menu, image_coverage = synthetic_menu(products, SEED)
    english_menu.write_parquet(folder / ENGLISH_MENU_FILE)
    image_coverage.write_parquet(folder / IMAGE_COVERAGE_FILE)


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
        english_menu = pl.read_parquet(Path(folder) / ENGLISH_MENU_FILE, memory_map=False)
        image_coverage = pl.read_parquet(Path(folder) / IMAGE_COVERAGE_FILE, memory_map=False)
    templates = load_templates()
    work = measured(lambda: prompts_for(english_menu, image_coverage, templates))
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
