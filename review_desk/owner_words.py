"""What restaurant owners read, in their language.

Belongs here: the languages that there are (`words/*.toml`), and choosing one. Does not belong here:
what the desk's own people read, which is English.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from resources.countries import country

FOLDER = Path(__file__).parent / "words"

FALLBACK = "en"

_SCRIPTS = {"zh": "zh-Hant"}
"""Languages whose file names a script: readers of another one read it rather than English."""


@dataclass(frozen=True)
class Words:
    """The words of one language.

    Attributes:
        language: BCP 47 tag, for the attribute `lang`.
        direction: "ltr", or "rtl" of scripts that run from the right.
        name: What the language calls itself.
        texts: Sentences by key; `{name}` in them is filled in.
    """

    language: str
    direction: str
    name: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """A sentence with its values filled in."""
        return self.texts[key].format(**values)


@cache
def languages() -> Mapping[str, Words]:
    """All languages by tag, in the order of their names."""
    read = []
    for file in FOLDER.glob("*.toml"):
        texts = tomllib.loads(file.read_text("utf-8"))
        read.append(
            Words(file.stem, texts.pop("direction"), texts.pop("language_name"), texts),
        )
    return {words.language: words for words in sorted(read, key=lambda words: words.name)}


def choose(*wanted: str | None, accepted: str = "", country_code: str | None = None) -> Words:
    """The first language that there is, of those asked for.

    Args:
        wanted: What was chosen by hand, newest first; None if nothing was.
        accepted: The browser's Accept-Language header.
        country_code: Where the restaurant is, None if unknown; its language comes before English.
    """
    spoken = country(country_code).language if country_code else None
    order = [*wanted, *_by_weight(accepted), spoken, FALLBACK]
    found = (tag for tag in map(_known, order) if tag)
    return languages()[next(found)]


def _known(tag: str | None) -> str | None:
    """The language of a tag such as `de-AT`, as it is called here; None if it is not there."""
    if not tag:
        return None
    base = tag.split("-")[0].lower()
    name = _SCRIPTS.get(base, base)
    return name if name in languages() else None


def _by_weight(accepted: str) -> list[str]:
    """The tags of an Accept-Language header (RFC 9110, 12.5.4), most wanted first."""
    weighed = []
    for part in accepted.split(","):
        tag, _, weight = part.partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag.strip()))
        except ValueError:
            continue  # a header that nobody can read says nothing
    return [tag for weight, tag in sorted(weighed, key=lambda pair: pair[0]) if weight < 0]
