"""Marks over a picture: boxes with words, coloured by verdict.

Belongs here: which boxes of the findings are shown, how they look, and drawing them for a page.
Does not belong here: finding anything (`resources/checks/`), and drawing marks into pixels
(`menu_assets/evidence_marks.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from resources.checks.finding import Finding

Kind = Literal["veto", "unchecked", "crop"]

COLOURS: dict[Kind, str] = {"veto": "#ff9d94", "unchecked": "#ffd166", "crop": "#7df0ae"}
"""Light on a dark rim: legible on any picture. Lines differ too, for who sees no colours."""

DASHES: dict[Kind, int] = {"veto": 0, "unchecked": 4, "crop": 1}
"""Length of a dash in widths of the line; 0 = one line."""

RIM = "#111111"

_LETTERS, _LINE, _LONGEST_WORDS = 11, 2.2, 28

_SVG = Markup(
    '<svg class="marks" viewBox="0 0 {w:.1f} {h:.1f}" preserveAspectRatio="xMidYMid slice"'
    ' role="img" aria-label="Marked in the picture: {words}" fill="none"'
    ' font-family="system-ui, sans-serif" font-weight="600" font-size="{letters}">{marks}</svg>'
)
_MARK = Markup(
    '<g stroke-linejoin="round"><rect {place} stroke="{rim}" stroke-opacity="0.75"'
    ' stroke-width="{wide}" vector-effect="non-scaling-stroke"/><rect {place} stroke="{colour}"'
    ' stroke-width="{line}" vector-effect="non-scaling-stroke"{dashes}/><text x="{x:.1f}"'
    ' y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" stroke="{rim}" stroke-width="3"'
    ' paint-order="stroke">{words}</text></g>'
)


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


def marks_svg(marks: Sequence[Mark], width_px: int, height_px: int, side: int) -> Markup:
    """Marks as an SVG that lies on a picture and is cropped as `object-fit: cover` crops.

    It has no styles, so that a page with a strict content security policy shows it, too.

    Args:
        marks: What is drawn, in this order.
        width_px: Of the picture.
        height_px: Of the picture.
        side: Length of the drawing's longer side in its own units; letters are 11 of them high.
    """
    unit = side / max(width_px, height_px)
    w, h = width_px * unit, height_px * unit
    return _SVG.format(
        w=w,
        h=h,
        letters=_LETTERS,
        words=", ".join(dict.fromkeys(mark.words for mark in marks)),
        marks=Markup("").join(_mark(mark, w, h) for mark in marks),
    )


def _mark(mark: Mark, w: float, h: float) -> Markup:
    x0, x1 = (share * w for share in mark.box[::2])
    y0, y1 = (share * h for share in mark.box[1::2])
    place = Markup('x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"')
    dash = DASHES[mark.kind] * _LINE
    is_crop = mark.kind == "crop"
    at_the_right = is_crop or x0 + x1 > 1.1 * w
    above = y0 - 4 if y0 > _LETTERS + 5 else y0 + _LETTERS + 2
    return _MARK.format(
        place=place.format(x0, y0, x1 - x0, y1 - y0),
        rim=RIM,
        colour=COLOURS[mark.kind],
        wide=2 * _LINE,
        line=_LINE,
        dashes=Markup(' stroke-dasharray="{:.1f}"').format(dash) if dash else "",
        x=x1 - 4 if at_the_right else x0 + 4,
        # A crop has its words inside: marks that it leaves out are at its edges.
        y=y1 - 6 if is_crop else above,
        anchor="end" if at_the_right else "start",
        words=_short(mark.words),
    )


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_WORDS else f"{words[: _LONGEST_WORDS - 1]}…"
