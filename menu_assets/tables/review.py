"""Tables of the group `review`: what people may choose from, what they decided, what follows."""

from menu_assets.tables.images import CANDIDATE_ID, IMAGE_HASH
from menu_assets.tables.menu import COUNT, COUNTRY, FLAG, NUMBER, PRODUCT_ID, TEXT, TIME
from resources.table_schema import Column, Table

SHORTLIST = Table(
    "review",
    "shortlist",
    "Pictures without a veto, best first: what people choose from.",
    key=("candidate_id",),
    columns=(
        CANDIDATE_ID,
        COUNTRY,
        PRODUCT_ID,
        IMAGE_HASH,
        Column("rank", COUNT, "1 = best of the product's pictures"),
        Column("combined_score", NUMBER, "Quality", unit="0 to 1"),
        Column("unchecked", TEXT, "Checks that a person has to make, separated by ;"),
        Column("is_audit", FLAG, "Drawn at random among the best: a person judges it in any case"),
    ),
)

REVIEW_DECISIONS = Table(
    "review",
    "review_decisions",
    "Every decision, of people and in the name of certificates, as the review store has it.",
    key=("decision_id",),
    columns=(
        Column("decision_id", TEXT, "Decision"),
        COUNTRY,
        PRODUCT_ID,
        CANDIDATE_ID,
        IMAGE_HASH,
        Column("decision", TEXT, "approve or reject"),
        Column(
            "reason",
            TEXT,
            "Why it was rejected, or the certificate",
            nullable=True,
        ),
        Column("reviewer", TEXT, "Who decided"),
        Column("decided_at", TIME, "When"),
    ),
)

REVIEW_QUEUE = Table(
    "review",
    "review_queue",
    "Dishes that wait for a person at the review desk, and why.",
    key=("country", "product_id"),
    columns=(
        COUNTRY,
        PRODUCT_ID,
        Column("vendor_id", TEXT, "Restaurant or shop"),
        Column("category", TEXT, "Platform category"),
        Column("priority", COUNT, "1 = most viewed dish without a picture"),
        Column("reason", TEXT, "Most severe open check of its best picture; or audit, choice"),
        Column(
            "uncertainty", NUMBER, "1 - score / 2^open checks of the best picture", unit="0 to 1"
        ),
        Column("is_audit", FLAG, "Drawn at random: a person judges it in any case"),
        Column("looks_needed", COUNT, "How many people have to agree", unit="people"),
        Column("pictures", COUNT, "To choose from", unit="pictures"),
        Column("version", TEXT, "Changes with what is judged: a vote names it"),
    ),
)

APPROVED_IMAGES = Table(
    "review",
    "approved_images",
    "The one approved picture of a product: newest approval of exactly these bytes, no veto.",
    key=("country", "product_id"),
    columns=(
        COUNTRY,
        PRODUCT_ID,
        CANDIDATE_ID,
        IMAGE_HASH,
        Column("decision_id", TEXT, "Decision that approved it"),
        Column("reviewer", TEXT, "Who approved it"),
        Column("decided_at", TIME, "When"),
    ),
)
