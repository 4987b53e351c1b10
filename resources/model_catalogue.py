"""The models that Garnish can draw with, from a data file.

Belongs here: the schema of `model_catalogue.toml`, the rule about licences. Does not belong here:
loading weights (`gpu_ops/text_to_image.py`), and which dish is drawn by which model.
"""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, ValidationError

CATALOGUE_FILE = Path(__file__).with_name("model_catalogue.toml")


class CatalogueError(ValueError):
    """The catalogue is wrong, or a model may not be used; the message says which and what to do."""


class ModelEntry(BaseModel):
    """One model: where it is, under which licence, and how it is run best."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model_id: str
    title: str
    family: Literal["sdxl"]
    folder: str
    source: str
    revision: str = ""
    licence: str
    commercial_use: Literal["allowed", "agreement"]
    width_px: PositiveInt = Field(multiple_of=8)
    height_px: PositiveInt = Field(multiple_of=8)
    steps: PositiveInt
    guidance_scale: PositiveFloat
    dtype: Literal["float32", "float16", "bfloat16"]
    batch_size: PositiveInt
    memory_gib: PositiveFloat


def load_catalogue(path: Path = CATALOGUE_FILE) -> dict[str, ModelEntry]:
    """The entries by model id.

    Raises:
        CatalogueError: an entry does not obey the schema; the message names entry and field.
    """
    entries = {}
    for model_id, fields in tomllib.loads(path.read_text(encoding="utf-8")).items():
        try:
            entries[model_id] = ModelEntry(model_id=model_id, **fields)
        except ValidationError as error:
            wrong = "; ".join(
                f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
            )
            raise CatalogueError(f"{path.name}, model {model_id}: {wrong}") from error
    return entries


def usable_model(model_id: str, accepted_licences: Collection[str]) -> ModelEntry:
    """The entry of a model that may be used.

    Args:
        model_id: Its name in the catalogue.
        accepted_licences: Models whose terms the operator has agreed with their owner.

    Raises:
        CatalogueError: there is no such model, or its licence needs an agreement first.
    """
    catalogue = load_catalogue()
    if model_id not in catalogue:
        raise CatalogueError(f"no model {model_id!r}: the catalogue has {', '.join(catalogue)}")
    entry = catalogue[model_id]
    if entry.commercial_use == "agreement" and model_id not in accepted_licences:
        raise CatalogueError(
            f"{model_id} may not be used commercially without an agreement with its owner"
            f" ({entry.licence}): with one, set GARNISH_ACCEPTED_LICENCES={model_id}"
        )
    return entry
