"""The fields that the API for owners reads and answers.

Belongs here: names, types, limits, examples. Does not belong here: addresses and tokens
(`owner_api.py`).
"""

from typing import Annotated, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from review_desk.owner_choices import LONGEST_WORDS, Problem
from review_desk.owner_links import Owner
from review_desk.owner_menu import DishState, OwnerDish, OwnerMenu, PublishedPicture

NO_CONTROLS = r"^[^\x00-\x1f\x7f]+$"
"""No text of a menu has control characters, and PostgreSQL refuses the first of them."""

NO_NUL = r"^[^\x00]*$"
"""Of texts with several lines."""

Id = Annotated[str, Field(min_length=1, max_length=300, pattern=NO_CONTROLS)]
ProductId = Annotated[Id, Field(description="The dish, as on the menu.", examples=["1234"])]
CandidateId = Annotated[Id, Field(description="A suggestion.", examples=["9f1c02ab34de56f7"])]
Version = Annotated[
    Id,
    Field(
        description="The dish's `version` that was looked at: a choice on another one is refused.",
        examples=["5c0d9d1f3a7b2e64"],
    ),
]
Address = Annotated[
    str,
    Field(
        description="Path of the picture, for the same token.",
        examples=["/api/v1/vendors/de/v1/pictures/" + "0" * 64],
    ),
]


class Asked(BaseModel):
    """A body that is sent; fields that nobody knows are refused."""

    model_config = ConfigDict(extra="forbid")


class DishOnly(Asked):
    """A dish."""

    product_id: ProductId


class DishAndVersion(DishOnly):
    """A dish as it was looked at."""

    version: Version


class Chosen(DishAndVersion):
    """A suggestion for a dish."""

    candidate_id: CandidateId


class Report(DishOnly):
    """What is wrong with a published picture."""

    problem: Problem
    words: str = Field("", max_length=LONGEST_WORDS, pattern=NO_NUL, examples=["It is a pie."])


class Picture(BaseModel):
    """A suggestion."""

    candidate_id: CandidateId
    image_hash: str
    address: Address
    width_px: int
    height_px: int


class Dish(BaseModel):
    """A dish with its suggestions."""

    product_id: ProductId
    version: str = Field(description="What a choice has to name; empty without suggestions.")
    name: str = Field(examples=["Flädlesuppe"])
    english_name: str = Field(examples=["pancake soup"])
    description: str
    state: DishState
    team_looks_too: bool = Field(description="A choice is the first of two looks.")
    chosen_id: str | None
    pictures: list[Picture]


class Published(BaseModel):
    """A picture that guests see."""

    product_id: ProductId
    name: str
    image_hash: str
    address: Address
    reported: bool = Field(description="It is being taken down.")


class Suggestions(BaseModel):
    """All that an owner sees."""

    country: str
    vendor_id: str
    notice: str = Field(
        description="To be shown with the pictures.",
        examples=["These pictures were made with AI. They are not photos of your food."],
    )
    opted_out: bool
    dishes: list[Dish]
    published: list[Published]

    @classmethod
    def of(cls, owner: Owner, menu: OwnerMenu, notice: str) -> Self:
        """What an owner sees, as fields."""
        return cls(
            country=owner.country,
            vendor_id=owner.vendor_id,
            notice=notice,
            opted_out=menu.opted_out,
            dishes=[_dish(owner, dish) for dish in menu.dishes],
            published=[_published(owner, picture) for picture in menu.published],
        )


class Said(BaseModel):
    """Where a dish stands, after what was said."""

    product_id: ProductId
    state: DishState


class Reported(BaseModel):
    """A report that was kept."""

    product_id: ProductId
    reported: bool = True


class Wanted(BaseModel):
    """Whether the vendor wants pictures."""

    opted_out: bool


class ProblemFields(BaseModel):
    """Why something was not done (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(examples=["about:blank"])
    title: str
    status: int
    detail: str = Field(description="What happened and what to do, in English.")
    request_id: str
    code: str | None = Field(
        None, description="For programs, of 403, 404 and 409.", examples=["dish_changed"]
    )


def _address(owner: Owner, image_hash: str) -> str:
    return (
        f"/api/v1/vendors/{owner.country}/{quote(owner.vendor_id, safe='')}/pictures/{image_hash}"
    )


def _dish(owner: Owner, dish: OwnerDish) -> Dish:
    pictures = [
        Picture(
            candidate_id=one.candidate_id,
            image_hash=one.image_hash,
            address=_address(owner, one.image_hash),
            width_px=one.width_px,
            height_px=one.height_px,
        )
        for one in dish.pictures
    ]
    return Dish(**{**vars(dish), "pictures": pictures})


def _published(owner: Owner, picture: PublishedPicture) -> Published:
    return Published(
        product_id=picture.product_id,
        name=picture.name,
        image_hash=picture.image_hash,
        address=_address(owner, picture.image_hash),
        reported=picture.reported,
    )
