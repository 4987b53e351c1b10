"""Evidence over a picture: boxes with words, coloured by verdict.

Belongs here: which boxes of the findings are shown, and drawing them into pixels where there is no
browser. Does not belong here: finding anything (`resources/checks/`), and marks on pages
(`picture_marks.html.jinja`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from resources.checks.finding import Finding

Kind = Literal["veto", "unchecked", "crop"]

COLOURS: dict[Kind, str] = {"veto": "#ff9d94", "unchecked": "#ffd166", "crop": "#7df0ae"}
"""Light on a dark rim: legible on any picture. Lines differ too, for who sees no colours."""

DASHES: dict[Kind, int] = {"veto": 0, "unchecked": 4, "crop": 1}
"""Length of a dash in widths of the line; 0 = one line."""

RIM = "#111111"


@dataclass(frozen=True)
class Mark:
    """A box over a picture.

    Attributes:
        box: x0, y0, x1, y1 as shares of width and height.
        words: What is there.
        kind: What it is a mark of; gives colour and line.
    """

    box: tuple[float, float, float, float]
    words: str
    kind: Kind


def marks_of(findings: Iterable[Finding]) -> list[Mark]:
    """The boxes behind vetoes and open questions; what passes is not marked."""
    return [
        Mark((x0, y0, x1, y1), str(marked["label"]), finding.verdict)
        for finding in findings
        if finding.verdict != "pass"
        for marked in (finding.evidence or {}).get("boxes", ())
        for x0, y0, x1, y1 in [marked["box"]]
    ]


def drawn_over(pixels: np.ndarray, marks: Sequence[Mark]) -> np.ndarray:
    """A copy of a picture with marks.

    Lines and letters grow with the picture: a 40th of its long side, letters of 10 px at least.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        marks: What is drawn, in this order.
    """
    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    letters = max(10, round(max(picture.size) / 40))
    font = ImageFont.load_default(letters)
    line = max(1, letters // 6)
    for mark in marks:
        x0, x1 = (share * (picture.width - 1) for share in mark.box[::2])
        y0, y1 = (share * (picture.height - 1) for share in mark.box[1::2])
        draw.rectangle((x0 - line, y0 - line, x1 + line, y1 + line), outline=RIM, width=3 * line)
        _outline(draw, (x0, y0, x1, y1), COLOURS[mark.kind], line, DASHES[mark.kind] * line)
        length = draw.textlength(mark.words, font)
        left, top = x0 + 2 * line, y0 - letters - 2 * line
        if mark.kind == "crop":  # inside: marks that it leaves out are at its edges
            left, top = x1 - length - 2 * line, y1 - letters - 3 * line
        draw.text(
            (
                max(line, min(left, picture.width - length - line)),
                top if top >= 0 else y0 + 2 * line,
            ),
            mark.words,
            COLOURS[mark.kind],
            font,
            stroke_width=line,
            stroke_fill=RIM,
        )
    return np.array(picture)


def _outline(
    draw: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    colour: str,
    width: int,
    dash: int,
) -> None:
    if not dash:
        draw.rectangle(box, outline=colour, width=width)
        return
    x0, y0, x1, y1 = box
    for x in np.arange(x0, x1, 2 * dash):
        for y in (y0, y1):
            draw.line((x, y, min(x + dash, x1), y), colour, width)
    for y in np.arange(y0, y1, 2 * dash):
        for x in (x0, x1):
            draw.line((x, y, x, min(y + dash, y1)), colour, width)
