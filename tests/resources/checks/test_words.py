"""English words are known with their endings; syllables are none."""

import pytest

from resources.checks.words import is_english


@pytest.mark.parametrize(
    "word", ["only", "since", "free", "fries", "cherries", "baked", "grilling", "tastier", "eaten"]
)
def test_words_are_known_with_their_endings(word: str) -> None:
    assert is_english(word)


@pytest.mark.parametrize("word", ["qozukva", "tebo", "onms", "lemonadde", "gubs", "#"])
def test_gibberish_is_not(word: str) -> None:
    assert not is_english(word)
