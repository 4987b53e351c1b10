"""A picture that looks like another dish's is neither offered nor published."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import polars as pl
import pytest
from upath import UPath

from menu_assets.look_alikes import compared
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.review import SHORTLIST
from menu_assets.tables.scores import LOOK_ALIKES
from models.recipe.drawings import draw_dish
from resources.picture_likeness import PictureLikeness
from resources.places import SHIPPED_MODELS
from resources.training_pictures import TrainingPictures, keep_training_pictures
from tests.stand_ins import NO_MODEL_FOLDER, Flow, PlateGenerator, land, menu_row

LIKENESS = PictureLikeness(SHIPPED_MODELS / "small-clip", NO_MODEL_FOLDER)


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


def test_different_pictures_are_not_and_are_opened_once(flow: Flow) -> None:
    land(flow.menus, "de.csv", [menu_row("de-1", "Ramen"), menu_row("de-2", "Linsensuppe")])
    real = flow.with_resources(likeness=LIKENESS)
    real.run()
    found = real.table(LOOK_ALIKES)
    assert set(found["verdict"]) == {"pass"}
    assert set(found["embedding"].list.len()) == {128}
    for image_hash in found["image_hash"]:
        real.resources.pictures.path(image_hash).unlink()
    real.run(only=[LOOK_ALIKES])
    assert real.table(LOOK_ALIKES).equals(found)


def cropped(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    inner = picture[height // 40 : -(height // 40), width // 40 : -(width // 40)]
    return cv2.resize(inner, (width, height), interpolation=cv2.INTER_AREA)


def recoloured(picture: np.ndarray) -> np.ndarray:
    hue = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    hue[..., 0] = (hue[..., 0].astype(int) + 10) % 180
    return cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)


def mirrored(picture: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(picture[:, ::-1])


def findings_on(
    *pictures: tuple[str, str | None, np.ndarray],
    trained_on: Mapping[str, pl.DataFrame | None] | None = None,
) -> list[dict[str, Any]]:
    """What is said of pictures: subject, vendor and pixels of each."""
    subjects, vendors, pixels = zip(*pictures, strict=True)
    numbers = [str(number) for number in range(len(pictures))]
    made = LIKENESS.of(pixels).with_columns(
        candidate_id=pl.Series(numbers),
        country=pl.lit("de"),
        product_id=pl.Series(numbers),
        image_hash=pl.Series(numbers),
        subject=pl.Series(subjects),
        vendor_id=pl.Series(vendors, dtype=pl.String),
        model_id=pl.lit("small"),
    )
    frame = compared(made, trained_on or {}, LIKENESS.version)
    assert frame["candidate_id"].to_list() == numbers
    return LOOK_ALIKES.checked(frame).to_dicts()


@pytest.mark.parametrize("change", [cropped, recoloured, mirrored])
def test_a_changed_copy_of_the_vendors_own_picture_is_a_look_alike(change: Any) -> None:
    soup = draw_dish("lentil soup", seed=3, size_px=256).picture
    one, other = findings_on(("lentil soup", "v1", soup), ("borscht", "v1", change(soup)))
    assert one["verdict"] == other["verdict"] == "veto"
    assert one["reason"] == "looks like a picture of another dish, borscht"
    assert json.loads(one["evidence"])["candidate_id"] == "1"


def test_copies_are_looked_for_everywhere_crops_among_the_vendors_own() -> None:
    soup = draw_dish("lentil soup", seed=3, size_px=256).picture
    copies = findings_on(("lentil soup", "v1", soup), ("borscht", None, mirrored(soup)))
    assert [finding["verdict"] for finding in copies] == ["veto", "veto"]
    crops = findings_on(("lentil soup", "v1", soup), ("borscht", "v2", cropped(soup)))
    assert [finding["verdict"] for finding in crops] == ["pass", "pass"]


def test_sisters_of_a_kind_are_no_look_alikes() -> None:
    sisters = [(f"pizza {n}", "v1", draw_dish("pizza", n).picture) for n in range(30)]
    assert {finding["verdict"] for finding in findings_on(*sisters)} == {"pass"}


def test_a_likeness_that_only_the_embedding_sees_is_for_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("menu_assets.look_alikes.ALIKE_COSINE", 0.5)
    pizzas = [
        (name, "v1", draw_dish("pizza", n).picture) for n, name in enumerate(("calzone", "pide"))
    ]
    one, other = findings_on(*pizzas)
    assert one["verdict"] == other["verdict"] == "unchecked"
    assert one["reason"] == "may be a picture of another dish, pide: a person has to look"


def test_a_collapsed_model_is_vetoed_without_comparing_all_its_pictures() -> None:
    black = np.zeros((64, 64, 3), np.uint8)
    made = [(f"dish {number // 4}", None, black) for number in range(200)]
    assert {finding["verdict"] for finding in findings_on(*made)} == {"veto"}


def test_a_picture_that_the_model_was_shown_is_vetoed(tmp_path: Path) -> None:
    soup, pizza = (draw_dish(kind, 7).picture for kind in ("lentil soup", "pizza"))
    count = keep_training_pictures(
        UPath(tmp_path / "small"),
        [("soup-7.webp", soup), ("fries.webp", draw_dish("french fries", 1).picture)],
        LIKENESS,
    )
    known = TrainingPictures({"small": UPath(tmp_path / "small"), "public": UPath(tmp_path / "x")})
    assert (count, known.of("public"), known.of("unheard of")) == (2, None, None)
    shown = (("lentil soup", "v1", mirrored(soup)), ("pizza", "v1", pizza))
    learned, own = findings_on(*shown, trained_on={"small": known.of("small"), "public": None})
    assert (learned["verdict"], own["verdict"]) == ("veto", "pass")
    assert learned["reason"] == "looks like a picture that the model was trained on, soup-7.webp"
    assert {f["verdict"] for f in findings_on(*shown, trained_on={"public": None})} == {"pass"}


def test_training_pictures_of_another_embedding_are_compared_by_their_fingerprints(
    tmp_path: Path,
) -> None:
    soup = draw_dish("lentil soup", 7).picture
    keep_training_pictures(UPath(tmp_path), [("soup.webp", soup)], LIKENESS)
    known = TrainingPictures({"small": UPath(tmp_path)}).of("small")
    assert known is not None
    older = known.with_columns(version=pl.lit("other weights"))
    shown = (("soup", None, soup), ("stew", None, cropped(soup)))
    for trained_on, expected in ((known, ["veto", "veto"]), (older, ["veto", "pass"])):
        found = findings_on(*shown, trained_on={"small": trained_on})
        assert [finding["verdict"] for finding in found] == expected


def test_where_there_is_nothing_nothing_is_compared(tmp_path: Path) -> None:
    assert keep_training_pictures(UPath(tmp_path), [], LIKENESS) == 0
    trained_on = {"small": TrainingPictures({"small": UPath(tmp_path)}).of("small")}
    pizza = ("pizza", None, draw_dish("pizza", 7).picture)
    assert findings_on(pizza, trained_on=trained_on)[0]["verdict"] == "pass"
    nothing = LOOK_ALIKES.empty().with_columns(
        pl.lit("").alias(name) for name in ("subject", "vendor_id", "model_id")
    )
    assert compared(nothing, {}, LIKENESS.version).is_empty()


def test_a_file_of_other_columns_is_told(tmp_path: Path) -> None:
    pl.DataFrame({"picture": ["a"]}).write_parquet(tmp_path / "training_pictures.parquet")
    with pytest.raises(ValueError, match="has the columns"):
        TrainingPictures({"small": UPath(tmp_path)}).of("small")
