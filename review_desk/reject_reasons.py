"""Why people reject pictures: the fixed list of `reject_reasons.toml`, each a rule of pictures.

Belongs here: the schema of the list, and asking it. Does not belong here: the words
(`reject_reasons.toml`), and counting what was said (`resources/review_reports.py`).
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from resources.data_file import Entry

OTHER = "other"
"""The reason that says nothing without a note."""

_FILE = Path(__file__).with_name("reject_reasons.toml")


class RejectReason(Entry):
    """A reason.

    Attributes:
        name: What a vote and its decision say.
        key: The key that gives it.
        words: What a button says.
        rules: Numbers of the rules that the picture breaks.
        checks: Checks whose open question is the reason's.
        asks: What a person looks for, in a question.
    """

    name: str
    key: str
    words: str
    rules: tuple[int, ...]
    checks: tuple[str, ...]
    asks: str


@cache
def reject_reasons() -> Mapping[str, RejectReason]:
    """The reasons by name, in the order in which they are shown."""
    with _FILE.open("rb") as file:
        found = tomllib.load(file)
    return {name: RejectReason(name=name, **one) for name, one in found.items()}


def reason_of_check(check_name: str) -> RejectReason | None:
    """The reason that an open question of a check may lead to; None if there is none."""
    for reason in reject_reasons().values():
        if check_name in reason.checks:
            return reason
    return None


def words_of(reason: str | None) -> str:
    """A reason as people read it; the name itself if it is of another list, or an older one."""
    known = reject_reasons().get(reason or "")
    return known.words if known else (reason or "").replace("_", " ")
