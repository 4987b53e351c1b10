"""Photos that vendors name in their menus, from wherever they lie.

Belongs here: what an address may be, how it is reached, and whether the file behind it is another
one by now. Does not belong here: pixels (`photo_decoding.py`), and what a photo shows
(`food_finder.py`).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar
from urllib.parse import unquote

import numpy as np
from upath import UPath

from resources.file_fingerprint import fingerprint
from resources.photo_decoding import UnusablePhoto, decoded
from resources.public_web import NotFetched, fetch
from resources.short_hash import short_hash

MAX_BYTES = 30_000_000
"""A 50-megapixel JPEG of a phone has 10 to 25 MB."""

FETCH_SECONDS = 20.0
"""For one photo from the web: 30 MB at 12 Mbit/s."""

AT_ONCE = 16
"""Files asked for at the same time: waiting for stores and servers costs no processor."""

Argument = TypeVar("Argument")
Result = TypeVar("Result")

PASSING = frozenset({"unreachable"})
"""Reasons that may be gone tomorrow: such photos are asked for again."""


@dataclass(frozen=True)
class VendorPhotos:
    """Photos by the address that the menu gives.

    An address is a file name below the photo folder, a public https address, or an address (any
    fsspec store, or plain http) below one of the trusted sources. Nothing else is read: vendors
    write addresses, and this process may read more than vendors may.

    Attributes:
        folder: Where file names without an address are looked up.
        sources: Beginnings of addresses that are read with our own rights, e.g.
            `s3://vendor-photos/`.
    """

    folder: UPath
    sources: tuple[str, ...] = ()

    def read(self, address: str) -> np.ndarray:
        """A photo, upright, (height, width, 3) uint8 RGB, at most 2048 px long.

        Raises:
            UnusablePhoto: the address is refused, there is no file, or it is no usable picture.
        """
        return decoded(self._bytes(address))

    def read_all(self, addresses: Sequence[str]) -> list[np.ndarray | UnusablePhoto]:
        """Each photo, or why there is none; as `read`, all of them fetched at the same time."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            files = list(pool.map(lambda address: _tried(self._bytes, address), addresses))
        # One after the other: decoding costs memory, and Pillow's warnings are per process.
        return [
            file if isinstance(file, UnusablePhoto) else _tried(decoded, file) for file in files
        ]

    def fingerprints(self, addresses: Sequence[str], updated: Sequence[str]) -> list[str]:
        """For each address 16 hex digits, others when another file lies there.

        A file in a store is asked for its size and time. A web server is not asked: there a photo
        is taken for another one when its row on the menu changed.

        Args:
            addresses: As the menus give them.
            updated: What stands for the state of the row, for each address.
        """

        def one(place: tuple[str, str]) -> str:
            address, row_state = place
            if self._is_web(address):
                return short_hash(f"{address}\x1f{row_state}")
            try:
                return fingerprint([self._path(address)])
            except (UnusablePhoto, OSError, ValueError):  # seen, with its reason, when it is read
                return short_hash(f"nothing at {address}")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(one, zip(addresses, updated, strict=True)))

    def folder_fingerprint(self) -> str:
        """16 hex digits that change with any file of the folder."""
        files = self.folder.rglob("*") if self.folder.exists() else []
        return fingerprint(sorted((file for file in files if file.is_file()), key=str))

    def _bytes(self, address: str) -> bytes:
        if self._is_web(address):
            try:
                return fetch(
                    address, trusted=self._is_trusted, max_bytes=MAX_BYTES, seconds=FETCH_SECONDS
                )
            except NotFetched as error:
                raise UnusablePhoto(error.code, str(error)) from error
        path = self._path(address)
        try:
            with path.open("rb") as file:
                data: bytes = file.read(MAX_BYTES + 1)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise UnusablePhoto("not_found", f"there is no file {address}: land it") from error
        except ValueError as error:  # e.g. a null byte
            raise UnusablePhoto("refused_address", f"{address!r} is no file name") from error
        except OSError as error:
            raise UnusablePhoto("unreachable", f"{address} cannot be read: {error}") from error
        if len(data) > MAX_BYTES:
            raise UnusablePhoto("file_too_large", f"more than {MAX_BYTES / 1e6:.0f} MB: {address}")
        return data

    def _path(self, address: str) -> UPath:
        """Where a file of a store is.

        Raises:
            UnusablePhoto: it is not in the folder, nor in a trusted source.
        """
        if self._is_trusted(address):
            return UPath(address)
        parts = PurePosixPath(address.replace("\\", "/")).parts
        if parts and parts[0] != "/" and ".." not in parts and ":" not in parts[0]:
            return self.folder.joinpath(*parts)
        raise UnusablePhoto(
            "refused_address",
            f"{address} is neither a file in the photo folder, nor a public https address, nor in "
            "a trusted source (GARNISH_PHOTO_SOURCES)",
        )

    def _is_web(self, address: str) -> bool:
        return address.lower().startswith(("https://", "http://"))

    def _is_trusted(self, address: str) -> bool:
        if ".." in unquote(address):  # servers and stores may resolve it
            return False
        return any(address.startswith(source.rstrip("/") + "/") for source in self.sources)


def _tried(function: Callable[[Argument], Result], argument: Argument) -> Result | UnusablePhoto:
    try:
        return function(argument)
    except UnusablePhoto as unusable:
        return unusable
