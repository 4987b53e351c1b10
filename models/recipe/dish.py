"""The shape of one kind of dish, shared by the families of drawings.

What belongs here: what `drawings` must know of a kind. What does not: any kind itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

from models.recipe.canvas import Canvas
from models.recipe.outlines import Rng

Garnishes = tuple[str, ...]


@dataclass(frozen=True)
class Dish:
    """`paint` draws the food in the unit disc and names what lies on it; `wares` fit the kind.

    `top` is the upper end of a dish seen from the side, in units of half the dish's width.
    """

    paint: Callable[[Canvas, Rng], Garnishes]
    wares: tuple[str, ...]
    top: float | None = None
