"""How fast a menu file is read and validated: `python -m benchmarks.menu_reading`.

The file repeats the rows of the sample CSV menus, in their scripts, under new product ids; one row
in a hundred breaks a rule. It lies on the local disk; reading includes opening it.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from upath import UPath

from benchmarks.measurement import measured, write_results
from menu_assets.product_rules import validated
from resources.environment import REPOSITORY
from resources.menu_source import FolderMenuSource

SEED = 20261123
BROKEN_ROWS = 0.01


def write_menu(path: Path, products: int, seed: int) -> None:
    """A menu of so many rows; the broken ones have a negative price."""
    rng = np.random.default_rng(seed)
    files = sorted((REPOSITORY / "sample_menus").glob("*.csv"))
    rows = pl.concat([pl.read_csv(file, infer_schema=False) for file in files])
    price = pl.when(pl.Series(rng.random(products) < BROKEN_ROWS)).then(pl.lit("-1.00"))
    rows[rng.integers(0, rows.height, products)].with_columns(
        product_id=pl.format("p-{}", pl.int_range(products)), price=price.otherwise("price")
    ).write_csv(path)


def main() -> None:
    """Measure once, write the figures, print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=200_000)
    products = parser.parse_args().products
    with tempfile.TemporaryDirectory() as folder:
        menu = Path(folder) / "de.csv"
        write_menu(menu, products, SEED)
        source = FolderMenuSource(UPath(folder))
        work = measured(lambda: validated(source.read("de"), "de"))
        file_mib = menu.stat().st_size / 2**20
    valid, rejected = work.result
    path = write_results(
        "menu_reading",
        work,
        rows=products,
        rows_per_second=round(products / work.seconds),
        valid_rows=valid.height,
        rejected_rows=rejected.height,
        file_mib=round(file_mib, 1),
    )
    print(
        f"{products:,} rows ({rejected.height:,} rejected) in {work.seconds:.1f} s,"
        f" {products / work.seconds:,.0f} rows/s, {work.peak_mib:,.0f} MiB at the peak: {path}"
    )


if __name__ == "__main__":
    main()
