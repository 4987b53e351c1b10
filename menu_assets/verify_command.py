"""`garnish verify`: what a file says of itself, whether that is true, and which row it belongs to.

Belongs here: looking at files, words, exit codes. Does not belong here: how credentials and marks
are read (`resources/content_credentials.py`, `gpu_ops/watermark.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gpu_ops.watermark import read_watermark
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.publication import PUBLISHED_FILES
from resources.content_credentials import ContentCredentials, Credentials, State
from resources.environment import environment, resources_for
from resources.photo_decoding import UnusablePhoto, opened
from resources.picture_store import DamagedPicture, decode
from resources.publisher import watermark_id_of
from resources.table_store import TableStore

EPILOG = (
    "Exit codes: 0, all files have credentials that are valid and a watermark that says the same;"
    " 1, a file was altered, or its credentials and its watermark contradict each other; 2, none of"
    " that, but something is missing or cannot be read: the credentials, the watermark, the file."
)

STATES: dict[State, str] = {
    "trusted": "[green]trusted[/]: whole, and signed by a certificate of our own issuer",
    "unknown issuer": "[yellow]valid[/]: whole, but signed by an issuer that is not known here",
    "expired": "[yellow]expired[/]: whole, but its certificate is past and the time not stamped",
    "altered": "[bold red]altered[/]: the file is not what was signed",
    "none": "[yellow]none[/]: they were never there, or saving the picture again took them out",
}


@dataclass(frozen=True)
class Verified:
    """What was found in a file.

    Attributes:
        path: The file.
        fault: Why it could not be read; None = it could.
        credentials: What it says of itself.
        watermark_id: The id in its pixels, 12 hex digits; None if none can be read.
        place: Where the id leads, in words.
    """

    path: Path
    fault: str | None
    credentials: Credentials
    watermark_id: str | None = None
    place: str = "no picture of this installation has this id"

    @property
    def is_contradicted(self) -> bool:
        """The signed statement speaks of another picture than the pixels do."""
        said = self.credentials.watermark_id
        return bool(said and self.watermark_id and said != self.watermark_id)

    @property
    def exit_code(self) -> int:
        """As in `EPILOG`."""
        if self.credentials.state == "altered" or self.is_contradicted:
            return 1
        is_valid = self.credentials.state in ("trusted", "unknown issuer")
        return 0 if is_valid and self.watermark_id else 2


@dataclass(frozen=True)
class PublishedIds:
    """Finds the picture that an id in pixels belongs to, published or not any more.

    Attributes:
        tables: Where pictures are listed.
        channels: Names of the channels that files are made for.
    """

    tables: TableStore
    channels: tuple[str, ...]

    def place(self, watermark_id: str) -> str | None:
        """Where an id leads, in words; None if nowhere."""
        published = self.tables.read_all(PUBLISHED_FILES)
        for row in published.filter(pl.col("watermark_id") == watermark_id).iter_rows(named=True):
            return f"{row['channel']} of {row['country']} {row['product_id']}: {row['file']}"
        made = self.tables.read_all(CANDIDATE_IMAGES).filter(pl.col("image_hash").is_not_null())
        columns = made.select("country", "product_id", "image_hash", "candidate_id")
        for country, product_id, image_hash, candidate_id in columns.iter_rows():
            for channel in self.channels:
                if watermark_id_of(country, product_id, image_hash, channel) == watermark_id:
                    return f"withdrawn: {channel} of {country} {product_id}, {candidate_id}"
        return None


def verify(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Pictures' files.")],
) -> None:
    """Say whether files are what they claim to be, and which dish they were published for."""
    resources = resources_for(environment())
    ids = PublishedIds(resources.tables, tuple(resources.publisher.all_channels))
    verified = [verified_file(path, resources.publisher.credentials, ids) for path in paths]
    console = Console()
    for one in verified:
        console.print(described(one))
    raise typer.Exit(worst(verified))


def verified_file(path: Path, credentials: ContentCredentials, ids: PublishedIds) -> Verified:
    """Look at a file."""
    try:
        data = path.read_bytes()
        with opened(data):  # too large for memory is said before it is decoded
            pixels = decode(data)
    except (OSError, UnusablePhoto, DamagedPicture) as error:
        return Verified(path, str(error), Credentials("none"))
    said, mark = credentials.read(data), read_watermark(pixels)
    if mark is None:
        return Verified(path, None, said)
    watermark_id = f"{mark.watermark_id:012x}"
    return Verified(path, None, said, watermark_id, ids.place(watermark_id) or Verified.place)


def worst(verified: Sequence[Verified]) -> int:
    """The exit code of all files."""
    codes = {one.exit_code for one in verified}
    return 1 if 1 in codes else max(codes, default=0)


def described(one: Verified) -> Table:
    """A few lines in words; 80 columns are enough."""
    table = Table.grid(padding=(0, 2), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(f"[bold]{escape(one.path.name)}[/]", "")
    for name, words in _lines(one):
        table.add_row(f"  {name}", words)
    table.add_row("", "")
    return table


def _lines(one: Verified) -> list[tuple[str, str]]:
    if one.fault:
        return [("unreadable", f"[red]{escape(one.fault)}[/]")]
    said = one.credentials
    lines = [("credentials", STATES[said.state])]
    if said.state == "altered":
        lines += [("", escape(problem)) for problem in said.problems]
    if said.signer:
        lines.append(("signed by", escape(said.signer)))
    if said.source_type:
        lines.append(("source type", escape(said.source_type)))
    lines += [(escape(key), escape(str(value))) for key, value in (said.lineage or {}).items()]
    if one.watermark_id is None:
        lines.append(("watermark", "[yellow]none[/] can be read: there is none, or it was cropped"))
    elif one.is_contradicted:
        lines.append(
            (
                "watermark",
                f"[bold red]{one.watermark_id}[/], the credentials say {said.watermark_id}",
            )
        )
    else:
        lines.append(("watermark", one.watermark_id))
    if one.watermark_id:
        lines.append(("published as", escape(one.place)))
    return lines
