"""Bits that survive noise: each leaves its trace in fourteen coded ones, and the best path wins.

Belongs here: the rate 1/2 convolutional code of constraint length 7 (generators 171 and 133, octal:
the industry's, e.g. CCSDS 131.0-B) and Viterbi's decoder of soft values. Does not belong here: what
the bits say and how they are written (`watermark.py`).
"""

from functools import lru_cache

import numpy as np

LENGTH = 7
GENERATORS = (0o171, 0o133)
_STATES = 2 ** (LENGTH - 1)


def coded_length(bits: int) -> int:
    """How many coded bits a message of so many bits has, the end that empties the register too."""
    return len(GENERATORS) * (bits + LENGTH - 1)


def encode(bits: np.ndarray) -> np.ndarray:
    """The coded bits, (2 * (n + 6),) of 0 and 1, of a message (n,) of 0 and 1."""
    signs, register, coded = _signs(), 0, []
    for bit in (*bits.tolist(), *[0] * (LENGTH - 1)):
        register = (register >> 1) | (bit << (LENGTH - 1))
        coded.append(signs[register] < 0)
    return np.concatenate(coded).astype(np.int64)


def decode(soft: np.ndarray) -> tuple[np.ndarray, float]:
    """The likeliest message, and how well its code agrees with what was received.

    Args:
        soft: (2 * (n + 6),) float, one for each coded bit: 1 is surely 0, -1 is surely 1.

    Returns:
        The message, (n,) of 0 and 1, and the mean of soft values times the code's signs: 1 without
        noise. The best path through noise alone has about 0.5.
    """
    signs, registers = _signs(), np.arange(2 * _STATES)
    received = soft.reshape(-1, len(GENERATORS))
    score = np.full(_STATES, -np.inf)
    score[0] = 0.0  # the register starts empty, and ends so
    came_by = np.empty((len(received), _STATES), np.int64)
    for step, pair in enumerate(received):
        # Registers 2n and 2n + 1 lead to the same state n.
        reached = (score[registers % _STATES] + signs @ pair).reshape(_STATES, 2)
        came_by[step] = 2 * np.arange(_STATES) + reached.argmax(axis=1)
        score = reached.max(axis=1)
    message, state = [], 0
    for step in came_by[::-1]:
        register = int(step[state])
        message.append(register >> (LENGTH - 1))
        state = register % _STATES
    return np.array(message[::-1][: -(LENGTH - 1)]), float(score[0]) / soft.size


@lru_cache(maxsize=1)
def _signs() -> np.ndarray:
    """What each state of the register sends, (128, 2): 1 for a 0, -1 for a 1."""
    parities = [
        [(register & generator).bit_count() % 2 for generator in GENERATORS]
        for register in range(2**LENGTH)
    ]
    return 1.0 - 2.0 * np.array(parities)
