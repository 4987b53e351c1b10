"""What is said about a picture, with the models that ship with the repository."""

from dataclasses import replace

import numpy as np
import pytest

from models.recipe.drawings import KINDS, draw_dish
from resources.checks.check import Dish, Picture
from resources.environment import resources_for
from resources.picture_checks import PictureChecks

LIKED = ("pizza", "burger", "ramen", "donut", "greek salad", "sushi", "coffee", "steak")


def picture_of(pixels: np.ndarray, subject: str) -> Picture:
    return Picture(pixels, Dish(subject))


@pytest.fixture(scope="module")
def checks() -> PictureChecks:
    return resources_for("local").checks


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("pizza margherita", "pizza"),
        ("cheeseburger with french fries", "french fries"),
        ("burger with french fries", "burger"),
        ("chicken fried rice", "fried rice"),
        ("three pancakes", "pancakes"),
        ("one pancake", "pancakes"),
        ("Beef Kebabs", "kebab"),
        ("mapo tofu", None),
        ("coffeecake", None),
    ],
)
def test_the_dish_that_is_named_first_is_asked_for(
    checks: PictureChecks, subject: str, kind: str | None
) -> None:
    assert checks.content.asked_kind(subject) == kind


def test_the_checks_know_every_kind_that_is_drawn(checks: PictureChecks) -> None:
    assert set(checks.content.kinds) == set(KINDS)


def test_a_dish_is_recognised_and_another_one_vetoed(checks: PictureChecks) -> None:
    drawn = [draw_dish(kind, seed=90_001).picture for kind in LIKED]
    right = checks.safety(list(map(picture_of, drawn, LIKED)))
    wrong = checks.safety(list(map(picture_of, drawn, LIKED[1:] + LIKED[:1])))
    verdicts = [next(f for f in of if f.check_name == "dish_shown") for of in right + wrong]
    assert [finding.verdict for finding in verdicts] == ["pass"] * 8 + ["veto"] * 8
    assert verdicts[8].reason == "looks like pizza, not like burger"


def test_what_no_model_can_judge_is_unchecked_and_says_why(checks: PictureChecks) -> None:
    (findings,) = checks.safety([picture_of(draw_dish("pizza", seed=1).picture, "mapo tofu")])
    unchecked = {f.check_name: f.reason for f in findings if f.verdict == "unchecked"}
    assert unchecked.keys() == {
        "dish_shown",
        "logos",
        "nudity_and_violence",
        "allergens",
    }
    assert all(unchecked.values())


def test_a_grey_picture_without_a_dish_is_vetoed(checks: PictureChecks) -> None:
    (findings,) = checks.safety([picture_of(np.full((128, 128, 3), 127, np.uint8), "mapo tofu")])
    assert ("dish_present", "veto") in [(f.check_name, f.verdict) for f in findings]


def test_another_rule_or_weight_is_another_version(checks: PictureChecks) -> None:
    assert replace(checks).version == checks.version
    content = replace(checks.content, matcher_folder=checks.content.kinds_file.parent)
    assert replace(checks, checks=(content,)).version != checks.version
