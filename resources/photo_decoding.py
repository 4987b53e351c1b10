"""From the bytes of a stranger's photo to pixels, without trusting them.

Belongs here: which formats are read, how large they may be, and what is wrong with a file. Does not
belong here: where the bytes come from (`vendor_photos.py`), and what a photo shows
(`food_finder.py`).
"""

import io
import warnings

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP")
"""What phones and browsers write. Fewer decoders, fewer holes."""

MAX_MEGAPIXELS = 50
"""Phones of the day take 12 to 50. Decoded, 50 megapixels are 150 MB; read from the header first,
so that a file of a few kB cannot ask for more."""

LONG_SIDE_PX = 2048
"""Twice the canvas of the largest model: what is cropped around a dish is still sharp."""

SHORT_SIDE_PX = 256
"""A quarter of that canvas: below it what is kept around the dish would be enlarged to a blur."""


class UnusablePhoto(ValueError):
    """A photo cannot be used.

    Attributes:
        reason_code: The rule that it breaks, e.g. `too_dark`.
        reason: What is wrong, in words for the vendor.
    """

    def __init__(self, reason_code: str, reason: str) -> None:
        super().__init__(reason)
        self.reason_code = reason_code
        self.reason = reason


def opened(data: bytes) -> Image.Image:
    """A picture whose header is read and whose pixels are not: what it is, and how large.

    Raises:
        UnusablePhoto: no picture, damaged, or too many pixels.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns above 89 megapixels, from the header; our limit is lower.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            photo = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        names = ", ".join(FORMATS)
        raise UnusablePhoto("not_a_picture", f"not a picture of a kind we read: {names}") from error
    except Image.DecompressionBombError as error:
        raise _too_many_pixels("more than 179") from error
    except Exception as error:  # damaged headers make Pillow raise nearly anything
        raise damaged(error) from error
    width, height = photo.size
    if width * height > MAX_MEGAPIXELS * 1e6:
        photo.close()
        raise _too_many_pixels(f"{width * height / 1e6:.0f}")
    return photo


def decoded(data: bytes, *, shortest_px: int = SHORT_SIDE_PX) -> np.ndarray:
    """The pixels of a photo, upright and of a size to work with, (height, width, 3) uint8 sRGB.

    Of an animation this is the first frame; what is transparent lies on white. A large JPEG is
    decoded at a fraction of its size, which costs a fraction of time and memory.

    Raises:
        UnusablePhoto: no picture, damaged, too many pixels, or a side shorter than `shortest_px`.
    """
    with opened(data) as photo:
        width, height = photo.size
        if min(width, height) < shortest_px:
            raise UnusablePhoto(
                "too_small",
                f"{width} x {height} px: the short side has to have {shortest_px} at least",
            )
        try:
            return _pixels(photo)
        except Exception as error:  # as above, and a file that is cut off
            raise damaged(error) from error


def _pixels(photo: Image.Image) -> np.ndarray:
    photo.draft("RGB", (LONG_SIDE_PX, LONG_SIDE_PX))
    upright = ImageOps.exif_transpose(photo)
    if upright.mode.startswith("I"):  # grey of 16 bits: Pillow would cut it off at 255
        upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
    if upright.has_transparency_data:
        over_white = Image.new("RGBA", upright.size, "white")
        over_white.alpha_composite(upright.convert("RGBA"))
        upright = over_white
    plain = upright.convert("RGB")
    plain.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX), Image.Resampling.LANCZOS)
    if photo.mode in ("RGB", "RGBA") and (profile := photo.info.get("icc_profile")):
        plain = _in_srgb(plain, profile)
    return np.array(plain)  # a copy: torch warns of pixels that cannot be written to


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The colours as sRGB has them: phones write Display P3, which looks pale without its profile.

    A profile that cannot be read is left out, as browsers do.
    """
    try:
        return ImageCms.profileToProfile(  # type: ignore[return-value]  # None only in place
            picture, io.BytesIO(profile), ImageCms.createProfile("sRGB")
        )
    except ImageCms.PyCMSError:
        return picture


def _too_many_pixels(megapixels: str) -> UnusablePhoto:
    return UnusablePhoto(
        "too_many_pixels", f"{megapixels} megapixels: at most {MAX_MEGAPIXELS} are read"
    )


def damaged(error: Exception) -> UnusablePhoto:
    """What is said of a file that Pillow stumbles over."""
    return UnusablePhoto("damaged", f"the file is damaged or cut off: {error}")
