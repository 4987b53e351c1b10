"""A waiting dish in the words of a page.

Belongs here: numbers of pictures, marks over them, names and addresses. Does not belong here: what
a person has to look for (`open_questions.py`), which dish is shown, and how it looks (templates).
"""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from markupsafe import Markup

from resources.countries import country
from resources.picture_marks import marks_of, marks_svg
from resources.review_item import ReviewItem, ShownCandidate
from resources.review_queue import ItemKey, WaitingItem
from review_desk.open_questions import Question, questions_of

_MARKS_SIDE = 320
"""About as many CSS pixels as a picture is wide, so that letters over it have their size."""


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

    @property
    def questions(self) -> list[Question]:
        """What a person has to look for, those with something to look at first."""
        return questions_of(self.item)

    @property
    def lineage(self) -> str | None:
        """Address in Dagster of what the pictures were made by; None if Dagster's is not set."""
        if self.dagster_address is None:
            return None
        partition = urlencode({"partition": self.item.country})
        return f"{self.dagster_address}/assets/images/candidate_images?{partition}"


def key_text(key: ItemKey) -> str:
    """A key as forms send it back."""
    return f"{key.country}/{key.version}/{key.product_id}"


def key_of_text(text: str) -> ItemKey | None:
    """The key that `key_text` wrote; None if it did not write this."""
    parts = text.split("/", 2)
    return ItemKey(parts[0], parts[2], parts[1]) if len(parts) == 3 else None
