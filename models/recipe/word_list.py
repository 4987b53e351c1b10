"""English words, by which gibberish in a picture is told: WordNet's, and those that it leaves out.

Belongs here: which words. Does not belong here: endings of words, and what follows from an unknown
one (`resources/checks/words.py`, `text.py`).

WordNet comes from Debian, as for `tag_list.py`. It has nouns, verbs, adjectives and adverbs only:
the others are written by hand. Rare words are left out: many short ones look like gibberish.

Usage: python -m models.recipe.word_list --wordnet usr/share/wordnet --out FILE
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from models.recipe.tag_list import FOOD_FILE, wordnet_lines

LICENCE = (
    "# Words from WordNet 3.0. Copyright 2006 by Princeton University. All rights reserved."
    " Licence: https://wordnet.princeton.edu/license-and-commercial-use"
    " (use, copy and distribution for any purpose, without fee, with this notice).",
    "# Made by models/recipe/word_list.py: do not edit.",
)

ADJECTIVE_FILE = 0
"""WordNet's lexicographer file adj.all: what menus praise is seldom in its annotated texts."""

SHORTEST_RARE = 5
"""Letters of food and adjectives that WordNet's annotated texts do not use."""

NOT_IN_WORDNET = """
about above across after against although among and another any anybody anyone anything are around
because been before behind being below beneath beside between beyond both but could did does doing
during each either every everybody everyone everything for from had has have having her here hers
herself him himself his how however into its itself many may might mine more most much must my
neither nobody none nor not nothing off onto other our ours ourselves over per shall she should
since some somebody someone something than that the their theirs them then there these they this
those though through to toward towards under unless until upon us was we were what whatever when
where whether which while who whoever whom whose why will with within without would yes yet you
your yours yourself am an as at be by do he if in is it me no of on or so up
chef combo deal delivery eco gluten halal kosher menu online promo takeaway takeout vegan veggie
www app http https com pickup tap click
"""


def word_list(folder: Path) -> list[str]:
    """All words of a folder with `cntlist.rev`, `index.*`, `data.*` and `*.exc`: wndb(5WN)."""
    words = {line.split("%")[0] for line in wordnet_lines(folder / "cntlist.rev")}
    words |= {word for word in _rare(folder) if len(word) >= SHORTEST_RARE}
    for path in folder.glob("*.exc"):
        for line in wordnet_lines(path):
            inflected, *lemmas = line.split()
            if words & set(lemmas):
                words.add(inflected)
    words |= set(NOT_IN_WORDNET.split())
    return sorted(word for word in words if re.fullmatch(r"[a-z]{2,}", word))


def _rare(folder: Path) -> Iterator[str]:
    for part, file in (("noun", FOOD_FILE), ("adj", ADJECTIVE_FILE)):
        for line in wordnet_lines(folder / f"data.{part}"):
            fields = line.split()
            if int(fields[1]) == file:
                yield from fields[4 : 4 + 2 * int(fields[3], 16) : 2]


def main() -> None:
    """Write the list."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wordnet", type=Path, required=True, help="folder of cntlist.rev")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    words = word_list(arguments.wordnet)
    arguments.out.write_text("\n".join((*LICENCE, *words)) + "\n", encoding="utf-8")
    print(f"{len(words)} words -> {arguments.out}")


if __name__ == "__main__":
    main()
