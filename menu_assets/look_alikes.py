"""Pictures that look like one of another dish: drawn twice, or put at the wrong one.

Belongs here: which pairs are a fault, and their findings. Does not belong here: fingerprints
(`gpu_ops/fingerprint.py`), and checks that need one picture only (`resources/checks/`).
"""

import json

import dagster as dg
import polars as pl

from gpu_ops.fingerprint import fingerprint, near_pairs
from menu_assets.table_asset import table_asset
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.scores import LOOK_ALIKES, SAFETY_SCORES
from resources.checks.finding import Finding
from resources.picture_store import DamagedPicture, PictureStore
from resources.table_store import TableStore

NAME = "look_alike"
VERSION = "look-alike-1"
"""Bump when the rule or the fingerprint changes."""

NEAR_BITS = 10
"""Rule 29, start value: copies of other size or compression differ in up to 4 of 256 bits, pictures
of different dishes in 70 or more (184 pictures of the small model, sisters of one kind among them).
"""


@table_asset(LOOK_ALIKES, inputs=[CANDIDATE_IMAGES])
def look_alikes(
    context: dg.AssetExecutionContext,
    candidate_images: pl.DataFrame,
    pictures: dg.ResourceParam[PictureStore],
    tables: dg.ResourceParam[TableStore],
) -> dg.MaterializeResult:
    """Compare every picture of a country with all others; only new ones are opened."""
    made = candidate_images.filter(pl.col("status") == "made")
    held = tables.read(LOOK_ALIKES, context.partition_key)
    known = dict(
        held.filter(pl.col("checker_version") == VERSION)
        .select("image_hash", "fingerprint")
        .iter_rows()
    )
    for image_hash in set(made["image_hash"]) - known.keys():
        try:
            known[image_hash] = fingerprint(pictures.read(image_hash))
        except DamagedPicture as error:
            context.log.warning("not compared, the next run makes it again: %s", error)
    frame = compared(made, known)
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "pictures_compared": frame.height,
            "look_alikes": frame.filter(pl.col("verdict") == "veto").height,
        },
    )


def compared(made: pl.DataFrame, fingerprints: dict[str, str]) -> pl.DataFrame:
    """A finding for each picture with a fingerprint.

    The same dish drawn again, or sold by another vendor under the same subject, is no look-alike.
    """
    rows = made.filter(pl.col("image_hash").is_in(list(fingerprints))).to_dicts()
    prints = [fingerprints[row["image_hash"]] for row in rows]
    findings = [Finding(NAME, "pass") for _ in rows]
    for one, other, bits in reversed(near_pairs(prints, prints, within=NEAR_BITS)):
        if rows[one]["subject"] != rows[other]["subject"]:  # the nearest one is told last
            findings[one] = _look_alike(rows[other]["candidate_id"], rows[other]["subject"], bits)
    return pl.DataFrame(
        [
            (
                row["candidate_id"],
                row["country"],
                row["product_id"],
                row["image_hash"],
                finding.check_name,
                finding.verdict,
                finding.score,
                finding.reason,
                finding.evidence and json.dumps(finding.evidence),
                VERSION,
                of_picture,
            )
            for row, finding, of_picture in zip(rows, findings, prints, strict=True)
        ],
        schema=LOOK_ALIKES.schema,
        orient="row",
    )


def with_look_alikes(safety_scores: pl.DataFrame, look_alikes: pl.DataFrame) -> pl.DataFrame:
    """All findings: a look-alike is a veto like any other."""
    return pl.concat([safety_scores, look_alikes.select(SAFETY_SCORES.schema.names())])


def _look_alike(candidate_id: str, subject: str, bits: int) -> Finding:
    why = f"looks like a picture of another dish, {subject}"
    evidence = {"candidate_id": candidate_id, "differing_bits": bits}
    return Finding(NAME, "veto", float(bits), why, evidence)
