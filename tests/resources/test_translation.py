"""Translation of dish names: every script of the sample menus, and nothing lost on the way."""

import re
import unicodedata

import polars as pl
import pytest
from upath import UPath

from menu_assets.product_rules import validated
from models.recipe.drawings import KINDS
from resources.countries import COUNTRIES
from resources.environment import REPOSITORY
from resources.menu_source import FolderMenuSource
from resources.translation import GlossaryTranslator, Translation, script_of

GLOSSARY = REPOSITORY / "resources" / "glossary.csv"


@pytest.fixture(scope="module")
def translator() -> GlossaryTranslator:
    return GlossaryTranslator(UPath(GLOSSARY))


def small_glossary(folder: UPath, *lines: str) -> GlossaryTranslator:
    path = folder / "glossary.csv"
    path.write_text("\n".join(["language,term,english", *lines]), encoding="utf-8")
    return GlossaryTranslator(path)


@pytest.mark.parametrize(
    ("language", "name", "english"),
    [
        ("de", "PIZZA  Margherita 🍕 (groß)", "pizza margherita"),
        ("tr", "İSKENDER KEBAP", "iskender kebab"),
        ("tr", "KIYMALI PİDE", "with minced meat turkish pide"),
        ("zh", "牛肉麵", "beef noodle soup"),
        ("ar", "شاورما دجاج", "chicken shawarma"),
        ("bn", "চিকেন বিরিয়ানি", "chicken biryani"),
        ("sv", "Köttbullar", "meatballs"),
    ],
)
def test_names_of_every_kind_of_script(
    translator: GlossaryTranslator, language: str, name: str, english: str
) -> None:
    (translation,) = translator.translate([name], language=language)
    assert english in translation.text
    assert translation.method in ("glossary", "mixed")


def test_the_turkish_i_keeps_its_dot(tmp_path: str) -> None:
    translator = small_glossary(UPath(tmp_path), "tr,ılık,lukewarm", "tr,içli köfte,stuffed kofte")
    texts = ["ILIK", "ılık", "İÇLİ KÖFTE", "içli köfte", "ilik"]
    english = [text.text for text in translator.translate(texts, language="tr")]
    assert english == ["lukewarm", "lukewarm", "stuffed kofte", "stuffed kofte", "ilik"]


def test_chinese_needs_no_spaces_and_the_longest_term_wins(tmp_path: str) -> None:
    translator = small_glossary(
        UPath(tmp_path),
        "zh,牛肉,beef",
        "zh,麵,noodles",
        "zh,牛肉麵,beef noodle soup",
        "zh,紅燒,braised",
    )
    answers = translator.translate(["紅燒牛肉麵", "牛肉炒麵"], language="zh")
    assert answers[0] == Translation("braised beef noodle soup", "glossary")
    assert answers[1] == Translation("beef Chao noodles", "mixed", is_spelled=True)


def test_a_term_is_not_found_inside_another_word(tmp_path: str) -> None:
    translator = small_glossary(UPath(tmp_path), "de,reis,rice", "bn,ভাত,rice", "ar,رز,rice")
    assert translator.translate(["Kreisel"], language="de") == [Translation("kreisel", "identity")]
    # The vowel sign belongs to the last letter: another word begins with the same letters.
    (longer,) = translator.translate(["ভাতা"], language="bn")
    assert longer.method == "transliteration"
    assert translator.translate(["ভাত"], language="bn") == [Translation("rice", "glossary")]
    assert translator.translate(["رز"], language="ar") == [Translation("rice", "glossary")]


def test_composed_and_decomposed_letters_are_the_same(tmp_path: str) -> None:
    translator = small_glossary(UPath(tmp_path), "de,käse,cheese", "bn,বিরিয়ানি,biryani")
    for language, name, english in (("de", "Käse", "cheese"), ("bn", "বিরিয়ানি", "biryani")):
        for form in ("NFC", "NFD"):
            text = unicodedata.normalize(form, name)
            assert translator.translate([text], language=language)[0].text == english


@pytest.mark.parametrize(
    ("name", "text", "method"),
    [
        ("reis", "rice", "glossary"),
        ("Reis mit Zitrone", "rice mit zitrone", "mixed"),
        ("Tagesangebot", "tagesangebot", "identity"),
        ("Борщ", "borshch", "transliteration"),
        ("", "", "identity"),
        ("🍕🍕", "", "identity"),
        ("12", "12", "identity"),
    ],
)
def test_the_method_says_how_far_to_trust_the_text(
    tmp_path: str, name: str, text: str, method: str
) -> None:
    translator = small_glossary(UPath(tmp_path), "de,reis,rice")
    (translation,) = translator.translate([name], language="de")
    assert translation.text.casefold() == text
    assert translation.method == method


def test_a_language_without_terms_is_spelled_in_latin_letters(tmp_path: str) -> None:
    translator = small_glossary(UPath(tmp_path), "de,reis,rice")
    (translation,) = translator.translate(["김치찌개"], language="ko")
    assert translation.text.isascii() and translation.text
    assert translation.method == "transliteration"


def test_a_changed_glossary_has_another_version(tmp_path: str) -> None:
    folder = UPath(tmp_path)
    before = small_glossary(folder, "de,reis,rice").version
    assert small_glossary(folder, "de,reis,rice").version == before
    assert small_glossary(folder, "de,reis,rice pudding").version != before


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Pizza", "LATIN"),
        ("김치찌개", "HANGUL"),
        ("牛肉麵 XL", "CJK"),
        ("শিক", "BENGALI"),
        ("12", "NONE"),
    ],
)
def test_scripts_are_recognised(text: str, script: str) -> None:
    assert script_of(text) == script


def test_every_dish_without_a_picture_is_translated_and_most_can_be_drawn(
    translator: GlossaryTranslator,
) -> None:
    source = FolderMenuSource(UPath(REPOSITORY / "sample_menus"))
    english: list[tuple[str, str, Translation]] = []
    for country in COUNTRIES:
        products, rejected = validated(source.read(country.code), country.code)
        assert rejected.is_empty(), country.code
        names = products.filter(pl.col("picture_url").is_null())["name"].to_list()
        found = translator.translate(names, language=country.language)
        english += zip([country.code] * len(names), names, found, strict=True)
    assert len(english) >= 180
    for country_code, name, translation in english:
        assert translation.text.isascii() and translation.text, (country_code, name)
        assert translation.method != "transliteration", (country_code, name)
    words = re.compile(
        "|".join(rf"\b{re.escape(kind.removesuffix('s'))}(e?s)?\b" for kind in KINDS)
    )
    unknown = [row for row in english if not words.search(row[2].text.casefold())]
    assert len(unknown) <= 0.1 * len(english), unknown
