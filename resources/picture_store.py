"""Pictures as files under the hash of their bytes, on any fsspec store.

Belongs here: encoding, decoding, atomic writes, and finding what is damaged or gone. Tables hold
the hash. Does not belong here: what a picture shows, and published copies (`publication_folder`).
"""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError
from upath import UPath

from resources.atomic_files import replacing

WEBP_QUALITY = 90


class DamagedPicture(ValueError):
    """The file is gone, or its bytes are not those of its hash, or they are no picture."""


@dataclass(frozen=True)
class StoredPicture:
    """Where a picture is: SHA-256 of its bytes (hex), and how many bytes there should be."""

    image_hash: str
    image_bytes: int


def encode_webp(picture: np.ndarray, *, lossless: bool = False) -> bytes:
    """A picture, (height, width, 3) uint8 RGB, as WebP. The same pixels give the same bytes.

    Args:
        picture: The pixels.
        lossless: Every pixel comes back as it is: for masks, where 0 has to stay 0.
    """
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "WEBP", quality=WEBP_QUALITY, method=4, lossless=lossless)
    return buffer.getvalue()


def decode(data: bytes) -> np.ndarray:
    """The pixels of an encoded picture, (height, width, 3) uint8 RGB.

    Raises:
        DamagedPicture: the bytes are not a picture that Pillow reads.
    """
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return np.array(picture.convert("RGB"))  # a copy of its own: models want to write
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise DamagedPicture(f"not a readable picture: {error}") from error


@dataclass(frozen=True)
class PictureStore:
    """The folder of pictures: `<root>/<2 hex digits>/<hash>.webp`."""

    root: UPath

    def path(self, image_hash: str) -> UPath:
        """Where the picture of a hash is."""
        return self.root / image_hash[:2] / f"{image_hash}.webp"

    def put(self, picture: np.ndarray, *, lossless: bool = False) -> StoredPicture:
        """Encode and keep a picture, as `encode_webp`; keeping it again changes nothing."""
        data = encode_webp(picture, lossless=lossless)
        stored = StoredPicture(hashlib.sha256(data).hexdigest(), len(data))
        if self._damage(stored) is None:
            return stored
        with replacing(self.path(stored.image_hash)) as beside:
            beside.write_bytes(data)
        return stored

    def read_bytes(self, image_hash: str) -> bytes:
        """The file of a hash.

        Raises:
            DamagedPicture: it is gone or altered. An altered file is moved aside, so that the next
                materialization sees that it is gone and makes the picture again.
        """
        path = self.path(image_hash)
        if not path.exists():
            raise DamagedPicture(f"picture {image_hash} is not at {path}")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != image_hash:
            path.fs.mv(path.path, path.with_suffix(".damaged").path)
            raise DamagedPicture(f"picture {image_hash} was altered: moved aside as .damaged")
        return data

    def read(self, image_hash: str) -> np.ndarray:
        """The pixels of a hash, (height, width, 3) uint8 RGB; errors as `read_bytes`."""
        return decode(self.read_bytes(image_hash))

    def damaged(self, pictures: Iterable[StoredPicture]) -> set[str]:
        """The hashes whose file is gone or of the wrong length: cheap, no file is opened."""
        return {p.image_hash for p in pictures if self._damage(p) is not None}

    def _damage(self, stored: StoredPicture) -> str | None:
        path = self.path(stored.image_hash)
        if not path.exists():
            return "gone"
        return None if path.stat().st_size == stored.image_bytes else "truncated"
