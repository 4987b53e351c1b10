"""Scores: each falls as its fault grows, and none buys another one back."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recipe.drawings import KINDS, draw_dish
from resources.checks.check import Dish, Picture
from resources.checks.quality import QualityScores, quality_of

EVEN = st.lists(st.floats(0, 1), min_size=2, max_size=4, unique=True).map(sorted)
DRAWN = st.sampled_from(("pizza", "burger", "ramen", "steak", "baklava", "coffee"))


@cache
def drawn(kind: str) -> np.ndarray:
    return draw_dish(kind, seed=11, size_px=192).picture


def scores(pixels: np.ndarray) -> QualityScores:
    return quality_of(Picture(pixels, Dish("pizza")), None)


def falls(values: list[float], slack: float = 0.02) -> bool:
    """Whether no value is above the one before, but for rounding to 8 bits."""
    return all(after <= before + slack for before, after in pairwise(values))


@settings(max_examples=25, deadline=None)
@given(DRAWN, EVEN)
def test_sharpness_falls_with_blur(kind: str, blurs: list[float]) -> None:
    pictures = [cv2.GaussianBlur(drawn(kind), (0, 0), 0.3 + 4 * blur) for blur in blurs]
    assert falls([scores(picture).sharpness for picture in pictures])


@settings(max_examples=25, deadline=None)
@given(DRAWN, EVEN, st.booleans())
def test_exposure_falls_away_from_the_right_one(
    kind: str, stops: list[float], brighter: bool
) -> None:
    """From the right lightness, with nothing burnt out, up to five stops either way."""
    right = drawn(kind).astype(float)
    right *= 112 / right.mean()
    pictures = [right * 2 ** (5 * stop if brighter else -5 * stop) for stop in stops]
    assert falls([scores(np.clip(p, 0, 255).astype(np.uint8)).exposure for p in pictures])


@settings(max_examples=25, deadline=None)
@given(EVEN)
def test_position_and_margins_fall_with_the_offset(offsets: list[float]) -> None:
    pictures = []
    for offset in offsets:
        picture = np.full((192, 192, 3), 200, np.uint8)
        centre = round(96 + 90 * offset)
        pictures.append(cv2.circle(picture, (centre, 96), 60, (150, 60, 30), -1))
    of = [scores(picture) for picture in pictures]
    assert falls([each.position or 0 for each in of])
    assert falls([each.margins or 0 for each in of])


@settings(max_examples=25, deadline=None)
@given(DRAWN, EVEN)
def test_saturation_falls_as_colours_go(kind: str, lost: list[float]) -> None:
    grey = drawn(kind).mean(axis=2, keepdims=True)
    pictures = [(drawn(kind) * (1 - share) + grey * share).astype(np.uint8) for share in lost]
    assert falls([scores(picture).saturation for picture in pictures])


@settings(max_examples=25, deadline=None)
@given(DRAWN, EVEN)
def test_contrast_falls_as_it_goes(kind: str, lost: list[float]) -> None:
    pictures = [(drawn(kind) * (1 - share) + 120 * share).astype(np.uint8) for share in lost]
    assert falls([scores(picture).contrast for picture in pictures])


@settings(max_examples=25, deadline=None)
@given(EVEN)
def test_white_balance_falls_with_a_cast(casts: list[float]) -> None:
    table = np.full((192, 192, 3), 150, float)
    cv2.circle(table, (96, 96), 60, (170.0, 70.0, 40.0), -1)
    pictures = [(table * (1, 1 - 0.2 * cast, 1 - 0.6 * cast)).astype(np.uint8) for cast in casts]
    assert falls([scores(picture).white_balance or 0 for picture in pictures])


def test_clean_drawings_are_sharp_and_soft_ones_are_not() -> None:
    sharp = [scores(draw_dish(kind, seed=5).picture).sharpness for kind in KINDS]
    soft = [
        scores(cv2.GaussianBlur(draw_dish(kind, seed=5).picture, (0, 0), 1.5)).sharpness
        for kind in KINDS
    ]
    assert np.quantile(sharp, 0.05) > 0.9
    assert np.quantile(soft, 0.95) < 0.7 and np.median(soft) < 0.5


def test_a_second_dish_and_a_loud_table_cost() -> None:
    one = np.full((192, 192, 3), 200, np.uint8)
    cv2.circle(one, (96, 96), 60, (150, 60, 30), -1)
    two = np.full((192, 192, 3), 200, np.uint8)
    for centre in ((50, 96), (142, 96)):
        cv2.circle(two, centre, 38, (150, 60, 30), -1)
    assert scores(one).one_subject == 1 and (scores(two).one_subject or 0) < 0.2
    assert scores(one).calm_background == 1


def test_without_a_dish_nothing_is_said_of_its_place() -> None:
    empty = scores(np.full((64, 64, 3), 127, np.uint8))
    assert empty.position is empty.margins is empty.one_subject is empty.content is None
    assert empty.missing == 6


def test_one_very_bad_score_is_not_bought_back() -> None:
    good = QualityScores(**dict.fromkeys(QualityScores.__annotations__, 1.0))
    assert good.combined == pytest.approx(1)
    assert replace(good, content=None).missing == 1
    assert replace(good, exposure=0.0).combined < 0.55
    assert replace(good, content=0.0).combined < 0.2
