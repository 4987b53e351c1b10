"""The code gives its message back, and how sure it is, through noise and losses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_ops.convolutional_code import coded_length, decode, encode

MESSAGES = st.lists(st.integers(0, 1), min_size=1, max_size=64).map(np.array)


def soft(coded: np.ndarray) -> np.ndarray:
    return 1.0 - 2.0 * coded


@given(MESSAGES)
def test_without_noise_the_message_comes_back_and_agrees_fully(message: np.ndarray) -> None:
    coded = encode(message)
    assert coded.shape == (coded_length(message.size),)
    decoded, agreement = decode(soft(coded))
    assert decoded.tolist() == message.tolist()
    assert agreement == pytest.approx(1)


@given(MESSAGES, st.integers(0, 2**32 - 1))
def test_four_wrong_bits_anywhere_are_mended(message: np.ndarray, seed: int) -> None:
    """The code's free distance is 10: any 4 errors are nearer to the right path than to another."""
    received = soft(encode(message))
    wrong = np.random.default_rng(seed).choice(received.size, 4, replace=False)
    received[wrong] *= -1
    decoded, agreement = decode(received)
    assert decoded.tolist() == message.tolist()
    assert agreement == pytest.approx(1 - 8 / received.size)


def test_half_of_the_bits_lost_is_too_much_but_a_tenth_is_not() -> None:
    rng = np.random.default_rng(1)
    message = rng.integers(0, 2, 64)
    received = soft(encode(message))
    received[rng.choice(received.size, received.size // 10, replace=False)] = 0
    assert decode(received)[0].tolist() == message.tolist()
    assert decode(np.zeros(received.size))[1] == 0
