"""What passes without a person: decided in the name of a certificate, in the review store.

Belongs here: which pictures a certificate covers, and their decisions. Does not belong here: what a
certificate rests on (`calibration.py`), and the gate (`review.py`): these decisions open it as a
person's do, and a person's rejection closes it again.
"""

import uuid

import polars as pl

from menu_assets.judgements import SCOPE
from resources.review_store import AUTO_REVIEWER, Decision


def auto_accepted(
    judgements: pl.DataFrame, calibration: pl.DataFrame, decisions: pl.DataFrame
) -> list[Decision]:
    """Approvals of the pictures that a certificate covers.

    A picture of the audit slice, or with any doubt, is left to people; so is a dish that anybody
    has decided on. The same certificate and picture give the same decision id: it is kept once.
    """
    covered = (
        judgements.filter(~pl.col("is_audit"), pl.col("doubt") == "")
        .join(
            calibration.filter("is_certified").select(
                "country", "category", *SCOPE, "templates", "threshold", "certificate_id"
            ),
            on=["country", "category", *SCOPE],
        )
        .filter(
            pl.col("combined_score") >= pl.col("threshold"),
            pl.col("template").is_in(pl.col("templates").str.split(";")),
        )
        .join(decisions, on="product_id", how="anti")
    )
    return [
        Decision(
            row["country"],
            row["product_id"],
            row["candidate_id"],
            row["image_hash"],
            "approve",
            AUTO_REVIEWER,
            reason=f"certificate {row['certificate_id']}",
            decision_id=str(
                uuid.uuid5(
                    uuid.NAMESPACE_OID,
                    f"{row['certificate_id']}/{row['candidate_id']}/{row['image_hash']}",
                )
            ),
        )
        for row in covered.iter_rows(named=True)
    ]
