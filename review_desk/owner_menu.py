"""One vendor's dishes, as their owner sees them: what waits, what was said, what is published.

Belongs here: reading, always of one vendor. Does not belong here: what owners say
(`owner_choices.py`), pages and the API.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from resources.catalogue_feed import FeedEvent
from resources.review_history import PastVote
from resources.review_item import ReviewItem, ShownCandidate
from resources.review_queue import WaitingItem
from resources.vendor_choices import VendorChoice
from review_desk.desk import Desk
from review_desk.owner_links import Owner

DishState = Literal[
    "waiting",  # for the owner
    "chosen",
    "chosen_team_looks",
    "turned_down",
    "turned_down_team_looks",
    "team_decides",  # two people disagreed
    "team_decided",
    "stays_without",  # the owner wants no picture of it
]
DISH_STATES: tuple[DishState, ...] = get_args(DishState)

_NEWEST_VOTES = 2000
"""More than a menu has dishes: the newest vote on each is among them."""


@dataclass(frozen=True)
class OwnerDish:
    """A dish with its suggestions.

    Attributes:
        product_id: The dish, unique within its country.
        version: What a choice has to name: it changes with the suggestions. "" without any.
        name: As on the menu.
        english_name: In English, "" if it is not known any more.
        description: As on the menu, "" if none.
        state: Where it stands.
        team_looks_too: A choice of the owner's is the first of two looks.
        pictures: The suggestions, best first, at most four.
        chosen_id: Candidate that the owner chose.
    """

    product_id: str
    version: str
    name: str
    english_name: str
    description: str
    state: DishState
    team_looks_too: bool
    pictures: tuple[ShownCandidate, ...]
    chosen_id: str | None


@dataclass(frozen=True)
class PublishedPicture:
    """A picture that guests see.

    Attributes:
        product_id: Of which dish.
        name: The dish's name as on the menu.
        candidate_id: The candidate that it was.
        image_hash: What was approved, in the picture store.
        decision_id: The decision that approved it.
        reported: The owner said that something is wrong with it; it is being taken down.
    """

    product_id: str
    name: str
    candidate_id: str
    image_hash: str
    decision_id: str
    reported: bool


@dataclass(frozen=True)
class OwnerMenu:
    """All that one owner sees.

    Attributes:
        vendor_name: As guests see it; None while no dish waits.
        is_covered: The rollout has come to this vendor.
        opted_out: The owner wants no pictures at all.
        dishes: Those with suggestions, most viewed first, then those that stay without.
        published: What guests see now.
    """

    vendor_name: str | None
    is_covered: bool
    opted_out: bool
    dishes: tuple[OwnerDish, ...]
    published: tuple[PublishedPicture, ...]


def owner_menu(desk: Desk, owner: Owner) -> OwnerMenu:
    """What an owner sees now."""
    choices = desk.vendors.choices(owner.country, owner.vendor_id)
    withheld = desk.vendors.withheld(owner.country, owner.vendor_id)
    opted_out = owner.vendor_id in withheld.vendors
    is_covered = desk.rollout.now().covers(owner.country, owner.vendor_id)
    items = [one for one in desk.queue.of_vendor(owner.country, owner.vendor_id) if is_shown(one)]
    events = desk.feed.of_vendor(owner.country, owner.vendor_id)
    is_open = is_covered and not opted_out
    return OwnerMenu(
        vendor_name=items[0].item.vendor_name if items else None,
        is_covered=is_covered,
        opted_out=opted_out,
        dishes=tuple(_dishes(desk, owner, items, choices, withheld.products)) if is_open else (),
        published=tuple(published_pictures(events, choices)) if not opted_out else (),
    )


def owner_dish(desk: Desk, owner: Owner, product_id: str) -> OwnerDish | None:
    """One dish as its owner sees it now; None if there is nothing to say of it."""
    dishes = (dish for dish in owner_menu(desk, owner).dishes if dish.product_id == product_id)
    return next(dishes, None)


def is_shown(waiting: WaitingItem) -> bool:
    """Whether an owner sees a dish.

    Dishes drawn for the audit are left to the team: certificates rest on how people judge who have
    no stake in it.
    """
    return not waiting.item.is_audit and bool(shown_pictures(waiting.item))


def shown_pictures(item: ReviewItem) -> tuple[ShownCandidate, ...]:
    """The pictures of a dish that owners see: those without a veto, whatever the queue holds."""
    return tuple(
        one
        for one in item.candidates
        if not any(finding.verdict == "veto" for finding in one.findings)
    )


def published_pictures(
    events: list[FeedEvent], choices: list[VendorChoice]
) -> Iterator[PublishedPicture]:
    """What guests see, with what the owner reported of it."""
    reports = {
        (choice.detail or {}).get("decision_id") for choice in choices if choice.choice == "report"
    }
    for event in events:
        told = event.payload
        yield PublishedPicture(
            event.product_id,
            told["name"],
            told["candidate_id"],
            told["image_hash"],
            told["decision_id"],
            told["decision_id"] in reports,
        )


def may_see_picture(desk: Desk, owner: Owner, image_hash: str) -> bool:
    """Whether a picture is of one of the owner's dishes, suggested or published."""
    for waiting in desk.queue.of_vendor(owner.country, owner.vendor_id):
        if is_shown(waiting):
            shown = shown_pictures(waiting.item)
            if any(one.image_hash == image_hash for one in shown):
                return True
    events = desk.feed.of_vendor(owner.country, owner.vendor_id)
    return any(event.payload["image_hash"] == image_hash for event in events)


def _dishes(
    desk: Desk,
    owner: Owner,
    items: list[WaitingItem],
    choices: list[VendorChoice],
    withheld: frozenset[str],
) -> Iterator[OwnerDish]:
    past = desk.history.votes(country=owner.country, reviewer=owner.reviewer, limit=_NEWEST_VOTES)
    newest = {vote.product_id: vote for vote in reversed(past)}
    for waiting in items:
        if waiting.item.product_id not in withheld:
            yield _dish(waiting, newest.get(waiting.item.product_id))
    names = {
        choice.product_id: str((choice.detail or {}).get("name", choice.product_id))
        for choice in choices
        if choice.choice == "decline"
    }
    for product_id in sorted(withheld):
        yield OwnerDish(product_id, "", names[product_id], "", "", "stays_without", False, (), None)


def _dish(waiting: WaitingItem, vote: PastVote | None) -> OwnerDish:
    item = waiting.item
    stands = vote is not None and vote.version == item.version and vote.verdict != "undo"
    mine = vote if stands else None
    return OwnerDish(
        product_id=item.product_id,
        version=item.version,
        name=item.name,
        english_name=item.english_name,
        description=item.description,
        state=_state(waiting, mine),
        team_looks_too=item.looks_needed > 1,
        pictures=shown_pictures(item),
        chosen_id=mine.candidate_ids[0] if mine and mine.verdict == "approve" else None,
    )


def _state(waiting: WaitingItem, mine: PastVote | None) -> DishState:
    if waiting.state == "dispute":
        return "team_decides"
    if mine is None:
        return "waiting" if waiting.state == "open" else "team_decided"
    states: Mapping[tuple[str, bool], DishState] = {
        ("approve", True): "chosen",
        ("approve", False): "chosen_team_looks",
        ("reject", True): "turned_down",
        ("reject", False): "turned_down_team_looks",
    }
    return states[mine.verdict, waiting.state == "settled"]
