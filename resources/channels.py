"""What the channels that show pictures ask of them, from a data file.

Belongs here: the schema of `channels.toml`. Does not belong here: whether a picture obeys
(`resources/checks/channel_fit.py`), and making one that does (`renditions.py`).
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import PositiveInt, ValidationError, model_validator

from resources.data_file import Entry, faults_in_words

CHANNELS_FILE = Path(__file__).with_name("channels.toml")

Format = Literal["JPEG", "PNG", "WEBP"]
Size = tuple[PositiveInt, PositiveInt]
"""Width and height: pixels, or the parts of a ratio."""


class ChannelError(ValueError):
    """A channel is unknown, or the data file does not obey its schema."""


class Crop(Entry):
    """A shape in which a channel shows the middle of a picture, the largest that fits."""

    name: str
    ratio: Size


class Source(Entry):
    """Where a rule was read, so that it can be read again."""

    what: str
    source: str
    kind: Literal["primary", "secondary", "own"]
    date: date


class Channel(Entry):
    """A channel's rules; None or empty = none is known.

    Attributes:
        title: As people call it.
        size_px: The size that is asked for.
        min_px: The smallest size that is taken.
        max_px: The largest.
        ratio: Of the file.
        formats: As Pillow names them, the one that we send first.
        max_bytes: Size of the file.
        crops: Shapes in which parts of the file are shown.
        cameras: Angles that are taken, in degrees; 90 is from above.
        no_people: They may not be in the picture. As `no_animals`, `no_text`.
        one_dish: There has to be one dish only.
        sources: Where the rules were read.
        conflicts: What is not certain about them.
    """

    title: str
    size_px: Size | None = None
    min_px: Size | None = None
    max_px: Size | None = None
    ratio: Size | None = None
    formats: tuple[Format, ...]
    max_bytes: PositiveInt | None = None
    crops: tuple[Crop, ...] = ()
    cameras: tuple[Literal[0, 45, 90], ...] = ()
    no_people: bool = False
    no_animals: bool = False
    no_text: bool = False
    one_dish: bool = False
    sources: tuple[Source, ...]
    conflicts: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.formats or not self.sources:
            raise ValueError("a channel takes a format, and its rules have a source")
        if self.size_px and (self.min_px or self.max_px):
            raise ValueError("size_px leaves no room for min_px or max_px")
        if self.size_px and not (self.ratio and is_ratio(self.size_px, self.ratio)):
            raise ValueError("size_px needs its ratio")
        return self


RATIO_TOLERANCE = 0.01
"""Rule 2."""


def is_ratio(size: Size, ratio: Size) -> bool:
    """Whether a size is of a ratio, to 1 %, which whole pixels may miss."""
    return abs(size[0] / size[1] / (ratio[0] / ratio[1]) - 1) <= RATIO_TOLERANCE


def load_channels(path: Path = CHANNELS_FILE) -> dict[str, Channel]:
    """The channels by name.

    Raises:
        ChannelError: the file is no TOML, or an entry does not obey the schema.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ChannelError(f"{path}: {error}") from error
    return {name: _channel(path, name, fields) for name, fields in tables.items()}


def channel_named(name: str, channels: dict[str, Channel]) -> Channel:
    """A channel.

    Raises:
        ChannelError: there is none of that name.
    """
    if name not in channels:
        raise ChannelError(f"no channel is called {name!r}: use one of {', '.join(channels)}")
    return channels[name]


def _channel(path: Path, name: str, fields: object) -> Channel:
    try:
        return Channel.model_validate(fields)
    except ValidationError as error:
        raise ChannelError(f"{path}: {name}: {faults_in_words(error, whole='rules')}") from error
