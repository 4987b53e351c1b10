"""Copies have near fingerprints, other pictures do not, and many are compared quickly."""

import time

import cv2
import numpy as np

from gpu_ops.fingerprint import differing_bits, fingerprint, mirrored, near_pairs, words_of
from models.recipe.drawings import KINDS, draw_dish

NEAR = 20


def pairs_of(ours: list[str], theirs: list[str], within: int) -> np.ndarray:
    return near_pairs(words_of(ours), words_of(theirs), within=within)


def test_copies_are_near_and_other_dishes_are_not() -> None:
    pictures = [draw_dish(kind, seed=2).picture for kind in KINDS]
    copies = [
        cv2.resize(np.clip(picture * 0.9 + 8, 0, 255).astype(np.uint8), (200, 200))
        for picture in pictures
    ]
    prints = [fingerprint(picture) for picture in pictures]
    of_copies = [fingerprint(copy) for copy in copies]
    pairs = pairs_of(prints, of_copies, NEAR)
    assert sorted(pairs[:, :2].tolist()) == [[n, n] for n in range(len(KINDS))]
    again = [fingerprint(draw_dish(kind, seed=3).picture) for kind in KINDS]
    assert len(pairs_of(prints, again, NEAR)) == 0


def test_distances_are_differing_bits_nearest_first() -> None:
    nothing, one, three = "0" * 64, "0" * 63 + "1", "7" + "0" * 63
    assert pairs_of([nothing], [three, one], 3).tolist() == [[0, 1, 1], [0, 0, 3]]
    assert pairs_of([nothing], [three, one], 2).tolist() == [[0, 1, 1]]
    assert pairs_of([], [one], 9).tolist() == []


def test_a_mirrored_picture_has_the_mirrored_fingerprint() -> None:
    pictures = [draw_dish(kind, seed=2).picture for kind in KINDS]
    there, turned = (
        words_of([fingerprint(np.ascontiguousarray(one)) for one in some])
        for some in (pictures, [picture[:, ::-1] for picture in pictures])
    )
    assert differing_bits(mirrored(there), turned).max() <= 20
    assert differing_bits(there, turned).min() > 80


def test_all_near_pairs_are_found_wherever_their_bits_differ() -> None:
    """Half of the prints are another one with up to 12 bits turned, at any places."""
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2, (300, 256), dtype=np.uint8)
    copies = bits.copy()
    for row in copies:
        row[rng.choice(256, rng.integers(0, 13), replace=False)] ^= 1
    ours, theirs = (np.packbits(b, axis=1).view(">u8").astype(np.uint64) for b in (bits, copies))
    distances = differing_bits(ours[:, None], theirs[None])
    wanted = {(n, m, distances[n, m]) for n, m in np.argwhere(distances <= 10)}
    found = near_pairs(ours, theirs, within=10)
    assert {tuple(pair) for pair in found.tolist()} == wanted
    assert len(found) == len(wanted) > 200
    assert (np.diff(found[:, 2]) >= 0).all()


def test_a_hundred_thousand_are_compared_in_seconds() -> None:
    words = np.random.default_rng(0).integers(0, 2**64, (100_000, 4), dtype=np.uint64)
    start = time.process_time()
    pairs = near_pairs(words, words, within=10)
    assert pairs.tolist() == [[n, n, 0] for n in range(100_000)]
    assert time.process_time() - start < 15
