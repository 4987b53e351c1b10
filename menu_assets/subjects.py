"""From a dish's English name to its subject: what the picture has to show, and nothing else.

Belongs here: what is taken out of names and descriptions, and why. Does not belong here:
translation (`resources/translation.py`), and the words around the subject (`prompts.py`).

A number in a prompt is drawn as text on the table, a brand as a logo; both are vetoed later, after
the picture was paid for. All expressions, so that a million names take about a second.
"""

import polars as pl

_NUMBER = r"\d+(?:[.,/]\d+)?"
_CURRENCY_SIGNS = r"[€$£¥₩₹₺฿৳]"
_CURRENCIES = r"eur|euros?|usd|gbp|jpy|krw|thb|huf|ft|sek|kr|tl|aed|sgd|twd|pkr|bdt|rs"
_SIZES = (
    r"ml|cl|dl|l|lit(?:er|re)s?|mg|g|gr|grams?|kg|oz|lbs?|cm|mm|inch(?:es)?|kcal"
    r"|pcs?|pieces?|stück|stuck|stk|st|szt|db|adet|dilim|uds?|bitar|portions?|servings?"
    r"|persons?|people|kişilik|kisilik"
)
NOISE = "(?i)" + "|".join(
    (
        r"""["“”„‟«»‹›®™©*]""",
        r"\(\s*\d[^)]*\)",  # "(8 pcs)", "(0,5 l)", "(1/4)"
        r"\((?:xs|s|m|l|xl|xxl)\)",
        r"^\s*[a-z]?\d{1,3}[a-z]?\s?[.):]\s",  # "12. ", "A4) "
        r"(?:\b(?:nr|no|num|nº|n°)\.?|[#№])\s?\d+[a-z]?\b[.:)]?",  # "Nr. 12", "#4"
        rf"\b{_NUMBER}\s?(?:{_SIZES})\b",  # "0,5 l", "500 g", "12 pcs"
        r"\b\d+\s?[x×]\s",  # "2 x "
        r"\b[x×]\s?\d+\b",
        rf"{_NUMBER}\s?%(?:\s?(?:vol|alc)\b)?",
        rf"(?:{_CURRENCY_SIGNS}|\b(?:{_CURRENCIES})\b\.?)\s?{_NUMBER}(?:,-|/-)?",  # "€ 4.50"
        rf"\b{_NUMBER}\s?(?:{_CURRENCY_SIGNS}|(?:{_CURRENCIES})\b|:-|,-)",  # "4,50 €", "99:-"
        r"\b\d{1,4}[.,]\d{2}\b",  # "7.50"
        r"\b(?:box|pack|set) of \d+\b",
        r"\b(?:serves|(?:good |enough )?for) \d+\b",
    )
)
"""Sizes, counts, prices, numbers of menus, quotation marks and signs of brands.

Numbers that are part of a name stay: "chicken 65", "toast with 2 soft-boiled eggs".
"""

_HOLES = r"\(\W*\)|\s['’]s\b|\s{2,}"
"""What is left behind: emptied brackets, the genitive of a vendor, doubled white space."""
_LOOSE_COMMAS = r"\s(?:[,;:]\s)+"
_RIM = " \t\n,.;:-–/|+&"
_BEGINS_IN_THE_MIDDLE = r"^\W*(?:$|(?:with|and|in|on|of|from|for|w)\b)"


def plain(text: pl.Expr, vendor: pl.Expr) -> pl.Expr:
    """The text without the vendor's name and without `NOISE`; null where nothing else is there."""
    left = (
        _without(vendor, text)
        .str.replace_all(NOISE, " ")
        .str.replace_all(_HOLES, " ")
        .str.replace_all(_LOOSE_COMMAS, ", ")
        .str.strip_chars(_RIM)
    )
    return pl.when(left.str.contains(r"\w")).then(left)


def _without(vendor: pl.Expr, text: pl.Expr) -> pl.Expr:
    """The text without the vendor's name, in lower case where it was there.

    A vendor of one word ("Curry") cannot be told from a dish, and a name that begins in the middle
    without it ("with chicken", of "Thai Curry") needs it: both stay.
    """
    lower, name = text.str.to_lowercase(), vendor.str.to_lowercase()
    rest = lower.str.split(by=name).list.join(" ")
    there = name.str.contains(" ", literal=True) & lower.str.contains(name, literal=True)
    return pl.when(there & ~rest.str.contains(_BEGINS_IN_THE_MIDDLE)).then(rest).otherwise(text)
