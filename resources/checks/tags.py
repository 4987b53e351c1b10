"""The tags that pictures are asked for, and creatures that the name of a dish declares.

Belongs here: reading `tags.csv`, and rule 11. Does not belong here: how the list was made
(`models/recipe/tag_list.py`), models, thresholds.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TAGS_FILE = Path(__file__).with_name("tags.csv")

DECLARING_WORDS: Mapping[str, str] = {
    "fish": r"fish|seafood|trout|bream|sea ?bass|mackerel|sardine|anchov|carp|salmon|tuna|codfish"
    r"|herring|eel|snapper|turbot|tilapia|pomfret|hilsa|ilish|dorad|barramundi|mullet",
    "shellfish": r"seafood|shellfish|shrimp|prawn|crab|lobster|crayfish|crawfish|langoustine"
    r"|scampi|mussel|clam|oyster|scallop|squid|calamar|octopus|cuttlefish|cockle|snail|escargot",
    "pig": r"suckling pig|piglet|whole pig|pig roast|roast pig",
    "frog": r"frog",
}
"""Families of creatures that are served whole, and beginnings of words that declare them."""


@dataclass(frozen=True)
class Tag:
    """A thing that can be seen.

    Attributes:
        name: In English, "hand".
        group: "person", "body", "animal", "insect", "food", "ware", "text", ...
        family: A key of `DECLARING_WORDS`; "" = no creature that is served whole.
    """

    name: str
    group: str
    family: str


@cache
def load_tags() -> tuple[Tag, ...]:
    """All tags, in the file's order."""
    with TAGS_FILE.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return tuple(Tag(row["tag"], row["group"], row["family"]) for row in rows)


def declared_families(subject: str) -> frozenset[str]:
    """The families that a dish's name declares: "grilled fish" may show a head (rule 11)."""
    return frozenset(
        family
        for family, words in DECLARING_WORDS.items()
        if re.search(rf"\b(?:{words})", subject.casefold())
    )
