"""The page that shows what certificates rest on, and what is lacking for those that there are not.

Belongs here: gathering what the page shows. Does not belong here: how it looks
(`calibration_page.html.jinja`), and curves (`reliability.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from menu_assets.calibration import judged_at_random
from menu_assets.gallery_dishes import SCORES
from menu_assets.judgements import SCOPE
from menu_assets.pages import page_templates
from menu_assets.reliability import Bound, Reliability, bounds_by_coverage, reliability
from menu_assets.tables.calibration import CALIBRATION, JUDGEMENTS
from menu_assets.tables.scores import QUALITY_SCORES
from resources.acceptance_rule import AcceptanceRule
from resources.table_store import TableStore


@dataclass(frozen=True)
class Stratum:
    """Pictures that are judged together.

    Attributes:
        row: One of its rows of the table of certificates; all say the same of it.
        members: Countries and categories that belong to it.
        reliability: Of the combined score; None without a judgement that counts.
        bounds: By coverage.
    """

    row: dict[str, Any]
    members: Sequence[str]
    reliability: Reliability | None
    bounds: Sequence[Bound]


def strata_of(judgements: pl.DataFrame, calibration: pl.DataFrame) -> list[Stratum]:
    """The strata of all countries: certified ones first, then those that lack least."""
    counted = judgements.filter(judged_at_random())
    strata = []
    for _, rows in calibration.group_by("stratum", *SCOPE, maintain_order=True):
        row = rows.row(0, named=True)
        sample = counted.join(rows, on=["country", "category", *SCOPE], how="semi")
        scores, is_bad = sample["combined_score"].to_numpy(), sample["is_bad"].to_numpy()
        members = rows.select(pl.concat_str("country", "category", separator="/")).to_series()
        strata.append(
            Stratum(
                row,
                sorted(members),
                reliability(scores, ~is_bad) if sample.height else None,
                bounds_by_coverage(scores, is_bad) if sample.height else [],
            )
        )
    return sorted(
        strata, key=lambda s: (not s.row["is_certified"], s.row["judgements_missing"], s.members)
    )


def reliability_by_score(
    judgements: pl.DataFrame, quality_scores: pl.DataFrame
) -> dict[str, Reliability]:
    """Of each score, over all audited pictures that people judged and that have it."""
    audited = judgements.filter(pl.col("is_audit"), pl.col("is_bad").is_not_null()).select(
        "candidate_id", "is_bad"
    )
    joined = audited.join(quality_scores, on="candidate_id")
    there = {name: joined.drop_nulls(name) for name in SCORES}
    return {
        name: reliability(rows[name].to_numpy(), ~rows["is_bad"].to_numpy())
        for name, rows in there.items()
        if rows.height
    }


def write_report(tables: TableStore, rule: AcceptanceRule, page: Path) -> Path:
    """Write the page of all countries."""
    judgements = tables.read_all(JUDGEMENTS)
    text = (
        page_templates()
        .get_template("calibration_page.html.jinja")
        .render(
            rule=rule,
            strata=strata_of(judgements, tables.read_all(CALIBRATION)),
            by_score=reliability_by_score(judgements, tables.read_all(QUALITY_SCORES)),
            doubts=_doubts(judgements),
            shortlisted=judgements.height,
            meanings=SCORES,
            written_at=datetime.now(UTC),
        )
    )
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")
    return page


def _doubts(judgements: pl.DataFrame) -> list[tuple[str, int]]:
    """How many shortlisted pictures each doubt leaves to a person, the most frequent first."""
    doubts = judgements.select(pl.col("doubt").str.split(";").explode()).to_series()
    counts = doubts.value_counts().sort(["count", "doubt"], descending=[True, False])
    return [(doubt, count) for doubt, count in counts.iter_rows() if doubt]
