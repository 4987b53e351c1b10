"""The two environments, and the resources of each.

Belongs here: which settings there are, read once; choosing resources. Does not belong here: what a
setting's value may be (`settings.py`), which model draws (`chosen_generator.py`), formats (they are
the same everywhere), and anything that looks at `env` later on.
"""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, cast, get_args

from upath import UPath

from resources.acceptance_rule import AcceptanceRule
from resources.alert_channel import AlertChannel
from resources.audit_log import AuditLog
from resources.catalogue_feed import CatalogueFeed
from resources.channels import Channel, ChannelError, channel_named, load_channels
from resources.chosen_generator import catalogue, chosen_generator
from resources.content_credentials import ContentCredentials
from resources.daily_budget import DailyBudget
from resources.database import Database
from resources.disclosure import load_disclosure
from resources.feed_deliveries import FeedDeliveries
from resources.food_finder import FoodFinder
from resources.glossary_first import GlossaryFirst
from resources.google_translation import GoogleTranslator
from resources.installed_checks import installed_checks
from resources.menu_messages import MenuMessages
from resources.menu_source import FolderMenuSource, MenuSource
from resources.menu_table import LANDED_ITEMS, TableMenuSource
from resources.model_translation import ModelTranslator
from resources.openai_generator import OpenAIGenerator
from resources.picture_checks import PictureChecks
from resources.picture_generator import PictureGenerator
from resources.picture_likeness import PictureLikeness
from resources.picture_store import PictureStore
from resources.places import (
    REPOSITORY,
    SHIPPED_MODELS,
    home,
    models_root,
    optional_model,
    store_at,
)
from resources.publisher import Publisher
from resources.review_queue import ReviewQueue
from resources.review_rule import ReviewRule
from resources.review_store import ReviewStore
from resources.review_votes import ReviewVotes
from resources.rollout import Rollout
from resources.settings import (
    SettingError,
    addresses_of,
    names_of,
    needed,
    one_of,
    optional_dollars_of,
    positive_of,
    receivers_of,
    share_of,
    text_of,
)
from resources.table_store import TableStore
from resources.training_pictures import TrainingPictures
from resources.translation import GlossaryTranslator, TranslationService, Translator
from resources.translation_cache import CachedService
from resources.vendor_choices import VendorChoices
from resources.vendor_photos import VendorPhotos
from resources.warehouse import Warehouse
from resources.webhooks import FeedWebhooks, signing_keys

Environment = Literal["local", "cluster"]


@dataclass(frozen=True)
class Resources:
    """Everything that assets and commands reach the world through."""

    menus: MenuSource
    messages: MenuMessages | None
    photos: VendorPhotos
    finder: FoodFinder
    tables: TableStore
    pictures: PictureStore
    publisher: Publisher
    publication_root: UPath
    translator: Translator
    generator: PictureGenerator | OpenAIGenerator
    budget: DailyBudget
    checks: PictureChecks
    likeness: PictureLikeness
    training_pictures: TrainingPictures
    acceptance: AcceptanceRule
    reviews: ReviewStore
    review_rule: ReviewRule
    vendors: VendorChoices
    rollout: Rollout
    audit: AuditLog
    queue: ReviewQueue
    votes: ReviewVotes
    feed: CatalogueFeed
    webhooks: FeedWebhooks
    alerts: AlertChannel
    warehouse: Warehouse
    scratch_root: UPath
    shard_rows: int

    def by_name(self) -> dict[str, object]:
        """The resources by the names under which assets ask for them; what is not set up is not."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: resource for name, resource in named.items() if resource is not None}


def environment() -> Environment:
    """The environment that `GARNISH_ENV` names; "local" if it is not set.

    Raises:
        SettingError: it names another one.
    """
    return cast(Environment, one_of("GARNISH_ENV", get_args(Environment), "local"))


def resources_for(env: Environment) -> Resources:
    """The resources of an environment.

    On a cluster the folders are fsspec addresses (`s3://...`) and the review store is PostgreSQL.

    Raises:
        SettingError: a setting is missing, of the wrong type or unknown.
        CatalogueError: the model that `GARNISH_MODEL` names may not be used.
    """
    local = env == "local"
    root = _store_root(env)
    device = one_of("GARNISH_DEVICE", ("cpu", "cuda"), "cpu" if local else "cuda")
    tables, pictures = TableStore(root / "tables"), picture_store(env)
    database = review_database(env)
    menus = store_at(text_of("GARNISH_MENUS", str(home() / "menus") if local else None))
    source = _menu_source(menus)
    return Resources(
        menus=source,
        messages=_menu_messages(source),
        photos=VendorPhotos(menus / "photos", addresses_of("GARNISH_PHOTO_SOURCES")),
        finder=FoodFinder(
            optional_model("grounding-dino"), optional_model("sam"), device, batch_size=8
        ),
        tables=tables,
        pictures=pictures,
        publisher=Publisher(_channels(), load_disclosure(), _credentials(env), pictures),
        publication_root=root / "published",
        translator=_translator(database),
        generator=chosen_generator(device),
        budget=DailyBudget(optional_dollars_of("GARNISH_BUDGET_USD_PER_COUNTRY_DAY")),
        checks=installed_checks(device),
        likeness=PictureLikeness(SHIPPED_MODELS / "small-clip", optional_model("likeness")),
        training_pictures=TrainingPictures(
            {name: models_root() / entry.folder for name, entry in catalogue().items()}
        ),
        acceptance=_acceptance(),
        reviews=ReviewStore(database),
        review_rule=ReviewRule(
            share_of("GARNISH_SECOND_LOOK_SHARE", 0.05),
            # Who tries Garnish out alone has nobody for a second look.
            one_of("GARNISH_TWO_PEOPLE_FOR_DIET", ("0", "1"), "0" if local else "1") == "1",
        ),
        vendors=VendorChoices(database),
        rollout=rollout_over(database, env),
        audit=AuditLog(database),
        queue=ReviewQueue(database),
        votes=ReviewVotes(database),
        feed=CatalogueFeed(database),
        webhooks=_webhooks(database),
        alerts=AlertChannel(next(iter(receivers_of("GARNISH_ALERTS_TO")), None)),
        warehouse=Warehouse(home() / "warehouse.duckdb", tables),
        scratch_root=root / "steps",
        shard_rows=positive_of("GARNISH_SHARD_ROWS", 500),
    )


def review_database(env: Environment) -> Database:
    """The database of all that people say: `GARNISH_REVIEW_DATABASE`."""
    local = f"sqlite:///{home()}/reviews.db" if env == "local" else None
    return Database(text_of("GARNISH_REVIEW_DATABASE", local))


def picture_store(env: Environment) -> PictureStore:
    """The store of pictures, below `GARNISH_STORE`."""
    return PictureStore(_store_root(env) / "pictures")


def rollout_over(database: Database, env: Environment) -> Rollout:
    """The rollout; on a platform nothing is shown before somebody says how far."""
    return Rollout(database, usual_share=1.0 if env == "local" else 0.0)


def _store_root(env: Environment) -> UPath:
    return store_at(text_of("GARNISH_STORE", str(home()) if env == "local" else None))


def _channels() -> dict[str, Channel]:
    """The channels that files are published for: all, or those that `GARNISH_CHANNELS` names."""
    known = load_channels()
    try:
        return {name: channel_named(name, known) for name in names_of("GARNISH_CHANNELS") or known}
    except ChannelError as error:
        raise SettingError(f"GARNISH_CHANNELS: {error}") from error


def _credentials(env: Environment) -> ContentCredentials:
    """On a laptop a test certificate signs, which nobody trusts and whose name says so."""
    key, trusted = os.environ.get("GARNISH_C2PA_KEY"), os.environ.get("GARNISH_C2PA_TRUSTED")
    trusted_file = Path(trusted) if trusted else None
    if env == "local" and not key:
        return ContentCredentials.for_tests(home() / "credentials", trusted_file)
    return ContentCredentials(
        Path(text_of("GARNISH_C2PA_KEY", None)),
        Path(text_of("GARNISH_C2PA_CERTIFICATES", None)),
        os.environ.get("GARNISH_C2PA_TIME_AUTHORITY") or None,
        trusted_file,
    )


def _webhooks(database: Database) -> FeedWebhooks:
    targets = receivers_of("GARNISH_FEED_TARGETS")
    if targets:
        needed("GARNISH_FEED_SECRET", "GARNISH_FEED_TARGETS")
    keys = signing_keys("GARNISH_FEED_SECRET", names_of("GARNISH_FEED_SECRET"))
    return FeedWebhooks(FeedDeliveries(database), targets, keys)


def _menu_source(folder: UPath) -> MenuSource:
    url = os.environ.get("GARNISH_MENU_DATABASE")
    table = os.environ.get("GARNISH_MENU_TABLE", LANDED_ITEMS.name)
    return TableMenuSource(Database(url), table) if url else FolderMenuSource(folder)


def _menu_messages(source: MenuSource) -> MenuMessages | None:
    queue = os.environ.get("GARNISH_MENU_QUEUE")
    if not queue:
        return None
    if not isinstance(source, TableMenuSource) or source.table != LANDED_ITEMS.name:
        raise SettingError(
            "GARNISH_MENU_QUEUE needs GARNISH_MENU_DATABASE, and no GARNISH_MENU_TABLE: messages"
            f" are kept in our own table {LANDED_ITEMS.name}"
        )
    return MenuMessages(queue, needed("GARNISH_MENU_DEAD_LETTERS", "GARNISH_MENU_QUEUE"), source)


def _acceptance() -> AcceptanceRule:
    return AcceptanceRule(
        bad_share=share_of("GARNISH_BAD_SHARE", 0.01),
        audit_share=share_of("GARNISH_AUDIT_SHARE", 0.02),
        is_on=one_of("GARNISH_AUTO_ACCEPT", ("0", "1"), "0") == "1",
    )


def _translator(database: Database) -> Translator:
    glossary = GlossaryTranslator(UPath(REPOSITORY / "resources" / "glossary.csv"))
    name = one_of("GARNISH_TRANSLATOR", ("glossary", "google", "model"), "glossary")
    service: TranslationService
    if name == "glossary":
        return glossary
    if name == "google":
        service = GoogleTranslator(needed("GARNISH_GOOGLE_PROJECT", "GARNISH_TRANSLATOR=google"))
    else:
        folder = Path(needed("GARNISH_TRANSLATION_MODEL", "GARNISH_TRANSLATOR=model"))
        service = ModelTranslator(folder)
    return GlossaryFirst(glossary, CachedService(service, database))
