"""Tests of the shipped sample data: the menus of all countries and the translation glossary.

The translation of the menus by the glossary is tested with the translator, not here.
"""

import unicodedata
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from models.recipe.snapshots import SNAPSHOTS, snapshot

ROOT = Path(__file__).resolve().parents[2]
MENUS = ROOT / "sample_menus"
GLOSSARY = ROOT / "resources" / "glossary.csv"

COLUMNS = {
    "product_id": pl.String,
    "vendor_id": pl.String,
    "vendor_name": pl.String,
    "name": pl.String,
    "description": pl.String,
    "category": pl.String,
    "cuisine": pl.String,
    "dietary_flags": pl.String,
    "price": pl.Float64,
    "currency": pl.String,
    "views_30d": pl.Int64,
    "add_to_carts_30d": pl.Int64,
    "purchases_30d": pl.Int64,
    "picture_url": pl.String,
    "photo_url": pl.String,
    "updated_at": pl.String,
}
CATEGORIES = {"pizza", "burger", "noodles", "rice", "soup", "salad", "grill", "sandwich", "snack"}
CATEGORIES |= {"dessert", "drink", "main"}
FLAGS = {"vegetarian", "vegan", "halal", "kosher", "gluten_free", "spicy"}
FLAGS |= {"contains_pork", "contains_alcohol", "contains_nuts"}


def read_menu(path: Path) -> pl.DataFrame:
    """One country's menu; an empty string and a missing value are the same."""
    if path.suffix == ".csv":
        menu = pl.read_csv(path, schema_overrides=COLUMNS)
    elif path.suffix == ".jsonl":
        menu = pl.read_ndjson(path, schema_overrides=COLUMNS)
    else:
        menu = pl.read_parquet(path)
    return menu.with_columns(pl.col(pl.String).fill_null(""), country=pl.lit(path.stem))


@pytest.fixture(scope="module")
def menus() -> pl.DataFrame:
    """All products of all countries."""
    paths = sorted(path for path in MENUS.glob("*.*") if path.suffix != ".md")
    return pl.concat([read_menu(path) for path in paths])


@pytest.fixture(scope="module")
def glossary() -> pl.DataFrame:
    """All terms of all languages."""
    return pl.read_csv(GLOSSARY)


def picture_share(products: pl.DataFrame) -> float:
    """Share of the purchases that are of products with a picture."""
    pictured = products.filter(pl.col("picture_url") != "")
    return pictured["purchases_30d"].sum() / products["purchases_30d"].sum()


def test_every_file_has_the_same_columns_and_types(menus: pl.DataFrame) -> None:
    assert dict(menus.drop("country").schema) == COLUMNS


def test_there_are_enough_countries_and_products(menus: pl.DataFrame) -> None:
    assert menus["country"].n_unique() >= 12
    assert menus.height >= 600


def test_product_ids_are_unique(menus: pl.DataFrame) -> None:
    assert menus["product_id"].is_unique().all()


def test_categories_and_dietary_flags_are_known(menus: pl.DataFrame) -> None:
    flags = menus.filter(pl.col("dietary_flags") != "")["dietary_flags"].str.split(";").explode()
    assert set(menus["category"]) == CATEGORIES
    assert set(flags) <= FLAGS


def test_vegan_products_are_vegetarian_and_without_pork(menus: pl.DataFrame) -> None:
    vegan = menus.filter(pl.col("dietary_flags").str.contains("vegan"))["dietary_flags"]
    assert vegan.str.contains("vegetarian").all()
    assert not vegan.str.contains("pork").any()


def test_fewer_people_add_than_view_and_fewer_buy_than_add(menus: pl.DataFrame) -> None:
    views, carts, purchases = (
        menus[column] for column in ("views_30d", "add_to_carts_30d", "purchases_30d")
    )
    assert (views > carts).all()
    assert (carts > purchases).all()


def test_about_a_quarter_of_the_products_lack_a_picture(menus: pl.DataFrame) -> None:
    assert 0.22 <= (menus["picture_url"] == "").mean() <= 0.26


def test_pictured_products_make_86_percent_of_the_purchases(menus: pl.DataFrame) -> None:
    assert picture_share(menus) == pytest.approx(0.86, abs=0.007)
    for (country,), products in menus.group_by("country"):
        assert 0.82 <= picture_share(products) <= 0.90, country


def test_products_without_a_picture_are_added_less_often(menus: pl.DataFrame) -> None:
    rate = pl.col("add_to_carts_30d").sum() / pl.col("views_30d").sum()
    with_picture = menus.filter(pl.col("picture_url") != "").select(rate).item()
    without_picture = menus.filter(pl.col("picture_url") == "").select(rate).item()
    assert without_picture < with_picture


def test_photos_are_of_products_without_a_picture(menus: pl.DataFrame) -> None:
    with_photo = menus.filter(pl.col("photo_url") != "")
    assert (with_photo["picture_url"] == "").all()
    photos = {path.name for path in (MENUS / "photos").iterdir()}
    assert set(with_photo["photo_url"]) == photos and len(photos) >= 8
    assert with_photo["country"].n_unique() >= 4


def test_the_photos_are_those_of_their_recipe() -> None:
    sizes = [path.stat().st_size for path in (MENUS / "photos").iterdir()]
    assert sum(sizes) < 1_000_000
    assert {photo.product_id for photo in SNAPSHOTS} == {
        p.stem for p in (MENUS / "photos").iterdir()
    }
    photo = SNAPSHOTS[0]
    with Image.open(MENUS / "photos" / f"{photo.product_id}.jpg") as kept:
        difference = np.abs(np.asarray(kept).astype(int) - snapshot(photo))
    assert difference.mean() < 4  # JPEG, and the sensor's noise that it smooths


def test_the_glossary_is_large_and_unambiguous(glossary: pl.DataFrame) -> None:
    assert glossary.columns == ["language", "term", "english", "kind"]
    assert glossary.height >= 900
    assert not glossary.select("language", "term").is_duplicated().any()
    assert set(glossary["kind"]) == {"dish", "ingredient", "style"}
    assert glossary["english"].str.contains(r"^[a-z0-9 ,'&-]+$").all()


def test_glossary_terms_are_normalised(glossary: pl.DataFrame) -> None:
    for term in glossary["term"]:
        assert term == unicodedata.normalize("NFC", term).lower().strip()


def test_every_broken_menu_is_described() -> None:
    readme = (MENUS / "broken" / "README.md").read_text(encoding="utf-8")
    faults = [folder.name for folder in (MENUS / "broken").iterdir() if folder.is_dir()]
    assert faults and all(f"`{fault}/`" in readme for fault in faults)
