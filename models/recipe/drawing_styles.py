"""The hand in which something is drawn: flatter or rounder, stretched, slanted, with outlines.

Belongs here: canvases that give the same shapes another look, so that what learns from drawings
does not learn one hand by heart. Does not belong here: shapes, and where they are.
"""

from dataclasses import dataclass, fields

import numpy as np

from models.recipe.canvas import Canvas, Colour
from models.recipe.outlines import Points, Rng

OUTLINED = 0.25
"""Share of hands that draw the outline of everything."""

FLAT = 0.3
"""Share of hands that draw with no light at all, or hardly any."""


@dataclass(frozen=True)
class StyledCanvas(Canvas):
    """A canvas on which bodies come out in one hand.

    Attributes:
        relief: Factor of bevel and rim; 0 = flat.
        height: Factor of what a body rises above the ground, and of its shadow's reach.
        roundness: Factor of the rounding's depth.
        shape: Rows of the matrix, about the identity, that stretches and slants all shapes.
        outline: Width of outlines in hundredths of the picture's side; 0 = none.
        ink: Colour of outlines.
    """

    relief: float = 1.0
    height: float = 1.0
    roundness: float = 1.0
    shape: tuple[tuple[float, float], tuple[float, float]] = ((1.0, 0.0), (0.0, 1.0))
    outline: float = 0.0
    ink: Colour = (20, 18, 18)

    def solid(
        self,
        points: Points,
        colour: Colour,
        *,
        bevel: float = 0.35,
        depth: float = 2.0,
        shadow: float = 0.45,
        rise: float = 1.0,
        rim: float = 0.25,
        grain: tuple[Rng, float] | None = None,
    ) -> None:
        """As on any canvas, in this hand."""
        super().solid(
            points,
            colour,
            bevel=bevel * self.relief,
            depth=depth * self.roundness,
            shadow=shadow * min(1.0, self.height),
            rise=rise * self.height,
            rim=rim * min(1.0, self.relief),
            grain=grain,
        )
        if self.outline:
            closed = np.concatenate([points, points[:1]])
            self.line(closed, self.ink, self.outline * self.pixels.shape[0] / 100 / self.unit)

    def _placed(self, points: Points) -> Points:
        return super()._placed(np.asarray(points, float) @ np.array(self.shape))


def in_some_hand(canvas: Canvas, rng: Rng) -> StyledCanvas:
    """The same view onto the same pixels, on which everything is drawn in some hand."""
    plain = {field.name: getattr(canvas, field.name) for field in fields(Canvas)}
    stretch, slant = rng.uniform(0.8, 1.25, 2), rng.normal(0, 0.12)
    return StyledCanvas(
        **plain,
        relief=rng.uniform(0, 0.3) if rng.random() < FLAT else rng.uniform(0.5, 1.5),
        height=rng.uniform(0, 1.6),
        roundness=rng.uniform(0.4, 1.8),
        shape=((float(stretch[0]), 0.0), (slant, float(stretch[1]))),
        outline=rng.uniform(0.3, 1.2) if rng.random() < OUTLINED else 0.0,
    )
