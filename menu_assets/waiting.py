"""Which pictures wait for a person.

Belongs here: the rule. Does not belong here: showing them (`review_commands.py`), and the review
desk's queue (`review_queue.py`).
"""

import polars as pl

from resources.review_store import AUTO_REVIEWER

PRODUCT = ["country", "product_id"]
LOOKED_AT = ["candidate_id", "image_hash"]


def waiting(
    shortlist: pl.DataFrame, decisions: pl.DataFrame, approved_images: pl.DataFrame
) -> pl.DataFrame:
    """Shortlisted pictures that nobody decided on, of dishes without an approved picture.

    The audit slice waits whatever became of the dish. A certificate has no say on a picture that
    something is unchecked of. An approval that the next run will carry out counts already; one that
    was taken back does not.
    """
    newest = (
        decisions.sort("decided_at", "decision_id")
        .unique(LOOKED_AT, keep="last")
        .select(*LOOKED_AT, verdict="decision", by="reviewer")
    )
    powerless = (pl.col("by") == AUTO_REVIEWER) & (pl.col("unchecked") != "")
    judged = (
        shortlist.join(newest, on=LOOKED_AT, how="left")
        .with_columns(verdict=pl.when(powerless.not_()).then("verdict"))
        .drop("by")
    )
    rejected = newest.filter(pl.col("verdict") == "reject")
    still_approved = approved_images.join(rejected, on=LOOKED_AT, how="anti")
    undecided = judged.filter(pl.col("verdict").is_null()).drop("verdict")
    to_choose_from = (
        undecided.filter(~pl.col("is_audit"))
        .join(judged.filter(pl.col("verdict") == "approve"), on=PRODUCT, how="anti")
        .join(still_approved, on=PRODUCT, how="anti")
    )
    return pl.concat([to_choose_from, undecided.filter("is_audit")]).sort(*PRODUCT, "rank")
