"""Certificates: from which score on pictures may pass without a person, and how sure that is.

Belongs here: which judgements count, for which pictures, and what a certificate says. Does not
belong here: statistics (`acceptance_line.py`), and accepting (`auto_acceptance.py`).
"""

from typing import Any

import dagster as dg
import polars as pl

from menu_assets.acceptance_line import ERROR, Line, Look, acceptance_line, look, newest_look
from menu_assets.judgements import FORMER, SCOPE
from menu_assets.prompt_templates import load_templates
from menu_assets.table_asset import table_asset
from menu_assets.tables.calibration import CALIBRATION, JUDGEMENTS
from resources.acceptance_rule import AcceptanceRule
from resources.short_hash import short_hash
from resources.table_store import TableStore

ALL = "all"

ANSWERED = 0.95
"""Share of the audit slice that people must have decided on: those left over may be the bad ones.
Start value."""

SAID_BY_A_CERTIFICATE = (
    "stratum",
    *SCOPE,
    "templates",
    "judged",
    "error",
    "threshold",
    "accepted",
    "bad",
    "bad_share_allowed",
)
"""What its id is a hash of: judgements that came after its look make no other certificate."""

COUNTS = pl.col("is_audit") & (pl.col("doubt") == "")
"""Pictures whose judgements count: drawn at random among those that might pass."""


def error_of_stratum(categories: int) -> float:
    """Bonferroni: each category may be a stratum, and so may the rest of a country, and all."""
    return ERROR / (categories + 2)


def with_strata(judgements: pl.DataFrame, categories: list[str], enough: int) -> pl.DataFrame:
    """Judgements of all countries, each with the one stratum that it belongs to.

    A category of a country is a stratum once it has `enough` judgements; the other categories of
    the country are one together, and countries without enough are one: `all`. Counts decide, not
    what the judgements say; so no stratum hides behind a better one.
    """
    own = pl.col("category").is_in(categories) & (
        judged_at_random().sum().over("country", "category") >= enough
    )
    rest = (judged_at_random() & ~pl.col("is_own")).sum().over("country") >= enough
    return judgements.with_columns(is_own=own).with_columns(
        stratum=pl.when("is_own")
        .then(pl.concat_str("country", "category", separator="/"))
        .when(rest)
        .then("country")
        .otherwise(pl.lit(ALL))
    )


def calibrated(
    judgements: pl.DataFrame, country: str, rule: AcceptanceRule, categories: list[str]
) -> pl.DataFrame:
    """One row for each category of a country that has shortlisted pictures.

    Args:
        judgements: Of all countries: small ones are judged together.
        country: Its newest model, settings and checks are what is certified.
        rule: The bad share that a certificate must exclude.
        categories: Those that may be a stratum of their own.
    """
    current = judgements.filter(~pl.col("doubt").str.contains(FORMER, literal=True))
    scope = current.filter(pl.col("country") == country).select(SCOPE).unique()
    error = error_of_stratum(len(categories))
    enough = look(1, bad_share=rule.bad_share, error=error).judged
    rows = with_strata(current.join(scope, on=SCOPE, how="semi"), categories, enough)
    strata = (
        rows.filter(pl.col("country") == country)
        .select("country", "category", "stratum", *SCOPE)
        .unique()
        .sort("category")
    )
    certificates = [
        _certificate(rows.filter(pl.col("stratum") == row["stratum"]), row, rule, error)
        for row in strata.iter_rows(named=True)
    ]
    return pl.DataFrame(certificates, schema=CALIBRATION.schema, orient="row")


def judged_at_random() -> pl.Expr:
    """Pictures of the audit slice that might pass, and that a person judged."""
    return COUNTS & pl.col("is_bad").is_not_null()


def _certificate(
    pool: pl.DataFrame, row: dict[str, Any], rule: AcceptanceRule, error: float
) -> dict[str, Any]:
    sample = pool.filter(judged_at_random()).sort("judged_at", "candidate_id")
    waiting = pool.filter(COUNTS, pl.col("is_bad").is_null()).height
    newest = newest_look(sample.height, bad_share=rule.bad_share, error=error)
    following = look(newest.number + 1, bad_share=rule.bad_share, error=error)
    seen = sample.head(newest.judged)
    line = acceptance_line(
        seen["combined_score"].to_numpy(),
        seen["is_bad"].to_numpy(),
        bad_share=rule.bad_share,
        error=newest.error,
    )
    why_not = _why_not(line, newest, following, sample.height, waiting, rule.bad_share)
    facts = {
        "templates": ";".join(sorted(set(seen["template"]))),
        "audited": sample.height,
        "audit_waiting": waiting,
        "chosen": pool.filter(~pl.col("is_audit"), pl.col("is_bad").is_not_null()).height,
        "contradicted": int(sample["is_contradicted"].sum()),
        "look": newest.number,
        "judged": newest.judged,
        "judgements_missing": following.judged - sample.height,
        "error": newest.error,
        "threshold": line and line.threshold,
        "accepted": line.accepted if line else 0,
        "bad": line.bad if line else 0,
        "coverage": line.accepted / newest.judged if line else 0.0,
        "bad_share_bound": line and line.bound,
        "bad_share_allowed": rule.bad_share,
        "is_certified": why_not is None,
        "why_not": why_not,
    }
    certified = {**row, **facts}
    said = [certified[name] for name in SAID_BY_A_CERTIFICATE]
    return {**certified, "certificate_id": None if why_not else short_hash(repr(said))}


def _why_not(
    line: Line | None, newest: Look, following: Look, judged: int, waiting: int, bad_share: float
) -> str | None:
    if newest.number == 0:
        return (
            f"{following.judged - judged} more pictures of the audit slice have to be judged: the"
            f" first claim of at most {bad_share:.1%} bad needs {following.judged}"
        )
    if line is None:
        return (
            f"too many of the best pictures are bad for a claim of at most {bad_share:.1%}; the"
            f" next look is at {following.judged} judgements"
        )
    answered = judged / (judged + waiting)
    if answered < ANSWERED:
        return (
            f"{waiting} pictures of the audit slice wait for a person: {answered:.0%} are judged,"
            f" {ANSWERED:.0%} must be"
        )
    return None


@table_asset(CALIBRATION, inputs=[JUDGEMENTS])
def calibration(
    context: dg.AssetExecutionContext,
    judgements: pl.DataFrame,
    tables: dg.ResourceParam[TableStore],
    acceptance: dg.ResourceParam[AcceptanceRule],
) -> dg.MaterializeResult:
    """Certify what can be certified; other countries' judgements are those of their last runs."""
    country = context.partition_key
    others = tables.read_all(JUDGEMENTS).filter(pl.col("country") != country)
    frame = calibrated(
        pl.concat([others, judgements]), country, acceptance, load_templates().categories
    )
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "categories": frame.height,
            "categories_certified": int(frame["is_certified"].sum()),
            "fewest_judgements_missing": min(frame["judgements_missing"], default=0),
        },
    )
