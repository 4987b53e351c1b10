"""Whether a picture is in colour: neither grey nor toned.

Belongs here: from measures of colour to that verdict. Does not belong here: how good the colours
are (`quality.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from resources.checks.check import Picture
from resources.checks.finding import Finding

GREY = 0.5
HARDLY_COLOURED = 6.0
"""Rule 19 (monochrome is a veto), as `LightAndColour.colour_spread`. Start values: grey JPEGs have
at most 0.05, sepia ones 0.8 to 5.8; drawings 6.6 and more, but for rice balls with 1.8."""


@dataclass(frozen=True)
class ColourCheck:
    """`in_colour`."""

    version: str = "colour-1"

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The finding on each picture."""
        return [[_in_colour(picture.light.colour_spread)] for picture in pictures]


def _in_colour(spread: float) -> Finding:
    if spread < GREY:
        return Finding("in_colour", "veto", spread, "the picture is black and white")
    if spread < HARDLY_COLOURED:
        why = "hardly any colours: a person has to look whether it is a sepia picture"
        return Finding("in_colour", "unchecked", spread, why)
    return Finding("in_colour", "pass", spread)
