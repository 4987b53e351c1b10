"""What a check says of a picture.

Belongs here: the values that all checks give and that tables keep. Does not belong here: checks.
"""

from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["pass", "veto", "unchecked"]


@dataclass(frozen=True)
class Finding:
    """What one check says of one picture.

    Attributes:
        check_name: The check.
        verdict: "pass"; "veto": final, no score outvotes it; "unchecked": a person has to look.
        score: The number behind the verdict, in the check's own unit.
        reason: Why it is no pass, in words for a restaurant owner.
        evidence: What it is based on, as JSON values: `boxes` (a list of `{"box": [x0, y0, x1, y1]
            as shares of width and height, "label": str, "score": float}`) are drawn over the
            picture on request; other keys are numbers and words.
    """

    check_name: str
    verdict: Verdict
    score: float | None = None
    reason: str | None = None
    evidence: dict[str, Any] | None = None


def boxed(box: tuple[float, ...], label: str, score: float | None = None) -> dict[str, Any]:
    """A box as evidence."""
    marked: dict[str, Any] = {"box": [round(side, 4) for side in box], "label": label}
    return marked if score is None else {**marked, "score": round(score, 4)}
