"""A glossary first, a translation service for what it cannot read.

Belongs here: which texts a service is asked for, and what stands in for it when it fails. Does not
belong here: services, and keeping their answers (`translation_cache.py`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from resources.translation import (
    NON_LATIN_LETTER,
    Translation,
    TranslationFailed,
    TranslationService,
    Translator,
    has_letter,
    without_asides,
)

logger = logging.getLogger("garnish.translation")

READABLE_LANGUAGES = frozenset({"en"})
"""Languages that models read as they are: no service is asked."""


@dataclass(frozen=True)
class GlossaryFirst:
    """Asks a service only for texts with words that the glossary does not have.

    The glossary goes first because it costs nothing and knows dishes: services translate names
    word by word ("chicken pops" has come back as chickenpox).

    Attributes:
        glossary: Its translation stands where it read every word, and where the service fails.
        service: Who reads the rest.
    """

    glossary: Translator
    service: TranslationService

    @property
    def version(self) -> str:
        """Both versions."""
        return f"{self.glossary.version}+{self.service.version}"

    def translate(self, texts: Sequence[str], *, language: str) -> list[Translation]:
        """One translation for each text; never fails because the service does."""
        found = self.glossary.translate(texts, language=language)
        if language in READABLE_LANGUAGES:
            return found
        plain = [
            "" if translation.method == "glossary" else without_asides(text)
            for text, translation in zip(texts, found, strict=True)
        ]
        wanted = list(dict.fromkeys(text for text in plain if has_letter(text)))
        english = self._ask(wanted, language)
        return [
            _better(translation, english.get(text)) if has_letter(text) else translation
            for text, translation in zip(plain, found, strict=True)
        ]

    def _ask(self, texts: Sequence[str], language: str) -> dict[str, str]:
        english: dict[str, str] = {}
        try:
            for batch in self.service.translate(texts, language=language):
                english.update(batch)
        except TranslationFailed as failure:
            logger.warning(
                "%d of %d texts (language %s) are left as the glossary reads them and asked for "
                "again by the next run: %s",
                len(texts) - len(english),
                len(texts),
                language,
                failure,
            )
        return english


def _better(of_glossary: Translation, answer: str | None) -> Translation:
    if answer is None:
        return replace(of_glossary, is_provisional=True)
    text = " ".join(answer.split())
    # A service that does not know a word gives it back as it is: spelled, it can at least be read.
    readable = has_letter(text) and not NON_LATIN_LETTER.search(text)
    return Translation(text, "machine") if readable else of_glossary
