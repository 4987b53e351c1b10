"""Owners' languages: each says all there is to say, and the right one is chosen."""

import string

import pytest

from resources.countries import country, served_countries
from review_desk.owner_choices import PROBLEMS
from review_desk.owner_menu import DISH_STATES
from review_desk.owner_words import FALLBACK, FOLDER, choose, languages


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_scripts_that_run_from_the_right_are_known() -> None:
    from_the_right = {tag for tag, words in languages().items() if words.direction == "rtl"}
    assert from_the_right == {"ar", "ur"}
    assert {words.direction for words in languages().values()} == {"ltr", "rtl"}


@pytest.mark.parametrize("language", languages())
def test_each_language_says_everything_with_the_same_values(language: str) -> None:
    english, words = languages()[FALLBACK].texts, languages()[language].texts
    assert list(words) == list(english)
    for key, text in words.items():
        assert text == text.strip() != "", key
        assert placeholders(text) == placeholders(english[key]), key
        assert "—" not in text, key
        if language != FALLBACK:
            assert text != english[key], key


@pytest.mark.parametrize(
    ("wanted", "accepted", "country_code", "language"),
    [
        ((None, None), "", "de", "de"),
        ((None, None), "", "tw", "zh-Hant"),
        ((None, None), "tr-TR,tr;q=0.9,en;q=0.5", "de", "tr"),
        ((None, None), "fr,en;q=0.4,ar-AE;q=0.8", "de", "ar"),
        ((None, None), "fr;q=nonsense, de;q=0", "ae", "ar"),
        ((None, None), "zh-CN", "de", "zh-Hant"),
        (("sv", "tr"), "de", "de", "sv"),
        (("xx", "tr"), "de", "de", "tr"),
        (("../../etc", None), "", "kr", "ko"),
        ((None, None), "fr", "sg", "en"),
    ],
)
def test_the_language_is_the_chosen_the_browsers_or_the_countrys(
    wanted: tuple[str | None, ...], accepted: str, country_code: str, language: str
) -> None:
    chosen = choose(*wanted, accepted=accepted, country_code=country_code)
    assert chosen.language == language


def test_every_countrys_own_language_is_there() -> None:
    spoken = {code: country(code).language for code in served_countries()}
    read = {code: choose(country_code=code).language for code in served_countries()}
    assert {code: language.split("-")[0] for code, language in read.items()} == spoken
    assert len(set(read.values())) == 14


def test_nothing_is_translated_that_no_page_says() -> None:
    room = FOLDER.parent
    files = (*room.glob("templates/owner*.jinja"), *room.glob("owner_*.py"))
    source = "".join(file.read_text() for file in files)
    put_together = {
        *DISH_STATES,
        *(f"report_{problem}" for problem in PROBLEMS),
        *("try_later_title", "link_over_title"),
    }
    left = [key for key in languages()[FALLBACK].texts if f'"{key}"' not in source]
    assert set(left) <= put_together
