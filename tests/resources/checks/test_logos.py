"""Logos: by a detector where it is installed, else by a person."""

from dataclasses import replace
from pathlib import Path

import pytest
from upath import UPath

from resources.checks import logos
from resources.checks.check import Dish, Picture
from resources.checks.logos import LogoCheck
from resources.checks.shared_models import SharedDetector
from resources.model_copies import OptionalModel
from tests.gpu_ops.tiny_detectors import save_grounding_dino
from tests.stand_ins import draw_plate

PLATE = Picture(draw_plate(1), Dish("soup"))


def test_without_a_detector_a_person_has_to_look(tmp_path: Path) -> None:
    check = LogoCheck(SharedDetector(OptionalModel(UPath(tmp_path / "none"), tmp_path), "cpu"))
    ((finding,),) = check.look([PLATE])
    assert (finding.check_name, finding.verdict) == ("logos", "unchecked")
    assert "GARNISH_MODELS" in str(finding.reason)


def test_the_detector_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = OptionalModel(UPath(save_grounding_dino(tmp_path / "dino")), tmp_path)
    check = LogoCheck(SharedDetector(installed, "cpu"))
    monkeypatch.setattr(logos, "SEEN", 0.0)  # random weights see something everywhere
    ((seen,),) = check.look([PLATE])
    monkeypatch.setattr(logos, "SEEN", 1.0)
    ((unseen,),) = check.look([PLATE])
    assert (seen.verdict, unseen.verdict) == ("veto", "pass")
    assert seen.evidence and seen.evidence["boxes"]
    other = replace(check.detector, model=OptionalModel(UPath(tmp_path / "x"), tmp_path))
    assert check.version != replace(check, detector=other).version
