"""What is a word of English, the language that menus are drawn in.

Belongs here: the list `words.txt` and regular endings. Does not belong here: how the list was made
(`models/recipe/word_list.py`), words of menus in other languages (the glossary), verdicts
(`text.py`).
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

WORDS_FILE = Path(__file__).with_name("words.txt")

ENDINGS = (
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("ied", "y"),
    ("ing", ""),
    ("ing", "e"),
    ("er", ""),
    ("er", "e"),
    ("est", ""),
    ("est", "e"),
    ("ly", ""),
)
"""Regular endings, and what a word without it ends in; irregular forms are in the list."""

SHORTEST_STEM = 3


@cache
def english_words() -> frozenset[str]:
    """The words of the list, in lower case, with no endings."""
    lines = WORDS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def is_english(word: str) -> bool:
    """Whether a word in lower case is in the list, or is one of it with a regular ending."""
    words = english_words()
    return word in words or any(stem in words for stem in _stems(word))


def _stems(word: str) -> Iterator[str]:
    for ending, instead in ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= SHORTEST_STEM:
            yield stem + instead
            if not instead and len(stem) > SHORTEST_STEM and stem[-1] == stem[-2]:
                yield stem[:-1]  # "grilling", "hottest": the consonant is doubled
