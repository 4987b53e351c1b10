"""Where the dish is: verdicts by saliency, and by a real detector's loading code."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from upath import UPath

from gpu_ops.food_detection import Detection, Sight, look_for
from resources.checks import layout, shared_models
from resources.checks.check import Dish, Picture
from resources.checks.finding import Finding
from resources.checks.layout import LayoutCheck
from resources.checks.shared_models import SharedDetector
from resources.model_copies import OptionalModel
from tests.gpu_ops.tiny_detectors import save_grounding_dino
from tests.stand_ins import draw_plate

NAMES = ["dish_present", "single_dish", "dish_whole", "dish_size", "dish_centred"]
PLATE = draw_plate(1)


def on_table(scale: float, x: float = 0.5, y: float = 0.5) -> np.ndarray:
    """A plate on a table of 384 px, its middle at x and y: (384, 384, 3) uint8 RGB."""
    plate = draw_plate(1, round(384 * scale))
    table = np.full((768, 768, 3), 205, np.uint8)
    half = len(plate) // 2
    left, top = round(x * 384) + 192 - half, round(y * 384) + 192 - half
    table[top : top + len(plate), left : left + len(plate)] = plate
    return table[192:576, 192:576]


def findings(
    pixels: np.ndarray, subject: str = "soup", check: LayoutCheck | None = None
) -> dict[str, Finding]:
    ((*found,),) = (check or LayoutCheck()).look([Picture(pixels, Dish(subject))])
    assert [finding.check_name for finding in found] == NAMES
    return {finding.check_name: finding for finding in found}


def vetoes(pixels: np.ndarray, subject: str = "soup") -> set[str]:
    return {name for name, f in findings(pixels, subject).items() if f.verdict == "veto"}


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (PLATE, set()),
        (on_table(1.0), set()),
        (on_table(0.3), {"dish_size"}),
        (on_table(0.6, x=0.26, y=0.28), {"dish_centred"}),
        (on_table(1.0, x=0.35), {"dish_whole"}),
        (np.concatenate([PLATE, draw_plate(4)], axis=1), {"single_dish"}),
        (np.full((96, 96, 3), 205, np.uint8), {"dish_present"}),
    ],
    ids=["plate", "larger", "tiny", "off centre", "cut", "two", "none"],
)
def test_each_fault_has_its_veto(pixels: np.ndarray, expected: set[str]) -> None:
    assert vetoes(pixels) == expected


@pytest.mark.parametrize("subject", ["lunch set", "burger with fries", "2 tacos", "fish & chips"])
def test_a_name_that_declares_several_may_show_several(subject: str) -> None:
    assert vetoes(np.concatenate([PLATE, draw_plate(4)], axis=1), subject) == set()


def test_a_veto_shows_where_and_says_why() -> None:
    found = findings(np.concatenate([PLATE, draw_plate(4)], axis=1))["single_dish"]
    assert found.reason == "2 dishes, where the name declares one"
    assert found.evidence and [box["label"] for box in found.evidence["boxes"]] == [
        "dish 1",
        "dish 2",
    ]


def test_a_detector_is_asked_for_the_dish_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save_grounding_dino(tmp_path / "grounding-dino")
    check = LayoutCheck(SharedDetector(OptionalModel(UPath(folder), tmp_path), "cpu"))
    assert check.version != LayoutCheck().version
    asked = []

    def record(*arguments: Any, phrases: tuple[str, ...]) -> list[Sight]:
        asked.append(phrases)
        return look_for(*arguments, phrases=phrases)

    monkeypatch.setattr(shared_models, "look_for", record)
    monkeypatch.setattr(layout, "DETECTED", 0.0)
    dishes = [Dish("Pizza. With: what?"), Dish("soup"), Dish("soup")]
    for found in check.look([Picture(PLATE, dish) for dish in dishes]):
        assert [finding.check_name for finding in found] == NAMES
    assert asked == [
        ("pizza with what", "food", "plate", "bowl", "glass"),
        ("soup", "food", "plate", "bowl", "glass"),
    ]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([("soup", 0.8, (0.2, 0.2, 0.8, 0.8))], set()),
        ([("soup", 0.8, (0.3, 0.3, 0.9, 0.7)), ("bowl", 0.5, (0.1, 0.1, 1, 0.9))], {"dish_whole"}),
        (
            [("soup", 0.8, (0.1, 0.1, 0.5, 0.9)), ("food", 0.5, (0.5, 0.1, 0.9, 0.9))],
            {"single_dish"},
        ),
        ([("soup", 0.8, (0.1, 0.1, 0.7, 0.9)), ("glass", 0.5, (0.8, 0.1, 0.9, 0.4))], set()),
        ([], {"dish_present"}),
    ],
    ids=["one", "its bowl is cut", "two", "a small glass beside it", "nothing"],
)
def test_what_a_detector_sees_is_judged_with_its_ware(
    seen: list[tuple[str, float, tuple[float, float, float, float]]],
    expected: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The boxes are given: a tiny detector's own mean nothing."""
    detections = [Detection(*one) for one in seen]
    monkeypatch.setattr(SharedDetector, "detections", lambda *_, **__: [detections])
    check = LayoutCheck(SharedDetector(OptionalModel(UPath(tmp_path), tmp_path), "cpu"))
    found = findings(PLATE, check=check)
    assert {name for name, finding in found.items() if finding.verdict == "veto"} == expected
