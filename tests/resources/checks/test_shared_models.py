"""Models that several checks ask look at each picture once, and say the same as alone."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from gpu_ops.food_detection import load_detector
from gpu_ops.picture_text_match import load_matcher
from gpu_ops.tag_index import load_tagger
from resources.checks import layout, logos, people_and_animals
from resources.checks.check import Dish, Picture
from resources.checks.shared_models import SharedDetector, SharedTagger
from resources.installed_checks import installed_checks
from resources.model_copies import OptionalModel
from resources.picture_checks import PictureChecks
from resources.places import SHIPPED_MODELS
from tests.gpu_ops.tiny_detectors import save_grounding_dino
from tests.gpu_ops.tiny_taggers import save_siglip
from tests.stand_ins import draw_plate

ASKING = ("LayoutCheck", "ContentCheck", "MenuTruthCheck", "PeopleAndAnimalsCheck", "LogoCheck")


def plates() -> list[Picture]:
    return [Picture(draw_plate(n), Dish("pizza" if n < 2 else "soup")) for n in range(4)]


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a detector and a tagger, in place of what is installed."""
    save_grounding_dino(tmp_path / "grounding-dino")
    save_siglip(tmp_path / "tagger")
    monkeypatch.setenv("GARNISH_MODELS", str(tmp_path))
    monkeypatch.setenv("GARNISH_HOME", str(tmp_path / "home"))
    return tmp_path


def test_each_model_looks_at_a_picture_once(models: Path) -> None:
    installed = installed_checks("cpu")
    checks = tuple(check for check in installed.checks if type(check).__name__ in ASKING)
    assert len(checks) == len(ASKING)
    looked_at = Counter[str]()

    def counting(name: str, part: Any) -> Any:
        def count(module: Any, arguments: Any, options: dict[str, Any]) -> None:
            looked_at[name] += len(options.get("pixel_values", arguments[0] if arguments else ()))

        return part.register_forward_pre_hook(count, with_kwargs=True)

    tagger = load_tagger(models / "tagger", "cpu").model.vision_model
    clip = load_matcher(SHIPPED_MODELS / "small-clip", "cpu")[0].vision_model
    detector = load_detector(models / "grounding-dino", "cpu")[0]
    hooks = [counting("detector", detector), counting("tagger", tagger), counting("clip", clip)]
    pictures = plates()
    some = PictureChecks(checks, installed.content, batch_size=4)
    some.safety(pictures)
    some.quality(pictures)
    for hook in hooks:
        hook.remove()
    # Each check for itself: the detector 12 times, the tagger 8, the small CLIP 12.
    assert looked_at == {"detector": 4, "tagger": 4, "clip": 4}


def test_a_check_gets_the_scores_of_its_own_phrases(models: Path) -> None:
    model = OptionalModel(UPath(models / "grounding-dino"), models)
    asked = (*layout.PHRASES, *people_and_animals.PHRASES, *logos.PHRASES)
    detector = SharedDetector(model, "cpu", together=asked)
    seen = detector.detections(plates(), ("plate", "bowl"), threshold=0.0)
    assert all({one.phrase for one in of_picture} <= {"plate", "bowl"} for of_picture in seen)
    assert all(len(of_picture) == 20 for of_picture in seen), "every query, at no threshold"
    named = detector.detections(plates(), ("plate",), threshold=0.0, named=True)
    assert {one.phrase for one in named[0]} <= {"pizza", "plate"}
    assert {one.phrase for one in named[3]} <= {"soup", "plate"}


def test_what_is_asked_together_is_part_of_the_version(models: Path) -> None:
    model = OptionalModel(UPath(models / "grounding-dino"), models)
    alone, together = SharedDetector(model, "cpu"), SharedDetector(model, "cpu", ("plate",))
    assert alone.version != together.version
    missing = OptionalModel(UPath(models / "none"), models)
    assert not SharedDetector(missing, "cpu").is_installed
    assert not SharedTagger(missing, models, "cpu").is_installed
