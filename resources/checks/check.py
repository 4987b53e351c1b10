"""What is looked at, and what looks.

Belongs here: a picture with what it should show and what models saw in it, and the one interface of
all checks. Does not belong here: any check, any model (`shared_models.py`).
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from gpu_ops.dish_layout import DishLayout, find_dish
from gpu_ops.light_and_colour import LightAndColour, measure
from resources.checks.finding import Finding


@dataclass(frozen=True)
class Dish:
    """What a picture should show, and for whom.

    Attributes:
        subject: The dish in English.
        category: The platform's category, "" = unknown.
        dietary_flags: What the vendor states of it, e.g. "vegan", "contains_pork".
        country: Market, ISO 3166-1 code in lower case; "" = unknown.
    """

    subject: str
    category: str = ""
    dietary_flags: frozenset[str] = frozenset()
    country: str = ""


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture that is decoded once and looked at by all checks.

    Attributes:
        pixels: (height, width, 3) uint8 RGB.
        dish: What it should show.
        seen: What models saw in it, by model; see `seen_once`.
    """

    pixels: np.ndarray
    dish: Dish
    seen: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def layout(self) -> DishLayout | None:
        """Where the dish is; None if nothing stands out."""
        return find_dish(self.pixels)

    @cached_property
    def light(self) -> LightAndColour:
        """Its light and colours; sharpness is the dish's."""
        return measure(self.pixels, self.layout.mask if self.layout else None)


def seen_once(
    pictures: Sequence[Picture], by: Hashable, look: Callable[[list[np.ndarray]], Iterable[Any]]
) -> list[Any]:
    """What a model sees in each picture; it looks at those only that it has not seen yet.

    The answers live as long as their picture.

    Args:
        pictures: A batch.
        by: Which model, and what it is asked.
        look: From pixels of pictures to as many answers.
    """
    new = [picture for picture in pictures if by not in picture.seen]
    if new:
        for picture, answer in zip(new, look([one.pixels for one in new]), strict=True):
            picture.seen[by] = answer
    return [picture.seen[by] for picture in pictures]


class Check(Protocol):
    """One thing, or a few that one model sees together, that is looked at in every picture."""

    @property
    def version(self) -> str:
        """Changes whenever the same picture may get another finding: rules, thresholds, weights."""

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The findings on each picture: of every check name that this check stands for.

        What cannot be judged is `unchecked`, with a reason that says what to install or who has to
        look. A picture never raises; a damaged installation does.
        """
