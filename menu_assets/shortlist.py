"""What people choose from: pictures without a veto, best first."""

import dagster as dg
import polars as pl

from menu_assets.look_alikes import with_look_alikes
from menu_assets.metadata import contact_sheet
from menu_assets.safety_scores import vetoed
from menu_assets.table_asset import Check, table_asset
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS
from menu_assets.tables.review import SHORTLIST
from menu_assets.tables.scores import LOOK_ALIKES, QUALITY_SCORES, SAFETY_SCORES
from resources.acceptance_rule import AcceptanceRule
from resources.picture_store import PictureStore

NO_VETOED = Check("no_vetoed_picture", "No picture with a veto is on the list.", blocking=True)
CHOICE_FOR_MOST = Check("most_dishes_have_a_choice", "At least 80 % of the dishes have a picture.")


def shortlisted(
    prompts: pl.DataFrame,
    candidate_images: pl.DataFrame,
    safety_scores: pl.DataFrame,
    quality_scores: pl.DataFrame,
    acceptance: AcceptanceRule,
) -> pl.DataFrame:
    """The pictures of the current prompts that were looked at and not vetoed, ranked by product.

    A picture that has not been looked at, or has no score, is not on the list: it waits. The audit
    slice is drawn among the best of each dish, since only those may ever pass without a person.
    """
    unchecked = (
        safety_scores.filter(pl.col("verdict") == "unchecked")
        .sort("candidate_id", "check_name")
        .group_by("candidate_id")
        .agg(pl.col("check_name").str.join(";").alias("unchecked"))
    )
    best_first = pl.struct(-pl.col("combined"), "candidate_id").rank("ordinal")
    ranked = (
        candidate_images.filter(pl.col("status") == "made")
        .join(prompts, on=["product_id", "prompt_id"], how="semi")
        .join(safety_scores, on=["candidate_id", "image_hash"], how="semi")
        .join(vetoed(safety_scores), on="candidate_id", how="anti")
        .join(
            quality_scores.select("candidate_id", "image_hash", "combined"),
            on=["candidate_id", "image_hash"],
        )
        .join(unchecked, on="candidate_id", how="left")
        .select(
            "candidate_id",
            "country",
            "product_id",
            "image_hash",
            best_first.over("product_id").cast(pl.Int64).alias("rank"),
            pl.col("combined").alias("combined_score"),
            pl.col("unchecked").fill_null(""),
        )
        .sort("product_id", "rank")
    )
    drawn = [acceptance.draws(candidate_id) for candidate_id in ranked["candidate_id"]]
    return ranked.with_columns(is_audit=pl.Series(drawn, dtype=pl.Boolean) & (pl.col("rank") == 1))


@table_asset(
    SHORTLIST,
    inputs=[PROMPTS, CANDIDATE_IMAGES, SAFETY_SCORES, QUALITY_SCORES, LOOK_ALIKES],
    checks=[NO_VETOED, CHOICE_FOR_MOST],
)
def shortlist(
    prompts: pl.DataFrame,
    candidate_images: pl.DataFrame,
    safety_scores: pl.DataFrame,
    quality_scores: pl.DataFrame,
    look_alikes: pl.DataFrame,
    pictures: dg.ResourceParam[PictureStore],
    acceptance: dg.ResourceParam[AcceptanceRule],
) -> dg.MaterializeResult:
    """Rank what is left."""
    findings = with_look_alikes(safety_scores, look_alikes)
    frame = shortlisted(prompts, candidate_images, findings, quality_scores, acceptance)
    served = frame["product_id"].n_unique()
    best = frame.filter(pl.col("rank") == 1).sort("combined_score", descending=True)
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "dishes_with_a_choice": served,
            "audit_slice": int(frame["is_audit"].sum()),
            "dishes_without_a_choice": prompts.height - served,
            "contact_sheet": contact_sheet(pictures, best["image_hash"].to_list()),
        },
        check_results=[
            NO_VETOED.result(
                SHORTLIST,
                passed=frame.join(vetoed(findings), on="candidate_id", how="semi").is_empty(),
            ),
            CHOICE_FOR_MOST.result(
                SHORTLIST, passed=served >= 0.8 * prompts.height, dishes_with_a_choice=served
            ),
        ],
    )
