"""Table of the group `publication`: what guests see."""

from menu_assets.tables.images import CANDIDATE_ID, IMAGE_HASH
from menu_assets.tables.menu import COUNTRY, PRODUCT_ID, TEXT, TIME
from resources.table_schema import Column, Table

PUBLISHED_CATALOGUE = Table(
    "publication",
    "published_catalogue",
    "The published picture of each product, and what it was made from.",
    key=("country", "product_id"),
    columns=(
        COUNTRY,
        PRODUCT_ID,
        CANDIDATE_ID,
        IMAGE_HASH,
        Column("published_file", TEXT, "File below the publication folder"),
        Column("alt_text", TEXT, "Text for those who do not see the picture"),
        Column("model_id", TEXT, "Model that made it"),
        Column("model_revision", TEXT, "Hash of the model's weights"),
        Column("prompt_id", TEXT, "Prompt that it was made from"),
        Column("decision_id", TEXT, "Decision that approved it"),
        Column("published_at", TIME, "When it was published first"),
    ),
)
