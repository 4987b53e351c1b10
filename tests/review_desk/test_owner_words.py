"""Owners' languages: each says all there is to say, and the right one is chosen."""

import string

import pytest

from resources.countries import country
from review_desk.owner_words import FALLBACK, choose, languages


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_there_are_ten_languages_and_more() -> None:
    assert len(languages()) >= 10
    assert {"en", "de", "tr", "zh-Hant", "ja", "ar", "ko", "es", "th", "sv"} <= set(languages())
    assert languages()["ar"].direction == "rtl"
    assert languages()["de"].direction == "ltr"


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
    missing = {
        code
        for code in ("de", "tr", "tw", "jp", "ae", "kr", "es", "th", "se", "sg")
        if choose(country_code=code).language == FALLBACK and country(code).language != FALLBACK
    }
    assert missing == set()
