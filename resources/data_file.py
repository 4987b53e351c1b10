"""What the data files (TOML) have in common: entries that know their fields, faults in words.

Belongs here: that. Does not belong here: any file's schema (`model_catalogue.py`, `gpu_prices.py`,
`menu_assets/prompt_templates.py`).
"""

from pydantic import BaseModel, ConfigDict, ValidationError


class Entry(BaseModel):
    """An entry, or a part of one; it knows its fields and refuses others."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def faults_in_words(error: ValidationError, *, whole: str) -> str:
    """Each fault with its field; `whole` is the word for a fault of all fields together."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or whole}: {fault['msg']}" for fault in error.errors()
    )
