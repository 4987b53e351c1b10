"""Fingerprints of pictures: near-duplicates have nearly the same one.

Belongs here: making fingerprints, and finding those that are near each other among very many. Does
not belong here: fingerprints and embeddings together (`picture_likeness.py`), and which
near-duplicates are a fault (`menu_assets/look_alikes.py`).
"""

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

SIDE_BITS = 16
"""256 bits: with imagehash's usual 64, different dishes of one kind come as near as copies do."""

BITS = SIDE_BITS * SIDE_BITS


def fingerprint(picture: np.ndarray) -> str:
    """The perceptual hash of a picture, (height, width, 3) uint8 RGB: 64 hex digits.

    From the lowest 16 x 16 frequencies of its lightness: size, compression and light hardly matter.
    """
    from imagehash import phash

    return str(phash(Image.fromarray(picture), hash_size=SIDE_BITS))


def words_of(fingerprints: Sequence[str]) -> np.ndarray:
    """The bits of fingerprints, (fingerprints, 4) uint64."""
    words = np.frombuffer(bytes.fromhex("".join(fingerprints)), dtype=">u8")
    return words.astype(np.uint64).reshape(-1, BITS // 64)


def mirrored(words: np.ndarray) -> np.ndarray:
    """The fingerprints of the same pictures, left and right swapped, to within some bits.

    That turns the sign of every frequency with an odd number of half waves across, and so the side
    of the median that it is on, which is nearly 0: 4 bits are wrong in the median, 10 in one of 20
    (760 pictures of the small model).
    """
    return words ^ np.uint64(0x5555_5555_5555_5555)


def differing_bits(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """How many bits differ, (..., 4) uint64 each: int16 of their common shape without the last.

    Word by word: a sum along so short an axis takes several times as long.
    """
    total = np.bitwise_count(ours[..., 0] ^ theirs[..., 0]).astype(np.int16)
    for word in range(1, ours.shape[-1]):
        total += np.bitwise_count(ours[..., word] ^ theirs[..., word])
    return total


def near_pairs(words: np.ndarray, others: np.ndarray, *, within: int) -> np.ndarray:
    """All pairs of a fingerprint and another one that differ in few bits.

    By the pigeonhole principle (multi-index hashing: Norouzi, Punjani and Fleet, CVPR 2012): cut
    into one band more than bits may differ, two such fingerprints have a band in common. So only
    those that share a band are compared. Bands are `BITS // (within + 1)` bits wide: from some 16
    bits `within` on, they are too narrow to tell millions apart.

    Args:
        words: What `words_of` gave; each fingerprint at most once, as equal ones all pair up.
        others: The same, or its `mirrored`; may be the same array.
        within: Largest number of differing bits.

    Returns:
        (pairs, 3) int64: number of the one, number of the other, differing bits; nearest first.
        Of one array with itself each pair is found twice, and each fingerprint with itself.
    """
    both = np.concatenate([words, others])
    is_ours = np.arange(len(both)) < len(words)
    found = [np.zeros((0, 3), np.int64)]
    for band in _bands(both, within + 1):
        for one, other in _equal_pairs(band):
            crossing = is_ours[one] != is_ours[other]
            one, other = one[crossing], other[crossing]
            bits = differing_bits(both[one], both[other])
            near = bits <= within
            first, second = np.minimum(one, other)[near], np.maximum(one, other)[near]
            found.append(np.column_stack([first, second - len(words), bits[near]]))
    pairs = np.unique(np.concatenate(found), axis=0)
    return pairs[np.argsort(pairs[:, 2], kind="stable")]


def _bands(words: np.ndarray, count: int) -> Iterator[np.ndarray]:
    """`count` stretches of all bits, each (fingerprints,) uint64; the last bits belong to none.

    Every `count`-th bit, not bits side by side: neighbouring frequencies are alike in many dishes.
    """
    for band in range(count):
        key = np.zeros(len(words), np.uint64)
        for bit in range(band, BITS, count)[: min(64, BITS // count)]:
            word, place = divmod(bit, 64)
            key = key << np.uint64(1) | words[:, word] >> np.uint64(place) & np.uint64(1)
        yield key


def _equal_pairs(keys: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """All pairs of places with equal keys, those first that are next to each other when sorted."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    start, step = np.arange(len(keys)), 0
    while len(start):
        step += 1
        start = start[start < len(keys) - step]
        start = start[ordered[start] == ordered[start + step]]
        yield order[start], order[start + step]
