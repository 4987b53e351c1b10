"""What voters saw in a picture, and the finding that follows from all of them together.

Belongs here: uniting votes, recall first. Does not belong here: voters and their thresholds
(`people_and_animals.py`, `nudity.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gpu_ops.food_detection import Box
from resources.checks.finding import Finding, boxed


@dataclass(frozen=True)
class Thresholds:
    """From which score on a voter makes a person look, and from which on it vetoes by itself."""

    doubt: float
    veto: float


@dataclass(frozen=True)
class Sighting:
    """What one voter saw.

    Attributes:
        what: In words for a restaurant owner: "a hand".
        score: How sure the voter is, 0 to 1.
        thresholds: The voter's.
        box: Where, if the voter can tell.
    """

    what: str
    score: float
    thresholds: Thresholds
    box: Box | None = None


def united(check_name: str, sightings: Sequence[Sighting], clean: str | None) -> Finding:
    """The finding of all votes: the strictest one decides (rule 10).

    Args:
        check_name: The check.
        sightings: What was seen, however faintly.
        clean: None: that nobody saw anything is a pass. Otherwise the reason why it is not.
    """
    told = sorted(
        (seen for seen in sightings if seen.score >= seen.thresholds.doubt),
        key=lambda seen: -seen.score,
    )
    highest = max((seen.score for seen in sightings), default=None)
    score = None if highest is None else round(highest, 4)
    if not told:
        return Finding(check_name, "unchecked" if clean else "pass", score, clean)
    evidence = {
        "tags": {seen.what: round(seen.score, 4) for seen in reversed(told)},
        "boxes": [boxed(seen.box, seen.what, seen.score) for seen in told if seen.box],
    }
    sure = [seen for seen in told if seen.score >= seen.thresholds.veto]
    names = " and ".join(dict.fromkeys(seen.what for seen in (sure or told)[:2]))
    if sure:
        return Finding(check_name, "veto", score, f"shows {names}", evidence)
    return Finding(
        check_name, "unchecked", score, f"may show {names}: a person has to look", evidence
    )
