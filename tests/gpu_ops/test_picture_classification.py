"""A classifier's probabilities, by the names of its classes."""

from pathlib import Path

import numpy as np
import pytest

from gpu_ops.picture_classification import class_names, class_probabilities, load_classifier
from tests.gpu_ops.tiny_taggers import save_classifier
from tests.stand_ins import draw_plate


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no classifier in .*config.json is missing"):
        load_classifier(tmp_path, "cpu")


def test_probabilities_have_the_order_of_the_names(tmp_path: Path) -> None:
    folder = save_classifier(tmp_path, ("normal", "nsfw", "other"), sees="nsfw", surely=0.8)
    classifier = load_classifier(folder, "cpu")
    assert class_names(classifier) == ("normal", "nsfw", "other")
    found = class_probabilities(classifier, [draw_plate(1), draw_plate(2, side_px=50)])
    assert found == pytest.approx(np.array([[0.1, 0.8, 0.1]] * 2), abs=1e-4)
    assert class_probabilities(classifier, []).shape == (0, 3)
