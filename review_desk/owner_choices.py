"""What an owner says of the dishes: choosing, turning down, going without, reporting.

Belongs here: what may be said when, and saying it twice. Does not belong here: what the owner sees
(`owner_menu.py`), and how votes become decisions (`resources/review_votes.py`).

Every function names the owner, and touches no other vendor's dishes. What is said twice counts
once.
"""

import uuid
from collections.abc import Callable
from typing import Literal, get_args

from resources.review_history import PastVote
from resources.review_item import ReviewItem
from resources.review_queue import ItemKey
from resources.review_store import Decision
from resources.vendor_choices import Choice, VendorChoice
from resources.vote_log import ItemChanged, Vote, VoteRefused
from review_desk.desk import Desk
from review_desk.owner_links import Owner
from review_desk.owner_menu import (
    DishState,
    PublishedPicture,
    is_shown,
    owner_dish,
    published_pictures,
    shown_pictures,
)

DECLINED_ALL = "owner_declined_all"
"""Reason of a rejection by which an owner turns all suggestions down."""

Problem = Literal["wrong_dish", "not_in_it", "looks_bad", "other"]
PROBLEMS: tuple[Problem, ...] = get_args(Problem)
"""What an owner reports of a published picture."""

LONGEST_WORDS = 1000
"""Characters of a report."""


class OwnerRefused(ValueError):
    """What an owner says cannot be done.

    The message says why, in English; `key` names the same in the owner's language.
    """

    key = "refused_decided"


class DishChanged(OwnerRefused):
    """The suggestions are others than those that were looked at."""

    key = "refused_changed"


class DishDecided(OwnerRefused):
    """It is decided already, otherwise."""


class NotYourDish(OwnerRefused):
    """There is no such dish of this vendor."""

    key = "refused_not_yours"


class NotCovered(OwnerRefused):
    """The rollout has not come to this vendor, or is stopped."""

    key = "not_covered"


class OptedOut(OwnerRefused):
    """The owner wants no pictures: that has to be taken back first."""

    key = "opted_out"


def choose(desk: Desk, owner: Owner, product_id: str, version: str, candidate_id: str) -> DishState:
    """Choose a suggestion: published at once, or after our team's look where two are needed.

    Args:
        desk: The desk.
        owner: Who chooses.
        product_id: For which dish.
        version: The dish's version that the owner looked at.
        candidate_id: The suggestion.

    Returns:
        Where the dish stands now.

    Raises:
        OwnerRefused: it cannot be chosen; nothing was changed.
    """

    def vote_on(item: ReviewItem) -> Vote:
        if all(one.candidate_id != candidate_id for one in shown_pictures(item)):
            raise DishChanged("this picture is not among the dish's suggestions: load them again")
        return Vote(owner.reviewer, "approve", (candidate_id,), kind="owner")

    def is_same(past: PastVote) -> bool:
        return past.verdict == "approve" and past.candidate_ids == (candidate_id,)

    return _vote(desk, owner, ItemKey(owner.country, product_id, version), vote_on, is_same)


def turn_down_all(desk: Desk, owner: Owner, product_id: str, version: str) -> DishState:
    """Reject all suggestions of a dish; others may be made later.

    Returns:
        Where the dish stands now.

    Raises:
        OwnerRefused: it cannot be done; nothing was changed.
    """

    def vote_on(item: ReviewItem) -> Vote:
        every = tuple(one.candidate_id for one in item.candidates)
        return Vote(owner.reviewer, "reject", every, DECLINED_ALL, kind="owner")

    def is_same(past: PastVote) -> bool:
        return past.verdict == "reject"

    return _vote(desk, owner, ItemKey(owner.country, product_id, version), vote_on, is_same)


def go_without(desk: Desk, owner: Owner, product_id: str) -> None:
    """Have no picture for a dish; a published one is taken down.

    Raises:
        NotYourDish: the vendor has no such dish that has, or could get, a picture.
    """
    if product_id in _declined(desk, owner):
        return
    name = _name_of(desk, owner, product_id)
    _say(desk, owner, "decline", product_id, {"name": name})


def suggest_again(desk: Desk, owner: Owner, product_id: str) -> None:
    """Take `go_without` back.

    Raises:
        NotYourDish: the vendor has no such dish.
    """
    if product_id in _declined(desk, owner):
        _say(desk, owner, "accept", product_id)
    else:
        _name_of(desk, owner, product_id)


def opt_out(desk: Desk, owner: Owner) -> None:
    """Have no pictures at all; published ones are taken down."""
    if not _has_opted_out(desk, owner):
        _say(desk, owner, "opt_out")


def opt_in(desk: Desk, owner: Owner) -> None:
    """Take `opt_out` back."""
    if _has_opted_out(desk, owner):
        _say(desk, owner, "opt_in")


def report(desk: Desk, owner: Owner, product_id: str, problem: Problem, words: str = "") -> None:
    """Say that something is wrong with a published picture: it is rejected, and so taken down.

    Raises:
        NotYourDish: guests see no picture of such a dish of the vendor.
    """
    picture = _published(desk, owner).get(product_id)
    if picture is None:
        raise NotYourDish("no picture of this dish is published")
    if not picture.reported:
        detail = {
            "problem": problem,
            "words": words[:LONGEST_WORDS],
            "candidate_id": picture.candidate_id,
            "image_hash": picture.image_hash,
            "decision_id": picture.decision_id,
        }
        _say(desk, owner, "report", product_id, detail)
    rejection = Decision(
        owner.country,
        product_id,
        picture.candidate_id,
        picture.image_hash,
        "reject",
        owner.reviewer,
        f"owner_report: {problem}",
        # One for each approval: said twice it counts once, and after another approval again.
        decision_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"owner report {picture.decision_id}")),
    )
    desk.reviews.record([rejection])


def _vote(
    desk: Desk,
    owner: Owner,
    key: ItemKey,
    vote_on: Callable[[ReviewItem], Vote],
    is_same: Callable[[PastVote], bool],
) -> DishState:
    if not desk.rollout.now().covers(owner.country, owner.vendor_id):
        raise NotCovered("pictures are not offered to this vendor at the moment")
    if _has_opted_out(desk, owner):
        raise OptedOut("the vendor has opted out of pictures: opt in first")
    if _said_before(desk, owner, key, is_same):
        return _state(desk, owner, key.product_id)
    waiting = desk.queue.item(owner.country, key.product_id)
    if waiting is None or waiting.item.vendor_id != owner.vendor_id or not is_shown(waiting):
        raise NotYourDish("no dish of this vendor with this id waits for a choice")
    if key.product_id in _declined(desk, owner):
        raise DishDecided("the vendor wants no picture of this dish: ask for suggestions first")
    try:
        desk.votes.vote(key, vote_on(waiting.item))
    except ItemChanged as error:
        raise DishChanged(str(error)) from error
    except VoteRefused as error:
        # Sent twice at the same time, the second finds it decided: by the first.
        if not _said_before(desk, owner, key, is_same):
            raise DishDecided(str(error)) from error
    return _state(desk, owner, key.product_id)


def _said_before(
    desk: Desk, owner: Owner, key: ItemKey, is_same: Callable[[PastVote], bool]
) -> bool:
    votes = desk.history.votes(
        country=owner.country, product_id=key.product_id, reviewer=owner.reviewer, limit=1
    )
    return any(past.version == key.version and is_same(past) for past in votes)


def _state(desk: Desk, owner: Owner, product_id: str) -> DishState:
    dish = owner_dish(desk, owner, product_id)
    # Once the queue has followed, the dish waits no longer, and guests see what was decided.
    return dish.state if dish else "team_decided"


def _say(
    desk: Desk,
    owner: Owner,
    choice: Choice,
    product_id: str | None = None,
    detail: dict[str, str] | None = None,
) -> None:
    desk.vendors.add(VendorChoice(owner.country, owner.vendor_id, choice, product_id, detail))


def _declined(desk: Desk, owner: Owner) -> frozenset[str]:
    return desk.vendors.withheld(owner.country, owner.vendor_id).products


def _has_opted_out(desk: Desk, owner: Owner) -> bool:
    withheld = desk.vendors.withheld(owner.country, owner.vendor_id)
    return owner.vendor_id in withheld.vendors


def _published(desk: Desk, owner: Owner) -> dict[str, PublishedPicture]:
    events = desk.feed.of_vendor(owner.country, owner.vendor_id)
    choices = desk.vendors.choices(owner.country, owner.vendor_id)
    return {picture.product_id: picture for picture in published_pictures(events, choices)}


def _name_of(desk: Desk, owner: Owner, product_id: str) -> str:
    """A dish's name, if it is the owner's.

    Raises:
        NotYourDish: it is not.
    """
    waiting = desk.queue.item(owner.country, product_id)
    if waiting is not None and waiting.item.vendor_id == owner.vendor_id:
        return waiting.item.name
    picture = _published(desk, owner).get(product_id)
    if picture is None:
        raise NotYourDish("this vendor has no such dish with a picture or suggestions")
    return picture.name
