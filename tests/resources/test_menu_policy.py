"""The policy: what is asked of a dish, by flags, market and name."""

from pathlib import Path

import pytest
from upath import UPath

from resources.checks.check import Dish
from resources.countries import country, country_codes
from resources.environment import REPOSITORY
from resources.menu_policy import PolicyError, load_policy
from resources.translation import GlossaryTranslator
from tests.sample_menus.test_sample_menus import read_menu

POLICY = load_policy()


def asked(subject: str, *flags: str, country: str = "de") -> dict[str, tuple[str, str]]:
    dish = Dish(subject, dietary_flags=frozenset(flags), country=country)
    return {q.group: (q.duty, q.because) for q in POLICY.questions(dish)}


def duties(subject: str, *flags: str, country: str = "de") -> dict[str, str]:
    return {group: duty for group, (duty, _) in asked(subject, *flags, country=country).items()}


def test_flags_forbid_and_allow() -> None:
    assert duties("curry", "vegan") == dict.fromkeys(
        ("meat", "fish", "shellfish", "egg", "milk"), "must_not"
    )
    assert duties("curry", "halal", "spicy") == {"pork": "must_not", "alcohol": "must_not"}
    assert duties("curry", "contains_nuts") == {"nuts": "may"}
    assert duties("curry", "raw") == {}


def test_the_name_states_flags_and_names_what_must_be_seen() -> None:
    assert asked("Vegan chili")["meat"] == ("must_not", "the dish is stated vegan")
    assert asked("grilled prawns") == {"shellfish": ("must", "the name says prawns")}
    assert duties("beef burger with bacon") == {"pork": "must", "beef": "must", "meat": "must"}


@pytest.mark.parametrize(
    "subject",
    ["eggplant", "coconut milk", "donut", "hamburger bun", "butternut", "ginger beer", "seabird"],
)
def test_a_part_of_a_word_or_another_thing_names_nothing(subject: str) -> None:
    for group in ("egg", "milk", "nuts", "pork", "alcohol", "fish"):
        assert POLICY.named(group, subject) is None, group


def test_a_market_forbids_whatever_the_dish() -> None:
    assert asked("pizza", country="ae")["pork"] == ("must_not", "it is not sold in AE")
    assert duties("beer", "contains_alcohol", country="pk")["alcohol"] == "must_not"
    assert duties("beer", country="de") == {"alcohol": "must"}
    assert set(POLICY.markets) <= set(country_codes())


def test_dishes_look_like_what_they_are_commonly_made_of() -> None:
    assert POLICY.named("meat", "vegan burger") is None
    assert POLICY.look_of("meat", "vegan burger") == "burger"
    assert POLICY.look_of("meat", "pork dumplings") == "pork"


def test_no_dish_of_the_sample_menus_contradicts_its_flags_or_market() -> None:
    """Real names: a word that means something else would send their pictures to people."""
    glossary = GlossaryTranslator(UPath(REPOSITORY / "resources" / "glossary.csv"))
    for code in POLICY.markets.keys() | {"de", "es", "gr", "th", "jp"}:
        menu = read_menu(next((REPOSITORY / "sample_menus").glob(f"{code}.*")))
        names = glossary.translate(menu["name"].to_list(), language=country(code).language)
        for english, flags in zip(names, menu["dietary_flags"], strict=True):
            dish = Dish(english.text, dietary_flags=frozenset(flags.split(";")), country=code)
            for question in POLICY.questions(dish):
                named = POLICY.named(question.group, dish.subject)
                assert question.duty != "must_not" or named is None, (dish, question)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[flags.vegan]\nmust_not = ["meet"]', "flags.vegan: meet is no group; there are meat"),
        ('[markets.de]\nmust_not = ["meat"]', "markets.de.why"),
        ("[flags.vegan]\nmustnot = []", "flags.vegan.mustnot"),
        ("[flags", "policy.toml"),
    ],
)
def test_a_wrong_policy_names_the_entry(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "policy.toml"
    tables = {"groups": '[groups.meat]\nwords = ["meat"]', "flags": "", "markets": ""}
    del tables[text[1:].split(".")[0].strip("]")]
    rest = "\n".join(part or f"[{name}]" for name, part in tables.items())
    file.write_text(f"{rest}\n{text}\n")
    with pytest.raises(PolicyError) as error:
        load_policy(file)
    assert told in str(error.value) and str(file) in str(error.value)
