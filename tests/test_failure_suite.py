"""The checks of the local environment against pictures made to fail, a small sample of each group.

The whole suite, on seeds that nothing was tuned on, is `python -m benchmarks.check_accuracy`.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recipe.drawings import KINDS
from resources.checks.check import Dish, Picture
from resources.checks.layout import OFF_CENTRE
from resources.checks.quality import quality_of
from resources.environment import resources_for
from tests.failure_accuracy import Seen, accuracy, files_looked_at, looked_at
from tests.failure_pictures import GROUPS, MARKED, failure_files, failure_pictures
from tests.failures import scenes

SIDE_PX, MARKED_SIDE_PX, CLEAN_SIDE_PX = 256, 512, 128
OF_EACH = 2
MISSES = 1
"""Of all pictures of the sample that one check should veto; shares are the benchmark's."""

FALSE_ALARMS = 0.05
CLEAN = ("clean_drawing", "clean_generated")
LIVING = ("people_of_recipe", "animals_of_recipe")
"""In the size that the small tagger knows: of larger pictures it clears and vetoes none."""

UNKNOWN_STYLE = ("face", "hand", "person", "cat", "bird", "insect")
"""Cartoons: the small tagger promises nothing for a style that it was not trained on."""

VETOED = {name: group for name, group in GROUPS.items() if name not in UNKNOWN_STYLE}
CHECKS = sorted({c for g in VETOED.values() for c, said in g.expected.items() if said == "veto"})
LOW = [name for name, group in GROUPS.items() if group.low_score]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Seen]]:
    """What the checks say of all groups; models are loaded once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GARNISH_HOME", str(tmp_path_factory.mktemp("home")))
        checks = resources_for("local").checks
    others = [name for name in GROUPS if name not in (*CLEAN, *MARKED, *LIVING)]
    cases = (
        failure_pictures(0, OF_EACH, others, SIDE_PX),
        failure_pictures(0, OF_EACH, LIVING, CLEAN_SIDE_PX),
        failure_pictures(0, OF_EACH, MARKED, MARKED_SIDE_PX),
        failure_pictures(0, 20, CLEAN, CLEAN_SIDE_PX),
    )
    yield [one for some in cases for one in looked_at(some, checks)]


@pytest.mark.parametrize("check", CHECKS)
def test_what_is_wrong_is_vetoed(seen: list[Seen], check: str) -> None:
    if not accuracy(check, seen).ever_judges:
        pytest.skip(f"{check} judges nothing here")
    asked = [
        one for one in seen if one.case.group in VETOED and one.case.expected.get(check) == "veto"
    ]
    missed = [one.case.name for one in asked if one.verdict(check) != "veto"]
    assert len(asked) >= OF_EACH and len(missed) <= MISSES, missed


def test_clean_pictures_are_hardly_ever_vetoed(seen: list[Seen]) -> None:
    clean = [one for one in seen if one.case.is_clean]
    alarms = {one.case.name: one.vetoes for one in clean if one.vetoes}
    assert len(clean) >= 100 and len(alarms) <= FALSE_ALARMS * len(clean), alarms


def test_doubt_goes_to_a_person(seen: list[Seen]) -> None:
    for one in seen:
        for check, expected in one.case.expected.items():
            assert expected == "veto" or one.verdict(check) != "pass", one.case.name


def test_every_check_speaks_of_every_picture(seen: list[Seen]) -> None:
    for one in seen:
        assert set(one.findings) == set(seen[0].findings), one.case.name


@pytest.mark.parametrize("group", LOW)
def test_faults_of_the_camera_cost_scores(seen: list[Seen], group: str) -> None:
    score = GROUPS[group].low_score or ""
    clean = [getattr(one.scores, score) for one in seen if one.case.group == "clean_drawing"]
    usual = np.median([value for value in clean if value is not None])
    for one in seen:
        if one.case.group == group and (value := getattr(one.scores, score)) is not None:
            assert value < 0.8 * usual, one.case.name


def test_files() -> None:
    for one in files_looked_at(failure_files()):
        assert one.verdict("file_readable") == one.case.expected["file_readable"], one.case.name
        assert one.findings["file_readable"].reason or not one.vetoes


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.integers(0, 9999),
    st.lists(st.floats(0, 0.24), min_size=2, max_size=3, unique=True).map(sorted),
)
def test_a_drawn_dish_loses_position_on_its_way_out(
    kind: str, seed: int, offsets: list[float]
) -> None:
    """The same dish on the same table, further and further from the middle, always whole."""
    pictures = [
        scenes.placed([(kind, (0.5 + x, 0.5, 0.22))], np.random.default_rng(seed), 128)
        for x in offsets
    ]
    scores = [quality_of(Picture(picture, Dish(kind)), None).position for picture in pictures]
    slack = 0.02 / OFF_CENTRE  # shadows and garnishes move the box by 2 % of the half diagonal
    assert all((b or 0) <= (a or 0) + slack for a, b in pairwise(scores))
