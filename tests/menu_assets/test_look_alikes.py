"""A picture that looks like another dish's is neither offered nor published."""

import json
from dataclasses import dataclass

import numpy as np
import polars as pl

from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.review import SHORTLIST
from menu_assets.tables.scores import LOOK_ALIKES
from models.recipe.drawings import draw_dish
from tests.stand_ins import Flow, PlateGenerator, land, menu_row


@dataclass(frozen=True)
class OneSoup(PlateGenerator):
    """Draws the same soup for every seed, a little lighter each time."""

    def _plate(self, seed: int) -> np.ndarray:
        soup = draw_dish("ramen", seed=5, size_px=96).picture
        return np.clip(soup + float(seed % 7), 0, 255).astype(np.uint8)


def test_only_pictures_of_other_dishes_are_look_alikes(flow: Flow) -> None:
    copying = flow.with_resources(generator=OneSoup())
    land(copying.menus, "de.csv", [menu_row("de-1", "Ramen", category="soup")])
    copying.run()
    assert set(copying.table(LOOK_ALIKES)["verdict"]) == {"pass"}
    assert copying.table(SHORTLIST).height == 2

    land(copying.menus, "de-more.csv", [menu_row("de-2", "Linsensuppe", category="soup")])
    copying.run()
    found = copying.table(LOOK_ALIKES)
    assert found["verdict"].to_list() == ["veto"] * 4
    assert copying.table(SHORTLIST).is_empty()
    row = found.filter(pl.col("product_id") == "de-1").row(0, named=True)
    other = json.loads(row["evidence"])
    named = copying.table(CANDIDATE_IMAGES).filter(candidate_id=other["candidate_id"])
    assert named["product_id"].to_list() == ["de-2"]
    assert other["differing_bits"] <= 10
    assert str(row["reason"]).startswith("looks like a picture of another dish, ")


def test_different_pictures_are_not(flow: Flow) -> None:
    land(flow.menus, "de.csv", [menu_row("de-1", "Ramen"), menu_row("de-2", "Linsensuppe")])
    flow.run()
    assert set(flow.table(LOOK_ALIKES)["verdict"]) == {"pass"}
