"""Tables of the group `menu`: what is on the menus, and what of it has no picture."""

import polars as pl

from resources.table_schema import Column, Table

TEXT, COUNT, NUMBER, FLAG = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()
TIME = pl.Datetime("us", "UTC")

COUNTRY = Column("country", TEXT, "ISO 3166-1 code in lower case; the partition")
PRODUCT_ID = Column("product_id", TEXT, "Product, unique within its country")

PRODUCTS = Table(
    "menu",
    "products",
    "Valid products of the menus, one row each: the newest row of each product id.",
    key=("country", "product_id"),
    columns=(
        COUNTRY,
        PRODUCT_ID,
        Column("vendor_id", TEXT, "Restaurant or shop"),
        Column("vendor_name", TEXT, "Name of the vendor as guests see it"),
        Column("name", TEXT, "Dish name as written on the menu, white space collapsed"),
        Column("description", TEXT, "Description as written on the menu", nullable=True),
        Column("category", TEXT, "Platform category, e.g. pizza, soup, dessert"),
        Column("cuisine", TEXT, "Cuisine, e.g. italian", nullable=True),
        Column("dietary_flags", TEXT, "Flags such as vegan;halal;contains_nuts", nullable=True),
        Column("price", NUMBER, "Price", unit="currency of the row"),
        Column("currency", TEXT, "ISO 4217 code", nullable=True),
        Column("views_30d", COUNT, "Menu views in 30 days", unit="views"),
        Column("add_to_carts_30d", COUNT, "Times put into a cart in 30 days", unit="adds"),
        Column("purchases_30d", COUNT, "Purchases in 30 days", unit="purchases"),
        Column("picture_url", TEXT, "The vendor's own picture; empty = none", nullable=True),
        Column(
            "photo_url", TEXT, "A photo of the dish that may be no publishable one", nullable=True
        ),
        Column("updated_at", TIME, "When the vendor changed the row last", nullable=True),
        Column("source_file", TEXT, "File that the row came from"),
        Column("source_line", COUNT, "Line (CSV, JSONL) or row (Parquet) in that file"),
    ),
)

REJECTED_PRODUCTS = Table(
    "menu",
    "rejected_products",
    "Menu rows that are not valid, with the reason. The valid rows of the same file go on.",
    key=("country", "source_file", "source_line", "reason_code"),
    columns=(
        COUNTRY,
        Column("source_file", TEXT, "File that the row came from"),
        Column("source_line", COUNT, "Line (CSV, JSONL) or row (Parquet) in that file"),
        Column("product_id", TEXT, "Product, where it could be read", nullable=True),
        Column("reason_code", TEXT, "Rule that the row breaks, e.g. negative_price"),
        Column("reason", TEXT, "What is wrong and what to do"),
        Column("raw", TEXT, "The row as it was read, at most 2,000 characters"),
    ),
)

IMAGE_COVERAGE = Table(
    "menu",
    "image_coverage",
    "For each product, whether it has a picture, and in which order those without are worked on.",
    key=("country", "product_id"),
    columns=(
        COUNTRY,
        PRODUCT_ID,
        Column("vendor_id", TEXT, "Restaurant or shop"),
        Column("category", TEXT, "Platform category"),
        Column("has_picture", FLAG, "The vendor gave a picture"),
        Column("views_30d", COUNT, "Menu views in 30 days", unit="views"),
        Column("add_to_carts_30d", COUNT, "Times put into a cart in 30 days", unit="adds"),
        Column("purchases_30d", COUNT, "Purchases in 30 days", unit="purchases"),
        Column("priority", COUNT, "1 = most viewed dish without a picture", nullable=True),
    ),
)

ENGLISH_MENU = Table(
    "menu",
    "english_menu",
    "English names of the products without a picture. The original stays beside the translation.",
    key=("country", "product_id"),
    columns=(
        COUNTRY,
        PRODUCT_ID,
        Column("name", TEXT, "Dish name as written on the menu"),
        Column("description", TEXT, "Description as written on the menu", nullable=True),
        Column("script", TEXT, "Script of most letters of the name, e.g. HANGUL"),
        Column("english_name", TEXT, "Dish name in English, or spelled in Latin letters"),
        Column(
            "english_description", TEXT, "Description, where all of it could be read", nullable=True
        ),
        Column(
            "method",
            TEXT,
            "identity, glossary, mixed, machine or transliteration (a person should look)",
        ),
        Column(
            "translator_version",
            TEXT,
            "Translator and the state of its glossary or model; provisional = a service failed and "
            "is asked again",
        ),
    ),
)
