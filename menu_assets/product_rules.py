"""What a valid product is: rules, each with a code, a condition and words for the vendor.

Belongs here: from rows of text to typed products and refused rows. Does not belong here: reading
files (`resources/menu_source.py`).
"""

from dataclasses import dataclass

import polars as pl

from menu_assets.tables.menu import PRODUCTS, REJECTED_PRODUCTS
from resources.countries import UNKNOWN_COUNTRY
from resources.menu_source import COLUMNS, MenuRows

MAX_NAME_CHARACTERS = 300
MAX_DESCRIPTION_CHARACTERS = 5000
COUNTS = ("views_30d", "add_to_carts_30d", "purchases_30d")

# Control and text-direction characters. Joiners (U+200C, U+200D) stay: Bangla, Urdu and emoji need
# them.
CONTROL_CHARACTERS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"

# Text that talks to the model instead of naming a dish.
INSTRUCTIONS = (
    r"(?i)\b(ignore|disregard|forget)\b.{0,60}\b(above|previous|prior|instructions?|prompts?|rules)\b"
    r"|\bnew instructions?:|</?(system|user|assistant)>|\bnsfw\b"
    r"|\b(system|negative) prompt\b|\byou are (now )?an? (ai|assistant|model)\b"
    r"|\b(draw|generate|render|paint)\b.{0,40}\b(naked|nude|person|woman|man|people|logo)\b"
)


@dataclass(frozen=True)
class Rule:
    """A rule is broken where `broken` is true; `reason` is an expression of the words to say."""

    code: str
    broken: pl.Expr
    reason: pl.Expr


def _blank(name: str) -> pl.Expr:
    return pl.col(name).fill_null("").str.strip_chars() == ""


def _rules(country: str) -> tuple[Rule, ...]:
    file_country = pl.lit(country)
    row_country = pl.col("country").fill_null("").str.strip_chars().str.to_lowercase()
    price = pl.col("price").str.strip_chars().cast(pl.Float64, strict=False)
    text = pl.col("name").fill_null("") + "\n" + pl.col("description").fill_null("")
    served = pl.lit("; add it to resources/countries.py or name the file after a served country")
    rules = [
        Rule(
            "unknown_country",
            (file_country == UNKNOWN_COUNTRY) | ~row_country.is_in(["", country]),
            pl.format("the country of {} ('{}') is not the file's", "source_file", row_country)
            if country != UNKNOWN_COUNTRY
            else pl.format("no served country for file {}", "source_file") + served,
        ),
        Rule("empty_product_id", _blank("product_id"), pl.lit("product_id is empty")),
        Rule("empty_vendor", _blank("vendor_id"), pl.lit("vendor_id is empty")),
        Rule(
            "empty_name",
            ~pl.col("name").fill_null("").str.contains(r"[\p{L}\p{N}]"),  # invisible, or only emoji
            pl.lit("name has no letter: a dish needs a name"),
        ),
        Rule(
            "control_characters",
            text.str.contains(CONTROL_CHARACTERS),
            pl.lit("name or description has control characters: remove them"),
        ),
        Rule(
            "name_too_long",
            pl.col("name").str.len_chars() > MAX_NAME_CHARACTERS,
            pl.format("name has {} characters, at most 300", pl.col("name").str.len_chars()),
        ),
        Rule(
            "description_too_long",
            pl.col("description").str.len_chars() > MAX_DESCRIPTION_CHARACTERS,
            pl.format(
                "description has {} characters, at most 5000", pl.col("description").str.len_chars()
            ),
        ),
        Rule(
            "instructions_in_text",
            text.str.replace_all(r"\s+", " ").str.contains(INSTRUCTIONS),
            pl.lit("name or description gives orders to a model instead of naming a dish"),
        ),
        Rule(
            "price_not_a_number",
            price.is_null() | price.is_nan() | price.is_infinite(),
            pl.format("price '{}' is not a number", pl.col("price").fill_null("")),
        ),
        Rule("negative_price", price < 0, pl.format("price {} is negative", price)),
    ]
    for name in COUNTS:
        number = pl.col(name).str.strip_chars().cast(pl.Int64, strict=False)
        reason = pl.format(name + " '{}' is not a whole number of at least 0", pl.col(name))
        rules.append(Rule(f"bad_{name}", ~_blank(name) & (number.is_null() | (number < 0)), reason))
    rules.append(
        Rule(
            "bad_updated_at",
            ~_blank("updated_at") & _time("updated_at").is_null(),
            pl.format("updated_at '{}' is not an ISO 8601 time", pl.col("updated_at")),
        )
    )
    return tuple(rules)


def _time(name: str) -> pl.Expr:
    """ISO 8601 with zone, or without (then UTC), or a date."""
    text = pl.col(name).str.strip_chars().str.replace(r"Z$", "+00:00").str.replace(" ", "T")
    with_zone = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", time_unit="us", strict=False)
    without = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    date = text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
    return pl.coalesce(
        with_zone, pl.coalesce(without, date).dt.replace_time_zone("UTC")
    ).dt.convert_time_zone("UTC")


def _clean(name: str) -> pl.Expr:
    text = pl.col(name).str.normalize("NFC").str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(text != "").then(text).alias(name)


def _count(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().cast(pl.Int64, strict=False).fill_null(0)


def validated(menu: MenuRows, country: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The valid products of a country, and its refused rows; together they are all rows.

    Of several rows with one product id the newest is the product (the first of equally new ones);
    the others are refused, and say where the product is.
    """
    rules = _rules(country)
    code = pl.coalesce(pl.when(rule.broken).then(pl.lit(rule.code)) for rule in rules)
    reason = pl.coalesce(pl.when(rule.broken).then(rule.reason) for rule in rules)
    judged = menu.rows.with_columns(code.alias("reason_code"), reason.alias("reason"))
    good = judged.filter(pl.col("reason_code").is_null())
    newest_first = good.with_columns(
        pl.col("product_id").str.strip_chars(),
        _time("updated_at").alias("_time"),
        pl.int_range(pl.len()).alias("_order"),
    ).sort("product_id", "_time", "_order", descending=[False, True, False], nulls_last=True)
    kept = newest_first.unique("product_id", keep="first", maintain_order=True)
    doubled = newest_first.join(
        kept.select("product_id", "_order", kept_file="source_file", kept_line="source_line"),
        on="product_id",
    ).filter(pl.col("_order") != pl.col("_order_right"))
    doubled = doubled.with_columns(
        reason_code=pl.lit("duplicate_product_id"),
        reason=pl.format(
            "product {} is already in {} line {}", "product_id", "kept_file", "kept_line"
        ),
    )
    bad = judged.filter(pl.col("reason_code").is_not_null())
    refused = pl.concat(
        [_refused(bad, country), _refused(doubled, country), _read_refusals(menu, country)]
    )
    return _typed(kept, country), refused.unique(REJECTED_PRODUCTS.key, keep="first").sort(
        "source_file", "source_line"
    )


UNREADABLE = ("unreadable", "missing_column")


def with_last_good_rows(
    products: pl.DataFrame, refused: pl.DataFrame, held: pl.DataFrame
) -> pl.DataFrame:
    """The products, and what was known from files that cannot be read this time.

    A truncated delivery says nothing about the dishes that it lacks: dropping them would withdraw
    their published pictures.
    """
    files = refused.filter(pl.col("reason_code").is_in(UNREADABLE))["source_file"].unique()
    kept = held.filter(pl.col("source_file").is_in(files.to_list()))
    return pl.concat([products, kept.join(products, on="product_id", how="anti")])


def _typed(rows: pl.DataFrame, country: str) -> pl.DataFrame:
    texts = ("vendor_id", "vendor_name", "name", "description", "category", "cuisine")
    return PRODUCTS.checked(
        rows.select(
            pl.lit(country).alias("country"),
            "product_id",
            *(_clean(name) for name in texts),
            _clean("dietary_flags"),
            pl.col("price").str.strip_chars().cast(pl.Float64),
            _clean("currency"),
            *(_count(name).alias(name) for name in COUNTS),
            _clean("picture_url"),
            _clean("photo_url"),
            _time("updated_at"),
            "source_file",
            "source_line",
        ).with_columns(
            pl.col("vendor_name").fill_null(pl.col("vendor_id")),
            pl.col("category").fill_null("other").str.to_lowercase(),
        )
    )


def _refused(rows: pl.DataFrame, country: str) -> pl.DataFrame:
    return rows.select(
        pl.lit(country).alias("country"),
        "source_file",
        "source_line",
        "product_id",
        "reason_code",
        "reason",
        pl.struct(COLUMNS).struct.json_encode().str.slice(0, 2000).alias("raw"),
    )


def _read_refusals(menu: MenuRows, country: str) -> pl.DataFrame:
    return menu.refused.select(
        pl.lit(country).alias("country"),
        "source_file",
        "source_line",
        pl.lit(None, pl.String).alias("product_id"),
        "reason_code",
        "reason",
        "raw",
    )
