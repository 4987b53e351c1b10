"""A restaurant and its neighbour, with dishes that wait and a picture that guests see."""

import numpy as np

from resources.picture_store import PictureStore
from resources.review_item import ReviewItem, ShownCandidate
from review_desk.desk import Desk
from review_desk.owner_links import Owner
from tests.resources.test_review_votes import item, shown

LION, NEIGHBOUR = Owner("de", "v1"), Owner("de", "v2")


def drawn(pictures: PictureStore, seed: int) -> str:
    """The hash of a picture in the store: a plate of some colour."""
    generator = np.random.default_rng(seed)
    plate = np.empty((64, 64, 3), np.uint8)
    plate[:] = generator.integers(60, 220, 3)
    return pictures.put(plate).image_hash


def suggestion(desk: Desk, of: str, number: int) -> ShownCandidate:
    """A suggestion whose picture is in the store."""
    image_hash = drawn(desk.pictures, int(of) * 10 + number)
    return ShownCandidate(
        **{**vars(shown(number, of)), "image_hash": image_hash, "width_px": 64, "height_px": 64}
    )


def dish(desk: Desk, product_id: str, pictures: int = 2, **values: object) -> ReviewItem:
    """A dish with suggestions."""
    suggestions = tuple(suggestion(desk, product_id, one + 1) for one in range(pictures))
    return item(product_id, **{"candidates": suggestions, **values})


def publish(desk: Desk, owner: Owner, product_id: str, **values: object) -> dict[str, object]:
    """What guests see of a dish, as the feed tells it."""
    told = {
        "vendor_id": owner.vendor_id,
        "name": f"dish {product_id}",
        "candidate_id": f"candidate-{product_id}-1",
        "image_hash": drawn(desk.pictures, int(product_id)),
        "decision_id": f"decision-{product_id}",
        **values,
    }
    others = {event.product_id: event.payload for event in desk.feed.events(owner.country)}
    desk.feed.record(owner.country, {**others, product_id: told})
    return told
