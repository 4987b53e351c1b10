"""Straight edges that run through a whole picture: joints between pictures, and frames.

Belongs here: measuring them, classically. Does not belong here: what follows from them
(`resources/checks/collage.py`).
"""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from gpu_ops.food_detection import Box

WORKING_SIDE_PX = 128

CORE_PX, BAND_PX = 2, 6
"""Colours are compared beside an edge, not on it: planks of a table differ on their groove only."""

STEP = 9.0
"""Least distance (CIE76, Lab) of the colours beside an edge: what nobody overlooks."""

MIDDLE_PX = 1
"""Pictures that are put together are mostly of one size: the joint is in the middle, to this."""

RIVAL_PX, RIVAL_SHARE = 4, 0.7
"""Other edges along the same direction, from that far on, count against a joint: the layers of a
sandwich are as straight and as long, but many."""

GAP_VARIATION = 0.6
"""Largest standard deviation along a gap, in Lab: compressed white. Grooves of tables vary more."""

OUTER = 0.1
"""Gaps between pictures are further from the rim than this share of the side; grooves are not."""

FRAME_SHARES = (0.02, 0.12)
"""How wide a side of a frame is, as share of the picture's side."""

PLAIN = 1.5
"""Largest standard deviation of a frame's colour, in Lab: painted, no table of any material."""

PURE, FAINT_STEP = 0.3, 3.0
"""What varies less than that is a frame also where it hardly differs from a pale table."""


@dataclass(frozen=True)
class Joint:
    """The edge that runs through most of the picture.

    Attributes:
        direction: "down" or "across".
        position: Where, as share of the width (down) or height (across).
        cover: Share of its length on which the colours beside it differ.
    """

    direction: Literal["down", "across"]
    position: float
    cover: float


@dataclass(frozen=True)
class Joints:
    """What may part two pictures, of each kind the clearest.

    Attributes:
        anywhere: The edge with most cover.
        halving: The edge in the middle. Of its cover, in which faint differences count in part,
            most of that of the strongest parallel edge elsewhere is taken away.
        gap: The plain line with other colours on both sides; cover 0 = there is none.
    """

    anywhere: Joint
    halving: Joint
    gap: Joint


def joints_of(picture: np.ndarray) -> Joints:
    """The straight full-length edges and lines in a picture, (height, width, 3) uint8 RGB."""
    lab = _small_lab(picture)
    found = (_joints(lab, "down"), _joints(lab.transpose(1, 0, 2), "across"))

    def clearest(kind: str) -> Joint:
        return max((getattr(joints, kind) for joints in found), key=lambda joint: joint.cover)

    return Joints(clearest("anywhere"), clearest("halving"), clearest("gap"))


def framed_part(picture: np.ndarray) -> Box | None:
    """What lies inside a painted frame, or bars on two opposite sides; None = there is neither."""
    lab = _small_lab(picture)
    turned = lab.transpose(1, 0, 2)
    left, right = _frame_width(lab), _frame_width(lab[:, ::-1])
    top, bottom = _frame_width(turned), _frame_width(turned[:, ::-1])
    if not (left and right) and not (top and bottom):
        return None
    return (left, top, 1 - right, 1 - bottom)


def _small_lab(picture: np.ndarray) -> np.ndarray:
    side = (WORKING_SIDE_PX, WORKING_SIDE_PX)
    small = cv2.resize(picture, side, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def _joints(lab: np.ndarray, direction: Literal["down", "across"]) -> Joints:
    """The columns of a (side, side, 3) Lab picture at which most rows change their colour."""
    side = lab.shape[1]
    sums = np.cumsum(np.pad(lab, ((0, 0), (1, 0), (0, 0))), axis=1)
    at = np.arange(CORE_PX + BAND_PX, side - CORE_PX - BAND_PX + 1)
    before = (sums[:, at - CORE_PX] - sums[:, at - CORE_PX - BAND_PX]) / BAND_PX
    after = (sums[:, at + CORE_PX + BAND_PX] - sums[:, at + CORE_PX]) / BAND_PX
    change = np.linalg.norm(before - after, axis=-1)
    sudden = np.linalg.norm(lab[:, at + 1] - lab[:, at - 2], axis=-1)
    step = np.minimum(change, sudden)

    def best(cover: np.ndarray) -> Joint:
        place = int(cover.argmax())
        return Joint(direction, float(at[place] / side), max(0.0, float(cover[place])))

    felt = np.minimum(step / STEP, 1).mean(axis=0)
    away = np.abs(at - at[:, None]) > RIVAL_PX
    rival = np.where(away, felt, 0).max(axis=1)
    in_the_middle = np.abs(at - side / 2) <= MIDDLE_PX
    line = lab[:, at]
    apart = np.minimum(
        np.linalg.norm(line - before, axis=-1), np.linalg.norm(line - after, axis=-1)
    )
    is_gap = (line.std(axis=0).max(axis=-1) <= GAP_VARIATION) & (
        np.abs(at / side - 0.5) <= 0.5 - OUTER
    )
    return Joints(
        anywhere=best((step > STEP).mean(axis=0)),
        halving=best(np.where(in_the_middle, felt - RIVAL_SHARE * rival, 0)),
        gap=best(np.where(is_gap, (apart > FAINT_STEP).mean(axis=0), 0)),
    )


def _frame_width(lab: np.ndarray) -> float:
    """How wide the painted side on the left is, as share of the width; 0 = there is none."""
    side = lab.shape[1]
    first, last = (round(share * side) for share in FRAME_SHARES)
    inside = slice(last, side - last)
    for width in range(last, first - 1, -1):
        variation = lab[inside, : width - 1].std(axis=(0, 1)).max()
        if variation <= PLAIN:
            least = FAINT_STEP if variation <= PURE else STEP
            step = np.linalg.norm(lab[inside, width + 1] - lab[inside, width - 2], axis=-1)
            return width / side if (step > least).mean() >= 0.95 else 0.0
    return 0.0
