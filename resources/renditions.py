"""A picture made into a file that a channel takes: cut around the dish, resized, encoded.

Belongs here: from pixels to bytes; the same picture gives the same bytes. Does not belong here: the
channels' rules (`channels.toml`), and which part is cut out (`crop_windows.py`).
"""

import io
import sys
from bisect import bisect_right
from dataclasses import dataclass
from math import ceil

import numpy as np
from PIL import Image

from resources.channels import Channel, Format, Size
from resources.crop_windows import CROP_SAFE, Window, shares_kept, window_for

BEST_QUALITY = 92
LEAST_QUALITY = 60
"""Of JPEG and WebP. Below it food shows blocks; start values."""


class NoRendition(ValueError):
    """A channel's file cannot be made from a picture; the message says why."""


@dataclass(frozen=True)
class Rendition:
    """A file for a channel.

    Attributes:
        data: Its bytes: sRGB, no alpha, no EXIF.
        format: As Pillow names it.
        size_px: Width and height.
        window: The part of the picture that it shows.
        quality: Of JPEG and WebP; None = lossless.
    """

    data: bytes
    format: Format
    size_px: Size
    window: Window
    quality: int | None


def render(
    pixels: np.ndarray, dish: np.ndarray, channel: Channel, *, may_enlarge: bool = False
) -> Rendition:
    """The file of a picture for a channel.

    Args:
        pixels: (height, width, 3) uint8 sRGB.
        dish: Where the dish is, (height, width) bool.
        channel: Whose rules it obeys.
        may_enlarge: Whether a small picture may be made larger, and so softer.

    Raises:
        NoRendition: the dish does not fit the channel's shape, the picture is too small, or the
            file too large.
    """
    window = window_for(channel, dish)
    name, least = min(shares_kept(channel, dish, window).items(), key=lambda item: item[1])
    if least < CROP_SAFE:
        shape = "its shape" if name == "file" else f"its crop {name}"
        raise NoRendition(
            f"{channel.title}: {shape} would cut off {1 - least:.0%} of the dish; the picture needs"
            " more room around it"
        )
    size = _size(channel, window, may_enlarge=may_enlarge)
    resized = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS, box=window)
    data, quality = _encoded(resized, channel)
    return Rendition(data, channel.formats[0], size, window, quality)


def _size(channel: Channel, window: Window, *, may_enlarge: bool) -> Size:
    """The largest size that the channel takes and the window has pixels for."""
    across, down = float(window[2] - window[0]), float(window[3] - window[1])
    if channel.ratio:  # not the window's own, which is rounded to whole pixels
        down = across * channel.ratio[1] / channel.ratio[0]
    least, most = channel.size_px or channel.min_px, channel.size_px or channel.max_px
    scale = min(1.0, most[0] / across, most[1] / down) if most else 1.0
    if least:
        scale = max(scale, least[0] / across, least[1] / down)
    if scale > 1 and not may_enlarge:
        raise NoRendition(
            f"{channel.title} asks for {_words(least)} px; what can be cut around the dish has"
            f" {across:.0f} x {down:.0f} and would be enlarged {scale:.1f} times"
        )
    # Rounded up, less what floats add: never below the channel's least.
    size = channel.size_px or (ceil(across * scale - 1e-6), ceil(down * scale - 1e-6))
    if most and (size[0] > most[0] or size[1] > most[1]):
        raise NoRendition(
            f"{channel.title} takes {_words(least)} to {_words(most)} px; {across:.0f} x {down:.0f}"
            " cannot be made so without cutting more off"
        )
    return size


def _words(size: Size | None) -> str:
    return f"{size[0]} x {size[1]}" if size else "any number of"


def _encoded(picture: Image.Image, channel: Channel) -> tuple[bytes, int | None]:
    """The best quality that keeps the channel's limit of bytes."""
    file_format, limit = channel.formats[0], channel.max_bytes or sys.maxsize
    if file_format == "PNG":
        return _within(limit, _file(picture, file_format, None), channel), None
    data = _file(picture, file_format, BEST_QUALITY)
    if len(data) <= limit:
        return data, BEST_QUALITY
    quality = (
        LEAST_QUALITY
        - 1
        + bisect_right(
            range(LEAST_QUALITY, BEST_QUALITY),
            limit,
            key=lambda quality: len(_file(picture, file_format, quality)),
        )
    )
    quality = max(quality, LEAST_QUALITY)
    return _within(limit, _file(picture, file_format, quality), channel), quality


def _within(limit: int, data: bytes, channel: Channel) -> bytes:
    if len(data) > limit:
        raise NoRendition(
            f"{channel.title} takes {limit / 1e6:g} MB at most; the smallest file that is good"
            f" enough has {len(data) / 1e6:.1f} MB"
        )
    return data


def _file(picture: Image.Image, file_format: Format, quality: int | None) -> bytes:
    buffer = io.BytesIO()
    options = {} if quality is None else {"quality": quality}
    picture.save(buffer, file_format, **options)
    return buffer.getvalue()
