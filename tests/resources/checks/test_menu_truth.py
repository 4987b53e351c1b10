"""Diet and allergens: what is seen and must not be is vetoed; other promises wait for people."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from upath import UPath

from models.recipe.drawings import draw_dish
from resources.checks import menu_truth
from resources.checks.check import Dish, Picture
from resources.checks.finding import Finding
from resources.checks.menu_truth import MenuTruthCheck
from resources.checks.shared_models import SharedTagger
from resources.checks.sightings import Thresholds
from resources.environment import resources_for
from resources.menu_policy import POLICY_FILE
from resources.model_copies import OptionalModel
from tests.gpu_ops.tiny_questioners import save_llava
from tests.gpu_ops.tiny_taggers import save_clip, save_siglip


@pytest.fixture
def check(tmp_path: Path) -> MenuTruthCheck:
    """With the models that ship, and with those of `tmp_path / "tagger"` and `"vlm"`."""
    content = resources_for("local").checks.content
    tagger, vlm = (OptionalModel(UPath(tmp_path / n), tmp_path / n) for n in ("tagger", "vlm"))
    return MenuTruthCheck(content, SharedTagger(tagger, tmp_path / "cache", "cpu"), vlm, "cpu")


def look(
    check: MenuTruthCheck, shows: str, subject: str, *flags: str, country: str = "de"
) -> tuple[Finding, Finding]:
    pixels = draw_dish(shows, seed=5).picture
    picture = Picture(pixels, Dish(subject, dietary_flags=frozenset(flags), country=country))
    ((diet, allergens),) = check.look([picture])
    assert (diet.check_name, allergens.check_name) == ("diet", "allergens")
    assert allergens.verdict == "unchecked", "no picture tells what is not in a dish"
    return diet, allergens


@pytest.mark.parametrize(
    ("shows", "subject", "flags", "country", "reason"),
    [
        ("steak", "lentil soup", ["vegan"], "de", "but the dish is stated vegan"),
        ("steak", "vegan steak", [], "de", "but the dish is stated vegan"),
        ("grilled fish", "salad", ["vegetarian"], "se", "shows fish ("),
        ("omelette", "fried rice", ["vegan"], "de", "shows egg ("),
        ("hot dog", "chicken shawarma", ["halal"], "de", "shows pork ("),
        ("currywurst", "kebab", [], "ae", "but it is not sold in AE"),
    ],
)
def test_what_must_not_be_seen_is_vetoed(
    check: MenuTruthCheck, shows: str, subject: str, flags: list[str], country: str, reason: str
) -> None:
    diet, _ = look(check, shows, subject, *flags, country=country)
    assert diet.verdict == "veto" and diet.reason and reason in diet.reason
    assert f"looks like {shows}" in diet.reason


def test_an_imitation_may_look_like_what_it_imitates_and_a_person_decides(
    check: MenuTruthCheck,
) -> None:
    diet, _ = look(check, "burger", "vegan burger", "vegan")
    assert diet.verdict == "unchecked"
    assert diet.reason and "may show meat (looks like burger)" in diet.reason


def test_what_is_not_seen_is_no_pass(check: MenuTruthCheck) -> None:
    diet, _ = look(check, "falafel", "falafel", "vegan", country="ae")
    assert diet.verdict == "unchecked"
    assert diet.reason == (
        "a person has to look: no meat, fish, shellfish, egg or milk may be seen, for the dish is"
        " stated vegan; no pork or alcohol may be seen, for it is not sold in AE"
    )
    assert diet.evidence and diet.evidence["questions"]["Does it show meat?"] == "must_not"


def test_a_menu_that_contradicts_itself_goes_to_a_person(check: MenuTruthCheck) -> None:
    diet, _ = look(check, "lemonade", "beer", "contains_alcohol", country="pk")
    assert diet.verdict == "unchecked"
    assert diet.reason and "the name says beer, but it is not sold in PK" in diet.reason


def test_where_nothing_is_promised_nothing_can_be_broken(check: MenuTruthCheck) -> None:
    diet, _ = look(check, "steak", "steak", "contains_pork", "spicy")
    assert diet.verdict == "pass"


def test_allergens_that_the_name_does_not_tell_are_told(check: MenuTruthCheck) -> None:
    _, seen = look(check, "baklava", "fruit cup")
    assert seen.reason and "may show gluten or nuts (looks like baklava)" in seen.reason
    _, stated = look(check, "baklava", "baklava", "contains_nuts")
    assert stated.evidence and not {"nuts", "gluten"} & set(stated.evidence["untold"])


@pytest.mark.parametrize("save", [save_clip, save_siglip])
def test_an_installed_tagger_sees_what_the_small_clip_does_not_know(
    check: MenuTruthCheck,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    save: Callable[[Path], Path],
) -> None:
    sure = Thresholds(doubt=0.0, veto=0.0)  # random weights see everything
    monkeypatch.setattr(menu_truth, "CLIP_THRESHOLDS", sure)
    monkeypatch.setattr(menu_truth, "SIGLIP_THRESHOLDS", sure)
    save(tmp_path / "tagger")
    diet, _ = look(check, "lemonade", "lemonade", country="ae")
    assert diet.verdict == "veto" and diet.evidence and "alcohol" in diet.evidence["seen"]
    diet, _ = look(check, "lemonade", "wine with pork", country="ae")
    assert diet.verdict == "unchecked", "what the name says is the menu's fault, not the picture's"


def test_a_vision_language_model_answers_the_questions(
    check: MenuTruthCheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_llava(tmp_path / "vlm")
    monkeypatch.setattr(menu_truth, "ANSWER_THRESHOLDS", Thresholds(doubt=0.0, veto=0.0))
    diet, _ = look(check, "lemonade", "lemonade", country="tr")
    assert (diet.verdict, diet.reason) == ("veto", "shows alcohol, but it is not sold in TR")
    monkeypatch.setattr(menu_truth, "ANSWER_THRESHOLDS", Thresholds(doubt=0.0, veto=1.1))
    diet, _ = look(check, "lemonade", "lemonade", country="tr")
    assert diet.verdict == "unchecked" and diet.score is not None and 0 < diet.score < 1


def test_another_policy_or_model_is_another_version(check: MenuTruthCheck, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY_FILE.read_text(encoding="utf-8").replace('"seitan"', '"roti"'))
    versions = {check.version, replace(check, policy_file=policy).version}
    save_clip(tmp_path / "tagger")
    tagger = replace(check.tagger, model=replace(check.tagger.model))
    versions.add(replace(check, tagger=tagger).version)
    save_llava(tmp_path / "vlm")
    versions.add(replace(check, questioner=replace(check.questioner)).version)
    assert len(versions) == 4
