"""Lines of acceptance: what they claim holds as often as they say, and they can be reached."""

import numpy as np
import pytest

from menu_assets.acceptance_line import (
    acceptance_line,
    judgements_needed,
    look,
    newest_look,
    upper_bound,
)

PUBLISHED = {
    0.05: (59, 93, 124, 153, 208),
    0.02: (149, 236, 313, 386, 523),
    0.01: (299, 473, 628, 773, 1049),
    0.005: (598, 947, 1258, 1549, 2100),
    0.001: (2995, 4742, 6294, 7752, 10511),
}
"""Quality and review, 4.4: judgements needed with 0, 1, 2, 3 and 5 bad ones among them."""


@pytest.mark.parametrize("bad_share", PUBLISHED)
def test_the_published_table_of_judgements_needed(bad_share: float) -> None:
    needed = tuple(judgements_needed(bad_share, bad, 0.05) for bad in (0, 1, 2, 3, 5))
    assert needed == PUBLISHED[bad_share]
    for bad, judged in zip((0, 1, 2, 3, 5), needed, strict=True):
        assert upper_bound(bad, judged, 0.05) <= bad_share < upper_bound(bad, judged - 1, 0.05)


def test_a_bound_of_nothing_but_bad_pictures_is_one() -> None:
    assert upper_bound(3, 3, 0.05) == 1


def simulated(
    rng: np.random.Generator, judged: int, worst: float, best: float
) -> tuple[np.ndarray, np.ndarray]:
    """Scores, even in 0..1, and judgements; the chance of bad falls from `worst` to `best`."""
    scores = rng.random(judged)
    return scores, rng.random(judged) < worst + (best - worst) * scores


def true_bad_share(threshold: float, worst: float, best: float) -> float:
    """Of the pictures above a threshold: the chance of bad at the middle of their scores."""
    return worst + (best - worst) * (1 + threshold) / 2


@pytest.mark.parametrize(("worst", "best"), [(0.1001, 0.1001), (0.3, 0.02)])
def test_at_most_one_certificate_in_twenty_is_wrong_however_often_one_looks(
    worst: float, best: float
) -> None:
    rng = np.random.default_rng(4)
    times = [look(number, bad_share=0.1, error=0.05) for number in range(1, 5)]
    wrong = 0
    for _ in range(2000):
        scores, is_bad = simulated(rng, times[-1].judged, worst, best)
        lines = [
            acceptance_line(
                scores[: time.judged], is_bad[: time.judged], bad_share=0.1, error=time.error
            )
            for time in times
        ]
        wrong += any(line and true_bad_share(line.threshold, worst, best) > 0.1 for line in lines)
    assert wrong / 2000 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 2000)


def test_good_pictures_are_certified_and_with_more_judgements_more_of_them() -> None:
    rng = np.random.default_rng(5)
    coverage = {}
    for judged in (150, 600, 2400):
        lines = [
            acceptance_line(*simulated(rng, judged, 0.15, 0.0), bad_share=0.05, error=0.05)
            for _ in range(100)
        ]
        coverage[judged] = np.mean([line.accepted / judged if line else 0 for line in lines])
    assert coverage[150] < coverage[600] < coverage[2400]
    assert 0.5 < coverage[2400] < 2 / 3  # two thirds of them are bad in 5 of 100 on the average


def test_too_few_judgements_make_no_line() -> None:
    good = np.zeros(58, bool)
    assert acceptance_line(np.linspace(0, 1, 58), good, bad_share=0.05, error=0.05) is None
    line = acceptance_line(np.linspace(0, 1, 59), np.zeros(59, bool), bad_share=0.05, error=0.05)
    assert line and (line.threshold, line.accepted, line.bad) == (0, 59, 0)


def test_nothing_but_bad_pictures_make_no_line() -> None:
    bad = np.ones(500, bool)
    assert acceptance_line(np.linspace(0, 1, 500), bad, bad_share=0.05, error=0.05) is None


def test_pictures_of_one_score_stand_on_the_same_side_of_a_line() -> None:
    scores = np.repeat([0.9, 0.4], 300)
    is_bad = np.repeat([False, True], 300)
    line = acceptance_line(scores, is_bad, bad_share=0.05, error=0.05)
    assert line and line.accepted == 300 and 0.4 < line.threshold <= 0.9


def test_looks_spend_their_error_once() -> None:
    some = [look(number, bad_share=0.01, error=0.05) for number in range(31)]
    assert sum(one.error for one in some) <= 0.05
    first = some[1].judged
    assert first == judgements_needed(0.01, 0, 0.025)
    for judged, number in ((0, 0), (first - 1, 0), (first, 1), (2 * first - 1, 1), (2 * first, 2)):
        assert newest_look(judged, bad_share=0.01, error=0.05) == some[number]
