"""The pictures that a model was trained on: what it may have learned by heart.

Belongs here: the file beside a model that tells them, writing and reading it. Does not belong here:
training, and what follows from a likeness (`menu_assets/look_alikes.py`).

Pictures themselves are not kept, only what they are compared by. Of public models nobody has the
pictures, so there is no file, and nothing is compared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
import polars as pl
from upath import UPath

from resources.picture_likeness import BATCH_SIZE, LIKENESS_SCHEMA, PictureLikeness
from resources.table_store import read_parquet, write_atomically

FILE = "training_pictures.parquet"

SCHEMA = pl.Schema({"picture": pl.String(), **LIKENESS_SCHEMA, "version": pl.String()})
"""Name of the picture, what it is compared by, and the version of that."""


def keep_training_pictures(
    folder: UPath, pictures: Iterable[tuple[str, np.ndarray]], likeness: PictureLikeness
) -> int:
    """Write the file of a model; whatever trains one on pictures calls this.

    Args:
        folder: The model's, below `GARNISH_MODELS`.
        pictures: Name and pixels, (height, width, 3) uint8 RGB, of each; opened as they are needed.
        likeness: What pictures are compared by.

    Returns:
        How many pictures there were.
    """
    parts, waiting = [pl.DataFrame(schema=SCHEMA)], iter(pictures)
    while batch := list(islice(waiting, BATCH_SIZE)):
        names, pixels = zip(*batch, strict=True)
        rows = likeness.of(pixels).with_columns(
            picture=pl.Series(names, dtype=pl.String), version=pl.lit(likeness.version)
        )
        parts.append(rows.select(SCHEMA.names()))
    frame = pl.concat(parts)
    write_atomically(folder / FILE, frame)
    return frame.height


@dataclass(frozen=True)
class TrainingPictures:
    """The files of all models.

    Attributes:
        folders: The folder of each model.
    """

    folders: Mapping[str, UPath]

    def of(self, model_id: str) -> pl.DataFrame | None:
        """Rows of `SCHEMA`; None = nobody knows what the model was trained on.

        Raises:
            ValueError: the file is not one that `keep_training_pictures` wrote.
        """
        folder = self.folders.get(model_id)
        if folder is None or not (folder / FILE).exists():
            return None
        frame = read_parquet(folder / FILE)
        if frame.schema != SCHEMA:
            raise ValueError(f"{folder / FILE} has the columns {frame.schema}, not {SCHEMA}")
        return frame
