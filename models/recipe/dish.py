"""The shape of one kind of dish, shared by the families of drawings."""

from collections.abc import Callable
from dataclasses import dataclass

from models.recipe.canvas import Canvas, Rng

Garnishes = tuple[str, ...]


@dataclass(frozen=True)
class Dish:
    """`paint` draws the food in the unit disc and names what lies on it; `wares` fit the kind."""

    paint: Callable[[Canvas, Rng], Garnishes]
    wares: tuple[str, ...]
