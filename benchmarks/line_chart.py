"""Charts of lines as SVG, for the pages in docs/.

Belongs here: axes, lines and a legend. Does not belong here: what is drawn.
"""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 860, 300
LEFT, RIGHT, TOP, BOTTOM = 60, 210, 36, 44
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito's, which colour-blind people tell apart."""

Points = Sequence[tuple[float, float]]


def line_chart(title: str, lines: Mapping[str, Points], *, x_label: str, y_label: str) -> str:
    """An SVG document; both axes begin at 0."""
    x_most = _round_up(max(x for points in lines.values() for x, _ in points))
    y_most = _round_up(max(y for points in lines.values() for _, y in points))
    x_of = (WIDTH - LEFT - RIGHT) / x_most
    y_of = (HEIGHT - TOP - BOTTOM) / y_most
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(title)}" font-family="sans-serif" font-size="12" fill="#333">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14" font-weight="bold">{escape(title)}</text>',
    ]
    for step in range(5):
        y = HEIGHT - BOTTOM - y_of * y_most * step / 4
        x = LEFT + x_of * x_most * step / 4
        parts += [
            f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>',
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{y_most * step / 4:g}</text>',
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">'
            f"{x_most * step / 4:g}</text>",
        ]
    middle = LEFT + x_of * x_most / 2
    parts += [
        f'<text x="{middle:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_label)}</text>',
        f'<text transform="translate(14 {(HEIGHT - BOTTOM + TOP) / 2:.1f}) rotate(-90)"'
        f' text-anchor="middle">{escape(y_label)}</text>',
    ]
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(
            f"{LEFT + x * x_of:.1f},{HEIGHT - BOTTOM - y * y_of:.1f}" for x, y in points
        )
        y = TOP + 12 + 20 * number
        parts += [
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>',
            f'<path d="M{WIDTH - RIGHT + 14} {y - 4}h18" stroke="{colour}" stroke-width="3"/>',
            f'<text x="{WIDTH - RIGHT + 38}" y="{y}">{escape(name)}</text>',
        ]
    return "\n".join([*parts, "</svg>\n"])


def _round_up(most: float) -> float:
    """The next of 4, 8, 12, 16, 20, 24, 40 ... so that a quarter of it is a round number."""
    size = 1.0
    while size * 24 < most:
        size *= 10
    return next(
        size * step for step in (0.4, 0.8, 1.2, 1.6, 2, 4, 8, 12, 16, 20, 24) if size * step >= most
    )
