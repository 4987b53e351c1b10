"""The gallery's own copies of pictures, so that its folder can be opened or sent anywhere.

Belongs here: copying what is not there yet. Does not belong here: which pictures are shown.
"""

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from upath import UPath

from resources.atomic_files import replacing
from resources.picture_store import DamagedPicture, PictureStore

logger = logging.getLogger("garnish.gallery")

COPYING_THREADS = 8


def copy_pictures(pictures: PictureStore, image_hashes: Iterable[str], folder: Path) -> set[str]:
    """Copy the pictures that are not in the folder yet.

    Returns:
        The hashes whose picture is there now; a damaged one is logged and left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there = {path.stem for path in folder.glob("*.webp")}
    missing = sorted(set(image_hashes) - there)

    def copy(image_hash: str) -> str | None:
        try:
            data = pictures.read_bytes(image_hash)
        except DamagedPicture as error:
            logger.warning("the gallery shows a note instead of a picture: %s", error)
            return None
        with replacing(UPath(folder / f"{image_hash}.webp")) as beside:
            beside.write_bytes(data)
        return image_hash

    with ThreadPoolExecutor(COPYING_THREADS) as pool:
        return there | {copied for copied in pool.map(copy, missing) if copied}
