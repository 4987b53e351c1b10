"""Names as vendors write them, and what a picture of them has to show."""

import polars as pl
import pytest

from menu_assets.subjects import plain
from resources.environment import REPOSITORY


def subject(name: str, vendor: str = "The Vendor") -> str | None:
    frame = pl.DataFrame({"name": [name], "vendor": [vendor]})
    return frame.select(plain(pl.col("name"), pl.col("vendor"))).item()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        # As they stand on the sample menus, and as translation services give them back.
        ("Apfelschorle (0,5 l)", "Apfelschorle"),
        ("Hamburgare 150 g", "Hamburgare"),
        ("Lax sushi, 10 bitar", "Lax sushi"),
        ('Sushi-Menü "Sakura", 12 Stück', "Sushi-Menü Sakura"),
        ("Roti Prata (2 pcs), Plain", "Roti Prata, Plain"),
        ("Glazed Donut (box of 6)", "Glazed Donut"),
        ("Brown Sugar Bubble Tea (L)", "Brown Sugar Bubble Tea"),
        ("Serpme Kahvaltı (2 kişilik)", "Serpme Kahvaltı"),
        ("চিকেন গ্রিল (১/৪)", "চিকেন গ্রিল"),
        ("Fish head curry, good for 3", "Fish head curry"),
        # As they stand elsewhere.
        ("Nr. 12 pad thai", "pad thai"),
        ("#4 pho bo", "pho bo"),
        ("A4) spring rolls", "spring rolls"),
        ("2 x cheeseburger with fries", "cheeseburger with fries"),
        ("pizza salami 32 cm, 9,90 €", "pizza salami"),
        ("€4.50 falafel", "falafel"),
        ("köttbullar 99:-", "köttbullar"),
        ("wheat beer 5% vol", "wheat beer"),
        ("100% beef burger", "beef burger"),
        ("Mars® ice cream 120ml", "Mars ice cream"),
    ],
)
def test_sizes_prices_counts_and_marks_are_left_out(name: str, shown: str) -> None:
    assert subject(name) == shown


@pytest.mark.parametrize(
    "name",
    [
        "chicken 65",
        "kaya toast set with 2 soft-boiled eggs",
        "7up",
        "8 treasure rice",
        "pizza 4 stagioni",
        "fish & chips",
        "three steaks",
        "summer rolls with prawns",
    ],
)
def test_numbers_that_belong_to_a_name_stay(name: str) -> None:
    assert subject(name) == name


def test_sample_menus_lose_no_word_of_a_name() -> None:
    """Only what is in brackets, quoted or after a number may go."""
    for file in sorted((REPOSITORY / "sample_menus").glob("*.csv")):
        names = pl.read_csv(file, infer_schema=False).select("name")
        kept = names.with_columns(plain=plain(pl.col("name"), pl.lit("The Vendor")))
        unmarked = kept.filter(~pl.col("name").str.contains(r'[\d"“”„«»]|\s\s|\([sSmMlLxX]+\)'))
        assert unmarked.filter(pl.col("name") != pl.col("plain")).rows() == []
        assert kept.filter(~pl.col("plain").str.contains(r"\p{L}")).rows() == []


@pytest.mark.parametrize("name", ["500 g", '""', "(8)", " - "])
def test_nothing_is_left_of_what_is_no_name(name: str) -> None:
    assert subject(name) is None


def test_a_vendors_name_is_left_out() -> None:
    house = "Golden Dragon House"
    assert subject("Golden Dragon House's special fried rice", house) == "special fried rice"
    assert subject("Burger Dunes beef burger (200 g)", "burger dunes") == "beef burger"
    assert subject("pad thai", house) == "pad thai"


def test_a_vendors_name_stays_where_it_is_the_dish() -> None:
    assert subject("chicken curry", "Curry") == "chicken curry"
    assert subject("thai curry with chicken", "Thai Curry") == "thai curry with chicken"
    assert subject("thai curry", "Thai Curry") == "thai curry"
