"""What people said of pictures, and which pictures might pass without them.

Belongs here: turning decisions into judgements, and the doubts that leave a picture to a person.
Does not belong here: what follows from judgements (`calibration.py`). Decisions come from the
review store itself, not from `review_decisions`: what passes without a person becomes a decision
too, so calibration stands before that table.
"""

from collections.abc import Sequence

import dagster as dg
import polars as pl

from menu_assets.table_asset import table_asset
from menu_assets.tables.calibration import JUDGEMENTS, MADE_AND_CHECKED_BY
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import PRODUCTS
from menu_assets.tables.review import REVIEW_DECISIONS, SHORTLIST
from menu_assets.tables.scores import QUALITY_SCORES
from resources.review_store import NO_PERSON, Decision, ReviewStore

SCOPE = tuple(column.name for column in MADE_AND_CHECKED_BY)

FORMER = "former_model_or_checks"
"""Doubt about a picture that another model, settings or checks stand behind than the newest one."""

NOT_BEST = "not_the_best"
DIET = "dietary_flags"
"""Diet, faith and allergens need 0.1 % bad and thousands of judgements each: people keep them."""


def decisions_frame(decisions: Sequence[Decision]) -> pl.DataFrame:
    """Decisions as rows, oldest first."""
    names = REVIEW_DECISIONS.schema.names()
    rows = [[vars(decision)[name] for name in names] for decision in decisions]
    return pl.DataFrame(rows, schema=REVIEW_DECISIONS.schema, orient="row")


def by_people(decisions: pl.DataFrame) -> pl.DataFrame:
    """One row for each picture's bytes that a person decided on.

    The newest word of each person counts. Where two people disagree the picture is bad: doubt must
    not open the gate. A picture keeps the time of its first judgement, and with it the look
    that it belongs to: who changes their mind changes what that look found.
    """
    bytes_of = ["candidate_id", "image_hash"]
    decided = (
        decisions.filter(~pl.col("reviewer").is_in(NO_PERSON))
        .sort("decided_at", "decision_id")
        .with_columns(judged_at=pl.col("decided_at").min().over(bytes_of))
    )
    rejected = pl.col("decision") == "reject"
    return (
        decided.unique([*bytes_of, "reviewer"], keep="last")
        .group_by(*bytes_of, "judged_at")
        .agg(is_bad=rejected.any(), is_contradicted=rejected.any() & ~rejected.all())
    )


def judged(
    shortlist: pl.DataFrame,
    candidate_images: pl.DataFrame,
    quality_scores: pl.DataFrame,
    products: pl.DataFrame,
    decisions: pl.DataFrame,
) -> pl.DataFrame:
    """The shortlisted pictures with judgements and doubts.

    Decisions on pictures that are no longer on the list, or on other bytes, judge nothing.
    """
    made = candidate_images.select(
        "candidate_id",
        pl.col("template").fill_null(""),
        "model_id",
        "model_revision",
        "settings",
        "made_at",
    )
    # What follows the first "|" is what the checks knew of the dish.
    checker = pl.col("checker_version").str.split("|").list.first().alias("checker")
    rows = (
        shortlist.join(made, on="candidate_id")
        .join(quality_scores.select("candidate_id", checker), on="candidate_id")
        .join(
            products.select("product_id", "category", "dietary_flags"), on="product_id", how="left"
        )
        .join(by_people(decisions), on=["candidate_id", "image_hash"], how="left")
    )
    is_newest = pl.all_horizontal(
        pl.col(name) == pl.col(name).sort_by("made_at", "candidate_id").last() for name in SCOPE
    )
    doubts = (
        pl.when(pl.col("unchecked") != "").then("unchecked"),
        pl.when(pl.col("dietary_flags").fill_null("") != "").then(pl.lit(DIET)),
        pl.when(pl.col("rank") > 1).then(pl.lit(NOT_BEST)),
        pl.when(~is_newest).then(pl.lit(FORMER)),
    )
    return (
        rows.with_columns(
            pl.col("category").fill_null(""),
            pl.col("is_contradicted").fill_null(False),
            doubt=pl.concat_str(doubts, separator=";", ignore_nulls=True),
        )
        .select(JUDGEMENTS.schema.names())
        .sort("candidate_id")
    )


@table_asset(JUDGEMENTS, inputs=[SHORTLIST, CANDIDATE_IMAGES, QUALITY_SCORES, PRODUCTS])
def judgements(
    context: dg.AssetExecutionContext,
    shortlist: pl.DataFrame,
    candidate_images: pl.DataFrame,
    quality_scores: pl.DataFrame,
    products: pl.DataFrame,
    reviews: dg.ResourceParam[ReviewStore],
) -> dg.MaterializeResult:
    """Join people's decisions to what was known of each picture."""
    decisions = decisions_frame(reviews.decisions(context.partition_key))
    frame = judged(shortlist, candidate_images, quality_scores, products, decisions)
    contradicted = frame.filter("is_contradicted")
    if contradicted.height:
        context.log.warning(
            "%d pictures were approved and rejected by different people, e.g. %s: they are bad",
            contradicted.height,
            contradicted["candidate_id"][0],
        )
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "judged": frame["is_bad"].count(),
            "judged_bad": int(frame["is_bad"].sum()),
            "judged_both_ways": contradicted.height,
            "without_doubt": frame.filter(pl.col("doubt") == "").height,
            "audit_slice": int(frame["is_audit"].sum()),
        },
    )
