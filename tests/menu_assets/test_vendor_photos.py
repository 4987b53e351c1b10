"""Vendors' photos through the flow: what is kept, what is said, and what is looked at again."""

import datetime
import json
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from menu_assets.tables.images import VENDOR_PHOTOS
from menu_assets.tables.menu import IMAGE_COVERAGE, PRODUCTS, REJECTED_PRODUCTS
from menu_assets.vendor_photos import asked_again
from resources.environment import REPOSITORY
from resources.food_finder import FoodFinder
from resources.vendor_photos import VendorPhotos
from tests.stand_ins import NO_MODEL_FOLDER, Flow, land, menu_row

SAMPLES = REPOSITORY / "sample_menus" / "photos"
BROKEN = REPOSITORY / "sample_menus" / "broken" / "photos"
TABLES = (PRODUCTS, REJECTED_PRODUCTS, IMAGE_COVERAGE, VENDOR_PHOTOS)

MENU = (
    menu_row("de-1", "Linsensuppe", photo_url="soup.jpg"),
    menu_row("de-2", "Pommes", photo_url="dark.jpg"),
    menu_row("de-3", "Pizza", photo_url="truncated.jpg"),
    menu_row("de-4", "Burger", photo_url="hundred_megapixels.png"),
    menu_row("de-5", "Salat", photo_url="text_named.jpg"),
    menu_row("de-6", "Waffel", photo_url="later.jpg"),
    menu_row("de-7", "Torte", photo_url="../../secret.jpg"),
    menu_row("de-8", "Kaffee", photo_url="https://169.254.169.254/latest/meta-data/"),
    menu_row("de-9", "Tee"),
    menu_row("de-10", "Ramen", photo_url="soup.jpg", picture_url="https://p.example/10.jpg"),
)
UNUSABLE = {
    "de-2": "too_dark",
    "de-3": "damaged",
    "de-4": "too_many_pixels",
    "de-5": "not_a_picture",
    "de-6": "not_found",
    "de-7": "refused_address",
    "de-8": "refused_address",
}


def put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


@pytest.fixture
def flow(flow: Flow) -> Flow:
    """The flow over a menu with all kinds of photos."""
    for file in BROKEN.iterdir():
        put(file, flow.menus / "photos" / file.name)
    put(SAMPLES / "tr-0073.jpg", flow.menus / "photos" / "soup.jpg")
    put(SAMPLES / "de-0052.jpg", flow.menus / "photos" / "dark.jpg")
    land(flow.menus, "de.csv", MENU)
    return flow


def run(flow: Flow) -> dict[str, object]:
    """Work out the photos; the metadata of the asset."""
    result = flow.run(only=TABLES)
    (event,) = [
        event
        for event in result.get_asset_materialization_events()
        if event.asset_key.path[-1] == "vendor_photos"
    ]
    return {name: value.value for name, value in event.materialization.metadata.items()}


def test_every_photo_is_usable_or_says_why_and_none_stops_the_others(flow: Flow) -> None:
    metadata = run(flow)
    rows = flow.table(VENDOR_PHOTOS)
    assert rows.filter(pl.col("status") == "usable")["product_id"].to_list() == ["de-1"]
    reasons = rows.filter(pl.col("status") == "unusable").select("product_id", "reason_code")
    assert dict(reasons.iter_rows()) == UNUSABLE
    assert rows.filter(pl.col("status") == "unusable")["reason"].null_count() == 0
    assert metadata["photos_usable"] == 1 and metadata["photos_unusable"] == 7
    assert metadata["unusable_by_reason"]["refused_address"] == 2  # type: ignore[index]
    assert "image/webp" in str(metadata["usable_photos"])


def test_photo_and_mask_are_kept(flow: Flow) -> None:
    run(flow)
    row = flow.table(VENDOR_PHOTOS).row(by_predicate=pl.col("product_id") == "de-1", named=True)
    photo = flow.resources.pictures.read(row["photo_hash"])
    mask = flow.resources.pictures.read(row["mask_hash"])
    assert photo.shape == mask.shape == (row["height_px"], row["width_px"], 3) == (480, 640, 3)
    x0, y0, x1, y1 = json.loads(row["food_box"])
    middle = mask[round((y0 + y1) * 240), round((x0 + x1) * 320)]
    assert (middle == 255).all() and (mask[:20] == 0).all()
    assert row["food_share"] == pytest.approx((x1 - x0) * (y1 - y0), abs=1e-3)
    assert np.unique(mask).size > 20  # the soft edge


def test_a_second_run_looks_at_nothing(flow: Flow) -> None:
    run(flow)
    before = flow.table(VENDOR_PHOTOS)
    assert run(flow)["new_items"] == 0
    assert flow.table(VENDOR_PHOTOS).equals(before)


def test_a_photo_that_is_replaced_or_lands_later_is_looked_at(flow: Flow) -> None:
    run(flow)
    put(SAMPLES / "bd-0002.jpg", flow.menus / "photos" / "later.jpg")
    put(SAMPLES / "tr-0042.jpg", flow.menus / "photos" / "truncated.jpg")
    os.utime(flow.menus / "photos" / "truncated.jpg", (1, 1))
    assert run(flow)["new_items"] == 2
    usable = flow.table(VENDOR_PHOTOS).filter(pl.col("status") == "usable")
    assert usable["product_id"].to_list() == ["de-1", "de-3", "de-6"]


def test_a_photo_goes_when_the_dish_gets_a_picture(flow: Flow) -> None:
    run(flow)
    land(flow.menus, "de.csv", [{**MENU[0], "picture_url": "https://p.example/1.jpg"}, *MENU[1:]])
    run(flow)
    assert "de-1" not in flow.table(VENDOR_PHOTOS)["product_id"]


def test_a_kept_mask_that_is_gone_is_made_again(flow: Flow) -> None:
    run(flow)
    before = flow.table(VENDOR_PHOTOS)
    mask_hash = before.filter(pl.col("status") == "usable")["mask_hash"].item()
    path = flow.resources.pictures.path(mask_hash)
    path.unlink()
    assert run(flow)["new_items"] == 1
    assert path.exists() and flow.table(VENDOR_PHOTOS).equals(before)


def test_another_finder_looks_at_all_photos_again(flow: Flow) -> None:
    class StricterFinder(FoodFinder):
        version = "rules-2"

    run(flow)
    finder = StricterFinder(NO_MODEL_FOLDER, NO_MODEL_FOLDER, "cpu", 2)
    assert run(flow.with_resources(finder=finder))["new_items"] == 8
    assert set(flow.table(VENDOR_PHOTOS)["finder_version"]) == {"rules-2"}


def test_a_worker_with_other_weights_than_the_plan_says_so(flow: Flow) -> None:
    class Forgetful(FoodFinder):
        @property
        def version(self) -> str:
            return f"rules-{next(self.numbers)}"

        numbers = iter(range(100))

    finder = Forgetful(NO_MODEL_FOLDER, NO_MODEL_FOLDER, "cpu", 8)
    with pytest.raises(Exception, match="GARNISH_MODELS"):
        flow.with_resources(finder=finder).run(only=TABLES)


def test_a_server_out_of_reach_is_asked_again_another_day(flow: Flow) -> None:
    address = "http://127.0.0.1:9/soup.jpg"  # the port of nobody
    photos = VendorPhotos(flow.resources.photos.folder, sources=("http://127.0.0.1:9/",))
    flow = flow.with_resources(photos=photos)
    land(flow.menus, "de.csv", [menu_row("de-1", "Linsensuppe", photo_url=address)])
    run(flow)
    row = flow.table(VENDOR_PHOTOS)
    assert row["reason_code"].to_list() == ["unreachable"]
    assert run(flow)["new_items"] == 1  # once more today, then tomorrow
    assert run(flow)["new_items"] == 0


def test_an_answer_of_another_day_stays() -> None:
    wanted = pl.DataFrame(
        {
            "country": "de",
            "product_id": ["a", "b", "c"],
            "photo_url": "x",
            "photo_fingerprint": ["1", "2", "3"],
            "finder_version": "rules-1",
        }
    )
    held = (
        VENDOR_PHOTOS.empty()
        .clear(3)
        .with_columns(
            product_id=pl.Series(["a", "b", "c"]),
            photo_url=pl.lit("x"),
            photo_fingerprint=pl.Series(["1@2026-11-20", "2@2026-11-20", "other"]),
            reason_code=pl.Series(["unreachable", None, "unreachable"]),
        )
    )
    again = asked_again(wanted, held, today=datetime.date(2026, 11, 24))
    assert again["photo_fingerprint"].to_list() == ["1@2026-11-24", "2@2026-11-20", "3"]
