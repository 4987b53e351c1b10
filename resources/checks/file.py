"""Whether a file from outside is a picture that can be looked at, and what kind of file it is.

Belongs here: from bytes to a picture, or to the finding that it is unreadable (rules 1 to 3, as far
as they hold everywhere). Does not belong here: decoding (`resources/photo_decoding.py`), and what a
channel asks of a file (`resources/checks/channel_fit.py`).
"""

from dataclasses import asdict, dataclass
from io import BytesIO

import numpy as np
from PIL import ExifTags, Image, ImageCms

from resources.checks.finding import Finding
from resources.photo_decoding import UnusablePhoto, damaged, decoded, opened

FILE_READABLE = "file_readable"

TURNED = (5, 6, 7, 8)
"""Orientations in EXIF that swap width and height."""

SHORTEST_PX = 64
"""Below it no check sees a dish: half of what the small model family draws. Start value."""


@dataclass(frozen=True)
class FileFacts:
    """What a picture's file is, before anything is decoded.

    Attributes:
        format: As Pillow names it, e.g. "JPEG".
        width: Of the file, in pixels, as it is to be seen (upright).
        height: As `width`.
        mode: As Pillow names it: "RGB", "CMYK", "I;16" ...
        bytes: Size of the file.
        has_alpha: Whether something in it may be transparent.
        is_animated: Whether it has more than one frame; only the first is looked at.
        colour_profile: What its ICC profile calls itself; None = none, which means sRGB.
    """

    format: str
    width: int
    height: int
    mode: str
    bytes: int
    has_alpha: bool
    is_animated: bool
    colour_profile: str | None


@dataclass(frozen=True, eq=False)
class OpenedFile:
    """A file that was looked into.

    Attributes:
        finding: `file_readable`: pass, or veto with the reason; the facts are its evidence.
        facts: None if not even the header can be read.
        pixels: (height, width, 3) uint8 sRGB, upright, at most 2048 px long; None if unreadable.
    """

    finding: Finding
    facts: FileFacts | None
    pixels: np.ndarray | None


def open_file(data: bytes) -> OpenedFile:
    """Look into a file. Whatever is wrong with it is in the finding: nothing is raised."""
    facts = None
    try:
        facts = facts_of(data)
        pixels = decoded(data, shortest_px=SHORTEST_PX)
    except UnusablePhoto as unusable:
        reason = f"unreadable: {unusable.reason}"
        evidence = {"reason_code": unusable.reason_code, **(asdict(facts) if facts else {})}
        return OpenedFile(Finding(FILE_READABLE, "veto", None, reason, evidence), facts, None)
    return OpenedFile(Finding(FILE_READABLE, "pass", None, None, asdict(facts)), facts, pixels)


def facts_of(data: bytes) -> FileFacts:
    """What a file says of itself in its header.

    Raises:
        UnusablePhoto: it is no picture, damaged, or too large.
    """
    with opened(data) as photo:
        try:
            width, height = photo.size
            if photo.getexif().get(ExifTags.Base.Orientation) in TURNED:
                width, height = height, width
            return FileFacts(
                format=photo.format or "",
                width=width,
                height=height,
                mode=photo.mode,
                bytes=len(data),
                has_alpha=photo.has_transparency_data,
                is_animated=getattr(photo, "is_animated", False),
                colour_profile=_profile_name(photo),
            )
        except Exception as error:  # as in `opened`: Pillow raises nearly anything
            raise damaged(error) from error


def _profile_name(photo: Image.Image) -> str | None:
    profile = photo.info.get("icc_profile")
    if not profile:
        return None
    try:
        return ImageCms.getProfileDescription(BytesIO(profile)).strip()
    except ImageCms.PyCMSError:
        return "unreadable"
