"""English names for dishes: a glossary first, letter-by-letter transliteration for the rest.

Belongs here: what translators and translation services are, and the glossary. Does not belong here:
services (`google_translation.py`, `model_translation.py`), which products are translated
(`menu_assets/english_menu.py`), and prompts.

The original name is never lost: it stays beside the translation in the table.
"""

import csv
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import regex
from anyascii import anyascii
from upath import UPath

Method = Literal["identity", "glossary", "mixed", "transliteration", "machine"]
TRANSLATOR_VERSION = 2
"""Bump when the same text and glossary may give another translation."""

UNSPACED_LANGUAGES = frozenset({"zh", "ja", "th"})
"""Languages written without spaces: a term may begin and end anywhere."""

_ASIDES = regex.compile(r"\([^)]*\)|（[^）]*）|\[[^\]]*\]")
_SYMBOLS = regex.compile(r"[\p{So}\p{Sk}\p{Cf}\p{Emoji_Presentation}\uFE0F\"“”„«»™®*#|/]+")
_SPACE_BEFORE_COMMA = regex.compile(r"\s+([,.;:])")
NON_LATIN_LETTER = regex.compile(r"[\p{L}--\p{Latin}]", flags=regex.V1)


@dataclass(frozen=True)
class Translation:
    """An English text and how it came about.

    `method`: "identity" (nothing to translate), "glossary" (every word found), "mixed" (some
    words kept or transliterated), "transliteration" (no word found: a person should look),
    "machine" (a translation service read it).
    `is_spelled`: some words are only spelled in Latin letters, so no model can read them.
    `is_provisional`: a service that should have read it failed, so it is to be asked again.
    """

    text: str
    method: Method
    is_spelled: bool = False
    is_provisional: bool = False


class Translator(Protocol):
    """Anything that turns menu text into English; `version` is part of what a row was made from."""

    @property
    def version(self) -> str:
        """Changes whenever the same text might be translated differently."""

    def translate(self, texts: Sequence[str], *, language: str) -> list[Translation]:
        """One translation for each text. `language`: ISO 639-1 code of the menu's language."""


class TranslationFailed(Exception):
    """A service gives no translation now, though nothing is wrong with the settings."""


class TranslationService(Protocol):
    """A machine that reads any text, but is slow or wants to be paid; `version` as above."""

    @property
    def version(self) -> str:
        """Changes whenever the same text might be translated differently."""

    def translate(self, texts: Sequence[str], *, language: str) -> Iterator[Mapping[str, str]]:
        """English by text, for one batch after the other: what has been yielded may be kept.

        Raises:
            TranslationFailed: the texts that were not yielded get no translation.
        """


def script_of(text: str) -> str:
    """The script of most letters, by its Unicode name ("LATIN", "HANGUL", "ARABIC" ...)."""
    counts: dict[str, int] = {}
    for letter in text:
        if letter.isalpha():
            name = unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0]
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name], default="NONE")


def has_letter(text: str) -> bool:
    """Whether there is anything to read."""
    return any(letter.isalpha() for letter in text)


def without_asides(text: str) -> str:
    """A text in NFC without what is in brackets (sizes), emoji, quotes and doubled spaces."""
    return " ".join(_SYMBOLS.sub(" ", _ASIDES.sub(" ", unicodedata.normalize("NFC", text))).split())


def normalised(text: str, language: str) -> str:
    """A name as the glossary spells names: without asides, case folded."""
    text = without_asides(text)
    if language == "tr":  # the only language here in which I is not the capital of i
        text = text.replace("İ", "i").replace("I", "ı")
    return " ".join(text.casefold().split())


@dataclass(frozen=True)
class GlossaryTranslator:
    """Greedy longest match of glossary terms.

    The glossary is a CSV file with the columns language, term, english.
    """

    path: UPath

    @cached_property
    def _terms(self) -> dict[str, dict[str, str]]:
        terms: dict[str, dict[str, str]] = {}
        with self.path.open("r", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                terms.setdefault(row["language"], {})[normalised(row["term"], row["language"])] = (
                    row["english"]
                )
        return terms

    @cached_property
    def _patterns(self) -> dict[str, regex.Pattern[str]]:
        patterns = {}
        for language, terms in self._terms.items():
            longest_first = sorted(terms, key=len, reverse=True)
            any_term = "|".join(regex.escape(term) for term in longest_first)
            if language not in UNSPACED_LANGUAGES:  # a mark belongs to the letter before it
                any_term = rf"(?<![\w\p{{M}}])(?:{any_term})(?![\w\p{{M}}])"
            patterns[language] = regex.compile(any_term)
        return patterns

    @cached_property
    def version(self) -> str:
        """This translator's own version and a checksum of the glossary."""
        return f"glossary-{TRANSLATOR_VERSION}-{zlib.crc32(self.path.read_bytes()):08x}"

    def translate(self, texts: Sequence[str], *, language: str) -> list[Translation]:
        """Translate with the terms of one language."""
        return [self._translate(text, language) for text in texts]

    def _translate(self, text: str, language: str) -> Translation:
        plain = normalised(text, language)
        terms = self._terms.get(language, {})
        if plain in terms:
            return Translation(terms[plain], "glossary")
        found: list[str] = []
        left: list[str] = []
        words: list[str] = []
        position = 0
        pattern = self._patterns.get(language)
        for match in pattern.finditer(plain) if pattern else ():
            rest, term = plain[position : match.start()].strip(), terms[match.group()]
            found, left, words = [*found, term], [*left, rest], [*words, rest, term]
            position = match.end()
        rest = plain[position:].strip()
        left, words = [*left, rest], [*words, rest]
        kept = any(map(has_letter, left))
        spelled = any(map(NON_LATIN_LETTER.search, left))
        spaced = " ".join(" ".join(anyascii(word) for word in words if word).split())
        english = _SPACE_BEFORE_COMMA.sub(r"\1", spaced)
        if found:
            return Translation(english, "mixed" if kept else "glossary", spelled)
        return Translation(english, "transliteration" if spelled else "identity", spelled)
