"""Evidence drawn into pixels, where there is no browser.

Belongs here: boxes, lines and letters in a copy of a picture. Does not belong here: which marks
there are, and how they look on pages (`resources/picture_marks.py`).
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from resources.picture_marks import COLOURS, DASHES, RIM, Mark


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
