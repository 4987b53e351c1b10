"""Copies have near fingerprints, other pictures do not, and many are compared quickly."""

import time

import cv2
import numpy as np

from gpu_ops.fingerprint import fingerprint, near_pairs
from models.recipe.drawings import KINDS, draw_dish

NEAR = 20


def test_copies_are_near_and_other_dishes_are_not() -> None:
    pictures = [draw_dish(kind, seed=2).picture for kind in KINDS]
    copies = [
        cv2.resize(np.clip(picture * 0.9 + 8, 0, 255).astype(np.uint8), (200, 200))
        for picture in pictures
    ]
    prints = [fingerprint(picture) for picture in pictures]
    pairs = near_pairs(prints, [fingerprint(copy) for copy in copies], within=NEAR)
    assert sorted((one, other) for one, other, _ in pairs) == [(n, n) for n in range(len(KINDS))]
    again = [fingerprint(draw_dish(kind, seed=3).picture) for kind in KINDS]
    assert near_pairs(prints, again, within=NEAR) == []


def test_distances_are_differing_bits_nearest_first() -> None:
    nothing, one, three = "0" * 64, "0" * 63 + "1", "7" + "0" * 63
    assert near_pairs([nothing], [three, one], within=3) == [(0, 1, 1), (0, 0, 3)]
    assert near_pairs([nothing], [three, one], within=2) == [(0, 1, 1)]
    assert near_pairs([], [one], within=9) == []


def test_eight_thousand_are_compared_in_seconds() -> None:
    numbers = np.random.default_rng(0).bytes(32 * 8_000)
    prints = [numbers[n : n + 32].hex() for n in range(0, len(numbers), 32)]
    start = time.process_time()
    assert near_pairs(prints, prints, within=NEAR) == [(n, n, 0) for n in range(8_000)]
    assert time.process_time() - start < 5
