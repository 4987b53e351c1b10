"""Tables of the group `scores`: vetoes, and how good a picture is."""

import polars as pl

from menu_assets.tables.images import CANDIDATE_ID, IMAGE_HASH
from menu_assets.tables.menu import COUNT, COUNTRY, NUMBER, PRODUCT_ID, TEXT
from resources.table_schema import Column, Table

CHECKER_VERSION = Column(
    "checker_version", TEXT, "Version of the checks, and what they knew of the dish"
)

SAFETY_SCORES = Table(
    "scores",
    "safety_scores",
    "One row for each picture and check. A veto is final; unchecked never passes without a person.",
    key=("candidate_id", "check_name"),
    columns=(
        CANDIDATE_ID,
        COUNTRY,
        PRODUCT_ID,
        IMAGE_HASH,
        Column("check_name", TEXT, "What was looked at, e.g. dish_shown"),
        Column("verdict", TEXT, "pass, veto or unchecked"),
        Column(
            "score", NUMBER, "The number behind the verdict, in the check's unit", nullable=True
        ),
        Column("reason", TEXT, "Why, in words for a restaurant owner", nullable=True),
        Column("evidence", TEXT, "Box, tag or numbers, as JSON", nullable=True),
        CHECKER_VERSION,
    ),
)

LOOK_ALIKES = Table(
    "scores",
    "look_alikes",
    "One row for each picture: does it look like another dish's, or one that its model was shown?",
    key=("candidate_id",),
    columns=(
        *SAFETY_SCORES.columns,
        Column("fingerprint", TEXT, "Perceptual hash of 256 bits, hex"),
        Column("embedding", pl.List(pl.Float32()), "What a CLIP makes of it, of length 1"),
    ),
)


def _score(name: str, meaning: str) -> Column:
    return Column(name, NUMBER, meaning, unit="0 to 1", nullable=True)


QUALITY_SCORES = Table(
    "scores",
    "quality_scores",
    "How good each picture is: one number a measure, and one combined. Never outvotes a veto.",
    key=("candidate_id",),
    columns=(
        CANDIDATE_ID,
        COUNTRY,
        PRODUCT_ID,
        IMAGE_HASH,
        _score("exposure", "Neither dark nor burnt out"),
        _score("contrast", "Spread of lightness"),
        _score("saturation", "Colours that look like food"),
        _score("white_balance", "Background without a colour cast"),
        _score("sharpness", "Edges of the dish without blur, by their Laplacian"),
        _score("position", "Dish in the middle"),
        _score("margins", "Dish large, with air on every side"),
        _score("one_subject", "One thing stands out, not several"),
        _score("calm_background", "Little to see beside the dish"),
        _score("content", "The dish asked for, by the small CLIP; empty = unchecked"),
        _score("combined", "Weighted geometric mean of the scores that are there"),
        Column("scores_missing", COUNT, "How many of the scores are unchecked", unit="scores"),
        CHECKER_VERSION,
    ),
)
