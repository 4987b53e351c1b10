"""Dishes drawn into vendors' photos, with the real small model: from the file to the picture."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from gpu_ops.photo_canvas import canvas
from menu_assets.candidate_images import PHOTO_DAMAGED
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS, VENDOR_PHOTOS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS, REJECTED_PRODUCTS
from resources.environment import REPOSITORY, resources_for
from tests.stand_ins import Flow, land, menu_row

SAMPLES = REPOSITORY / "sample_menus" / "photos"
UNTIL_PROMPTS = (
    PRODUCTS,
    REJECTED_PRODUCTS,
    IMAGE_COVERAGE,
    ENGLISH_MENU,
    VENDOR_PHOTOS,
    PROMPTS,
)
WEBP_ERROR = 6.0
"""Grey levels on average: what encoding at quality 90 changes in a noisy photo."""


@pytest.fixture
def flow(flow: Flow) -> Flow:
    """Two dishes, one with a photo, drawn by the small model in few steps."""
    photos = flow.menus / "photos"
    photos.mkdir(parents=True)
    (photos / "soup.jpg").write_bytes((SAMPLES / "tr-0073.jpg").read_bytes())
    menu = (
        menu_row("de-1", "Linsensuppe", category="soup", photo_url="soup.jpg"),
        menu_row("de-2", "Pizza Funghi", category="pizza"),
    )
    land(flow.menus, "de.csv", menu)
    small = resources_for("local").generator
    generator = replace(small, settings=replace(small.settings, steps=2), candidates_per_dish=1)
    return flow.with_resources(generator=generator)


def test_inside_the_mask_the_dish_is_new_outside_the_photo_stays(flow: Flow) -> None:
    flow.run()
    rows = flow.table(CANDIDATE_IMAGES)
    assert rows["status"].to_list() == ["made", "made"]
    assert rows.filter(pl.col("photo_hash").is_not_null())["product_id"].to_list() == ["de-1"]
    row = rows.filter(pl.col("product_id") == "de-1").row(0, named=True)
    pictures = flow.resources.pictures
    mask = pictures.read(row["mask_hash"])[..., 0].astype(np.float32) / 255
    photo = canvas(pictures.read(row["photo_hash"]), mask, row["width_px"], row["height_px"])
    picture = pictures.read(row["image_hash"])
    change = np.abs(picture.astype(float) - photo.pixels.astype(float))
    assert 0.2 < (photo.mask == 0).mean() < 0.9
    assert change[photo.mask == 0].mean() < WEBP_ERROR
    assert change[photo.mask == 1].mean() > 2 * WEBP_ERROR


def test_a_photo_that_is_damaged_fails_its_row_and_is_drawn_later(flow: Flow) -> None:
    flow.run(only=UNTIL_PROMPTS)
    photo_hash = flow.table(VENDOR_PHOTOS)["photo_hash"][0]
    path = Path(str(flow.resources.pictures.path(photo_hash)))
    path.write_bytes(b"x" * path.stat().st_size)
    flow.run(only=[CANDIDATE_IMAGES])
    failed = flow.table(CANDIDATE_IMAGES).filter(pl.col("status") == "failed")
    assert failed["product_id"].to_list() == ["de-1"]
    assert failed["failure_reason"][0].startswith(PHOTO_DAMAGED)
    assert failed["gpu_seconds"][0] == 0
    flow.run()
    assert set(flow.table(CANDIDATE_IMAGES)["status"]) == {"made"}
