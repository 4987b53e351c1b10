"""What the GPU assets promise of their rows, each checked in a step of its own.

Belongs here: the checks of `candidate_images`, `safety_scores` and `quality_scores`. Other assets
report their checks themselves.
"""

import dagster as dg
import polars as pl

from menu_assets.candidate_images import candidates_of, damaged_candidates
from menu_assets.table_asset import Check, table_check
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS
from menu_assets.tables.scores import QUALITY_SCORES, SAFETY_SCORES
from resources.picture_generator import Generator
from resources.picture_store import PictureStore

FAILED_SHARE_ALARM = 0.05
PICTURES_THERE = Check(
    "pictures_are_there", "Each picture's file is there, with all its bytes.", blocking=True
)
FEW_FAILURES = Check("few_failures", "At most 5 % of the tries gave no picture.")
BUDGET_SUFFICES = Check("budget_suffices", "No picture waits for the budget of another day.")
ALL_LOOKED_AT = Check(
    "every_picture_was_looked_at", "Each picture has its findings.", blocking=True
)
ALL_SCORED = Check("every_picture_was_scored", "Each picture has its scores.")


@table_check(CANDIDATE_IMAGES, PICTURES_THERE)
def pictures_are_there(
    candidate_images: pl.DataFrame, pictures: dg.ResourceParam[PictureStore]
) -> dg.AssetCheckResult:
    """Look at each file's length, without opening it."""
    damaged = damaged_candidates(pictures, candidate_images)
    return PICTURES_THERE.result(
        CANDIDATE_IMAGES, passed=damaged.is_empty(), damaged_pictures=damaged.height
    )


@table_check(CANDIDATE_IMAGES, FEW_FAILURES)
def few_failures(candidate_images: pl.DataFrame) -> dg.AssetCheckResult:
    """Count the tries that gave no picture."""
    failed = candidate_images.filter(pl.col("status") == "failed").height
    share = failed / max(1, candidate_images.height)
    return FEW_FAILURES.result(
        CANDIDATE_IMAGES, passed=share <= FAILED_SHARE_ALARM, failed_share=share
    )


@table_check(CANDIDATE_IMAGES, BUDGET_SUFFICES, inputs=[PROMPTS])
def budget_suffices(
    candidate_images: pl.DataFrame, prompts: pl.DataFrame, generator: dg.ResourceParam[Generator]
) -> dg.AssetCheckResult:
    """Compare with what the prompts ask for: all else that was asked for was tried."""
    wanted = candidates_of(generator, prompts)
    waiting = wanted.join(candidate_images, on="candidate_id", how="anti").height
    return BUDGET_SUFFICES.result(CANDIDATE_IMAGES, passed=waiting == 0, pictures_waiting=waiting)


@table_check(SAFETY_SCORES, ALL_LOOKED_AT, inputs=[CANDIDATE_IMAGES])
def every_picture_was_looked_at(
    safety_scores: pl.DataFrame, candidate_images: pl.DataFrame
) -> dg.AssetCheckResult:
    """Compare with the pictures that there are."""
    waiting = _made(candidate_images).join(safety_scores, on="candidate_id", how="anti").height
    return ALL_LOOKED_AT.result(SAFETY_SCORES, passed=waiting == 0, pictures_not_looked_at=waiting)


@table_check(QUALITY_SCORES, ALL_SCORED, inputs=[CANDIDATE_IMAGES])
def every_picture_was_scored(
    quality_scores: pl.DataFrame, candidate_images: pl.DataFrame
) -> dg.AssetCheckResult:
    """Compare with the pictures that there are."""
    waiting = _made(candidate_images).join(quality_scores, on="candidate_id", how="anti").height
    return ALL_SCORED.result(QUALITY_SCORES, passed=waiting == 0, pictures_without_scores=waiting)


def _made(candidate_images: pl.DataFrame) -> pl.DataFrame:
    return candidate_images.filter(pl.col("status") == "made")
