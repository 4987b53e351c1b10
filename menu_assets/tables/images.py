"""Tables of the group `images`: what is asked of the models, and what they made."""

from menu_assets.tables.menu import COUNT, COUNTRY, NUMBER, PRODUCT_ID, TEXT, TIME
from resources.table_schema import Column, Table

VENDOR_PHOTOS = Table(
    "images",
    "vendor_photos",
    "Vendors' photos of dishes without a picture: whether food can be redrawn in them.",
    key=("country", "product_id"),
    columns=(
        COUNTRY,
        PRODUCT_ID,
        Column("photo_url", TEXT, "Photo as the menu names it: a file in photos/, or an address"),
        Column("photo_fingerprint", TEXT, "Changes when another file lies at that address"),
        Column("status", TEXT, "usable, or unusable (then reason says why)"),
        Column("reason_code", TEXT, "Rule that the photo breaks, e.g. too_dark", nullable=True),
        Column("reason", TEXT, "What is wrong with it", nullable=True),
        Column("photo_hash", TEXT, "SHA-256 of the photo as it is used", nullable=True),
        Column("photo_bytes", COUNT, "Size of that file", unit="bytes", nullable=True),
        Column("mask_hash", TEXT, "SHA-256 of the mask: white is drawn anew", nullable=True),
        Column("mask_bytes", COUNT, "Size of that file", unit="bytes", nullable=True),
        Column("width_px", COUNT, "Width of photo and mask", unit="px", nullable=True),
        Column("height_px", COUNT, "Height of photo and mask", unit="px", nullable=True),
        Column("food_box", TEXT, "Box of the food as JSON, [x0,y0,x1,y1] in 0..1", nullable=True),
        Column("food_share", NUMBER, "Area of that box", unit="share of the photo", nullable=True),
        Column("finder_version", TEXT, "What looked for the food: rules and weights"),
    ),
)

PROMPTS = Table(
    "images",
    "prompts",
    "The text that a model draws each dish from.",
    key=("country", "product_id"),
    columns=(
        COUNTRY,
        PRODUCT_ID,
        Column("prompt_id", TEXT, "Hash of template, prompt and negative prompt, photo and mask"),
        Column("name", TEXT, "Dish name as written on the menu"),
        Column("subject", TEXT, "The dish in English: what the picture has to show"),
        Column("prompt", TEXT, "What to draw"),
        Column("negative_prompt", TEXT, "What not to draw"),
        Column("template", TEXT, "Template of the prompt and its version, e.g. bowl@2"),
        Column("mode", TEXT, "inpaint: into the vendor's photo, if the model can; text_to_image"),
        Column("camera", TEXT, "top (90°) or side (0°); empty = the photo's own", nullable=True),
        Column("photo_hash", TEXT, "The photo to draw into: its name there", nullable=True),
        Column("mask_hash", TEXT, "Its mask: white is drawn anew", nullable=True),
        Column("priority", COUNT, "1 = most viewed dish without a picture"),
    ),
)

CANDIDATE_ID = Column(
    "candidate_id", TEXT, "Hash of product, prompt, model and revision, settings and seed"
)
IMAGE_HASH = Column("image_hash", TEXT, "SHA-256 of the picture file: its name in the image store")

CANDIDATE_IMAGES = Table(
    "images",
    "candidate_images",
    "Every picture ever paid for, and every failed try. Any row can be made again from itself.",
    key=("candidate_id",),
    columns=(
        CANDIDATE_ID,
        COUNTRY,
        PRODUCT_ID,
        Column("prompt_id", TEXT, "Prompt that it was made from"),
        Column("name", TEXT, "Dish name as written on the menu when it was made"),
        Column("subject", TEXT, "The dish in English that it should show"),
        Column("prompt", TEXT, "What was drawn"),
        Column("negative_prompt", TEXT, "What was not to be drawn"),
        Column("template", TEXT, "Template of the prompt and its version", nullable=True),
        Column("photo_hash", TEXT, "Vendor's photo that it was drawn into", nullable=True),
        Column("mask_hash", TEXT, "Mask of that photo: white was drawn anew", nullable=True),
        Column("candidate_number", COUNT, "1, 2, 3 ... of the same prompt"),
        Column("seed", COUNT, "Seed of the noise"),
        Column(
            "status",
            TEXT,
            "made, failed (failure_reason says why), or lost: of a former prompt, its file is gone",
        ),
        Column("failure_reason", TEXT, "Why there is no picture", nullable=True),
        Column("note", TEXT, "What was out of the ordinary: drawn again, batch cut", nullable=True),
        Column("image_hash", TEXT, IMAGE_HASH.description, nullable=True),
        Column("image_bytes", COUNT, "Size of the file", unit="bytes", nullable=True),
        Column("width_px", COUNT, "Width", unit="px"),
        Column("height_px", COUNT, "Height", unit="px"),
        Column("model_id", TEXT, "Model of the catalogue"),
        Column("model_revision", TEXT, "Hash of its weights"),
        Column("settings", TEXT, "Steps, guidance and all else that shapes the picture, as JSON"),
        Column("code_version", TEXT, "Version of Garnish"),
        Column("run_id", TEXT, "Dagster run that made it"),
        Column("gpu_class", TEXT, "Kind of accelerator"),
        Column(
            "gpu_seconds",
            NUMBER,
            "Device time of all its drawings, its share of each batch",
            unit="s",
        ),
        Column("cost_usd", NUMBER, "Price of that time, or what an API asked", unit="USD"),
        Column("made_at", TIME, "When it was made"),
    ),
)
