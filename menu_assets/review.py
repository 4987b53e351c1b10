"""What people decided, and what follows from it. Here is the gate.

`approved_images` lets through exactly the pictures whose newest decision is "approve", of the bytes
that were decided on, of the dish as the menu calls it today, without a veto. Dagster's checks watch
the gate; they are not the gate. What a certificate approved is held to more than what a person did:
it passes only while nothing about it is unchecked.
"""

import dagster as dg
import polars as pl

from menu_assets.auto_acceptance import auto_accepted
from menu_assets.judgements import decisions_frame
from menu_assets.look_alikes import with_look_alikes
from menu_assets.metadata import contact_sheet
from menu_assets.safety_scores import vetoed
from menu_assets.table_asset import Check, table_asset
from menu_assets.tables.calibration import CALIBRATION, JUDGEMENTS
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS
from menu_assets.tables.review import APPROVED_IMAGES, REVIEW_DECISIONS, SHORTLIST
from menu_assets.tables.scores import LOOK_ALIKES, SAFETY_SCORES
from resources.acceptance_rule import AcceptanceRule
from resources.picture_store import DamagedPicture, PictureStore
from resources.review_state import state_by_country
from resources.review_store import AUTO_REVIEWER, ReviewStore
from resources.rollout import Rollout
from resources.vendor_choices import VendorChoices

APPROVED_BY_PERSON = Check(
    "every_picture_was_approved",
    "Each picture has an approving decision on its very bytes, and no later rejection.",
    blocking=True,
)


@table_asset(REVIEW_DECISIONS, inputs=[SHORTLIST, JUDGEMENTS, CALIBRATION])
def review_decisions(
    context: dg.AssetExecutionContext,
    shortlist: pl.DataFrame,
    judgements: pl.DataFrame,
    calibration: pl.DataFrame,
    reviews: dg.ResourceParam[ReviewStore],
    vendors: dg.ResourceParam[VendorChoices],
    rollout: dg.ResourceParam[Rollout],
    acceptance: dg.ResourceParam[AcceptanceRule],
) -> dg.MaterializeResult:
    """Copy the review store's decisions, so that they have lineage and analysts can ask them.

    Where auto-accept is on, what certificates cover is decided first.
    """
    before = decisions_frame(reviews.decisions(context.partition_key))
    covered = auto_accepted(judgements, calibration, before) if acceptance.is_on else []
    passed_alone = reviews.record(covered)
    state = state_by_country(reviews, vendors, rollout)  # before reading
    frame = decisions_frame(reviews.decisions(context.partition_key))
    decided = frame.filter(pl.col("decision") == "approve")
    waiting = shortlist.join(decided, on="product_id", how="anti")["product_id"].n_unique()
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "decisions": frame.height,
            "what_people_said": state.get(context.partition_key, ""),
            "approvals": decided.height,
            "passed_without_a_person": passed_alone,
            "dishes_waiting_for_a_person": waiting,
        },
    )


def approved(
    prompts: pl.DataFrame,
    candidate_images: pl.DataFrame,
    safety_scores: pl.DataFrame,
    review_decisions: pl.DataFrame,
) -> pl.DataFrame:
    """At most one picture a product: the newest approval that passes the gate."""
    unchecked = safety_scores.filter(pl.col("verdict") == "unchecked")["candidate_id"]
    by_certificate = pl.col("reviewer") == AUTO_REVIEWER
    newest = review_decisions.sort("decided_at", "decision_id").unique(
        ["candidate_id", "image_hash"], keep="last"
    )
    looked_at = ["candidate_id", "image_hash"]
    unvetoed = candidate_images.join(safety_scores, on=looked_at, how="semi").join(
        vetoed(safety_scores), on="candidate_id", how="anti"
    )
    return (
        newest.filter(pl.col("decision") == "approve")
        .filter(~by_certificate | ~pl.col("candidate_id").is_in(unchecked.implode()))
        .join(unvetoed, on=["candidate_id", "product_id", "image_hash"], how="inner")
        .join(prompts, on=["product_id", "name"], how="semi")
        .sort("decided_at", "decision_id")
        .unique("product_id", keep="last")
        .select(APPROVED_IMAGES.schema.names())
        .sort("product_id")
    )


@table_asset(
    APPROVED_IMAGES,
    inputs=[PROMPTS, CANDIDATE_IMAGES, SAFETY_SCORES, LOOK_ALIKES, REVIEW_DECISIONS],
    checks=[APPROVED_BY_PERSON],
)
def approved_images(
    context: dg.AssetExecutionContext,
    prompts: pl.DataFrame,
    candidate_images: pl.DataFrame,
    safety_scores: pl.DataFrame,
    look_alikes: pl.DataFrame,
    review_decisions: pl.DataFrame,
    pictures: dg.ResourceParam[PictureStore],
) -> dg.MaterializeResult:
    """Open the gate for what was approved, and hold back what is damaged."""
    findings = with_look_alikes(safety_scores, look_alikes)
    passed = approved(prompts, candidate_images, findings, review_decisions)
    damaged = []
    for product_id, image_hash in passed.select("product_id", "image_hash").iter_rows():
        try:
            pictures.read_bytes(image_hash)
        except DamagedPicture as error:
            context.log.warning("%s is held back until it is made again: %s", product_id, error)
            damaged.append(product_id)
    frame = passed.filter(~pl.col("product_id").is_in(damaged))
    approvals = review_decisions.filter(pl.col("decision") == "approve")
    rejections = review_decisions.filter(pl.col("decision") == "reject")
    stands = frame.join(
        approvals, on=["decision_id", "candidate_id", "image_hash"], how="semi"
    ).height == frame.height and not any(
        later
        for later in frame.join(rejections, on=["candidate_id", "image_hash"])
        .select(pl.col("decided_at_right") > pl.col("decided_at"))
        .to_series()
    )
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "pictures_approved": frame.height,
            "pictures_held_back": len(damaged),
            "contact_sheet": contact_sheet(pictures, frame["image_hash"].to_list()),
        },
        check_results=[APPROVED_BY_PERSON.result(APPROVED_IMAGES, passed=stands)],
    )
