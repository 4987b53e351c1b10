"""Recalling pictures: everything that was made from one thing, withdrawn in one go.

Belongs here: finding it, and deciding against it. Does not belong here: running the countries
concerned (`republication.py`), and words at a terminal (`recall_command.py`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import polars as pl

from menu_assets.judgements import decisions_frame
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.publication import PUBLISHED_CATALOGUE, PUBLISHED_FILES
from menu_assets.tables.review import SHORTLIST
from resources.approval_withdrawal import ApprovalWithdrawal
from resources.environment import Resources
from resources.review_store import Decision

Kind = Literal["model", "prompt-template", "vendor-photo", "reviewer", "product"]

PICTURE = ["candidate_id", "image_hash"]

FORMS = {
    # A shorter beginning of a photo's hash may be another photo's, too.
    "vendor-photo": (re.compile("[0-9a-f]{8,64}"), "at least the first 8 digits of its hash"),
    "product": (re.compile("[a-z]{2}/.+"), "COUNTRY/ID, e.g. de/1234"),
}
"""What a source has to look like, and how to say so."""


class NothingMade(ValueError):
    """No picture was ever made from what is named; the message says what there is."""


@dataclass(frozen=True)
class Source:
    """What the pictures to be recalled have in common.

    Attributes:
        kind: Which of their properties.
        value: `ID` or `ID@REVISION` of a model, `NAME` or `NAME@VERSION` of a template, the first
            characters of a photo's hash, a reviewer, or `COUNTRY/ID` of a product.
    """

    kind: Kind
    value: str

    def __post_init__(self) -> None:
        form, words = FORMS.get(self.kind, (re.compile(".+"), "its name"))
        if not form.fullmatch(self.value):
            raise ValueError(f"--{self.kind} is {self.value!r}: use {words}")

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"

    def made(self) -> pl.Expr:
        """Which candidates were made from it; none for a reviewer, who made nothing."""
        name, _, version = self.value.partition("@")
        if self.kind == "model":
            of_revision = pl.col("model_revision") == version if version else pl.lit(True)
            return (pl.col("model_id") == name) & of_revision
        if self.kind == "prompt-template":
            template = pl.col("template") == self.value
            return template if version else pl.col("template").str.split("@").list.first() == name
        if self.kind == "vendor-photo":
            return pl.col("photo_hash").str.starts_with(self.value)
        if self.kind == "product":
            return pl.concat_str("country", "product_id", separator="/") == self.value
        return pl.lit(False)


@dataclass(frozen=True)
class Found:
    """What was made from a source in one country.

    Attributes:
        country: Market.
        pictures: Pictures (`candidate_id`, `image_hash`, `product_id`) that must not come back;
            of a reviewer, those approved.
        shortlisted: How many of them people can choose from.
        approved: How many of them have an approval as their newest decision.
        published: Rows of the catalogue that show one of them.
        files: Files that are published of them, all channels.
    """

    country: str
    pictures: pl.DataFrame
    shortlisted: int
    approved: int
    published: pl.DataFrame
    files: int


def find(resources: Resources, source: Source, countries: Sequence[str]) -> list[Found]:
    """What was made from a source, country by country; countries without any are left out.

    Raises:
        NothingMade: there is none in any of the countries.
    """
    if source.kind == "reviewer":
        ever = ApprovalWithdrawal(resources.reviews.database).countries(source.value)
        found = [_approved_by(resources, source, code) for code in countries if code in ever]
    else:
        found = [_made_from(resources, source, code) for code in countries]
        found = [one for one in found if one.pictures.height]
    if not found:
        where = f" in {countries[0]}" if len(countries) == 1 else ""
        raise NothingMade(f"no picture comes from {source}{where}{_known(resources, source)}")
    return found


def recall(resources: Resources, source: Source, found: Found, who: str, reason: str) -> int:
    """Decide against all that was found, or take a reviewer's approvals back.

    Returns:
        How many decisions are new; 0 if all of it was recalled before.
    """
    if source.kind == "reviewer":
        withdrawal = ApprovalWithdrawal(resources.reviews.database)
        return withdrawal.withdraw(source.value, found.country, who)
    words = f"recalled: {source}{f'; {reason}' if reason else ''}"
    return resources.reviews.record(
        list(_rejections(resources, found, who, words, datetime.now(UTC)))
    )


def still_shown(resources: Resources, source: Source, country: str) -> int:
    """How many published pictures are of the source, or rest on a decision that does not stand."""
    published = resources.tables.read(PUBLISHED_CATALOGUE, country)
    if source.kind != "reviewer":
        made = resources.tables.read(CANDIDATE_IMAGES, country).filter(source.made())
        return published.join(made, on="candidate_id", how="semi").height
    standing = [decision.decision_id for decision in resources.reviews.decisions(country)]
    return published.filter(~pl.col("decision_id").is_in(standing)).height


def _made_from(resources: Resources, source: Source, country: str) -> Found:
    decided = _newest(resources, country)
    candidates = pl.concat(
        # Parts are drawn and paid for, and a run will collect them.
        [
            resources.tables.read(CANDIDATE_IMAGES, country),
            resources.tables.parts(CANDIDATE_IMAGES, country),
        ]
    ).filter(source.made())
    # What was decided on under other bytes may be made again, byte for byte.
    of_old = decided.join(candidates, on="candidate_id", how="semi")
    pictures = pl.concat(
        [
            candidates.filter(pl.col("image_hash").is_not_null()).select(*PICTURE, "product_id"),
            of_old.select(*PICTURE, "product_id"),
        ]
    ).unique(PICTURE, maintain_order=True)
    published = resources.tables.read(PUBLISHED_CATALOGUE, country).join(
        pictures, on="candidate_id", how="semi"
    )
    return _found(resources, country, decided, pictures, published)


def _approved_by(resources: Resources, source: Source, country: str) -> Found:
    ids = ApprovalWithdrawal(resources.reviews.database).approvals(source.value, country)
    decisions = decisions_frame(resources.reviews.decisions(country))
    pictures = (
        decisions.filter(pl.col("decision_id").is_in(list(ids)))
        .select(*PICTURE, "product_id")
        .unique(PICTURE, maintain_order=True)
    )
    published = resources.tables.read(PUBLISHED_CATALOGUE, country).filter(
        pl.col("decision_id").is_in(list(ids))
    )
    return _found(resources, country, _newest(resources, country), pictures, published)


def _found(
    resources: Resources,
    country: str,
    decided: pl.DataFrame,
    pictures: pl.DataFrame,
    published: pl.DataFrame,
) -> Found:
    shortlist = resources.tables.read(SHORTLIST, country)
    files = resources.tables.read(PUBLISHED_FILES, country)
    return Found(
        country,
        pictures,
        shortlisted=shortlist.join(pictures, on=PICTURE, how="semi").height,
        approved=decided.filter(pl.col("decision") == "approve")
        .join(pictures, on=PICTURE, how="semi")
        .height,
        published=published,
        files=files.join(published, on="product_id", how="semi")["file"].count(),
    )


def _newest(resources: Resources, country: str) -> pl.DataFrame:
    """The newest decision on each picture."""
    decisions = decisions_frame(resources.reviews.decisions(country))
    return decisions.sort("decided_at", "decision_id").unique(PICTURE, keep="last")


def _rejections(
    resources: Resources, found: Found, who: str, reason: str, now: datetime
) -> Iterator[Decision]:
    """A rejection of each picture that is not rejected, newer than all that was said of it."""
    pictures = found.pictures.join(
        _newest(resources, found.country).select(*PICTURE, "decision", "decided_at"),
        on=PICTURE,
        how="left",
    ).filter(pl.col("decision").is_null() | (pl.col("decision") != "reject"))
    for row in pictures.iter_rows(named=True):
        # Another machine's clock may be ahead of this one's.
        after = row["decided_at"] and row["decided_at"] + timedelta(microseconds=1)
        yield Decision(
            found.country,
            row["product_id"],
            row["candidate_id"],
            row["image_hash"],
            "reject",
            who,
            reason,
            decided_at=max(now, after or now),
        )


def _known(resources: Resources, source: Source) -> str:
    """What there is instead, for whoever mistyped a model or template."""
    column = {"model": "model_id", "prompt-template": "template"}.get(source.kind)
    if column is None:
        return ""
    names = resources.tables.read_all(CANDIDATE_IMAGES)[column].drop_nulls().unique().sort()
    return f"; there are {', '.join(names)}" if names.len() else ""
