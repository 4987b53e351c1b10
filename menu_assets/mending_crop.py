"""The crop that mends a picture: the dish in the middle, what is unwanted outside.

Belongs here: geometry in shares of width and height. Does not belong here: what is wrong with a
picture (`picture_advice.py`), and crops for channels (`resources/renditions.py`).
"""

from collections.abc import Sequence

Box = tuple[float, float, float, float]

MARGIN = 0.04
"""Rule 7: air on every side of the dish, as a share of the crop."""

DISH_SHARE = 0.35
"""Rule 5: a dish takes this share of the frame at least."""

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


def mending_crop(dish: Box, unwanted: Sequence[Box] = (), *, closer: bool = False) -> Box | None:
    """The largest crop with the whole dish in its middle and nothing that is unwanted.

    Args:
        dish: Where the dish is: x0, y0, x1, y1; not empty.
        unwanted: What must not be seen.
        closer: Cut also until the dish takes `DISH_SHARE` of the crop, or touches its margins.

    Returns:
        None if there is none: something unwanted lies over the dish or its margin.
    """
    x0, y0, x1, y1 = dish
    across, down = ((side / (1 - 2 * MARGIN) - side) / 2 for side in (x1 - x0, y1 - y0))
    kept = (max(0.0, x0 - across), max(0.0, y0 - down), min(1.0, x1 + across), min(1.0, y1 + down))
    window = WHOLE
    for box in unwanted:
        left_over = [side for side in _beside(window, box) if _contains(side, kept)]
        if not left_over:
            return None
        window = max(left_over, key=area)
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    half = (
        min(middle[0] - window[0], window[2] - middle[0]),
        min(middle[1] - window[1], window[3] - middle[1]),
    )
    if closer:
        shrink = min(1.0, (area(dish) / DISH_SHARE / (4 * half[0] * half[1])) ** 0.5)
        half = (
            min(half[0], max(half[0] * shrink, middle[0] - kept[0])),
            min(half[1], max(half[1] * shrink, middle[1] - kept[1])),
        )
    return (
        max(0.0, middle[0] - half[0]),
        max(0.0, middle[1] - half[1]),
        min(1.0, middle[0] + half[0]),
        min(1.0, middle[1] + half[1]),
    )


def area(box: Box) -> float:
    """Width times height."""
    return (box[2] - box[0]) * (box[3] - box[1])


def _beside(window: Box, box: Box) -> list[Box]:
    """What is left of a window on each side of a box; the window itself if they do not meet."""
    x0, y0, x1, y1 = window
    if box[0] >= x1 or box[2] <= x0 or box[1] >= y1 or box[3] <= y0:
        return [window]
    return [(box[2], y0, x1, y1), (x0, y0, box[0], y1), (x0, box[3], x1, y1), (x0, y0, x1, box[1])]


def _contains(window: Box, box: Box) -> bool:
    return (
        window[0] <= box[0] and window[1] <= box[1] and window[2] >= box[2] and window[3] >= box[3]
    )
