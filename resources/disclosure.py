"""What guests are told of a generated picture, by market, from a data file.

Belongs here: the schema of `disclosure.toml`, and the label of a picture. Does not belong here:
marks for machines, which every file has whatever the market (`content_credentials.py`,
`picture_metadata.py`), and showing the label: that is the platform's, beside the picture. It is not
burnt into the picture: channels refuse writing (`channels.toml`, no_text), and screen readers do
not see it there.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import ValidationError, model_validator

from resources.channels import Source
from resources.countries import COUNTRIES
from resources.data_file import Entry, faults_in_words
from resources.short_hash import short_hash

DISCLOSURE_FILE = Path(__file__).with_name("disclosure.toml")

IPTC_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"

SourceType = Literal["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"]
"""Words of IPTC's vocabulary: drawn by a model, or drawn into a photo by one."""

ELSEWHERE = "elsewhere"
"""The market of countries that no other one names; it has to be there."""


class DisclosureError(ValueError):
    """The data file does not obey its schema; the message says where."""


@dataclass(frozen=True)
class Label:
    """Words for guests, and their language (ISO 639-1)."""

    text: str
    language: str


class Wording(Entry):
    """The label in a language, for pictures that are drawn, and that are drawn into a photo."""

    drawn: str
    drawn_into_photo: str


class Market(Entry):
    """Countries of one law.

    Attributes:
        countries: ISO 3166-1 codes in lower case; none for `elsewhere`.
        label: Whether guests are told.
        sources: Where the law was read, or whose choice it is.
    """

    countries: tuple[str, ...]
    label: bool
    sources: tuple[Source, ...]


class Disclosure(Entry):
    """The labels by language, and the policies by market."""

    labels: dict[str, Wording]
    markets: dict[str, Market]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if ELSEWHERE not in self.markets:
            raise ValueError(f"markets.{ELSEWHERE} is missing: what holds where no law is known")
        named = [code for market in self.markets.values() for code in market.countries]
        if doubled := {code for code in named if named.count(code) > 1}:
            raise ValueError(f"{', '.join(sorted(doubled))}: in more than one market")
        if lacking := {country.language for country in COUNTRIES} - set(self.labels):
            raise ValueError(f"labels in {', '.join(sorted(lacking))} are missing")
        return self

    @property
    def version(self) -> str:
        """Changes with the file."""
        return short_hash(self.model_dump_json())

    def label(self, country: str, source_type: SourceType) -> Label | None:
        """What guests of a country are told of a picture; None = nothing.

        A country that no market names has the strictest policy that the file states for elsewhere.
        """
        market = next(
            (one for one in self.markets.values() if country in one.countries),
            self.markets[ELSEWHERE],
        )
        if not market.label:
            return None
        language = next((one.language for one in COUNTRIES if one.code == country), "en")
        wording = self.labels[language]
        is_drawn = source_type == "trainedAlgorithmicMedia"
        return Label(wording.drawn if is_drawn else wording.drawn_into_photo, language)


def load_disclosure(path: Path = DISCLOSURE_FILE) -> Disclosure:
    """The policy.

    Raises:
        DisclosureError: the file is no TOML, or does not obey the schema.
    """
    try:
        return Disclosure.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise DisclosureError(f"{path}: {error}") from error
    except ValidationError as error:
        raise DisclosureError(f"{path}: {faults_in_words(error, whole='policy')}") from error
