"""From scores and judgements to the score above which pictures may pass without a person.

Belongs here: statistics of bad shares, exact and from SciPy. Does not belong here: which judgements
count and for what (`calibration.py`).

The method is learn-then-test (Angelopoulos et al. 2021, arXiv:2110.01052) with fixed-sequence
testing: sizes of the accepted part are tested from the strictest on, and the first that fails ends
the sequence, so many thresholds cost no more than one. Sizes are chosen by the number of judgements
and by scores, never by judgements. Above a score that is itself drawn, judgements are a plain
random sample, so the bound is the binomial's (Clopper and Pearson 1934, one-sided).
"""

from dataclasses import dataclass

import numpy as np

ERROR = 0.05
"""Chance that any certificate of a country is wrong, over all strata and all looks: 95 % sure."""

SIZES = 40
"""Sizes of the accepted part that are tested, at most. Start value: steps of 2.5 %."""

BAD_AT_START = (2, 1, 0)
"""The sequence starts where so many bad pictures can be borne, if there are enough judgements: one
chance reject among the best pictures must not end it. Start value."""


@dataclass(frozen=True)
class Line:
    """Pictures with at least this score, and what is known of them.

    Attributes:
        threshold: Score from which pictures are accepted.
        accepted: Judged pictures with such a score.
        bad: How many of them are bad.
        bound: One-sided upper bound on the share of bad ones.
    """

    threshold: float
    accepted: int
    bad: int
    bound: float


@dataclass(frozen=True)
class Look:
    """A time at which the judgements are looked at, and the part of the error that it may spend.

    Looking again with each new judgement, until a bound is good by chance, would make it worthless.
    """

    number: int
    judged: int
    error: float


def upper_bound(bad: int, judged: int, error: float) -> float:
    """The Clopper-Pearson bound: with chance 1 - `error` the true share of bad is not above it."""
    from scipy.stats import binomtest

    interval = binomtest(bad, judged, alternative="less").proportion_ci(1 - error, method="exact")
    return float(interval.high)


def judgements_needed(bad_share: float, bad: int, error: float) -> int:
    """The fewest judgements, `bad` of them bad, whose upper bound is at most `bad_share`.

    The bound holds from n on if more than `bad` bad ones in n are to be expected with chance
    1 - `error`; n is then a quantile of the negative binomial.
    """
    from scipy.stats import nbinom

    return int(nbinom.ppf(1 - error, bad + 1, bad_share)) + bad + 1


def look(number: int, *, bad_share: float, error: float) -> Look:
    """The first look is when a claim is possible at all, the next when judgements have doubled.

    The errors of all looks, a half, a quarter ... of `error`, add up to it. Number 0 is no look.
    """
    first = judgements_needed(bad_share, 0, error / 2)
    return Look(number, first * 2 ** (number - 1), error / 2**number) if number else Look(0, 0, 0.0)


def newest_look(judged: int, *, bad_share: float, error: float) -> Look:
    """The last look that there are judgements enough for."""
    first = look(1, bad_share=bad_share, error=error).judged
    return look((judged // first).bit_length(), bad_share=bad_share, error=error)


def acceptance_line(
    scores: np.ndarray, is_bad: np.ndarray, *, bad_share: float, error: float
) -> Line | None:
    """The line that lets most pictures through with a bound of at most `bad_share`; None if none.

    Args:
        scores: (judged,) float, 0 to 1, of a random sample.
        is_bad: (judged,) bool.
        bad_share: What the bound must not exceed.
        error: Chance that the line is worse than that.
    """
    from scipy.stats import binom

    judged = len(scores)
    if not judged:
        return None
    starts = (judgements_needed(bad_share, bad, error) for bad in BAD_AT_START)
    start = next((size for size in starts if size <= judged), None)
    if start is None:
        return None
    best_first = np.argsort(-scores, kind="stable")
    ordered, bad_among = scores[best_first], np.cumsum(is_bad[best_first])
    last = np.linspace(start, judged, SIZES).astype(int) - 1
    sizes = np.unique(np.searchsorted(-ordered, -ordered[last], side="right"))  # equals together
    holds = binom.cdf(bad_among[sizes - 1], sizes, bad_share) <= error
    passed = len(holds) if holds.all() else int(np.argmin(holds))
    if not passed:
        return None
    size = int(sizes[passed - 1])
    bad = int(bad_among[size - 1])
    below = ordered[size] if size < judged else None
    threshold = 0.0 if below is None else float(np.nextafter(below, np.inf))
    return Line(threshold, size, bad, upper_bound(bad, size, error))
