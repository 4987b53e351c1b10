"""The gallery: what its pages say, that it escapes menus, that it copies pictures once."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from menu_assets import gallery
from menu_assets.gallery import write_gallery
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS, VENDOR_PHOTOS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS
from menu_assets.tables.publication import PUBLISHED_CATALOGUE
from menu_assets.tables.review import APPROVED_IMAGES, REVIEW_DECISIONS, SHORTLIST
from menu_assets.tables.scores import QUALITY_SCORES, SAFETY_SCORES
from resources.environment import Resources, resources_for
from resources.table_schema import Table
from tests.menu_assets.gallery_page import Page
from tests.stand_ins import draw_plate

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
FILLERS: dict[pl.DataType, Any] = {
    pl.String(): "-",
    pl.Int64(): 7,
    pl.Float64(): 0.5,
    pl.Boolean(): False,
    pl.Datetime("us", "UTC"): NOW,
}
SOUP, PIZZA, BREAD = "Linsensuppe", "<script>alert('menu')</script>", "خبز عربي"
APPROVED, VETOED, FAILED, WAITING, REJECTED = "soup-1", "soup-2", "soup-3", "pizza-1", "bread-1"
NAMES = {"soup": SOUP, "pizza": PIZZA, "bread": BREAD}


def write(resources: Resources, table: Table, *rows: dict[str, Any]) -> None:
    """Write rows of Germany; columns that a row does not name get a filler, or stay empty."""
    filled = [
        [
            row.get(
                column.name,
                "de"
                if column.name == "country"
                else None
                if column.nullable
                else FILLERS[column.dtype],
            )
            for column in table.columns
        ]
        for row in rows
    ]
    frame = pl.DataFrame(filled, schema=table.schema, orient="row")
    resources.tables.write(table, "de", table.checked(frame))


def candidate(candidate_id: str, hashes: dict[str, str]) -> dict[str, Any]:
    """The columns that say which candidate a row is of."""
    product_id = candidate_id.split("-")[0]
    return {
        "candidate_id": candidate_id,
        "product_id": product_id,
        "image_hash": hashes.get(candidate_id),
    }


@pytest.fixture
def hashes(resources: Resources) -> dict[str, str]:
    made = (APPROVED, VETOED, WAITING, REJECTED)
    return {
        name: resources.pictures.put(draw_plate(seed)).image_hash for seed, name in enumerate(made)
    }


@pytest.fixture
def resources(home: Path) -> Resources:
    return resources_for("local")


@pytest.fixture
def menu(resources: Resources, hashes: dict[str, str]) -> Resources:
    """Three dishes: one published, one waiting with unchecked content, one rejected.

    The first was drawn into its vendor's photo; the photo of the second is too dark.
    """
    dishes = [
        {"product_id": product_id, "name": name, "prompt_id": f"of-{product_id}", "priority": place}
        for place, (product_id, name) in enumerate(NAMES.items(), start=1)
    ]
    write(resources, PRODUCTS, *({**dish, "vendor_name": "Imbiss <&>"} for dish in dishes))
    write(resources, IMAGE_COVERAGE, *dishes)
    english = {"soup": "lentil soup", "pizza": "pizza", "bread": "bread"}
    write(
        resources,
        ENGLISH_MENU,
        *({**dish, "english_name": english[dish["product_id"]]} for dish in dishes),
    )
    photo_hash = resources.pictures.put(draw_plate(99)).image_hash
    write(
        resources,
        VENDOR_PHOTOS,
        {"product_id": "soup", "status": "usable", "photo_hash": photo_hash},
        {"product_id": "pizza", "status": "unusable", "reason": "too dark: <3 of 255"},
    )
    asked = {"prompt": "a photo of it, top view", "template": "bowl@2"}
    by_text = {"mode": "text_to_image", "camera": "top"}
    into_photo = {"mode": "inpaint", "photo_hash": photo_hash}
    write(
        resources,
        PROMPTS,
        *(
            {**dish, **asked, **(into_photo if dish["product_id"] == "soup" else by_text)}
            for dish in dishes
        ),
    )
    rows = {name: candidate(name, hashes) for name in (*hashes, FAILED)}
    write(
        resources,
        CANDIDATE_IMAGES,
        *(
            {
                **row,
                "prompt_id": f"of-{row['product_id']}",
                "status": "failed" if name == FAILED else "made",
                "failure_reason": "the picture is blank" if name == FAILED else None,
                "settings": '{"steps": 23}',
                "photo_hash": photo_hash if name == APPROVED else None,
                "note": "drawn again in float32" if name == APPROVED else None,
                "seed": 4711,
            }
            for name, row in rows.items()
        ),
    )
    write(
        resources,
        SAFETY_SCORES,
        {
            **rows[VETOED],
            "check_name": "dish_shown",
            "verdict": "veto",
            "reason": "looks like rice",
            "evidence": '{"boxes": [{"box": [0.1, 0.2, 0.5, 0.6], "label": "rice <b>"}]}',
        },
        {**rows[APPROVED], "check_name": "dish_whole", "verdict": "pass"},
        {**rows[WAITING], "check_name": "logos", "verdict": "unchecked"},
        {**rows[REJECTED], "check_name": "dish_whole", "verdict": "pass"},
    )
    scored = [rows[name] for name in hashes]
    write(
        resources,
        QUALITY_SCORES,
        *(
            {**row, "content": None if row is rows[WAITING] else 0.91, "combined": 0.83}
            for row in scored
        ),
    )
    listed = [rows[name] for name in (APPROVED, WAITING, REJECTED)]
    write(resources, SHORTLIST, *({**row, "rank": 1} for row in listed))
    approval = {
        **rows[APPROVED],
        "decision_id": "1",
        "decision": "approve",
        "reviewer": "ada",
        "decided_at": NOW,
    }
    rejection = {
        **rows[REJECTED],
        "decision_id": "2",
        "decision": "reject",
        "reviewer": "Bo",
        "reason": "burnt <b>crust</b>",
    }
    write(resources, REVIEW_DECISIONS, approval, rejection)
    write(resources, APPROVED_IMAGES, approval)
    write(resources, PUBLISHED_CATALOGUE, approval)
    return resources


def country_page(resources: Resources, folder: Path) -> Page:
    return Page(write_gallery(resources, folder, countries=["de"]).with_name("de.html"))


def test_a_dish_shows_its_menu_row_its_pictures_and_what_was_decided(
    menu: Resources, tmp_path: Path
) -> None:
    soup = country_page(menu, tmp_path / "site").dishes["dish-1"]
    for words in (
        SOUP,
        "lentil soup",
        "Imbiss <&>",
        "a photo of it, top view",
        "published Approved by ada",
        "Veto looks like rice",
        "the picture is blank",
        "combined 0.83",
        "Seed 4711",
        "Steps 23",
    ):
        assert words in soup


def test_a_dish_that_was_drawn_into_a_photo_shows_it_beside_its_pictures(
    menu: Resources, tmp_path: Path
) -> None:
    page = country_page(menu, tmp_path / "site")
    photos = [image for image in page.attributes["img"] if "photo of" in (image["alt"] or "")]
    assert [image["alt"] for image in photos] == [f"The vendor's photo of {SOUP}"]
    assert (tmp_path / "site" / str(photos[0]["src"])).exists()
    soup = page.dishes["dish-1"]
    assert "Vendor's photo The food in it is drawn anew." in soup
    assert "Mode inpaint Camera the photo's own Template bowl@2" in soup
    assert "Mode inpaint: into the photo" in soup
    assert "Note drawn again in float32" in soup


def test_the_place_that_a_veto_is_about_is_marked_in_the_picture_without_a_second_one(
    menu: Resources, tmp_path: Path
) -> None:
    page = country_page(menu, tmp_path / "gallery")
    (marks,) = (tag for tag in page.attributes["svg"] if tag.get("class") == "marks")
    assert marks["aria-label"] == "Marked in the picture: rice <b>"
    assert len(page.attributes["rect"]) == 2  # the edge and its rim
    side = float((marks["viewbox"] or "").split()[2])
    assert float(page.attributes["rect"][0]["x"] or "") == pytest.approx(0.1 * side, abs=0.05)
    assert len(list((tmp_path / "gallery" / "pictures").iterdir())) == 5


def test_a_photo_that_is_not_usable_says_why(menu: Resources, tmp_path: Path) -> None:
    pizza = country_page(menu, tmp_path / "site").dishes["dish-2"]
    assert "Photo Not usable: too dark: <3 of 255" in pizza
    assert "Mode text to image Camera top Template bowl@2" in pizza
    assert "Vendor's photo" not in pizza


def test_what_nobody_could_check_is_said_to_be_unchecked(menu: Resources, tmp_path: Path) -> None:
    pizza = country_page(menu, tmp_path / "site").dishes["dish-2"]
    assert "A person has to look at: logos" in pizza
    assert "content unchecked" in pizza


def test_the_filters_let_the_right_dishes_through(menu: Resources, tmp_path: Path) -> None:
    assert country_page(menu, tmp_path / "site").filters == {
        "dish-1": {"all", "approved", "published"},
        "dish-2": {"all", "waiting", "unchecked"},
        "dish-3": {"all"},
    }


def test_text_of_menus_and_people_is_escaped(menu: Resources, tmp_path: Path) -> None:
    page = country_page(menu, tmp_path / "site")
    assert PIZZA in page.dishes["dish-2"]
    assert len(page.attributes["script"]) == 1, "only the gallery's own script"
    assert "Rejected by Bo , 2026-11-20 : burnt <b>crust</b>" in page.dishes["dish-3"]


def test_names_have_the_direction_of_their_script(menu: Resources, tmp_path: Path) -> None:
    page = country_page(menu, tmp_path / "site")
    assert BREAD in page.dishes["dish-3"]
    assert all(heading["dir"] == "auto" for heading in page.attributes["h2"])
    assert all(heading["lang"] == "de" for heading in page.attributes["h2"])


def test_every_address_is_a_file_of_the_gallery(menu: Resources, tmp_path: Path) -> None:
    index = write_gallery(menu, tmp_path / "site", countries=["de"])
    for path in (index, index.with_name("de.html")):
        files = [address.split("#")[0] for address in Page(path).addresses]
        assert all((path.parent / file).exists() for file in files)
    assert "de.html#dish-1" in Page(index).addresses


def test_the_index_counts_each_country(menu: Resources, tmp_path: Path) -> None:
    text = Page(write_gallery(menu, tmp_path / "site")).dishes[""]
    assert "Germany 3 3 4 1 3 1 1 1 $2.50" in text
    assert "Japan" not in text, "there is no menu of it"


def test_a_damaged_picture_is_shown_as_such(
    menu: Resources, hashes: dict[str, str], tmp_path: Path
) -> None:
    menu.pictures.path(hashes[WAITING]).unlink()
    menu.pictures.path(hashes[REJECTED]).write_bytes(b"altered")
    dishes = country_page(menu, tmp_path / "site").dishes
    assert "Damaged picture" in dishes["dish-2"]
    assert "Damaged picture" in dishes["dish-3"]
    assert "Damaged picture" not in dishes["dish-1"]


def test_a_picture_that_is_not_made_again_is_said_to_be_lost(
    menu: Resources, hashes: dict[str, str], tmp_path: Path
) -> None:
    menu.pictures.path(hashes[WAITING]).unlink()
    rows = menu.tables.read(CANDIDATE_IMAGES, "de")
    of_former_prompt = pl.col("candidate_id") == WAITING
    lost = pl.when(of_former_prompt).then(pl.lit("lost")).otherwise("status").alias("status")
    menu.tables.write(CANDIDATE_IMAGES, "de", rows.with_columns(lost))
    pizza = country_page(menu, tmp_path / "site").dishes["dish-2"]
    assert "Lost picture" in pizza and "The next run makes it again" not in pizza


def test_a_second_call_copies_nothing_again(menu: Resources, tmp_path: Path) -> None:
    country_page(menu, tmp_path / "site")
    copies = {path: path.stat().st_mtime_ns for path in (tmp_path / "site" / "pictures").iterdir()}
    country_page(menu, tmp_path / "site")
    assert len(copies) == 5, "four candidates and a photo"
    assert copies == {
        path: path.stat().st_mtime_ns for path in (tmp_path / "site" / "pictures").iterdir()
    }


def test_many_dishes_are_spread_over_pages(
    menu: Resources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "DISHES_PER_PAGE", 2)
    first = country_page(menu, tmp_path / "site")
    second = Page(tmp_path / "site" / "de-2.html")
    assert "de-2.html" in first.addresses
    assert set(second.dishes) - {""} == {"dish-3"}
    monkeypatch.undo()
    country_page(menu, tmp_path / "site")
    assert not (tmp_path / "site" / "de-2.html").exists()


def test_a_gallery_without_a_menu_says_what_to_do(resources: Resources, tmp_path: Path) -> None:
    assert "garnish demo" in Page(write_gallery(resources, tmp_path / "site")).dishes[""]
    with pytest.raises(KeyError, match="'xx' is not served"):
        write_gallery(resources, tmp_path / "site", countries=["xx"])


@pytest.mark.parametrize(
    ("amount", "words"), [(0, "$0.00"), (1234.5, "$1,234.50"), (0.00027777, "$0.00028")]
)
def test_small_costs_keep_two_digits(amount: float, words: str) -> None:
    assert gallery.usd(amount) == words
