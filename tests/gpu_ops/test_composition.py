"""Composition: what lies beside the dish, told as an eye would tell it."""

import numpy as np

from gpu_ops.composition import background_entropy, largest_part_share

DISH = np.zeros((256, 256), bool)
DISH[64:192, 64:192] = True


def test_an_even_table_is_calm_and_a_patterned_one_is_not() -> None:
    table = np.full((256, 256, 3), 150, np.uint8)
    squares = np.kron(np.arange(256).reshape(16, 16), np.ones((16, 16)))[..., None]
    patterned = np.broadcast_to(squares, table.shape).astype(np.uint8)
    dish_only = np.where(DISH[..., None], patterned, table).astype(np.uint8)
    assert background_entropy(table, DISH) == background_entropy(dish_only, DISH) == 0
    noisy = background_entropy(patterned, DISH)
    assert noisy is not None and noisy > 4
    assert background_entropy(table, np.ones_like(DISH)) is None


def test_two_dishes_share_what_stands_out() -> None:
    two = np.zeros((256, 256), bool)
    two[40:120, 40:120] = two[140:220, 140:220] = True
    assert largest_part_share(DISH) == 1
    assert 0.45 < largest_part_share(two) < 0.55
    assert largest_part_share(np.zeros_like(two)) == 0
