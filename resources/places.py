"""Folders that everything else is found from.

Belongs here: where things are when no setting says otherwise. Does not belong here: which resources
are made of them (`environment.py`).
"""

import os
from pathlib import Path

from upath import UPath

from resources.model_copies import OptionalModel
from resources.settings import text_of

REPOSITORY = Path(__file__).resolve().parent.parent

SHIPPED_MODELS = REPOSITORY / "models"


def home() -> Path:
    """The folder of everything local: `GARNISH_HOME`, or `.garnish` of the repository."""
    return Path(os.environ.get("GARNISH_HOME", REPOSITORY / ".garnish")).resolve()


def store_at(address: str) -> UPath:
    """A folder, or a store at an fsspec address, as it is at each look.

    fsspec keeps listings for as long as a process lives; other pods write to the same store.
    """
    return UPath(address, use_listings_cache=False) if "://" in address else UPath(address)


def models_root() -> UPath:
    """The folder of models, or its address: `GARNISH_MODELS`, or `models/` of the repository."""
    return UPath(text_of("GARNISH_MODELS", str(SHIPPED_MODELS)))


def model_cache() -> Path:
    """The folder of what is copied from a store of models, or downloaded from the hub."""
    return home() / "model-cache"


def optional_model(name: str) -> OptionalModel:
    """A model that checks do without where it is not installed."""
    return OptionalModel(models_root() / name, model_cache())
