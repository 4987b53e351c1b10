"""How well scores foretell people's judgements: curves for the calibration page.

Belongs here: numbers that are drawn. Does not belong here: claims; bounds of single points hold for
a point that was chosen beforehand, not for the best of a curve (`acceptance_line.py` makes claims).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from menu_assets.acceptance_line import ERROR, upper_bound

GROUPS = 8
"""Groups of equally many pictures in which the share of good ones is counted, at most."""

GROUP_SIZE = 10
"""Pictures in a group, at least: fewer say nothing."""

COVERAGES = 60
"""Points of the curve of bounds."""


@dataclass(frozen=True)
class Group:
    """Pictures of similar scores; shares with their two-sided exact interval of 95 %."""

    score: float
    good_share: float
    low: float
    high: float
    judged: int


@dataclass(frozen=True)
class Reliability:
    """Share of good pictures by score.

    Attributes:
        curve: (score, share of good ones), the best fit that never falls with the score.
        groups: Counted shares.
    """

    curve: Sequence[tuple[float, float]]
    groups: Sequence[Group]


@dataclass(frozen=True)
class Bound:
    """What is known of the pictures of highest scores, if `coverage` of them are accepted."""

    coverage: float
    bad_share: float
    bound: float


def reliability(scores: np.ndarray, is_good: np.ndarray) -> Reliability:
    """Isotonic regression of judgements on scores, and counts beside it.

    Args:
        scores: (judged,) float, at least one.
        is_good: (judged,) bool.
    """
    from scipy.optimize import isotonic_regression
    from scipy.stats import binomtest

    order = np.argsort(scores, kind="stable")
    scores, good = scores[order], is_good[order].astype(float)
    fit = isotonic_regression(good)
    ends = np.unique([*fit.blocks[:-1], *(fit.blocks[1:] - 1)])  # where a flat piece begins, ends
    curve = [(float(scores[end]), float(fit.x[end])) for end in ends]
    groups = []
    for part in np.array_split(np.arange(len(scores)), _groups(len(scores))):
        test = binomtest(int(good[part].sum()), len(part)).proportion_ci(0.95, method="exact")
        groups.append(
            Group(
                float(scores[part].mean()),
                float(good[part].mean()),
                float(test.low),
                float(test.high),
                len(part),
            )
        )
    return Reliability(curve, groups)


def bounds_by_coverage(scores: np.ndarray, is_bad: np.ndarray) -> list[Bound]:
    """For growing shares of accepted pictures, the share of bad ones and its upper bound.

    Args:
        scores: (judged,) float, at least one.
        is_bad: (judged,) bool.
    """
    judged = len(scores)
    bad_among = np.cumsum(is_bad[np.argsort(-scores, kind="stable")])
    sizes = np.unique(np.linspace(1, judged, min(judged, COVERAGES)).astype(int))
    return [
        Bound(size / judged, bad / size, upper_bound(bad, size, ERROR))
        for size, bad in ((int(size), int(bad_among[size - 1])) for size in sizes)
    ]


def _groups(judged: int) -> int:
    return max(1, min(GROUPS, judged // GROUP_SIZE))
