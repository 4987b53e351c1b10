"""How many people have to agree about a dish.

Belongs here: the settings, and the draw. Does not belong here: what passes without any person
(`acceptance_rule.py`), and counting votes (`review_votes.py`).
"""

from dataclasses import dataclass

from resources.short_hash import short_hash


@dataclass(frozen=True)
class ReviewRule:
    """The terms of a second look.

    Attributes:
        second_look_share: Share of dishes that two people look at, so that agreement is known.
        two_people_for_diet: Dishes with flags of diet or faith need two people, all of them.
    """

    second_look_share: float = 0.05
    two_people_for_diet: bool = False

    def looks_needed(self, country: str, product_id: str, *, has_flags: bool) -> int:
        """One or two. The draw depends on the dish alone, so nobody chooses what is drawn."""
        drawn = int(short_hash(f"second look\x1f{country}\x1f{product_id}"), 16)
        by_draw = drawn < self.second_look_share * 16**16
        return 2 if by_draw or (has_flags and self.two_people_for_diet) else 1
