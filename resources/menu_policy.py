"""What a picture must, must not and may show, by what is stated of a dish and by market.

Belongs here: the schema of `menu_policy.toml`, and the questions that it asks of a dish. Does not
belong here: who answers them (`checks/menu_truth.py`).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from resources.checks.check import Dish
from resources.data_file import Entry, faults_in_words
from resources.short_hash import short_hash

POLICY_FILE = Path(__file__).with_name("menu_policy.toml")

Duty = Literal["must", "must_not", "may"]


class PolicyError(ValueError):
    """A policy that cannot be used, with file and entry."""


class Group(Entry):
    """An ingredient, and how it is called; what the fields mean is said in the file."""

    words: tuple[str, ...] = ()
    dishes: tuple[str, ...] = ()
    excepted: tuple[str, ...] = Field((), alias="except")
    includes: tuple[str, ...] = ()
    allergen: bool = False

    def named_in(self, text: str) -> str | None:
        """The word for the ingredient itself that a text has; None if it has none."""
        return _first_word(self.words, self.excepted, text)

    def looks_like(self, text: str) -> str | None:
        """The word for the ingredient, or for a dish that is commonly made of it, in a text."""
        return _first_word((*self.words, *self.dishes), self.excepted, text)


class Rule(Entry):
    """What follows from a flag.

    Attributes:
        words: Words of a name that state the flag.
        must_not: Groups that no picture may show.
        may: Groups that a picture may show.
    """

    words: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


class Market(Entry):
    """What is not sold in a country, and why."""

    must_not: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Question:
    """One thing that a picture can be asked.

    Attributes:
        group: The ingredient that it is about.
        duty: Which answer is right: "must" = yes, "must_not" = no, "may" = either.
        words: The question.
        because: Where the duty comes from, e.g. "the dish is stated vegan".
    """

    group: str
    duty: Duty
    words: str
    because: str


class MenuPolicy(Entry):
    """The whole file."""

    groups: Mapping[str, Group]
    flags: Mapping[str, Rule]
    markets: Mapping[str, Market]

    @model_validator(mode="after")
    def _groups_are_known(self) -> "MenuPolicy":
        for table, entries in (("flags", self.flags), ("markets", self.markets)):
            for name, entry in entries.items():
                asked = (*entry.must_not, *getattr(entry, "may", ()))
                self._must_be_groups(f"{table}.{name}", asked)
        for name, group in self.groups.items():
            self._must_be_groups(f"groups.{name}", group.includes)
        return self

    def _must_be_groups(self, entry: str, names: Iterable[str]) -> None:
        unknown = sorted(set(names) - set(self.groups))
        if unknown:
            raise ValueError(
                f"{entry}: {', '.join(unknown)} is no group; there are {', '.join(self.groups)}"
            )

    @cached_property
    def version(self) -> str:
        """Changes with the policy."""
        return short_hash(self.model_dump_json())

    @property
    def allergens(self) -> tuple[str, ...]:
        """The groups that are allergens."""
        return tuple(name for name, group in self.groups.items() if group.allergen)

    def named(self, group: str, text: str) -> str | None:
        """The word in a text that names an ingredient of a group."""
        found = (self.groups[name].named_in(text) for name in self._with_included(group))
        return next((word for word in found if word), None)

    def look_of(self, group: str, text: str) -> str | None:
        """The word in a text for something that looks as if it were made of a group."""
        found = (self.groups[name].looks_like(text) for name in self._with_included(group))
        return next((word for word in found if word), None)

    def stated_flags(self, dish: Dish) -> tuple[str, ...]:
        """The known flags of a dish: those that its vendor states, and those in its name."""
        return tuple(
            flag
            for flag, rule in self.flags.items()
            if flag in dish.dietary_flags or _first_word(rule.words, (), dish.subject)
        )

    def questions(self, dish: Dish) -> list[Question]:
        """The atomic questions on a dish (rules 25 and 26), one for each group and duty.

        What its name names must be seen, but for what must not: that is a contradiction in the
        menu, which the question then tells.
        """
        because: dict[tuple[str, Duty], str] = {}
        for flag in self.stated_flags(dish):
            for group in self.flags[flag].must_not:
                because.setdefault((group, "must_not"), _stated(flag))
            for group in self.flags[flag].may:
                because.setdefault((group, "may"), _stated(flag))
        if market := self.markets.get(dish.country):
            for group in market.must_not:
                because.setdefault((group, "must_not"), f"it is not sold in {dish.country.upper()}")
        for group in self.groups:
            if (group, "must_not") not in because and (word := self.named(group, dish.subject)):
                because[group, "must"] = f"the name says {word}"
        return [
            Question(group, duty, f"Does it show {group}?", why)
            for (group, duty), why in because.items()
        ]

    def _with_included(self, group: str) -> tuple[str, ...]:
        return (group, *self.groups[group].includes)


def _stated(flag: str) -> str:
    return f"the dish is stated {flag.replace('_', ' ')}"


@cache
def load_policy(path: Path = POLICY_FILE) -> MenuPolicy:
    """The policy of a file.

    Raises:
        PolicyError: the file does not obey the schema; file and entry are named.
    """
    try:
        return MenuPolicy.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{path}: {error}") from error
    except ValidationError as error:
        raise PolicyError(f"{path}: {faults_in_words(error, whole='policy')}") from error


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    stems = "|".join(re.escape(word.casefold().removesuffix("s")) for word in words)
    return re.compile(rf"\b(?:{stems})(?:e?s)?\b")


def _first_word(words: tuple[str, ...], excepted: tuple[str, ...], text: str) -> str | None:
    """The first of the words in a text that is no part of an excepted phrase."""
    if not words:
        return None
    plain = _pattern(excepted).sub(" ", text.casefold()) if excepted else text.casefold()
    found = _pattern(words).search(plain)
    return found[0] if found else None
