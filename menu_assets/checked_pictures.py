"""Any pictures, looked at by all checks: files of vendors, of agencies, of other generators.

Belongs here: which files are meant, reading them, and looking at them in batches. Does not belong
here: checks (`resources/checks/`), what to do with a picture (`picture_advice.py`), and how it is
told (`check_command.py`, `picture_report.py`).
"""

import glob
import io
import re
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from gpu_ops.light_and_colour import relit
from menu_assets.picture_advice import (
    MENDED_BY_LIGHT,
    Advice,
    Fault,
    advice_on,
    mending_stops,
)
from resources.channels import Channel
from resources.checks.channel_fit import channel_findings
from resources.checks.check import Dish, Picture
from resources.checks.file import FILE_READABLE, FileFacts, OpenedFile, open_file
from resources.checks.finding import Finding
from resources.checks.quality import QualityScores
from resources.picture_checks import PictureChecks
from resources.picture_marks import Mark, marks_of
from resources.renditions import NoRendition, Rendition, render

PICTURE_SUFFIXES = frozenset(
    {
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".avif",
        ".gif",
        ".bmp",
        ".tif",
        ".tiff",
        ".heic",
        ".heif",
        ".jp2",
        ".svg",
    }
)
"""What a folder is searched for. Some are formats that no check reads: they are told as unreadable
instead of being passed over."""

CAMERA_WORDS = frozenset(
    {"img", "image", "photo", "picture", "dsc", "dscn", "dscf", "pxl", "screenshot", "untitled"}
)
"""What cameras, phones and programs call a file that nobody named."""

SHORTEST_SUBJECT = 3
"""Bytes of UTF-8: "tea" and "餃子" are dishes, "de" is a country."""

DECODING_THREADS = 4
"""Decoders let other threads work; more of them than cores only cost memory."""

PREVIEW_PX = 720
"""Long side of a preview: sharp in a report, about 40 kB."""


@dataclass(frozen=True, eq=False)
class CheckedPicture:
    """What was found out about a file.

    Attributes:
        path: As it was named, or found in a folder.
        dish: What the picture should show.
        is_subject_from_name: Whether the dish's name was read from the file's.
        facts: What the file is; None if not even its header can be read.
        findings: Of all checks; of an unreadable file only `file_readable`.
        scores: None for an unreadable file.
        advice: What to do.
        preview: A small WebP; None for an unreadable file, or if none was asked for.
    """

    path: Path
    dish: Dish
    is_subject_from_name: bool
    facts: FileFacts | None
    findings: Sequence[Finding]
    scores: QualityScores | None
    advice: Advice
    preview: bytes | None = None

    @property
    def marks(self) -> list[Mark]:
        """Faults and open questions where they are, and the crop that mends the picture."""
        crop = self.advice.crop
        return marks_of(self.findings) + ([Mark(crop, "crop to this", "crop")] if crop else [])


def picture_files(arguments: Sequence[str]) -> list[Path]:
    """The files that are meant by paths of files and folders, and by patterns, each once.

    Folders are searched with all that is in them, hidden files aside. What does not exist, and a
    folder without pictures, stays in the list: it is told with the others.
    """
    found: dict[Path, None] = {}
    for argument in arguments:
        path = Path(argument)
        named = [path] if path.exists() else [Path(name) for name in _matches(argument)] or [path]
        for one in named:
            found.update(dict.fromkeys(_in_folder(one) if one.is_dir() else [one]))
    return list(found)


def _matches(pattern: str) -> list[str]:
    return sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 (a pattern has any root)


def _in_folder(folder: Path) -> list[Path]:
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.casefold() in PICTURE_SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    )
    return files or [folder]


def subject_from_name(path: Path) -> str:
    """The dish that a file is named for: "12_lentil-soup.jpg" -> "lentil soup".

    "" if it is named for none: "IMG_1234.jpg", "de-0012.jpg". Words with digits are numbers of
    menus, and hashes.
    """
    words = [
        word
        for word in re.split(r"[\s\-_.,+()\[\]]+", path.stem)
        if word and not any(letter.isdigit() for letter in word)
    ]
    subject = " ".join(words)
    is_camera = bool(words) and words[0].casefold() in CAMERA_WORDS
    return "" if is_camera or len(subject.encode()) < SHORTEST_SUBJECT else subject


def check_pictures(
    files: Sequence[Path],
    checks: PictureChecks,
    dish: Dish,
    channel: Channel | None = None,
    *,
    previews: bool = False,
) -> Iterator[CheckedPicture]:
    """Look at files, in batches; one that cannot be read is told as such, and the rest go on.

    Args:
        files: Of `picture_files`.
        checks: What looks.
        dish: What all pictures should show; a subject "" = what each file is named for.
        channel: Where the files are to be shown as they are; None = anywhere.
        previews: Whether to keep a small copy of each picture.
    """
    with warnings.catch_warnings(), ThreadPoolExecutor(DECODING_THREADS) as pool:
        # The filters of warnings are one for all threads: what each decoder sets for itself is
        # undone here.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        for start in range(0, len(files), checks.batch_size):
            batch = files[start : start + checks.batch_size]
            yield from _look(batch, list(pool.map(_open, batch)), checks, dish, channel, previews)


def _open(path: Path) -> OpenedFile:
    try:
        return open_file(path.read_bytes())
    except FileNotFoundError:
        reason = "there is no such file or folder"
    except IsADirectoryError:
        reason = "there is no picture in this folder"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    return OpenedFile(Finding(FILE_READABLE, "veto", None, reason), None, None)


def _look(
    files: Sequence[Path],
    opened: Sequence[OpenedFile],
    checks: PictureChecks,
    dish: Dish,
    channel: Channel | None,
    previews: bool,
) -> Iterator[CheckedPicture]:
    dishes = [replace(dish, subject=dish.subject or subject_from_name(path)) for path in files]
    pictures = [
        Picture(file.pixels, shown)
        for file, shown in zip(opened, dishes, strict=True)
        if file.pixels is not None
    ]
    looked_at = zip(pictures, checks.safety(pictures), checks.quality(pictures), strict=True)
    for path, file, shown in zip(files, opened, dishes, strict=True):
        told = partial(CheckedPicture, path, shown, not dish.subject, file.facts)
        if file.pixels is None or file.facts is None:
            fault = Fault(file.finding.reason or FILE_READABLE, remedy=None)
            yield told([file.finding], None, Advice("unreadable", (fault,)))
            continue
        picture, findings, scores = next(looked_at)
        if channel:
            findings = [*findings, *channel_findings(channel, file.facts, picture)]
        size, rendition = (file.facts.width, file.facts.height), _rendition(picture, channel)
        yield told(
            [file.finding, *findings],
            scores,
            advice_on(
                picture,
                findings,
                scores,
                size,
                rendition,
                _dish_in_good_light(picture, findings, scores, checks),
            ),
            _preview(picture.pixels) if previews else None,
        )


def _dish_in_good_light(
    picture: Picture, findings: Sequence[Finding], scores: QualityScores, checks: PictureChecks
) -> Finding | None:
    """What is said of the dish once the light is mended; None = there is nothing to ask again."""
    stops = mending_stops(picture.light, scores)
    vetoed = {finding.check_name for finding in findings if finding.verdict == "veto"}
    if stops is None or MENDED_BY_LIGHT not in vetoed:
        return None
    ((finding,),) = checks.content.look([Picture(relit(picture.pixels, stops), picture.dish)])
    return finding


def _rendition(picture: Picture, channel: Channel | None) -> Rendition | NoRendition | None:
    if channel is None or picture.layout is None:
        return None
    try:
        return render(picture.pixels, picture.layout.mask, channel)
    except NoRendition as none:
        return none


def _preview(pixels: np.ndarray) -> bytes:
    small = Image.fromarray(pixels)
    small.thumbnail((PREVIEW_PX, PREVIEW_PX), Image.Resampling.LANCZOS)
    encoded = io.BytesIO()
    small.save(encoded, "WEBP", quality=78)
    return encoded.getvalue()
