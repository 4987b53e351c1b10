"""Tables that say which pictures may pass without a person, and why."""

from menu_assets.tables.images import CANDIDATE_ID, IMAGE_HASH
from menu_assets.tables.menu import COUNT, COUNTRY, FLAG, NUMBER, PRODUCT_ID, TEXT, TIME
from resources.table_schema import Column, Table

MADE_AND_CHECKED_BY = (
    Column("model_id", TEXT, "Model that draws"),
    Column("model_revision", TEXT, "Hash of its weights"),
    Column("settings", TEXT, "What else shapes the pictures, as JSON"),
    Column("checker", TEXT, "Version of the checks and scores"),
)
"""What a certificate holds for: another value of any of them makes it void."""

JUDGEMENTS = Table(
    "review",
    "judgements",
    "What people said of each shortlisted picture, and why it may not pass without a person.",
    key=("candidate_id",),
    columns=(
        CANDIDATE_ID,
        COUNTRY,
        PRODUCT_ID,
        IMAGE_HASH,
        Column("category", TEXT, "Platform category of the dish"),
        Column("template", TEXT, "Template of the prompt and its version"),
        *MADE_AND_CHECKED_BY,
        Column("combined_score", NUMBER, "Quality", unit="0 to 1"),
        Column("is_audit", FLAG, "Drawn for the audit slice: a person judges it in any case"),
        Column("doubt", TEXT, "Why it may not pass without a person, separated by ;"),
        Column("is_bad", FLAG, "Whether people rejected it; empty = nobody decided", nullable=True),
        Column("is_contradicted", FLAG, "One person approved and one rejected it: it is bad"),
        Column("judged_at", TIME, "When a person decided first", nullable=True),
    ),
)

CALIBRATION = Table(
    "scores",
    "calibration",
    "From which score on pictures of a category may pass without a person, with its certificate.",
    key=("country", "category"),
    columns=(
        COUNTRY,
        Column("category", TEXT, "Platform category"),
        Column("stratum", TEXT, "Pictures that were judged together: de/soup, de, or all"),
        *MADE_AND_CHECKED_BY,
        Column("templates", TEXT, "Templates of the judged pictures, separated by ;"),
        Column("audited", COUNT, "Pictures drawn at random and judged", unit="pictures"),
        Column("audit_waiting", COUNT, "Drawn at random, nobody decided yet", unit="pictures"),
        Column("chosen", COUNT, "Judged, but chosen by people: they count for nothing"),
        Column("contradicted", COUNT, "Judged both ways: they count as bad", unit="pictures"),
        Column("look", COUNT, "How often there were judgements enough to look; 0 = never"),
        Column("judged", COUNT, "Judgements that the newest look rests on", unit="pictures"),
        Column("judgements_missing", COUNT, "Until the next look", unit="pictures"),
        Column("error", NUMBER, "Chance of a wrong certificate that this look may spend"),
        Column("threshold", NUMBER, "Accepted from this combined score on", nullable=True),
        Column("accepted", COUNT, "Judged pictures above it", unit="pictures"),
        Column("bad", COUNT, "Bad ones among them", unit="pictures"),
        Column("coverage", NUMBER, "Share of the judged pictures above it", unit="0 to 1"),
        Column("bad_share_bound", NUMBER, "The share of bad ones is not above", nullable=True),
        Column("bad_share_allowed", NUMBER, "What the bound must not exceed", unit="0 to 1"),
        Column("is_certified", FLAG, "Whether pictures above the threshold may pass"),
        Column("why_not", TEXT, "What is lacking", nullable=True),
        Column("certificate_id", TEXT, "Hash of all that the certificate says", nullable=True),
    ),
)
