"""The dishes that wait for a person, each with its pictures: what the review desk shows.

Belongs here: putting items together, why a person has to look, and in which order. Does not belong
here: which pictures wait (`waiting.py`), and leases and votes (`resources/review_queue.py`).
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import polars as pl

from menu_assets.look_alikes import with_look_alikes
from menu_assets.table_asset import table_asset
from menu_assets.tables.images import CANDIDATE_IMAGES, VENDOR_PHOTOS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS
from menu_assets.tables.review import APPROVED_IMAGES, REVIEW_DECISIONS, REVIEW_QUEUE, SHORTLIST
from menu_assets.tables.scores import LOOK_ALIKES, QUALITY_SCORES, SAFETY_SCORES
from menu_assets.waiting import waiting
from resources.checks.finding import Finding
from resources.review_item import AUDIT, CHOICE, ReviewItem, ShownCandidate
from resources.review_queue import ReviewQueue
from resources.review_rule import ReviewRule
from resources.vendor_choices import VendorChoices

PICTURES_SHOWN = 4
"""What fits side by side, and the number keys 1 to 4."""

MOST_SEVERE_FIRST = (
    "diet",
    "allergens",
    "people",
    "animals",
    "nudity_and_violence",
    "look_alike",
    "logos",
    "watermark",
    "text",
    "text_readable",
    "dish_shown",
)
"""Checks whose open question names the item's reason before others': what harms most comes first.

Others follow by name.
"""

SCORES = tuple(
    column.name
    for column in QUALITY_SCORES.columns
    if column.unit == "0 to 1" and column.name != "combined"
)


@table_asset(
    REVIEW_QUEUE,
    inputs=[
        SHORTLIST,
        REVIEW_DECISIONS,
        APPROVED_IMAGES,
        PRODUCTS,
        IMAGE_COVERAGE,
        ENGLISH_MENU,
        VENDOR_PHOTOS,
        CANDIDATE_IMAGES,
        SAFETY_SCORES,
        LOOK_ALIKES,
        QUALITY_SCORES,
    ],
)
def review_queue(
    context: dg.AssetExecutionContext,
    shortlist: pl.DataFrame,
    review_decisions: pl.DataFrame,
    approved_images: pl.DataFrame,
    products: pl.DataFrame,
    image_coverage: pl.DataFrame,
    english_menu: pl.DataFrame,
    vendor_photos: pl.DataFrame,
    candidate_images: pl.DataFrame,
    safety_scores: pl.DataFrame,
    look_alikes: pl.DataFrame,
    quality_scores: pl.DataFrame,
    queue: dg.ResourceParam[ReviewQueue],
    vendors: dg.ResourceParam[VendorChoices],
    review_rule: dg.ResourceParam[ReviewRule],
) -> dg.MaterializeResult:
    """Put what waits before the people at the desk; what no longer waits is taken away."""
    withheld = vendors.withheld(context.partition_key)
    dishes = (
        products.join(
            english_menu.select("product_id", "english_name", "english_description"),
            on="product_id",
            how="left",
        )
        .join(image_coverage.select("product_id", "priority"), on="product_id", how="left")
        .join(vendor_photos.select("product_id", "photo_hash"), on="product_id", how="left")
    )
    pictures = (
        waiting(shortlist, review_decisions, approved_images)
        .filter(pl.col("rank") <= PICTURES_SHOWN)
        .join(
            candidate_images.select(
                "candidate_id",
                "width_px",
                "height_px",
                "model_id",
                "model_revision",
                "template",
                "prompt",
                "made_at",
            ),
            on="candidate_id",
        )
        .join(quality_scores.select("candidate_id", *SCORES), on="candidate_id", how="left")
        .sort("product_id", "rank")
    )
    items = [
        item
        for item in items_of(
            dishes, pictures, with_look_alikes(safety_scores, look_alikes), review_rule
        )
        if not withheld.covers(item.vendor_id, item.product_id)
    ]
    new = queue.replace(context.partition_key, items)
    return dg.MaterializeResult(
        value=frame_of(items),
        metadata={
            "dishes_waiting": len(items),
            "new_or_changed": new,
            "need_two_people": sum(item.looks_needed > 1 for item in items),
        },
    )


def items_of(
    dishes: pl.DataFrame, pictures: pl.DataFrame, findings: pl.DataFrame, rule: ReviewRule
) -> list[ReviewItem]:
    """The items, most viewed dish first.

    Args:
        dishes: Products with English name and description, priority and photo.
        pictures: Pictures that wait, best first, with what made them and their scores.
        findings: Of all checks.
        rule: How many people have to look.
    """
    open_questions = _open_questions(findings, pictures)
    asked = [{finding.check_name for finding in of_one} for of_one in open_questions.values()]
    of_every_picture = set.intersection(*asked) if asked else set()
    of_dish: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in pictures.iter_rows(named=True):
        of_dish[row["product_id"]].append(row)
    dishes = dishes.filter(pl.col("product_id").is_in(list(of_dish)))
    items = [
        _item(dish, of_dish[dish["product_id"]], open_questions, of_every_picture, rule)
        for dish in dishes.iter_rows(named=True)
    ]
    return sorted(items, key=lambda item: (item.priority, item.product_id))


def _open_questions(findings: pl.DataFrame, pictures: pl.DataFrame) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {one: [] for one in pictures["candidate_id"]}
    unchecked = (
        findings.filter(pl.col("verdict") == "unchecked")
        .join(pictures, on=["candidate_id", "image_hash"], how="semi")
        .sort("candidate_id", "check_name")
        .select("candidate_id", "check_name", "verdict", "score", "reason", "evidence")
    )
    for row in unchecked.iter_rows(named=True):
        row["evidence"] = row["evidence"] and json.loads(row["evidence"])
        found[row.pop("candidate_id")].append(Finding(**row))
    return found


def _item(
    dish: Mapping[str, Any],
    pictures: Sequence[Mapping[str, Any]],
    open_questions: Mapping[str, Sequence[Finding]],
    of_every_picture: set[str],
    rule: ReviewRule,
) -> ReviewItem:
    best = pictures[0]
    own = {finding.check_name for finding in open_questions[best["candidate_id"]]}
    own -= of_every_picture
    flags = tuple(flag for flag in (dish["dietary_flags"] or "").split(";") if flag)
    is_audit = any(row["is_audit"] for row in pictures)
    return ReviewItem(
        country=dish["country"],
        product_id=dish["product_id"],
        vendor_id=dish["vendor_id"],
        vendor_name=dish["vendor_name"],
        name=dish["name"],
        english_name=dish["english_name"] or dish["name"],
        description=dish["description"] or "",
        english_description=dish["english_description"] or "",
        category=dish["category"],
        dietary_flags=flags,
        views_30d=dish["views_30d"],
        priority=dish["priority"] or 0,
        reason=main_reason(own, is_audit=is_audit),
        uncertainty=uncertainty(best["combined_score"], len(own)),
        is_audit=is_audit,
        looks_needed=rule.looks_needed(dish["country"], dish["product_id"], has_flags=bool(flags)),
        photo_hash=dish["photo_hash"],
        candidates=tuple(_shown(row, open_questions[row["candidate_id"]]) for row in pictures),
        dish_since=dish["updated_at"],
    )


def _shown(row: Mapping[str, Any], findings: Sequence[Finding]) -> ShownCandidate:
    return ShownCandidate(
        candidate_id=row["candidate_id"],
        image_hash=row["image_hash"],
        width_px=row["width_px"],
        height_px=row["height_px"],
        rank=row["rank"],
        combined_score=row["combined_score"],
        scores={name: row[name] for name in SCORES},
        findings=tuple(findings),
        model_id=row["model_id"],
        model_revision=row["model_revision"],
        template=row["template"] or "",
        prompt=row["prompt"],
        made_at=row["made_at"],
    )


def main_reason(open_checks: set[str], *, is_audit: bool) -> str:
    """The most severe open question, a check's name; `audit` or `choice` if there is none."""
    known = [check for check in MOST_SEVERE_FIRST if check in open_checks]
    first = [*known, *sorted(open_checks)]
    if first:
        return first[0]
    return AUDIT if is_audit else CHOICE


def uncertainty(combined_score: float, open_questions: int) -> float:
    """How little is known of a dish's best picture, 0 to 1.

    1 - score / 2^n: a picture of score 1 without an open question is certain; each question, of
    those that not every picture has, halves what is left.
    """
    return 1 - combined_score / 2**open_questions


def frame_of(items: Sequence[ReviewItem]) -> pl.DataFrame:
    """The items as rows of the table."""
    rows = [
        (
            item.country,
            item.product_id,
            item.vendor_id,
            item.category,
            item.priority,
            item.reason,
            item.uncertainty,
            item.is_audit,
            item.looks_needed,
            len(item.candidates),
            item.version,
        )
        for item in sorted(items, key=lambda item: item.product_id)
    ]
    return pl.DataFrame(rows, schema=REVIEW_QUEUE.schema, orient="row")
