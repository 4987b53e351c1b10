"""How good a picture is: numbers from 0 to 1, each its own measure, and one that combines them.

Belongs here: from measures to scores. Does not belong here: measures (`gpu_ops/`), and what must
not be shown (the other modules of this folder): no score outvotes a veto.

Start values without a source are proposals, to be calibrated on reviewed pictures; the rule
numbers are those of docs/quality.md. Each score moves one way with its measure, up to a plateau.
"""

from dataclasses import dataclass

import numpy as np

from gpu_ops.composition import background_entropy, largest_part_share
from gpu_ops.dish_layout import DishLayout
from gpu_ops.light_and_colour import LightAndColour
from resources.checks.check import Picture
from resources.checks.content import Match
from resources.checks.layout import OFF_CENTRE

VERSION = "quality-2"
"""Bump when a formula or a value below changes: all pictures are then scored again."""

BLURRED = 0.08
SHARP = 0.5
"""Rule 16, 1/px²: start values. Nine in ten drawings have 0.5 to 1.1, at 128 px as at 512; after a
blur of 1 px 0.18 to 0.39, of 2 px 0.06 to 0.13. Pictures of the small model have 0.32 to 0.62,
after a blur of 1 px 0.14 to 0.29."""


@dataclass(frozen=True)
class QualityScores:
    """Scores from 0 (bad) to 1 (good); None = unchecked."""

    exposure: float
    contrast: float
    saturation: float
    white_balance: float | None
    sharpness: float
    position: float | None
    margins: float | None
    one_subject: float | None
    calm_background: float | None
    content: float | None

    WEIGHTS = {  # noqa: RUF012 (a constant, not a field)
        "exposure": 1.0,
        "contrast": 1.0,
        "saturation": 1.0,
        "white_balance": 0.5,  # as much the table's as the picture's
        "sharpness": 1.0,
        "position": 1.0,
        "margins": 1.0,
        "one_subject": 1.0,
        "calm_background": 0.5,
        "content": 3.0,
    }

    @property
    def combined(self) -> float:
        """Weighted geometric mean of the scores that are there.

        Geometric, so that one very bad score is not bought back by many good ones.
        """
        there = {name: score for name, score in vars(self).items() if score is not None}
        weights = np.array([self.WEIGHTS[name] for name in there])
        logs = np.log(np.maximum(list(there.values()), 1e-3))
        return float(np.exp((weights * logs).sum() / weights.sum()))

    @property
    def missing(self) -> int:
        """How many scores are unchecked."""
        return sum(score is None for score in vars(self).values())


def ramp(value: float, *, bad: float, good: float) -> float:
    """0 at `bad` and beyond, 1 at `good` and beyond, straight between."""
    return float(np.clip((value - bad) / (good - bad), 0, 1))


def plateau(value: float, *, low: float, good_low: float, good_high: float, high: float) -> float:
    """1 between the good values, falling to 0 at `low` and `high`."""
    return min(ramp(value, bad=low, good=good_low), ramp(value, bad=high, good=good_high))


def quality_of(picture: Picture, match: Match | None) -> QualityScores:
    """The scores of a picture, and of how well it fits its dish; None = nobody can tell."""
    layout, light = picture.layout, picture.light
    entropy = background_entropy(picture.pixels, layout.mask) if layout else None
    return QualityScores(
        exposure=_exposure(light),
        contrast=ramp(light.contrast, bad=15, good=45),  # rule 18
        saturation=plateau(light.chroma, low=4, good_low=15, good_high=55, high=80),  # rule 19
        white_balance=_white_balance(light),
        sharpness=_sharpness(light),
        position=ramp(layout.centre_offset, bad=OFF_CENTRE, good=0.06) if layout else None,
        margins=_margins(layout) if layout else None,
        one_subject=ramp(largest_part_share(layout.mask), bad=0.5, good=0.95) if layout else None,
        calm_background=None if entropy is None else ramp(entropy, bad=4.8, good=3.5),  # rule 20
        content=match.probability if match else None,
    )


def _white_balance(light: LightAndColour) -> float | None:
    """Rule 19: at most 12 from grey; drawn tables of wood reach 36."""
    return None if light.cast is None else ramp(light.cast, bad=48, good=12)


def _sharpness(light: LightAndColour) -> float:
    """Rule 16, straight in the logarithm: each blur of the same width takes off as much."""
    return ramp(float(np.log(max(light.sharpness, 1e-6))), bad=np.log(BLURRED), good=np.log(SHARP))


def _margins(layout: DishLayout) -> float:
    """Rules 5 and 7: large in the frame, with at least 4 % of air on every side."""
    size = plateau(layout.area_share, low=0.1, good_low=0.35, good_high=0.85, high=1.0)
    return min(size, ramp(layout.smallest_margin, bad=0, good=0.04))


def _exposure(light: LightAndColour) -> float:
    """Rule 17: mean L* of 45 to 75; little clipped at either end."""
    return min(
        plateau(light.lightness, low=15, good_low=45, good_high=75, high=95),
        ramp(light.clipped_light, bad=0.25, good=0.02),
        ramp(light.clipped_dark, bad=0.25, good=0.05),
    )
