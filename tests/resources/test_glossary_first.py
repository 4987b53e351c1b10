"""The glossary before a service: who reads what, and what happens when the service does not."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from upath import UPath

from resources.glossary_first import GlossaryFirst
from resources.translation import GlossaryTranslator, Translation
from tests.resources.translation_services import CountsLetters


@dataclass(frozen=True)
class Fixed:
    """A service that always says the same."""

    answers: Mapping[str, str]
    version: str = "fixed-1"

    def translate(self, texts: Sequence[str], *, language: str) -> Iterator[Mapping[str, str]]:
        yield {text: self.answers[text] for text in texts}


@pytest.fixture
def glossary(tmp_path: Path) -> GlossaryTranslator:
    path = tmp_path / "glossary.csv"
    path.write_text(
        "language,term,english\nde,reis,rice\nzh,牛肉,beef\nen,laksa,spicy noodle soup\n",
        encoding="utf-8",
    )
    return GlossaryTranslator(UPath(path))


def test_a_service_reads_only_what_the_glossary_cannot(glossary: GlossaryTranslator) -> None:
    service = CountsLetters(batch_size=10)
    names = ["Reis (groß)", "Reis mit Zitrone 🍋", "Tagesangebot", "12", "🍕", "", "Борщ"]
    english = GlossaryFirst(glossary, service).translate(names, language="de")
    assert service.asked == [("de", ("Reis mit Zitrone", "Tagesangebot", "Борщ"))]
    assert [translation.method for translation in english] == [
        "glossary",
        "machine",
        "machine",
        "identity",
        "identity",
        "identity",
        "machine",
    ]
    assert english[1] == Translation("dish of 4 3 7", "machine")
    assert not any(translation.is_spelled for translation in english)


def test_english_menus_are_not_translated(glossary: GlossaryTranslator) -> None:
    service = CountsLetters()
    english = GlossaryFirst(glossary, service).translate(["Laksa", "Bak chor mee"], language="en")
    assert [text.text for text in english] == ["spicy noodle soup", "bak chor mee"]
    assert service.asked == []


def test_a_service_that_fails_leaves_the_glossary_and_says_how_many(
    glossary: GlossaryTranslator, caplog: pytest.LogCaptureFixture
) -> None:
    translator = GlossaryFirst(glossary, CountsLetters(fails_after=1))
    names = ["Tagesangebot", "Gulasch", "Борщ", "Reis"]
    with caplog.at_level(logging.WARNING, "garnish"):
        english = translator.translate(names, language="de")
    assert english == [
        Translation("dish of 12", "machine"),
        Translation("dish of 7", "machine"),
        Translation("borshch", "transliteration", is_spelled=True, is_provisional=True),
        Translation("rice", "glossary"),
    ]
    (record,) = caplog.records
    assert "1 of 3 texts (language de)" in record.getMessage()
    assert "the service is closed" in record.getMessage()


@pytest.mark.parametrize("answer", ["牛肉鍋", "", "  ", "!"])
def test_an_answer_that_is_not_english_is_not_taken(
    answer: str, glossary: GlossaryTranslator
) -> None:
    translator = GlossaryFirst(glossary, Fixed({"牛肉鍋": answer}))
    (english,) = translator.translate(["牛肉鍋"], language="zh")
    assert english == Translation("beef Guo", "mixed", is_spelled=True)


def test_an_answer_is_put_on_one_line(glossary: GlossaryTranslator) -> None:
    translator = GlossaryFirst(glossary, Fixed({"牛肉鍋": " Beef\n hot  pot "}))
    assert translator.translate(["牛肉鍋"], language="zh")[0].text == "Beef hot pot"


def test_the_version_changes_with_the_glossary_and_with_the_service(
    glossary: GlossaryTranslator,
) -> None:
    version = GlossaryFirst(glossary, CountsLetters()).version
    assert glossary.version in version
    assert GlossaryFirst(glossary, CountsLetters(version="letters-2")).version != version
