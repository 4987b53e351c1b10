"""Coverage, prompts and candidate ids: what is worked on, what is asked, and when it is new."""

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pytest

from gpu_ops.generation import GenerationSettings
from menu_assets.candidate_images import candidates_wanted, seed_of
from menu_assets.image_coverage import coverage_of
from menu_assets.prompts import DESCRIPTION_CHARACTERS, load_templates, prompts_for
from menu_assets.tables.images import PROMPTS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS
from resources.table_schema import Table
from tests.stand_ins import PlateGenerator


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


def prompts(**dish: object) -> dict[str, object]:
    """The prompt of one dish."""
    english = {"product_id": "1", "english_name": "lentil soup"}
    english |= {key: value for key, value in dish.items() if key in ENGLISH_MENU.schema}
    covered = {"product_id": "1", "category": dish.get("category", "soup"), "priority": 1}
    frame = prompts_for(
        rows_of(ENGLISH_MENU, english), rows_of(IMAGE_COVERAGE, covered), load_templates()
    )
    return PROMPTS.checked(frame).row(0, named=True)


def test_a_prompt_names_the_dish_and_suits_its_category() -> None:
    soup, drink = prompts(category="soup"), prompts(category="drink")
    assert "lentil soup" in str(soup["prompt"]) and "bowl" in str(soup["prompt"])
    assert "glass" in str(drink["prompt"])
    assert soup["template"] == "bowl@1"
    assert soup["prompt_id"] != drink["prompt_id"]


def test_an_unknown_category_gets_the_template_of_others() -> None:
    assert prompts(category="never heard of")["template"] == prompts(category="other")["template"]


def test_a_description_is_told_and_a_long_one_is_cut() -> None:
    with_leek = prompts(english_description="with leek. ")
    assert "lentil soup, with leek, in a bowl" in str(with_leek["prompt"])
    endless = prompts(english_description="very good " * 1000)
    assert len(str(endless["prompt"])) < DESCRIPTION_CHARACTERS + 200
    assert str(endless["prompt"]).endswith("soft natural light")
    for nothing in (None, "", " . "):
        assert "soup, in a bowl" in str(prompts(english_description=nothing)["prompt"])


def test_a_placeholder_in_a_vendors_text_stays_text() -> None:
    prompt = prompts(english_name="{description} $1 soup", english_description="{subject} \\1")
    assert "{description} $1 soup" in str(prompt["prompt"])
    assert "{subject} \\1" in str(prompt["prompt"])
    assert prompt["subject"] == "{description} $1 soup"


def test_the_negative_prompt_forbids_people_and_text() -> None:
    assert {"people", "text", "logo"} <= set(str(prompts()["negative_prompt"]).split(", "))


@pytest.mark.parametrize(
    "categories", [['["soup"]', '["soup", "other"]'], ['["soup"]', '["main"]']]
)
def test_templates_that_overlap_or_leave_gaps_are_refused(
    tmp_path: Path, categories: list[str]
) -> None:
    path = tmp_path / "templates.toml"
    blocks = [
        f'[templates.t{number}]\nversion = 1\ncategories = {names}\ntext = "{{subject}}"\n'
        for number, names in enumerate(categories)
    ]
    path.write_text('negative_prompt = "text"\n' + "".join(blocks))
    with pytest.raises(ValueError, match="each category in one template"):
        load_templates(path)


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
