"""Several pictures in one, and frames or bars around one.

Belongs here: from edges to a verdict. Does not belong here: measuring them (`gpu_ops/seams.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gpu_ops.seams import Joint, Joints, framed_part, joints_of
from resources.checks.check import Picture
from resources.checks.finding import Finding, boxed

COVER = 0.88
"""Rule 15, start value: share of its length on which an edge has to part two colours. Tables'
edges, planks and boards reach 0.85, because the dish lies over them."""

HALVING = 0.32
"""Start value for an edge in the middle, less most of the next one; no dish but a sandwich on a
plank's edge reaches it."""

GAP_COVER = 0.9
"""Start value: share of its length on which a plain line differs from both of its sides."""

LINE_SHARE = 0.005
"""Half of the width of the box that marks a joint."""


@dataclass(frozen=True)
class CollageCheck:
    """`collage_or_border`."""

    version: str = "collage-3"

    def look(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The finding on each picture."""
        return [[_finding(picture)] for picture in pictures]


def _finding(picture: Picture) -> Finding:
    name, joints = "collage_or_border", joints_of(picture.pixels)
    cover = round(joints.anywhere.cover, 4)
    if (inner := framed_part(picture.pixels)) is not None:
        why = "there is a frame or there are bars around the picture: send it without"
        return Finding(name, "veto", cover, why, {"boxes": [boxed(inner, "inside the frame")]})
    if (joint := _joint_among(joints)) is not None:
        why = "an edge runs through the whole picture, as between two pictures: send one"
        return Finding(name, "veto", cover, why, {"boxes": [_marked(joint)]})
    return Finding(name, "pass", cover)


def _joint_among(joints: Joints) -> Joint | None:
    for joint, least in (
        (joints.gap, GAP_COVER),
        (joints.anywhere, COVER),
        (joints.halving, HALVING),
    ):
        if joint.cover >= least:
            return joint
    return None


def _marked(joint: Joint) -> dict[str, object]:
    low, high = max(0.0, joint.position - LINE_SHARE), min(1.0, joint.position + LINE_SHARE)
    box = (low, 0.0, high, 1.0) if joint.direction == "down" else (0.0, low, 1.0, high)
    return boxed(box, "joint", joint.cover)
