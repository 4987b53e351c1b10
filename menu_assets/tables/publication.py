"""Tables of the group `publication`: what guests see."""

from menu_assets.tables.images import CANDIDATE_ID, IMAGE_HASH
from menu_assets.tables.menu import COUNT, COUNTRY, PRODUCT_ID, TEXT, TIME
from resources.table_schema import Column, Table

SOURCE_TYPE = Column(
    "digital_source_type",
    TEXT,
    "IPTC's word: trainedAlgorithmicMedia, or compositeWithTrainedAlgorithmicMedia (into a photo)",
)

PUBLISHED_FILES = Table(
    "publication",
    "published_files",
    "Each approved picture as a file for each channel, or why there is none.",
    key=("country", "product_id", "channel"),
    columns=(
        COUNTRY,
        PRODUCT_ID,
        Column("channel", TEXT, "master: the picture itself; else one of resources/channels.toml"),
        CANDIDATE_ID,
        IMAGE_HASH,
        Column("decision_id", TEXT, "Decision that approved it"),
        Column("reason", TEXT, "Why there is no file", nullable=True),
        Column("file", TEXT, "File below the publication folder", nullable=True),
        Column("file_hash", TEXT, "SHA-256 of the published file", nullable=True),
        Column("file_bytes", COUNT, "Size of the file", unit="bytes", nullable=True),
        Column("width_px", COUNT, "Width", unit="px", nullable=True),
        Column("height_px", COUNT, "Height", unit="px", nullable=True),
        Column("format", TEXT, "JPEG, PNG or WEBP", nullable=True),
        Column("watermark_id", TEXT, "Id in its pixels: 12 hex digits", nullable=True),
        SOURCE_TYPE,
        Column("made_from", TEXT, "Hash of picture, channel's rules, label and marks"),
        Column("published_at", TIME, "When this file was published", nullable=True),
    ),
)

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
        Column("file_hash", TEXT, "SHA-256 of the published file"),
        Column("watermark_id", TEXT, "Id in its pixels: 12 hex digits"),
        SOURCE_TYPE,
        Column(
            "disclosure_label",
            TEXT,
            "What the platform has to show beside the picture; empty = nothing",
            nullable=True,
        ),
        Column("alt_text", TEXT, "Text for those who do not see the picture"),
        Column("model_id", TEXT, "Model that made it"),
        Column("model_revision", TEXT, "Hash of the model's weights"),
        Column("prompt_id", TEXT, "Prompt that it was made from"),
        Column("decision_id", TEXT, "Decision that approved it"),
        Column("published_at", TIME, "When this file was published"),
    ),
)

CATALOGUE_FEED = Table(
    "publication",
    "catalogue_feed",
    "Every change of the catalogue that those who show the pictures are told, in their order.",
    key=("number",),
    columns=(
        Column("number", COUNT, "Grows with every event, over all countries"),
        Column("event_id", TEXT, "The same however often the event is sent"),
        COUNTRY,
        PRODUCT_ID,
        Column("kind", TEXT, "published, replaced (the file or what is said of it) or withdrawn"),
        CANDIDATE_ID,
        Column("published_file", TEXT, "The file that is shown; of a withdrawal, that was"),
        Column("created_at", TIME, "When it was noticed"),
    ),
)
