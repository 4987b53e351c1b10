"""What the next picture will cost, before it is drawn.

Belongs here: measured seconds at today's price. Does not belong here: what pictures did cost
(`menu_assets/costs.py`), and what may be spent (`daily_budget.py`).
"""

import json

import polars as pl

from resources.picture_generator import Generator

UNMEASURED_GPU_SECONDS = 15.0
"""A picture's device time before one was drawn: full-size SDXL, 50 steps in bf16, takes 13.9 s on
an L4 (docs/performance.md). A quicker model is measured with its first plan."""

LAST_TRIES = 500
"""So many of the newest tries say what the next one takes."""


def price_of_one(generator: Generator, tries: pl.DataFrame) -> float:
    """Dollars that the next picture is expected to cost: measured seconds, today's price."""
    settings = json.dumps(generator.settings.as_dict(), sort_keys=True)
    of_its_kind = tries.filter(
        pl.col("model_id") == generator.model_id,
        pl.col("model_revision") == generator.revision,
        pl.col("settings") == settings,
        pl.col("gpu_class") == generator.gpu_class,
        pl.col("gpu_seconds") > 0,
    )
    newest = of_its_kind.sort("made_at")["gpu_seconds"].tail(LAST_TRIES)
    seconds = newest.sum() / newest.len() if newest.len() else UNMEASURED_GPU_SECONDS
    return generator.expected_usd(float(seconds))
