"""How far people agree, beyond chance, and how sure a share is.

Belongs here: Krippendorff's alpha of pairs of looks, and an interval for shares. Does not belong
here: which looks are counted (`review_reports.py`).
"""

import math
from collections.abc import Mapping

_Z_95 = 1.959964
"""Two-sided 95 % of the normal distribution."""


def alpha(pairs: Mapping[tuple[str, str], int]) -> float | None:
    """Krippendorff's alpha for nominal values: 1 = always the same, 0 = as by chance.

    From 0.8 on it is called reliable, from 0.667 on good enough for tentative conclusions
    (Krippendorff 2004, Content Analysis, 2nd ed., p. 241).

    Args:
        pairs: How often one person said this and another one that, of the same thing.

    Returns:
        Alpha; None if there are no two values to tell apart.
    """
    values = sorted({value for pair in pairs for value in pair})
    if len(values) < 2:
        return None
    import krippendorff
    import numpy as np

    counts = [[pair.count(value) for value in values] for pair in pairs]
    units = np.repeat(np.array(counts), list(pairs.values()), axis=0)
    return float(krippendorff.alpha(value_counts=units, level_of_measurement="nominal"))


def wilson_interval(right: int, of: int) -> tuple[float, float]:
    """Between which shares the true one lies, with 95 % confidence (Wilson 1927).

    It holds for few answers, too, and for those that are all right. Without an answer it is 0 to 1.
    """
    if not of:
        return 0.0, 1.0
    share, z2 = right / of, _Z_95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z_95 / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2))
    return max(0.0, middle - half), min(1.0, middle + half)
