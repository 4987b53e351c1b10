"""How alike pictures are, by fingerprint and embedding: all pairs of not too many pictures.

Belongs here: measuring pairs. Does not belong here: pairs of equal fingerprints among millions
(`fingerprint.py`), making embeddings (`tag_index.py`), and which pairs are a fault
(`menu_assets/look_alikes.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gpu_ops.fingerprint import differing_bits, mirrored

BLOCK_PAIRS = 4_000_000
"""Pairs that are measured at once: 0.3 GB."""


@dataclass(frozen=True, eq=False)
class Likenesses:
    """What pictures are compared by.

    Attributes:
        words: Fingerprints, (pictures, 4) uint64: `fingerprint.words_of`.
        directions: Embeddings, (pictures, width) float32 of length 1; 0 = there is none.
    """

    words: np.ndarray
    directions: np.ndarray

    def __getitem__(self, numbers: np.ndarray) -> "Likenesses":
        """Some of the pictures."""
        return Likenesses(self.words[numbers], self.directions[numbers])


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of pictures, (pairs,) each.

    Attributes:
        one: Number of the one.
        other: Number of the other.
        bits: Differing bits of the fingerprints, the other mirrored if that is nearer; int16.
        cosine: Of the embeddings, float32.
    """

    one: np.ndarray
    other: np.ndarray
    bits: np.ndarray
    cosine: np.ndarray

    def renumbered(self, ones: np.ndarray, others: np.ndarray) -> "Pairs":
        """The same pairs, where pictures were taken from longer lists, by their numbers there."""
        return replace(self, one=ones[self.one], other=others[self.other])


def alike_pairs(
    ours: Likenesses,
    theirs: Likenesses,
    is_alike: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Pairs:
    """The pairs that are alike, of every picture with every other one.

    Args:
        ours: Some pictures.
        theirs: Other ones, or the same.
        is_alike: From differing bits and cosine, of one shape, to bool of that shape.
    """
    rows = max(1, BLOCK_PAIRS // max(1, len(theirs.words)))
    found: list[tuple[np.ndarray, ...]] = []
    for start in range(0, len(ours.words), rows):
        words = ours.words[start : start + rows, None]
        cosine = ours.directions[start : start + rows] @ theirs.directions.T
        bits = np.minimum(
            differing_bits(words, theirs.words[None]),
            differing_bits(words, mirrored(theirs.words)[None]),
        )
        one, other = np.nonzero(is_alike(bits, cosine))
        found.append((one + start, other, bits[one, other], cosine[one, other]))
    return Pairs(*(np.concatenate(column) for column in zip(*found, strict=True)))
