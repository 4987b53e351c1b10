"""The list has WordNet's usual words, its food and praise, irregular forms, and small words."""

from pathlib import Path

from models.recipe.word_list import word_list

FILES = {
    "cntlist.rev": "eat%2:34:00:: 1 61\nice_cream%1:13:00:: 1 4\nox%1:05:00:: 1 3\n",
    "data.noun": """\
  1 the licence, indented
00000001 13 n 02 lasagna 0 ale 1 000 | food
00000002 05 n 01 aardvark 0 000 | an animal that no text mentions
""",
    "data.adj": "00000003 00 a 01 spicy 0 000 | hot\n",
    "verb.exc": "ate eat\n",
    "noun.exc": "aardvarken aardvark\noxen ox\n",
}


def test_usual_words_and_those_of_menus_are_in_the_list(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    words = set(word_list(tmp_path))
    assert {"eat", "ate", "ox", "oxen", "lasagna", "spicy", "since", "halal"} <= words
    assert words.isdisjoint({"ale", "aardvark", "aardvarken", "ice_cream"})
