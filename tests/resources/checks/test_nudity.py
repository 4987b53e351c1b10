"""A classifier of nudity vetoes, makes a person look, or is missed."""

from pathlib import Path

import pytest
from upath import UPath

from resources.checks.check import Dish, Picture
from resources.checks.finding import Finding
from resources.checks.nudity import NudityCheck
from resources.model_copies import OptionalModel
from tests.gpu_ops.tiny_taggers import save_classifier
from tests.stand_ins import draw_plate

CLASSES = ("normal", "nsfw")  # those of Falconsai/nsfw_image_detection


def look(folder: Path) -> Finding:
    check = NudityCheck(OptionalModel(UPath(folder), folder / "cache"), "cpu")
    ((finding,),) = check.look([Picture(draw_plate(1), Dish("soup"))])
    assert finding.check_name == "nudity_and_violence"
    return finding


@pytest.mark.parametrize(("surely", "verdict"), [(0.01, "pass"), (0.2, "unchecked"), (0.9, "veto")])
def test_the_probability_decides(surely: float, verdict: str, tmp_path: Path) -> None:
    finding = look(save_classifier(tmp_path, CLASSES, sees="nsfw", surely=surely))
    assert finding.verdict == verdict
    assert finding.score == pytest.approx(surely, abs=1e-3)
    assert (finding.reason is None) == (verdict == "pass")


def test_without_weights_a_person_has_to_look(tmp_path: Path) -> None:
    finding = look(tmp_path / "nothing-here")
    assert finding.verdict == "unchecked"
    assert "GARNISH_MODELS" in str(finding.reason)


def test_a_classifier_of_something_else_is_refused(tmp_path: Path) -> None:
    folder = save_classifier(tmp_path, ("cat", "dog"), sees="cat", surely=0.9)
    with pytest.raises(ValueError, match="has the classes cat, dog"):
        look(folder)
