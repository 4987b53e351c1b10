"""The ledger: every try is in it with what it cost, whoever drew, however often."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from menu_assets.tables.costs import GENERATION_COSTS
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS, VENDOR_PHOTOS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS, REJECTED_PRODUCTS
from menu_assets.tables.review import SHORTLIST
from resources.environment import resources_for
from tests.images_api import images_api, made, picture, refused
from tests.stand_ins import GPU_SECONDS_EACH, MENU, Flow, draw_plate, land, menu_row

UNTIL_PROMPTS = (
    PRODUCTS,
    REJECTED_PRODUCTS,
    IMAGE_COVERAGE,
    ENGLISH_MENU,
    VENDOR_PHOTOS,
    PROMPTS,
)
PRICE_OF_ONE = GPU_SECONDS_EACH * 3.6 / 3600
CANDIDATES = 6
API_PRICE = (100 * 5 + 439 * 30) / 1e6
"""Tokens that the server says, at the catalogue's prices."""


def ledger(flow: Flow, column: str) -> float:
    return float(flow.table(GENERATION_COSTS)[column].sum())


def lose_the_file_of_the_first_candidate(flow: Flow) -> None:
    image_hash = flow.table(CANDIDATE_IMAGES)["image_hash"][0]
    Path(str(flow.resources.pictures.path(image_hash))).unlink()


@pytest.mark.parametrize("times", [1, 2])
def test_a_picture_that_is_drawn_again_costs_what_all_its_drawings_cost(
    flow: Flow, times: int
) -> None:
    flow.run()
    assert ledger(flow, "cost_usd") == pytest.approx(CANDIDATES * PRICE_OF_ONE)
    for _ in range(times):
        lose_the_file_of_the_first_candidate(flow)
        flow.run()
    assert len(flow.generator.drawn) == CANDIDATES + times
    drawn_again, *others = flow.table(CANDIDATE_IMAGES)["cost_usd"]
    assert drawn_again == pytest.approx((1 + times) * PRICE_OF_ONE)
    assert others == pytest.approx([PRICE_OF_ONE] * (CANDIDATES - 1))
    assert ledger(flow, "cost_usd") == pytest.approx((CANDIDATES + times) * PRICE_OF_ONE)
    assert ledger(flow, "gpu_seconds") == pytest.approx((CANDIDATES + times) * GPU_SECONDS_EACH)


def test_a_former_picture_whose_file_is_lost_stays_in_the_ledger(flow: Flow) -> None:
    flow.run()
    land(flow.menus, "de.csv", [menu_row("de-1", "Salat"), *MENU[1:]])
    flow.run()
    is_former = pl.col("name") == "Pizza Funghi"
    for image_hash in flow.table(CANDIDATE_IMAGES).filter(is_former)["image_hash"]:
        Path(str(flow.resources.pictures.path(image_hash))).unlink()
    for _ in range(2):
        flow.run()
        assert set(flow.table(CANDIDATE_IMAGES).filter(is_former)["status"]) == {"lost"}
        assert ledger(flow, "pictures_made") == CANDIDATES + 2 == len(flow.generator.drawn)
        assert ledger(flow, "cost_usd") == pytest.approx((CANDIDATES + 2) * PRICE_OF_ONE)
    land(flow.menus, "de.csv", MENU)
    flow.run()
    assert len(flow.generator.drawn) == CANDIDATES + 4
    assert set(flow.table(CANDIDATE_IMAGES)["status"]) == {"made"}
    assert ledger(flow, "cost_usd") == pytest.approx((CANDIDATES + 4) * PRICE_OF_ONE)


def test_an_api_s_prices_are_in_the_ledger_and_a_refusal_is_free(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_MODEL", "openai-images")
    monkeypatch.setenv("OPENAI_API_KEY", "secret-key")
    with images_api() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        api = resources_for("local").generator
        small = replace(api.settings, width_px=96, height_px=96)
        flow = flow.with_resources(
            generator=replace(api, settings=small, candidates_per_dish=2, batch_size=3)
        )
        flow.run(only=UNTIL_PROMPTS)
        plates = [made(picture(pixels=draw_plate(number))) for number in range(CANDIDATES)]
        for prompt in flow.table(PROMPTS)["prompt"]:
            server.answers[prompt.split()[0]] = [refused(400, "moderation_blocked"), *plates]
        flow.run()
    flow.decide(flow.table(SHORTLIST).row(0, named=True))
    flow.run("after_review")
    rows = flow.table(CANDIDATE_IMAGES)
    is_made = pl.col("status") == "made"
    refusals = rows.filter(~is_made)
    assert 0 < refusals.height < CANDIDATES
    assert set(refusals["cost_usd"]) == {0.0}
    assert set(rows.filter(is_made)["cost_usd"]) == {API_PRICE}
    paid = (CANDIDATES - refusals.height) * API_PRICE
    assert ledger(flow, "cost_usd") == pytest.approx(paid)
    assert ledger(flow, "pictures_approved") == 1
    assert ledger(flow, "cost_usd_per_approved_picture") == pytest.approx(paid)
