"""Coverage, prompts and candidate ids: what is worked on, what is asked, and when it is new."""

from dataclasses import dataclass, replace

import polars as pl
import pytest

from gpu_ops.generation import GenerationSettings
from menu_assets.candidate_images import candidates_wanted, seed_of
from menu_assets.image_coverage import coverage_of
from menu_assets.prompt_templates import load_templates
from menu_assets.prompts import (
    DESCRIPTION_CHARACTERS,
    prompts_for,
    unknown_dietary_flags,
)
from menu_assets.tables.images import PROMPTS, VENDOR_PHOTOS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS, REJECTED_PRODUCTS
from resources.environment import REPOSITORY
from resources.short_hash import short_hash
from resources.table_schema import Table
from tests.stand_ins import Flow, PlateGenerator, land, menu_row


def rows_of(table: Table, *rows: dict[str, object]) -> pl.DataFrame:
    """Rows of a table, with something plausible in the columns that are not given."""
    plain = {pl.String(): "x", pl.Int64(): 1, pl.Float64(): 1.0, pl.Boolean(): False}
    filled = [
        {
            column.name: row[column.name]
            if column.name in row
            else None
            if column.nullable
            else plain[column.dtype]
            for column in table.columns
        }
        for row in rows
    ]
    return table.checked(pl.DataFrame(filled, schema=table.schema))


def test_dishes_without_a_picture_are_numbered_by_views() -> None:
    products = rows_of(
        PRODUCTS,
        {"product_id": "a", "views_30d": 10},
        {"product_id": "b", "views_30d": 500, "picture_url": "https://p.example/b.jpg"},
        {"product_id": "c", "views_30d": 90},
        {"product_id": "d", "views_30d": 90},
    )
    coverage = IMAGE_COVERAGE.checked(coverage_of(products))
    assert dict(coverage.select("product_id", "priority").iter_rows()) == {
        "a": 3,
        "b": None,
        "c": 1,
        "d": 2,
    }
    assert coverage["has_picture"].to_list() == [False, True, False, False]


def prompts(photo: dict[str, object] | None = None, **dish: object) -> dict[str, object]:
    """The prompt of one dish, and of the vendor's photo of it."""
    dish = {"product_id": "1", "english_name": "lentil soup", "category": "soup"} | dish
    english = {key: value for key, value in dish.items() if key in ENGLISH_MENU.schema}
    product = {key: value for key, value in dish.items() if key in PRODUCTS.schema}
    photos = [{"product_id": "1", **photo}] if photo else []
    frame = prompts_for(
        rows_of(ENGLISH_MENU, english),
        rows_of(IMAGE_COVERAGE, {"product_id": "1", "priority": 1}),
        rows_of(PRODUCTS, product),
        rows_of(VENDOR_PHOTOS, *photos),
        load_templates(),
    )
    return PROMPTS.checked(frame).row(0, named=True)


def test_a_prompt_names_the_dish_and_suits_its_category() -> None:
    soup, drink = prompts(category="soup"), prompts(category="drink")
    assert "lentil soup" in str(soup["prompt"]) and "bowl" in str(soup["prompt"])
    assert "glass" in str(drink["prompt"])
    assert (soup["template"], soup["camera"]) == ("bowl@2", "top")
    assert (drink["template"], drink["camera"]) == ("drink@2", "side")
    assert soup["prompt_id"] != drink["prompt_id"]


def test_an_unknown_category_gets_the_template_of_others() -> None:
    assert prompts(category="never heard of")["template"] == prompts(category="other")["template"]


def test_a_country_without_dishes_has_no_prompts() -> None:
    tables = (ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS, VENDOR_PHOTOS)
    frame = prompts_for(*(table.empty() for table in tables), load_templates())
    assert PROMPTS.checked(frame).is_empty()


def test_a_description_is_told_and_a_long_one_is_cut() -> None:
    with_leek = prompts(english_description="with leek. ")
    assert "lentil soup, with leek, in a bowl" in str(with_leek["prompt"])
    endless = prompts(english_description="very good " * 1000)
    assert len(str(endless["prompt"])) < DESCRIPTION_CHARACTERS + 200
    assert str(endless["prompt"]).endswith("soft natural light")
    for nothing in (None, "", " . ", "500 g"):
        assert "soup, in a bowl" in str(prompts(english_description=nothing)["prompt"])


def test_a_prompt_tells_cuisine_and_diet() -> None:
    prompt = prompts(cuisine="Turkish ", dietary_flags="vegetarian;vegan;halal")
    assert "lentil soup, turkish cuisine, vegan, in a bowl" in str(prompt["prompt"])
    assert {"meat", "pork", "text"} <= set(str(prompt["negative_prompt"]).split(", "))
    for nothing in (None, "", "international", "call 0800 123", "x" * 40):
        assert prompts(cuisine=nothing)["prompt"] == prompts()["prompt"]


def test_flags_without_words_are_counted_and_change_nothing() -> None:
    products = rows_of(
        PRODUCTS,
        {"product_id": "a", "dietary_flags": "vegan;raw"},
        {"product_id": "b", "dietary_flags": "Raw; spicy"},
        {"product_id": "c"},
    )
    assert unknown_dietary_flags(products, load_templates()) == {"raw": 2}
    assert prompts(dietary_flags="raw")["prompt_id"] == prompts()["prompt_id"]


def test_vendors_sizes_and_prices_are_in_no_prompt() -> None:
    row = prompts(
        vendor_name="Golden Dragon House",
        english_name='#4 Golden Dragon House "royal" lentil soup (0,5 l)',
        english_description="500 g of the best of golden dragon house, 4.50 €",
    )
    assert row["subject"] == "royal lentil soup"
    assert str(row["prompt"]).startswith("a photo of royal lentil soup, of the best of, in a bowl")
    assert prompts(english_name="500 g")["subject"] == "500 g"  # no name is left: as it was


def test_a_placeholder_in_a_vendors_text_stays_text() -> None:
    prompt = prompts(english_name="{dish} $x soup", english_description="{dish} \\1")
    assert "{dish} $x soup, {dish} \\1, in a bowl" in str(prompt["prompt"])
    assert prompt["subject"] == "{dish} $x soup"


def test_the_negative_prompt_forbids_people_and_text() -> None:
    assert {"people", "text", "logo"} <= set(str(prompts()["negative_prompt"]).split(", "))


USABLE: dict[str, object] = {"status": "usable", "photo_hash": "p", "mask_hash": "m"}


def test_a_usable_photo_is_drawn_into_with_its_own_ware_and_camera() -> None:
    drawn_into = prompts(USABLE)
    assert drawn_into["mode"] == "inpaint"
    assert (drawn_into["photo_hash"], drawn_into["mask_hash"]) == ("p", "m")
    assert "lentil soup" in str(drawn_into["prompt"])
    assert "bowl" not in str(drawn_into["prompt"]) and "view" not in str(drawn_into["prompt"])
    assert drawn_into["camera"] is None
    ids = {
        row["prompt_id"]
        for row in (
            prompts(),
            drawn_into,
            prompts({**USABLE, "photo_hash": "q"}),
            prompts({**USABLE, "mask_hash": "n"}),
        )
    }
    assert len(ids) == 4


@pytest.mark.parametrize(
    "photo", [{"status": "unusable"}, {"status": "unusable", "photo_hash": "p", "mask_hash": "m"}]
)
def test_without_a_usable_photo_a_dish_is_drawn_from_text(photo: dict[str, object]) -> None:
    assert prompts(photo) == prompts()
    row = prompts()
    assert (row["mode"], row["photo_hash"], row["mask_hash"]) == ("text_to_image", None, None)


def test_the_id_of_a_prompt_from_text_is_of_three_texts() -> None:
    """Another recipe of the id would draw every dish of every country anew."""
    row = prompts()
    texts = (row["template"], row["prompt"], row["negative_prompt"])
    assert row["prompt_id"] == short_hash("\x1f".join(map(str, texts)))


def test_in_the_flow_photos_and_products_reach_the_prompts(flow: Flow) -> None:
    photo = REPOSITORY / "sample_menus" / "photos" / "tr-0073.jpg"
    (flow.menus / "photos").mkdir(parents=True)
    (flow.menus / "photos" / "soup.jpg").write_bytes(photo.read_bytes())
    land(
        flow.menus,
        "de.csv",
        [
            menu_row("de-1", "Linsensuppe", photo_url="soup.jpg", views_30d="9"),
            menu_row("de-2", "Linsensuppe", photo_url="none.jpg", dietary_flags="vegan;raw"),
        ],
    )
    before = (PRODUCTS, REJECTED_PRODUCTS, IMAGE_COVERAGE, ENGLISH_MENU, VENDOR_PHOTOS)
    result = flow.run(only=[*before, PROMPTS])
    modes = dict(flow.table(PROMPTS).select("product_id", "mode").iter_rows())
    assert modes == {"de-1": "inpaint", "de-2": "text_to_image"}
    (event,) = result.asset_materializations_for_node("images__prompts")
    metadata = {name: value.value for name, value in event.metadata.items()}
    assert metadata["dishes_drawn_into_photos"] == 1
    assert metadata["unknown_dietary_flags"] == 1


@dataclass(frozen=True)
class OnlyGenerator:
    """The one resource that `candidates_wanted` asks for."""

    generator: PlateGenerator


def ids(generator: PlateGenerator, **prompt: object) -> list[str]:
    row = {"product_id": "1", "prompt_id": "p", "country": "de", **prompt}
    return candidates_wanted(OnlyGenerator(generator), rows_of(PROMPTS, row))[
        "candidate_id"
    ].to_list()


PLATES = PlateGenerator()


def test_a_candidate_is_new_exactly_when_its_picture_would_be() -> None:
    before = ids(PLATES)
    assert len(set(before)) == PLATES.candidates_per_dish
    assert ids(PLATES) == before
    new = [
        ids(PLATES, prompt_id="q"),
        ids(PLATES, product_id="2"),
        ids(PLATES, country="tr"),
        ids(replace(PLATES, model_id="bowls")),
        ids(replace(PLATES, revision="plates-2")),
        ids(replace(PLATES, settings=GenerationSettings(steps=4))),
    ]
    for others in new:
        assert not set(others) & set(before)


def test_price_batch_machine_and_priority_make_no_new_candidates() -> None:
    before = ids(PLATES)
    elsewhere = replace(
        PLATES,
        price_usd_per_hour=99,
        batch_size=64,
        gpu_class="l4",
        setup=replace(PLATES.setup, device="cuda"),
    )
    assert ids(elsewhere) == before
    assert ids(PLATES, priority=7) == before
    assert ids(replace(PLATES, candidates_per_dish=5))[:2] == before


def test_seeds_are_spread_and_depend_on_what_is_drawn() -> None:
    seeds = [seed_of(str(number)) for number in range(1000)]
    assert seeds == [seed_of(str(number)) for number in range(1000)]
    assert len(set(seeds)) == 1000
    assert all(0 <= seed < 2**31 for seed in seeds)
