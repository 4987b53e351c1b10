"""The text that a model draws each dish from.

Belongs here: from an English menu and templates (`prompt_templates.toml`) to prompts. Does not
belong here: embeddings (`gpu_ops/prompt_embedding.py`).
"""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import polars as pl

from menu_assets.table_asset import table_asset
from menu_assets.tables.images import PROMPTS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE

TEMPLATES_FILE = Path(__file__).with_name("prompt_templates.toml")
DESCRIPTION_CHARACTERS = 400
"""About 100 tokens: what follows is advertising more often than food."""


@dataclass(frozen=True)
class PromptTemplates:
    """Templates by category, and what no picture should show."""

    by_category: pl.DataFrame  # category, template ("bowl@1"), text
    negative_prompt: str


def load_templates(path: Path = TEMPLATES_FILE) -> PromptTemplates:
    """The templates of a file.

    Raises:
        ValueError: two templates claim one category, or none is for "other".
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = [
        (category, f"{name}@{template['version']}", template["text"])
        for name, template in data["templates"].items()
        for category in template["categories"]
    ]
    frame = pl.DataFrame(rows, schema=["category", "template", "text"], orient="row")
    if frame["category"].is_duplicated().any() or "other" not in frame["category"]:
        raise ValueError(f"{path}: each category in one template, and 'other' in one of them")
    return PromptTemplates(frame, data["negative_prompt"])


def prompts_for(
    english_menu: pl.DataFrame, image_coverage: pl.DataFrame, templates: PromptTemplates
) -> pl.DataFrame:
    """One prompt for each dish of the English menu. All in Polars: a million in seconds."""
    known = templates.by_category["category"].to_list()
    description = (
        pl.col("english_description").str.slice(0, DESCRIPTION_CHARACTERS).str.strip_chars(" .,")
    )
    category = pl.when(pl.col("category").is_in(known)).then("category").otherwise(pl.lit("other"))
    rows = (
        english_menu.join(
            image_coverage.select("product_id", "category", "priority"), on="product_id"
        )
        .with_columns(category.alias("category"))
        .join(templates.by_category, on="category")
    )
    prompt = (
        pl.col("text")  # from the back, so that a placeholder in a vendor's text stays text
        .str.replace(
            "{description}",
            pl.when(description != "").then(", " + description).otherwise(pl.lit("")),
            literal=True,
        )
        .str.replace("{subject}", pl.col("english_name"), literal=True)
    )
    rows = rows.with_columns(prompt=prompt, negative_prompt=pl.lit(templates.negative_prompt))
    identity = pl.concat_str("template", "prompt", "negative_prompt", separator="\x1f")
    ids = [short_hash(text) for text in rows.select(identity).to_series()]
    return rows.select(
        "country",
        "product_id",
        pl.Series("prompt_id", ids, pl.String),
        "name",
        pl.col("english_name").alias("subject"),
        "prompt",
        "negative_prompt",
        "template",
        "priority",
    ).sort("priority")


def short_hash(text: str) -> str:
    """16 hex digits of SHA-256: an id that says what it stands for is unchanged."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@table_asset(PROMPTS, inputs=[ENGLISH_MENU, IMAGE_COVERAGE])
def prompts(english_menu: pl.DataFrame, image_coverage: pl.DataFrame) -> dg.MaterializeResult:
    """Write the prompts, most viewed dish first."""
    frame = prompts_for(english_menu, image_coverage, load_templates())
    example = frame["prompt"][0] if frame.height else "none"
    return dg.MaterializeResult(value=frame, metadata={"example": example})
