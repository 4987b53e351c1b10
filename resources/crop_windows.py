"""Which part of a picture is shown, and how much of the dish is in it.

Belongs here: geometry in pixels. Does not belong here: which shapes there are (`channels.toml`),
and what follows from a dish that is cut (`resources/checks/channel_fit.py`, `renditions.py`).
"""

import numpy as np

from resources.channels import Channel, Size

Window = tuple[int, int, int, int]
"""left, top, right, bottom in pixels, the latter two not included, as Pillow crops."""

CROP_SAFE = 0.98
"""Rule 8: the share of the dish that every crop has to keep."""


def largest_window(size: Size, ratio: Size, centre: tuple[float, float] = (0.5, 0.5)) -> Window:
    """The largest part of a picture that is of a ratio, its middle as near to `centre` as it goes.

    Args:
        size: Of the picture.
        ratio: Width and height, in any unit.
        centre: In shares of width and height.
    """
    width, height = size
    across = min(width, max(1, round(height * ratio[0] / ratio[1])))
    down = min(height, max(1, round(width * ratio[1] / ratio[0])))
    left = min(max(0, round(centre[0] * width - across / 2)), width - across)
    top = min(max(0, round(centre[1] * height - down / 2)), height - down)
    return left, top, left + across, top + down


def share_kept(mask: np.ndarray, window: Window) -> float:
    """The share of a dish, (height, width) bool, that lies in a window; 1 if there is no dish."""
    left, top, right, bottom = window
    whole = int(mask.sum())
    return int(mask[top:bottom, left:right].sum()) / whole if whole else 1.0


def window_for(channel: Channel, mask: np.ndarray) -> Window:
    """The part of a picture that a channel's file is cut from: the largest, around the dish."""
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    centre = (0.5, 0.5)
    if len(rows):
        centre = (
            (columns[0] + columns[-1] + 1) / 2 / width,
            (rows[0] + rows[-1] + 1) / 2 / height,
        )
    return largest_window(
        (width, height), channel.ratio or channel.size_px or (width, height), centre
    )


def shares_kept(channel: Channel, mask: np.ndarray, window: Window) -> dict[str, float]:
    """The share of the dish in the file that a window becomes, and in each crop of that file."""
    left, top, right, bottom = window
    kept = {"file": share_kept(mask, window)}
    for crop in channel.crops:
        x0, y0, x1, y1 = largest_window((right - left, bottom - top), crop.ratio)
        kept[crop.name] = share_kept(mask, (left + x0, top + y0, left + x1, top + y1))
    return kept
