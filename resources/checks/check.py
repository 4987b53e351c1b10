"""What is looked at, and what looks.

Belongs here: a picture with what it should show, and the one interface of all checks. Does not
belong here: any check.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

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
    """

    pixels: np.ndarray
    dish: Dish

    @cached_property
    def layout(self) -> DishLayout | None:
        """Where the dish is; None if nothing stands out."""
        return find_dish(self.pixels)

    @cached_property
    def light(self) -> LightAndColour:
        """Its light and colours; sharpness is the dish's."""
        return measure(self.pixels, self.layout.mask if self.layout else None)


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
