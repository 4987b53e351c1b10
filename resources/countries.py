"""The countries that Garnish serves.

Belongs here: which countries there are, in which order they run, and what the platform needs to
know of each one before it opens a menu. Does not belong here: policies by market (labels, diet) or
anything that is measured.
"""

from dataclasses import dataclass

UNKNOWN_COUNTRY = "zz"
"""CLDR's code for an unknown region: here rows of countries that are not served are refused."""


@dataclass(frozen=True)
class Country:
    """A country: ISO 3166-1 code in lower case, English name, ISO 639-1 menu language."""

    code: str
    name: str
    language: str


# Heaviest first: in a backfill the longest run should start first, or it forms the tail.
COUNTRIES: tuple[Country, ...] = (
    Country("de", "Germany", "de"),
    Country("tr", "Türkiye", "tr"),
    Country("tw", "Taiwan", "zh"),
    Country("jp", "Japan", "ja"),
    Country("ae", "United Arab Emirates", "ar"),
    Country("kr", "South Korea", "ko"),
    Country("es", "Spain", "es"),
    Country("th", "Thailand", "th"),
    Country("gr", "Greece", "el"),
    Country("hu", "Hungary", "hu"),
    Country("pk", "Pakistan", "ur"),
    Country("sg", "Singapore", "en"),
    Country("bd", "Bangladesh", "bn"),
    Country("se", "Sweden", "sv"),
    Country(UNKNOWN_COUNTRY, "Not served", "en"),
)


def country_codes() -> tuple[str, ...]:
    """All country codes, heaviest first, the refuge of unknown ones last."""
    return tuple(country.code for country in COUNTRIES)


def served_countries() -> tuple[str, ...]:
    """The codes of countries that have vendors, heaviest first."""
    return tuple(code for code in country_codes() if code != UNKNOWN_COUNTRY)


def country(code: str) -> Country:
    """The country of a code; a `KeyError` that names the file to change if there is none."""
    for candidate in COUNTRIES:
        if candidate.code == code:
            return candidate
    raise KeyError(f"country {code!r} is not served: add it to resources/countries.py")
