"""The two environments, and the resources of each.

Belongs here: reading the settings, once, with an error on a typo; choosing resources. Does not
belong here: formats (they are the same everywhere) and anything that looks at `env` later on.
"""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from upath import UPath

from gpu_ops.generation import GenerationSettings
from resources.glossary_first import GlossaryFirst
from resources.google_translation import GoogleTranslator
from resources.menu_source import FolderMenuSource
from resources.model_catalogue import usable_model
from resources.model_translation import ModelTranslator
from resources.picture_checks import PictureChecks
from resources.picture_generator import PictureGenerator
from resources.picture_store import PictureStore
from resources.review_store import ReviewStore
from resources.table_store import TableStore
from resources.translation import GlossaryTranslator, TranslationService, Translator
from resources.translation_cache import CachedService
from resources.warehouse import Warehouse

Environment = Literal["local", "cluster"]

REPOSITORY = Path(__file__).resolve().parent.parent

# Dollars an hour. L4: AWS g6.xlarge on demand, us-east-1. CPU: a two-core cloud machine
# (c7i.large), so that a laptop's ledger has numbers; GARNISH_PRICE_USD_PER_HOUR sets your own.
PRICES_USD_PER_HOUR: Mapping[str, float] = {"l4": 0.8048, "cpu": 0.0893}


class SettingError(ValueError):
    """A setting cannot be used; the message names it and what it may be."""


@dataclass(frozen=True)
class Resources:
    """Everything that assets and commands reach the world through."""

    menus: FolderMenuSource
    tables: TableStore
    pictures: PictureStore
    publication_root: UPath
    translator: Translator
    generator: PictureGenerator
    checks: PictureChecks
    reviews: ReviewStore
    warehouse: Warehouse
    scratch_root: UPath
    shard_rows: int

    def by_name(self) -> dict[str, object]:
        """The resources by the names under which assets ask for them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def environment() -> Environment:
    """The environment that `GARNISH_ENV` names; "local" if it is not set.

    Raises:
        SettingError: it names another one.
    """
    name = os.environ.get("GARNISH_ENV", "local")
    for known in get_args(Environment):
        if name == known:
            return known
    raise SettingError(f"GARNISH_ENV is {name!r}: use one of {', '.join(get_args(Environment))}")


def home() -> Path:
    """The folder of everything local: `GARNISH_HOME`, or `.garnish` of the repository."""
    return Path(os.environ.get("GARNISH_HOME", REPOSITORY / ".garnish")).resolve()


def resources_for(env: Environment) -> Resources:
    """The resources of an environment.

    On a cluster the folders are fsspec addresses (`s3://...`) and the review store is PostgreSQL.

    Raises:
        SettingError: a setting is missing, of the wrong type or unknown.
        CatalogueError: the model that `GARNISH_MODEL` names may not be used.
    """
    local = env == "local"
    root = UPath(_setting("GARNISH_STORE", str(home()) if local else None))
    models = Path(_setting("GARNISH_MODELS", str(REPOSITORY / "models")))
    device = "cpu" if local else "cuda"
    gpu_class = "cpu" if local else "l4"
    tables = TableStore(root / "tables")
    database = _setting(
        "GARNISH_REVIEW_DATABASE", f"sqlite:///{home()}/reviews.db" if local else None
    )
    model = usable_model(
        os.environ.get("GARNISH_MODEL", "garnish-small"),
        accepted_licences=os.environ.get("GARNISH_ACCEPTED_LICENCES", "").split(","),
    )
    return Resources(
        menus=FolderMenuSource(
            UPath(_setting("GARNISH_MENUS", str(home() / "menus") if local else None))
        ),
        tables=tables,
        pictures=PictureStore(root / "pictures"),
        publication_root=root / "published",
        translator=_translator(database),
        generator=PictureGenerator(
            model_id=model.model_id,
            folder=models / model.folder,
            device=device,
            batch_size=_positive("GARNISH_BATCH_SIZE", model.batch_size),
            candidates_per_dish=_positive("GARNISH_CANDIDATES_PER_DISH", 4),
            gpu_class=gpu_class,
            price_usd_per_hour=_price("GARNISH_PRICE_USD_PER_HOUR", PRICES_USD_PER_HOUR[gpu_class]),
            settings=GenerationSettings(
                steps=_positive("GARNISH_STEPS", model.steps),
                guidance_scale=model.guidance_scale,
                width_px=model.width_px,
                height_px=model.height_px,
                dtype=model.dtype,
            ),
            pinned_revision=model.revision,
        ),
        checks=PictureChecks(
            matcher_folder=models / "small-clip",
            kinds_file=models / "small" / "kinds.json",
            device=device,
            batch_size=64,
        ),
        reviews=ReviewStore(database),
        warehouse=Warehouse(home() / "warehouse.duckdb", tables),
        scratch_root=root / "steps",
        shard_rows=_positive("GARNISH_SHARD_ROWS", 500),
    )


def _translator(database: str) -> Translator:
    glossary = GlossaryTranslator(UPath(REPOSITORY / "resources" / "glossary.csv"))
    name = os.environ.get("GARNISH_TRANSLATOR", "glossary")
    service: TranslationService
    if name == "glossary":
        return glossary
    if name == "google":
        service = GoogleTranslator(_needed("GARNISH_GOOGLE_PROJECT", "google"))
    elif name == "model":
        service = ModelTranslator(Path(_needed("GARNISH_TRANSLATION_MODEL", "model")))
    else:
        raise SettingError(f"GARNISH_TRANSLATOR is {name!r}: use one of glossary, google, model")
    return GlossaryFirst(glossary, CachedService(service, database))


def _needed(name: str, translator: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SettingError(f"{name} is not set: GARNISH_TRANSLATOR={translator} needs it")
    return value


def _setting(name: str, default: str | None) -> str:
    value = os.environ.get(name, default)
    if not value:
        raise SettingError(f"{name} is not set: the cluster environment has no default for it")
    return value


def _positive(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"{name} is {text!r}: use a whole number of at least 1")
    return int(text)


def _price(name: str, default: float) -> float:
    text = os.environ.get(name, str(default))
    try:
        price = float(text)
    except ValueError:
        price = math.nan
    if not 0 <= price < math.inf:
        raise SettingError(f"{name} is {text!r}: use a number of dollars of at least 0")
    return price
