"""Files as strangers send them: unusual but readable, and unreadable.

Belongs here: bytes. Does not belong here: what the picture shows.
"""

import io
import struct
import zlib
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image


def _encoded(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def transparent(picture: np.ndarray) -> bytes:
    """A PNG whose rim is transparent."""
    alpha = np.full(picture.shape[:2], 255, np.uint8)
    rim = picture.shape[0] // 20
    alpha[:rim], alpha[-rim:], alpha[:, :rim], alpha[:, -rim:] = 0, 0, 0, 0
    return _encoded(Image.fromarray(np.dstack([picture, alpha])), "PNG")


def cmyk(picture: np.ndarray) -> bytes:
    """A JPEG for printers."""
    return _encoded(Image.fromarray(picture).convert("CMYK"), "JPEG", quality=92)


def sixteen_bit(picture: np.ndarray) -> bytes:
    """A PNG with 16 bits per channel."""
    deep = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR).astype(np.uint16) * 257
    return cv2.imencode(".png", deep)[1].tobytes()


def exif_rotated(picture: np.ndarray) -> bytes:
    """A JPEG that lies on its side, and whose EXIF says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = Image.fromarray(np.ascontiguousarray(np.rot90(picture)))
    return _encoded(lying, "JPEG", quality=92, exif=exif)


def animated(picture: np.ndarray) -> bytes:
    """A GIF of two frames."""
    frames = [Image.fromarray(picture), Image.fromarray(255 - picture)]
    return _encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=200)


def truncated(picture: np.ndarray) -> bytes:
    """A JPEG whose second half is gone."""
    data = _encoded(Image.fromarray(picture), "JPEG", quality=92)
    return data[: len(data) // 2]


def one_pixel(picture: np.ndarray) -> bytes:
    """A PNG of 1 x 1 px."""
    return _encoded(Image.fromarray(picture[:1, :1]), "PNG")


def bomb(picture: np.ndarray) -> bytes:
    """A PNG of 100 bytes whose header says 100 megapixels."""
    header = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(64))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def no_picture(picture: np.ndarray) -> bytes:
    """A page of HTML, as an image host answers that wants a login."""
    return b"<!doctype html><title>Log in</title>" + bytes(picture[0, 0])


READABLE: tuple[Callable[[np.ndarray], bytes], ...] = (
    transparent,
    cmyk,
    sixteen_bit,
    exif_rotated,
    animated,
)
UNREADABLE: tuple[Callable[[np.ndarray], bytes], ...] = (truncated, one_pixel, bomb, no_picture)
