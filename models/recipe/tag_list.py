"""The list of tags that pictures are asked for: nouns of WordNet for things that can be seen.

Belongs here: which nouns, and their groups. Does not belong here: what follows from a tag
(`resources/checks/people_and_animals.py`).

WordNet comes from Debian's package `wordnet-base` (3.0): `apt-get download wordnet-base`, then
`dpkg -x`.

Usage: python -m models.recipe.tag_list --wordnet usr/share/wordnet --out resources/checks/tags.csv
"""

import argparse
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LICENCE = (
    "# Nouns from WordNet 3.0. Copyright 2006 by Princeton University. All rights reserved."
    " Licence: https://wordnet.princeton.edu/license-and-commercial-use"
    " (use, copy and distribution for any purpose, without fee, with this notice).",
    "# Made by models/recipe/tag_list.py: do not edit.",
)
GROUPS = {
    "person": ("person.n", "people.n"),
    "body": ("external_body_part.n", "human_head.n", "facial_hair.n", "hair.n"),
    "insect": ("insect.n", "arachnid.n", "myriapod.n", "worm.n"),
    "animal": ("animal.n",),
    "weapon": ("weapon.n", "ammunition.n"),
    "tobacco": ("tobacco.n", "roll_of_tobacco.n"),
    "alcohol": ("alcohol.n",),
    "clothing": ("clothing.n", "jewelry.n"),
    "text": ("written_symbol.n", "sign.n", "label.n", "poster.n"),
    "logo": ("trademark.n", "emblem.n", "flag.n"),
    "ware": ("tableware.n", "kitchen_utensil.n", "container.n"),
    "furniture": ("furniture.n", "home_appliance.n"),
    "food": ("food.n", "solid_food.n", "beverage.n", "foodstuff.n", "edible_fruit.n"),
    "plant": ("flower.n", "houseplant.n", "vegetable.n"),
}
"""Each group and the concepts above its nouns; a noun belongs to the first group that claims it."""

FAMILIES = {
    "fish": ("fish.n",),
    "shellfish": ("crustacean.n", "mollusk.n"),
    "pig": ("swine.n",),
    "frog": ("frog.n",),
}
"""Creatures that are served whole, so that the name of a dish may declare them."""

LONGEST = {"person": 1, "animal": 1, "insect": 1, "clothing": 1, "weapon": 1}
"""Words of a noun: longer ones are seldom what a picture shows, and the list is long."""

FEWEST_USES = {"person": 3}
"""Uses in WordNet's annotated texts: rarer nouns for people are seldom seen in a picture."""

WRITTEN_BY_HAND = {
    "person": ("crowd", "family at a table", "waiter", "cook in a kitchen", "child eating"),
    "body": ("human face", "hand holding food", "fingernail", "arm reaching for a plate"),
    "text": ("text", "letters", "handwriting", "caption", "price tag", "menu", "receipt"),
    "logo": ("brand logo", "watermark", "stock photo watermark", "bar code", "QR code"),
    "clean": ("a dish of food", "a plate of food", "a bowl of food", "a drink", "a dessert"),
}


@dataclass(frozen=True)
class Concept:
    """A synset: its words, most usual first, the concepts above it, its lexicographer file."""

    words: tuple[str, ...]
    above: tuple[str, ...]
    file: int


FOOD_FILE = 13
"""WordNet's lexicographer file noun.food."""


@dataclass(frozen=True)
class WordNet:
    """Nouns by offset, each word's senses, most usual first, and how often words were used."""

    concepts: dict[str, Concept]
    senses: dict[str, tuple[str, ...]]
    uses: dict[str, int]

    def chain(self, offset: str) -> set[str]:
        """The concept and all concepts above it."""
        found, waiting = set(), [offset]
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                waiting.extend(self.concepts[place].above)
        return found

    def roots(self, names: tuple[str, ...]) -> set[str]:
        """The first concept of each word, "person.n"."""
        words = [name.removesuffix(".n") for name in names]
        return {self.senses[word][0] for word in words if word in self.senses}


def read_wordnet(folder: Path) -> WordNet:
    """The nouns in `data.noun`, `index.noun` and `cntlist.rev` (formats: wndb(5WN))."""
    concepts = {}
    for line in wordnet_lines(folder / "data.noun"):
        fields = line.split(" | ")[0].split()
        word_count = int(fields[3], 16)
        words = tuple(fields[4 : 4 + 2 * word_count : 2])
        pointers = fields[5 + 2 * word_count :]
        above = tuple(
            pointers[place + 1]
            for place, symbol in enumerate(pointers)
            if symbol == "@" and place % 4 == 0
        )
        named = any(symbol == "@i" for symbol in pointers[::4])
        concepts[fields[0]] = Concept(() if named else words, above, int(fields[1]))
    senses = {}
    for line in wordnet_lines(folder / "index.noun"):
        fields = line.split()
        senses[fields[0]] = tuple(fields[-int(fields[2]) :])
    uses: dict[str, int] = {}
    for line in (folder / "cntlist.rev").read_text().splitlines():
        key, _, count = line.split()
        word, _, sense = key.partition("%")
        if sense.startswith("1:"):
            uses[word] = uses.get(word, 0) + int(count)
    return WordNet(concepts, senses, uses)


def wordnet_lines(path: Path) -> Iterator[str]:
    """Lines without the licence, which is indented."""
    return (line for line in path.read_text().splitlines() if not line.startswith(" "))


def tags(wordnet: WordNet) -> list[tuple[str, str, str]]:
    """Tag, group and family of each tag.

    A noun stands for its most usual sense, so that each tag means one thing. A creature that is
    also a food is asked for alive.
    """
    found = {word: (group, "") for group, words in WRITTEN_BY_HAND.items() for word in words}
    for group, names in GROUPS.items():
        roots = wordnet.roots(names)
        for word, (first, *others) in wordnet.senses.items():
            concept = wordnet.concepts[first]
            chain = wordnet.chain(first)
            if word not in concept.words or not chain & roots or not _usable(word, group, wordnet):
                continue
            text = word.replace("_", " ")
            if group in ("animal", "insect"):
                eaten = any(wordnet.concepts[other].file == FOOD_FILE for other in others)
                text = f"live {text}" if eaten else text
            found.setdefault(text, (group, _family(chain, wordnet) if group == "animal" else ""))
    return [(tag, group, family) for tag, (group, family) in found.items()]


def _usable(word: str, group: str, wordnet: WordNet) -> bool:
    plain = re.fullmatch(r"[a-z_-]+", word) is not None
    short = word.count("_") < LONGEST.get(group, 3)
    return plain and short and wordnet.uses.get(word, 0) >= FEWEST_USES.get(group, 0)


def _family(chain: set[str], wordnet: WordNet) -> str:
    return next((name for name, above in FAMILIES.items() if chain & wordnet.roots(above)), "")


def main() -> None:
    """Write the list."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wordnet", type=Path, required=True, help="folder of data.noun")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    rows = sorted(tags(read_wordnet(arguments.wordnet)), key=lambda row: (row[1], row[0]))
    with arguments.out.open("w", newline="", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in LICENCE)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("tag", "group", "family"))
        writer.writerows(rows)
    print(f"{len(rows)} tags -> {arguments.out}")


if __name__ == "__main__":
    main()
