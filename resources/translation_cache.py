"""What translation services have answered, kept for ever: no text is paid for twice.

Belongs here: a table in the review store's database (docs/adr/0009), and a service that looks there
first. Does not belong here: services, and which texts they are asked for (`glossary_first.py`).
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import sqlalchemy as sa

from resources.database import Database, insert_new
from resources.translation import TranslationService

_TRANSLATIONS = sa.Table(
    "translations",
    sa.MetaData(),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("language", sa.String(8), primary_key=True),
    # Not the text itself: PostgreSQL indexes no more than 2,704 bytes, descriptions are longer.
    sa.Column("text_hash", sa.String(64), primary_key=True),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("english", sa.String, nullable=False),
    sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
)
_KEY = ("version", "language", "text_hash")
_HASHES_PER_QUERY = 500  # databases limit the parameters of a query


@dataclass(frozen=True)
class CachedService:
    """A translation service that is asked once for each text, by whichever process needs it first.

    Attributes:
        service: Who is asked. Another version of it is asked anew.
        database: Where answers are kept.
    """

    service: TranslationService
    database: Database

    @property
    def version(self) -> str:
        """That of the service."""
        return self.service.version

    @cached_property
    def _database(self) -> Database:
        return self.database.having(_TRANSLATIONS)

    def translate(self, texts: Sequence[str], *, language: str) -> Iterator[Mapping[str, str]]:
        """English by text: first all that is known, then a batch for each of the service's.

        A batch is kept before it is yielded, so that a crash loses only what is under way.
        """
        spellings: dict[str, list[str]] = {}
        for text in texts:
            spellings.setdefault(unicodedata.normalize("NFC", text), []).append(text)
        known = self._known(list(spellings), language) if spellings else {}
        yield _as_spelled(known, spellings)
        missing = [text for text in spellings if text not in known]
        for batch in self.service.translate(missing, language=language) if missing else ():
            self._keep(batch, language)
            yield _as_spelled(batch, spellings)

    def _known(self, texts: Sequence[str], language: str) -> dict[str, str]:
        table = _TRANSLATIONS.c
        query = sa.select(table.text, table.english).where(
            table.version == self.version, table.language == language
        )
        known: dict[str, str] = {}
        hashes = [_hash(text) for text in texts]
        with self._database.reading() as connection:
            for start in range(0, len(hashes), _HASHES_PER_QUERY):
                some = hashes[start : start + _HASHES_PER_QUERY]
                rows = connection.execute(query.where(table.text_hash.in_(some)))
                known.update((row.text, row.english) for row in rows)
        return known

    def _keep(self, batch: Mapping[str, str], language: str) -> None:
        now = datetime.now(UTC)
        rows = [
            {
                "version": self.version,
                "language": language,
                "text_hash": _hash(text),
                "text": text,
                "english": english,
                "answered_at": now,
            }
            for text, english in batch.items()
        ]
        with self._database.writing() as connection:
            insert_new(connection, _TRANSLATIONS, rows, key=_KEY)


def _as_spelled(
    english: Mapping[str, str], spellings: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    return {text: answer for form, answer in english.items() for text in spellings[form]}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
