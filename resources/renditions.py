"""A picture made into a file that a channel takes: cut around the dish, resized, encoded.

Belongs here: from pixels to bytes; the same picture gives the same bytes. Does not belong here: the
channels' rules (`channels.toml`), which part is cut out (`crop_windows.py`), and what is written
into a file so that it can be published (`publisher.py`).
"""

import io
import sys
from bisect import bisect_right
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from resources.channels import Channel, Format, Size
from resources.crop_windows import (
    CROP_SAFE,
    Window,
    largest_window,
    shares_kept,
    window_for,
)

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


@dataclass(frozen=True, eq=False)
class Cut:
    """What a channel shows of a picture, in the size that it takes.

    Attributes:
        pixels: (height, width, 3) uint8 sRGB.
        window: The part of the picture that it is.
    """

    pixels: np.ndarray
    window: Window


def render(
    pixels: np.ndarray, dish: np.ndarray, channel: Channel, *, may_enlarge: bool = False
) -> Rendition:
    """The file of a picture for a channel; arguments and errors as `cut` and `encoded`."""
    shown = cut(pixels, dish, channel, may_enlarge=may_enlarge)
    data, quality = encoded(shown.pixels, channel)
    height, width = shown.pixels.shape[:2]
    return Rendition(data, channel.formats[0], (width, height), shown.window, quality)


def cut(
    pixels: np.ndarray, dish: np.ndarray, channel: Channel, *, may_enlarge: bool = False
) -> Cut:
    """A picture cut around its dish and resized for a channel.

    Args:
        pixels: (height, width, 3) uint8 sRGB.
        dish: Where the dish is, (height, width) bool.
        channel: Whose rules it obeys.
        may_enlarge: Whether a small picture may be made larger, and so softer.

    Raises:
        NoRendition: the dish does not fit the channel's shape, or the picture is too small.
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
    return Cut(np.asarray(resized), window)


def check_size(channel: Channel, size: Size) -> None:
    """Whether a picture of a size is large enough for a channel, wherever its dish is.

    Cheaper than looking for the dish.

    Raises:
        NoRendition: as `cut`.
    """
    _size(channel, largest_window(size, channel.ratio or size), may_enlarge=False)


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


def encoded(
    pixels: np.ndarray, channel: Channel, *, xmp: bytes = b"", spare_bytes: int = 0
) -> tuple[bytes, int | None]:
    """The best quality that keeps the channel's limit of bytes.

    Args:
        pixels: (height, width, 3) uint8 sRGB.
        channel: Whose format and limit it obeys.
        xmp: A packet to write into the file; empty = none.
        spare_bytes: What will be added to the file later.

    Returns:
        The file, and its quality; None = lossless.

    Raises:
        NoRendition: the file would be too large.
    """
    picture, file_format = Image.fromarray(pixels), channel.formats[0]
    limit = (channel.max_bytes or sys.maxsize) - spare_bytes
    if file_format == "PNG":
        return _within(limit, _file(picture, file_format, None, xmp), channel), None
    data = _file(picture, file_format, BEST_QUALITY, xmp)
    if len(data) <= limit:
        return data, BEST_QUALITY
    quality = (
        LEAST_QUALITY
        - 1
        + bisect_right(
            range(LEAST_QUALITY, BEST_QUALITY),
            limit,
            key=lambda quality: len(_file(picture, file_format, quality, xmp)),
        )
    )
    quality = max(quality, LEAST_QUALITY)
    return _within(limit, _file(picture, file_format, quality, xmp), channel), quality


def _within(limit: int, data: bytes, channel: Channel) -> bytes:
    if len(data) > limit:
        raise NoRendition(
            f"{channel.title} takes {limit / 1e6:g} MB at most; the smallest file that is good"
            f" enough has {len(data) / 1e6:.1f} MB"
        )
    return data


def _file(picture: Image.Image, file_format: Format, quality: int | None, xmp: bytes) -> bytes:
    buffer = io.BytesIO()
    options: dict[str, Any] = {} if quality is None else {"quality": quality}
    if xmp and file_format == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", xmp.decode())
    elif xmp:
        options["xmp"] = xmp
    picture.save(buffer, file_format, **options)
    return buffer.getvalue()
