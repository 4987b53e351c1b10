"""What pictures are compared by: a fingerprint and an embedding of each.

Belongs here: which models make them, and their form in tables. Does not belong here: comparing
(`gpu_ops/picture_likeness.py`), and which pictures are compared (`menu_assets/look_alikes.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from gpu_ops.fingerprint import fingerprint, words_of
from gpu_ops.picture_likeness import Likenesses
from gpu_ops.tag_index import load_tagger, picture_directions
from resources.model_copies import OptionalModel, weights_hash

FINGERPRINTS = "phash-256"
"""Bump when `gpu_ops/fingerprint.py` gives the same picture another fingerprint."""

BATCH_SIZE = 64

LIKENESS_SCHEMA = pl.Schema({"fingerprint": pl.String(), "embedding": pl.List(pl.Float32())})


@dataclass(frozen=True)
class PictureLikeness:
    """Makes fingerprints, and embeddings by a CLIP or SigLIP.

    Always on the CPU: it looks at new pictures only, in a step that has no GPU.

    Attributes:
        shipped: The small CLIP.
        larger: Another one, which is used where it is installed.
    """

    shipped: Path
    larger: OptionalModel

    @cached_property
    def version(self) -> str:
        """Of fingerprints and weights: only likenesses of one version can be compared."""
        weights = self.larger.weights if self.larger.folder else weights_hash(self.shipped)
        return f"{FINGERPRINTS}-{weights}"

    def of(self, pictures: Sequence[np.ndarray]) -> pl.DataFrame:
        """A row of `LIKENESS_SCHEMA` for each picture, (height, width, 3) uint8 RGB."""
        model = load_tagger(self.larger.folder or self.shipped, "cpu")
        parts = [pl.DataFrame(schema=LIKENESS_SCHEMA)]
        for start in range(0, len(pictures), BATCH_SIZE):
            batch = pictures[start : start + BATCH_SIZE]
            columns = {
                "fingerprint": [fingerprint(picture) for picture in batch],
                "embedding": picture_directions(model, batch),
            }
            parts.append(pl.DataFrame(columns).cast(LIKENESS_SCHEMA))
        return pl.concat(parts)


def likenesses_of(frame: pl.DataFrame) -> Likenesses:
    """Rows of `LIKENESS_SCHEMA`, all of one version, as arrays."""
    directions = frame["embedding"].explode(empty_as_null=False).to_numpy()
    return Likenesses(
        words_of(frame["fingerprint"].to_list()), directions.reshape(frame.height, -1)
    )
