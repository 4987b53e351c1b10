"""A dish that waits for a person, as the review desk shows it.

Belongs here: what a page needs to show an item, and writing it as JSON. Does not belong here:
where items wait (`review_queue.py`) and which dishes do (`menu_assets/review_queue.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from pydantic import TypeAdapter

from resources.checks.finding import Finding
from resources.short_hash import short_hash

AUDIT, CHOICE = "audit", "choice"
"""Reasons of items that nothing particular is open of: drawn at random, or a choice to make."""

BULK_UNCERTAINTY = 0.4
"""Start value: a dish whose best picture scores less is not decided together with others."""


@dataclass(frozen=True)
class ShownCandidate:
    """One picture to choose from.

    Attributes:
        candidate_id: The candidate.
        image_hash: Its bytes: what is decided on.
        width_px: Width of the picture: pages keep its place free, and lay marks over it.
        height_px: Height of the picture.
        rank: 1 = best of the dish.
        combined_score: Quality, 0 to 1.
        scores: The single scores by name, 0 to 1; None where it was not measured.
        findings: What the checks could not rule out, with evidence; passes are left out.
        model_id: Model that drew it.
        model_revision: Hash of its weights.
        template: Template of the prompt and its version.
        prompt: What it was drawn from.
        made_at: When.
    """

    candidate_id: str
    image_hash: str
    width_px: int
    height_px: int
    rank: int
    combined_score: float
    scores: dict[str, float | None]
    findings: tuple[Finding, ...]
    model_id: str
    model_revision: str
    template: str
    prompt: str
    made_at: datetime


@dataclass(frozen=True)
class ReviewItem:
    """A dish with the pictures that a person is to choose from.

    Attributes:
        country: Market, the partition.
        product_id: The dish; unique within its country.
        vendor_id: Whose dish.
        vendor_name: As guests see it.
        name: Dish name as on the menu.
        english_name: In English.
        description: As on the menu, "" if none.
        english_description: In English, "" if none.
        category: The platform's category.
        dietary_flags: What the vendor states of the dish.
        views_30d: Menu views in 30 days.
        priority: 1 = first of its country.
        reason: The main reason why a person has to look, a word to filter by.
        uncertainty: How little the machine knows, 0 to 1; least certain first is the other order.
        is_audit: Drawn at random: scores are not shown, so that nobody is led.
        looks_needed: How many people have to agree: 1 or 2.
        photo_hash: The vendor's photo in the picture store, None if there is none.
        candidates: Best first, at most four.
        dish_since: When the dish arrived without a picture, None if unknown.
    """

    country: str
    product_id: str
    vendor_id: str
    vendor_name: str
    name: str
    english_name: str
    description: str
    english_description: str
    category: str
    dietary_flags: tuple[str, ...]
    views_30d: int
    priority: int
    reason: str
    uncertainty: float
    is_audit: bool
    looks_needed: int
    photo_hash: str | None
    candidates: tuple[ShownCandidate, ...]
    dish_since: datetime | None = None

    @cached_property
    def version(self) -> str:
        """Changes with what people judge: the pictures, and what the dish is said to be.

        A vote on another version is refused: it was given on something else.
        """
        shown = [(one.candidate_id, one.image_hash) for one in self.candidates]
        said = (self.name, self.description, self.dietary_flags, self.looks_needed, self.is_audit)
        return short_hash(repr((shown, said)))

    @property
    def is_bulk(self) -> bool:
        """Whether many of its kind may be decided at a glance, by their best pictures.

        Nothing may be open of the best picture that is not open of every picture, it scores well,
        one person's look is enough, and the dish was not drawn to judge the checks by.
        """
        return (
            self.reason == CHOICE
            and not self.is_audit
            and self.looks_needed == 1
            and self.uncertainty <= BULK_UNCERTAINTY
        )

    def candidate(self, candidate_id: str) -> ShownCandidate | None:
        """One of the pictures; None if it is not among them."""
        return next((one for one in self.candidates if one.candidate_id == candidate_id), None)

    def to_json(self) -> bytes:
        """The item as JSON."""
        return _adapter().dump_json(self)


def item_from_json(text: str | bytes) -> ReviewItem:
    """The item that `to_json` wrote."""
    item: ReviewItem = _adapter().validate_json(text)
    return item


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(ReviewItem)
