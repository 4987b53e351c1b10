"""Votes are united, recall first; what nobody on this machine can see goes to a person."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from upath import UPath

from models.recipe.drawings import KINDS, draw_dish
from models.recipe.tagger_pictures import INTRUDERS, labelled_picture
from resources.checks import people_and_animals
from resources.checks.check import Dish, Picture
from resources.checks.finding import Finding
from resources.checks.people_and_animals import GROUPS, PeopleAndAnimalsCheck
from resources.checks.shared_models import SharedDetector, SharedTagger
from resources.checks.sightings import Sighting, Thresholds, united
from resources.checks.tags import declared_families, load_tags
from resources.model_copies import OptionalModel
from resources.places import SHIPPED_MODELS
from tests.gpu_ops.tiny_detectors import save_grounding_dino
from tests.gpu_ops.tiny_taggers import save_classifier, save_clip, save_siglip

SHIPPED = SHIPPED_MODELS / "small-tagger"
LABELS = ("dish", "face", "hand", "person", "cat", "dog", "bird", "rodent", "insect", "fish")
DISHES = ("pizza", "burger", "ramen", "donut", "greek salad", "sushi", "coffee", "paella")
MEASURED_SEED = 3_000_000
VOTER = Thresholds(doubt=0.2, veto=0.6)


def check_in(models: Path, drawn: Path = SHIPPED) -> PeopleAndAnimalsCheck:
    """The check with whatever models lie in the folder."""
    cache = models / "cache"
    return PeopleAndAnimalsCheck(
        drawn,
        SharedTagger(OptionalModel(UPath(models / "tagger"), cache), cache, "cpu"),
        SharedDetector(OptionalModel(UPath(models / "grounding-dino"), cache), "cpu"),
        "cpu",
    )


def look(
    check: PeopleAndAnimalsCheck, pixels: np.ndarray, subject: str = "lentil soup"
) -> dict[str, Finding]:
    (findings,) = check.look([Picture(pixels, Dish(subject))])
    return {finding.check_name: finding for finding in findings}


@pytest.mark.parametrize("label", INTRUDERS)
def test_drawn_people_and_animals_do_not_pass(label: str, tmp_path: Path) -> None:
    dishes = [draw_dish(kind, MEASURED_SEED).picture for kind in DISHES]
    pictures = [labelled_picture(MEASURED_SEED, label, dish)[0] for dish in dishes]
    found = check_in(tmp_path).look([Picture(p, Dish("lentil soup")) for p in pictures])
    passed = [all(finding.verdict == "pass" for finding in findings) for findings in found]
    assert sum(passed) <= 1


def test_drawn_dishes_are_hardly_ever_vetoed(tmp_path: Path) -> None:
    pictures = [Picture(draw_dish(kind, MEASURED_SEED).picture, Dish(kind)) for kind in KINDS]
    verdicts = [f.verdict for findings in check_in(tmp_path).look(pictures) for f in findings]
    assert verdicts.count("veto") <= 2
    assert verdicts.count("pass") >= 52


def test_a_large_picture_may_be_a_photograph_which_nothing_here_can_clear(tmp_path: Path) -> None:
    blind = save_classifier(tmp_path / "blind", LABELS, sees="dish", surely=0.99)
    check = check_in(tmp_path, blind)
    assert look(check, draw_dish("pizza", 1).picture)["people"].verdict == "pass"
    found = look(check, draw_dish("pizza", 1, size_px=256).picture)
    assert {finding.verdict for finding in found.values()} == {"unchecked"}
    assert "GARNISH_MODELS" in str(found["people"].reason)


@pytest.mark.parametrize("save", [save_clip, save_siglip])
def test_a_tagger_votes_with_the_name_of_what_it_sees(save, tmp_path: Path) -> None:
    save(tmp_path / "tagger")
    blind = save_classifier(tmp_path / "blind", LABELS, sees="dish", surely=0.99)
    found = look(check_in(tmp_path, blind), draw_dish("pizza", 1, size_px=256).picture)
    # Random weights see a little of everything: both checks have a highest score of their own.
    assert found["people"].score != found["animals"].score
    assert all(f.reason is None or "GARNISH_MODELS" not in f.reason for f in found.values())
    for name, finding in found.items():
        names = {tag.name for tag in load_tags() if GROUPS.get(tag.group) == name}
        assert finding.evidence is None or set(finding.evidence["tags"]) <= names
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".npy"]


def test_a_detector_votes_with_boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_grounding_dino(tmp_path / "grounding-dino")
    phrases = {"a bowl": ("people", ""), "a": ("animals", "")}  # words that it knows
    monkeypatch.setattr(people_and_animals, "PHRASES", phrases)
    monkeypatch.setattr(people_and_animals, "DETECTOR_THRESHOLDS", Thresholds(0.0, 0.0))
    blind = save_classifier(tmp_path / "blind", LABELS, sees="dish", surely=0.99)
    found = look(check_in(tmp_path, blind), draw_dish("pizza", 1).picture)
    vetoes = [finding for finding in found.values() if finding.verdict == "veto"]
    assert vetoes
    assert all(finding.evidence and finding.evidence["boxes"] for finding in vetoes)


def test_a_creature_that_the_name_declares_is_no_veto(tmp_path: Path) -> None:
    sees_fish = save_classifier(tmp_path / "drawn", LABELS, sees="fish", surely=0.9)
    check, picture = check_in(tmp_path, sees_fish), draw_dish("grilled fish", 1).picture
    undeclared = look(check, picture, "lentil soup")["animals"]
    assert (undeclared.verdict, undeclared.reason) == ("veto", "shows a live fish")
    assert look(check, picture, "Grilled sea bream with lemon")["animals"].verdict == "pass"
    sees_cat = save_classifier(tmp_path / "cat", LABELS, sees="cat", surely=0.9)
    assert look(check_in(tmp_path, sees_cat), picture, "grilled fish")["animals"].verdict == "veto"


@pytest.mark.parametrize(
    ("subject", "families"),
    [
        ("Garlic prawns", {"shellfish"}),
        ("Seafood paella", {"fish", "shellfish"}),
        ("roast suckling pig", {"pig"}),
        ("pork belly", set()),
        ("feel-good bowl", set()),
        ("chicken soup", set()),
    ],
)
def test_names_declare_creatures(subject: str, families: set[str]) -> None:
    assert declared_families(subject) == families


def test_there_are_thousands_of_tags_and_food_is_no_animal() -> None:
    tags = {tag.name: tag for tag in load_tags()}
    assert len(tags) >= 5_000
    assert tags["hand"].group == "body" and tags["cat"].group == "animal"
    assert tags["cockroach"].group == "insect"
    assert tags["live salmon"].family == "fish" and "salmon" not in tags
    assert tags["chicken"].group == "food"


def test_the_strictest_vote_decides() -> None:
    faint, sure = Sighting("a cat", 0.3, VOTER), Sighting("a rat", 0.7, VOTER, (0, 0, 0.5, 0.5))
    assert united("animals", [replace(faint, score=0.1)], None).verdict == "pass"
    doubted = united("animals", [faint], None)
    assert (doubted.verdict, doubted.reason) == (
        "unchecked",
        "may show a cat: a person has to look",
    )
    vetoed = united("animals", [faint, sure], None)
    assert (vetoed.verdict, vetoed.reason, vetoed.score) == ("veto", "shows a rat", 0.7)
    assert vetoed.evidence == {
        "tags": {"a cat": 0.3, "a rat": 0.7},
        "boxes": [{"box": [0, 0, 0.5, 0.5], "label": "a rat", "score": 0.7}],
    }


def test_other_models_are_another_version(tmp_path: Path) -> None:
    bare = check_in(tmp_path).version
    save_clip(tmp_path / "tagger")
    assert check_in(tmp_path).version != bare
