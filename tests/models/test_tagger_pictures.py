"""Intruders are drawn where they can be seen, and always alike."""

import numpy as np
import pytest

from models.recipe.drawings import draw_dish
from models.recipe.tagger_pictures import CLEAN, INTRUDERS, LABELS, draw_labelled, labelled_picture


@pytest.mark.parametrize("label", INTRUDERS)
def test_an_intruder_is_where_it_is_said_to_be(label: str) -> None:
    dish = draw_dish("pizza", 1).picture
    for seed in range(6):
        intruded, where = labelled_picture(seed, label, dish)
        again, _ = labelled_picture(seed, label, dish)
        assert intruded.shape == (128, 128, 3) and np.array_equal(intruded, again)
        assert where.shape == (8, 8)
        assert 0.003 < where.mean() < 0.6


def test_a_clean_picture_has_an_intruder_nowhere() -> None:
    _, where = labelled_picture(3, CLEAN, draw_dish("pizza", 1).picture)
    assert not where.any()


def test_a_set_has_as_many_of_each_label_as_were_asked_for() -> None:
    bases = np.full((2, 128, 128, 3), (0, 0, 255), np.uint8)
    drawn = draw_labelled(7, bases, {CLEAN: 3, "cat": 2, "hand": 1}, processes=1)
    assert [LABELS[label] for label in drawn.labels] == [CLEAN] * 3 + ["cat"] * 2 + ["hand"]
    assert drawn.where.any((1, 2)).tolist() == [False] * 3 + [True] * 3
