"""A waiting dish in the words of a page.

Belongs here: what a person has to look for, what the pictures are called, and addresses of a dish's
things. Does not belong here: which dish is shown (`team_pages.py`), and how it looks (templates).
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from markupsafe import Markup

from resources.countries import country
from resources.picture_marks import marks_of, marks_svg
from resources.review_item import ReviewItem, ShownCandidate
from resources.review_queue import ItemKey, WaitingItem
from review_desk.reject_reasons import reason_of_check

_MARKS_SIDE = 320
"""About as many CSS pixels as a picture is wide, so that letters over it have their size."""

_TO_A_PERSON = ": a person has to look"
"""What the checks say at the end; on a page that a person looks at it goes without saying."""


@dataclass(frozen=True)
class ShownPicture:
    """A picture with its number on the page."""

    number: int
    of: ShownCandidate

    @cached_property
    def marks(self) -> Markup:
        """Boxes over it, behind what the checks could not rule out; empty if there are none."""
        marks = marks_of(self.of.findings)
        if not marks:
            return Markup()
        return marks_svg(marks, self.of.width_px, self.of.height_px, _MARKS_SIDE)

    @property
    def scores(self) -> list[tuple[str, float]]:
        """The scores that were measured, by name in words."""
        known = {"overall": self.of.combined_score, **self.of.scores}
        return [(name.replace("_", " "), one) for name, one in known.items() if one is not None]


@dataclass(frozen=True)
class Question:
    """What a person has to look for.

    Attributes:
        asks: The question.
        seen: What the checks say of it, with the numbers of the pictures.
        of_all: Whether it is asked of every picture of the dish.
    """

    asks: str
    seen: tuple[str, ...]
    of_all: bool


@dataclass(frozen=True)
class DishView:
    """A dish as a page shows it."""

    waiting: WaitingItem
    dagster_address: str | None = None

    @property
    def item(self) -> ReviewItem:
        """The dish."""
        return self.waiting.item

    @property
    def key(self) -> str:
        """What tells it from any other, and from itself with other pictures."""
        return key_text(self.waiting.key)

    @property
    def language(self) -> str:
        """Language of the menu, ISO 639-1."""
        return country(self.item.country).language

    @property
    def country_name(self) -> str:
        """Its country."""
        return country(self.item.country).name

    @cached_property
    def pictures(self) -> tuple[ShownPicture, ...]:
        """Its pictures, best first."""
        return tuple(
            ShownPicture(number, one) for number, one in enumerate(self.item.candidates, start=1)
        )

    @property
    def has_marks(self) -> bool:
        """Whether there is evidence to lay over a picture."""
        return any(picture.marks for picture in self.pictures)

    @cached_property
    def questions(self) -> list[Question]:
        """What a person has to look for, those of single pictures first."""
        seen: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        asked_of: dict[str, set[int]] = defaultdict(set)
        for picture in self.pictures:
            for finding in picture.of.findings:
                reason = reason_of_check(finding.check_name)
                words = finding.check_name.replace("_", " ").capitalize() + "?"
                asks = reason.asks if reason else words
                asked_of[asks].add(picture.number)
                if finding.reason:
                    seen[asks][finding.reason.removesuffix(_TO_A_PERSON)].append(picture.number)
        every = len(self.pictures)
        questions = [
            Question(
                asks,
                tuple(_of_pictures(words, of, every) for words, of in seen[asks].items()),
                of_all=len(numbers) == every,
            )
            for asks, numbers in asked_of.items()
        ]
        return sorted(questions, key=lambda question: question.of_all)

    @property
    def lineage(self) -> str | None:
        """Address in Dagster of what the pictures were made by; None if Dagster's is not set."""
        if self.dagster_address is None:
            return None
        partition = urlencode({"partition": self.item.country})
        return f"{self.dagster_address}/assets/images/candidate_images?{partition}"


def _of_pictures(words: str, numbers: list[int], every: int) -> str:
    if len(numbers) == every:
        return words
    which = " and ".join(map(str, numbers))
    return f"{'picture' if len(numbers) == 1 else 'pictures'} {which}: {words}"


def key_text(key: ItemKey) -> str:
    """A key as forms send it back."""
    return f"{key.country}/{key.version}/{key.product_id}"


def key_of_text(text: str) -> ItemKey | None:
    """The key that `key_text` wrote; None if it did not write this."""
    parts = text.split("/", 2)
    return ItemKey(parts[0], parts[2], parts[1]) if len(parts) == 3 else None
