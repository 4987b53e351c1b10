"""Every question of docs/analysts.md is asked, of a warehouse without rows and of one with rows."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from upath import UPath

from menu_assets.tables.costs import GENERATION_COSTS
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS, REJECTED_PRODUCTS
from menu_assets.tables.publication import PUBLISHED_CATALOGUE, PUBLISHED_FILES
from menu_assets.tables.registry import TABLES
from menu_assets.tables.review import APPROVED_IMAGES, REVIEW_DECISIONS, SHORTLIST
from menu_assets.tables.scores import QUALITY_SCORES, SAFETY_SCORES
from resources.table_schema import Table
from resources.table_store import TableStore
from resources.warehouse import Warehouse
from tests.table_rows import NOON, frame

PAGE = Path(__file__).resolve().parents[2] / "docs" / "analysts.md"
ONE = datetime(2026, 11, 23, 13, tzinfo=UTC)


def questions() -> dict[str, str]:
    """The SQL blocks of the page by the heading that each stands under."""
    asked: dict[str, str] = {}
    for section in re.split(r"^##+ ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE):
        for sql in re.findall(r"^```sql\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL):
            heading = section.splitlines()[0]
            assert heading not in asked, f"{heading}: two questions under one heading"
            asked[heading] = sql
    return asked


QUESTIONS = questions()


def dish(product_id: str, **values: Any) -> dict[str, Any]:
    return {"country": "de", "product_id": product_id, **values}


def picture(candidate_id: str, product_id: str, **values: Any) -> dict[str, Any]:
    return dish(product_id, candidate_id=candidate_id, image_hash=f"hash-{candidate_id}", **values)


def finding(candidate_id: str, product_id: str, verdict: str, **values: Any) -> dict[str, Any]:
    return picture(candidate_id, product_id, check_name="dish_shown", verdict=verdict, **values)


# One dish with a picture; of those without, the soup is published, the pizza waits for a person,
# the cake has only a vetoed picture, and the tea was never drawn.
COVERAGE = frame(
    IMAGE_COVERAGE,
    dish("burger", has_picture=True, views_30d=100, add_to_carts_30d=20, purchases_30d=80),
    dish("soup", has_picture=False, views_30d=400, add_to_carts_30d=40, purchases_30d=10),
    dish("pizza", has_picture=False, views_30d=300, add_to_carts_30d=30, purchases_30d=10),
    dish("cake", has_picture=False, views_30d=500, add_to_carts_30d=0, purchases_30d=0),
    dish("tea", has_picture=False, views_30d=5, add_to_carts_30d=0, purchases_30d=0),
)
FRAMES: Mapping[Table, pl.DataFrame] = {
    IMAGE_COVERAGE: COVERAGE,
    PRODUCTS: frame(
        PRODUCTS,
        *(
            dish(product_id, name=f"Name of {product_id}", source_file="de.csv", source_line=line)
            for line, product_id in enumerate(COVERAGE["product_id"], start=2)
        ),
    ),
    REJECTED_PRODUCTS: frame(
        REJECTED_PRODUCTS,
        {"country": "de", "source_file": "de.csv", "source_line": 9, "reason_code": "empty_name"},
        {"country": "de", "source_file": "de.csv", "source_line": 7, "reason_code": "empty_name"},
    ),
    ENGLISH_MENU: frame(ENGLISH_MENU, dish("soup"), dish("pizza"), dish("cake"), dish("tea")),
    PROMPTS: frame(
        PROMPTS,
        dish("soup", prompt_id="p-soup", template="bowl@1"),
        dish("pizza", prompt_id="p-pizza", template="plate@1"),
        dish("cake", prompt_id="p-cake", template="dessert@1"),
    ),
    CANDIDATE_IMAGES: frame(
        CANDIDATE_IMAGES,
        picture("s1", "soup", prompt_id="p-soup", status="made", seed=7, cost_usd=0.002),
        picture("s2", "soup", prompt_id="p-soup", status="made", cost_usd=0.002),
        picture("z1", "pizza", prompt_id="p-pizza", status="made", cost_usd=0.002),
        picture("k1", "cake", prompt_id="p-cake", status="made", cost_usd=0.002),
        dish("soup", candidate_id="old", prompt_id="p-old", status="failed", cost_usd=0.002),
    ),
    SAFETY_SCORES: frame(
        SAFETY_SCORES,
        finding("s1", "soup", "pass"),
        finding("s2", "soup", "pass"),
        finding("z1", "pizza", "unchecked"),
        finding("k1", "cake", "veto", reason="looks like soup, not like cake", score=0.01),
    ),
    QUALITY_SCORES: frame(
        QUALITY_SCORES,
        picture("s1", "soup", combined=0.91),
        picture("s2", "soup", combined=0.42),
        picture("z1", "pizza", combined=0.63),
        picture("k1", "cake", combined=0.2),
    ),
    SHORTLIST: frame(
        SHORTLIST,
        picture("s1", "soup", rank=1, combined_score=0.91, unchecked="logos"),
        picture("s2", "soup", rank=2, combined_score=0.42, unchecked="logos"),
        picture("z1", "pizza", rank=1, combined_score=0.63, unchecked="dish_shown;logos"),
    ),
    REVIEW_DECISIONS: frame(
        REVIEW_DECISIONS,
        picture("s1", "soup", decision_id="d1", decision="reject", reason="dark", decided_at=NOON),
        picture("s1", "soup", decision_id="d2", decision="approve", reviewer="ada", decided_at=ONE),
    ),
    APPROVED_IMAGES: frame(APPROVED_IMAGES, picture("s1", "soup", decision_id="d2")),
    PUBLISHED_FILES: frame(
        PUBLISHED_FILES,
        picture("s1", "soup", channel="master", file="de/soup-hash.webp", file_bytes=9000),
        picture("s1", "soup", channel="uber_eats", reason="too small; it would be enlarged"),
    ),
    PUBLISHED_CATALOGUE: frame(
        PUBLISHED_CATALOGUE,
        picture("s1", "soup", decision_id="d2", published_file="de/soup-hash.webp"),
    ),
    GENERATION_COSTS: frame(
        GENERATION_COSTS,
        {
            "country": "de",
            "pictures_made": 4,
            "pictures_failed": 1,
            "pictures_approved": 1,
            "cost_usd": 0.01,
        },
    ),
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("empty")
    warehouse = Warehouse(folder / "warehouse.duckdb", TableStore(UPath(folder / "tables")))
    warehouse.build(TABLES)
    return warehouse


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("filled")
    warehouse = Warehouse(folder / "warehouse.duckdb", TableStore(UPath(folder / "tables")))
    for table, rows in FRAMES.items():
        warehouse.tables.write(table, "de", rows)
    warehouse.build(TABLES)
    return warehouse


def answer(warehouse: Warehouse, words: str) -> list[dict[str, Any]]:
    """The rows that answer the one question whose heading has these words."""
    (sql,) = [sql for heading, sql in QUESTIONS.items() if words in heading]
    return warehouse.query(sql).to_dicts()


def test_the_page_asks_at_least_ten_questions() -> None:
    assert len([heading for heading in QUESTIONS if heading.endswith("?")]) >= 10


@pytest.mark.parametrize("heading", QUESTIONS)
def test_every_question_runs_before_there_are_rows(empty: Warehouse, heading: str) -> None:
    empty.query(QUESTIONS[heading])


@pytest.mark.parametrize("heading", QUESTIONS)
def test_every_question_has_an_answer_when_there_are_rows(filled: Warehouse, heading: str) -> None:
    assert filled.query(QUESTIONS[heading]).height > 0


def test_every_column_is_commented(empty: Warehouse) -> None:
    rows = answer(empty, "What is in it")
    assert {row["view"] for row in rows} == {str(table) for table in TABLES}
    assert all(row["comment"] for row in rows)


def test_coverage_counts_products_and_purchases(filled: Warehouse) -> None:
    *_, total = answer(filled, "How many products have a picture")
    assert total == {
        "country": "all",
        "products": 5,
        "without_picture": 4,
        "picture_share": 0.2,
        "purchase_share_with_picture": 0.8,
    }


def test_most_viewed_leaves_out_what_is_published(filled: Warehouse) -> None:
    rows = answer(filled, "viewed most")
    assert [row["product_id"] for row in rows] == ["cake", "pizza", "tea"]


def test_view_to_cart_is_carts_by_views(filled: Warehouse) -> None:
    (row,) = answer(filled, "put into the cart")
    assert (row["view_to_cart_with"], row["view_to_cart_without"]) == (0.2, round(70 / 1205, 4))


def test_funnel_loses_dishes_step_by_step(filled: Warehouse) -> None:
    (row,) = answer(filled, "How far")
    assert list(row.values()) == ["de", 4, 3, 3, 2, 1, 1, 1]


def test_vetoes_carry_their_reason(filled: Warehouse) -> None:
    (row,) = answer(filled, "vetoed")
    assert (row["reason"], row["pictures"]) == ("looks like soup, not like cake", 1)


def test_only_undecided_dishes_wait(filled: Warehouse) -> None:
    rows = answer(filled, "waits for a person")
    assert [(row["to_look_at"], row["pictures"]) for row in rows] == [
        ("dish_shown", 1),
        ("logos", 1),
    ]


def test_best_picture_of_each_dish(filled: Warehouse) -> None:
    assert [row["candidate_id"] for row in answer(filled, "the best, and why")] == ["s1", "z1"]


def test_models_and_templates_are_compared(filled: Warehouse) -> None:
    rows = {row["template"]: row for row in answer(filled, "prompt template")}
    assert set(rows) == {"bowl@1", "plate@1", "dessert@1", "former"}
    assert (rows["bowl@1"]["pictures"], rows["bowl@1"]["veto_share"]) == (2, 0.0)
    assert rows["dessert@1"]["veto_share"] == 1.0
    assert rows["former"]["failed"] == 1
    assert rows["bowl@1"]["cost_usd_per_picture"] == 0.002


def test_an_approved_picture_carries_the_price_of_the_others(filled: Warehouse) -> None:
    *_, total = answer(filled, "cost")
    assert total["country"] == "all"
    assert (total["cost_usd_per_picture"], total["cost_usd_per_approved_picture"]) == (0.0025, 0.01)


def test_a_published_file_leads_back_to_its_menu_row(filled: Warehouse) -> None:
    (row,) = answer(filled, "come from")
    assert row["published_file"] == "de/soup-hash.webp"
    assert (row["source_file"], row["source_line"], row["name"]) == ("de.csv", 3, "Name of soup")
    assert (row["seed"], row["decision"], row["reviewer"]) == (7, "approve", "ada")


def test_rejected_rows_name_the_first_line(filled: Warehouse) -> None:
    (row,) = answer(filled, "rejected")
    assert (row["reason_code"], row["rows"], row["first_line"]) == ("empty_name", 2, 7)


def test_the_newest_decision_counts(filled: Warehouse) -> None:
    (row,) = answer(filled, "agree")
    assert (row["score_from"], row["decided"], row["approval_share"]) == (0.9, 1, 1.0)


def test_channels_have_files_or_the_reason_that_holds_most_back(filled: Warehouse) -> None:
    master, other = answer(filled, "Which channels can show")
    assert (master["channel"], master["files"], master["kb_per_file"]) == ("master", 1, 9.0)
    assert (other["channel"], other["files"], other["why_not"]) == ("uber_eats", 0, "too small")
