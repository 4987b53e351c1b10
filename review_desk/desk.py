"""The review desk's parts: what its pages reach the world through, and its settings.

Belongs here: which parts and settings there are, read once. Does not belong here: pages and what a
part does.
"""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile

from resources.audit_log import AuditLog
from resources.catalogue_feed import CatalogueFeed
from resources.database import Database
from resources.environment import (
    Environment,
    home,
    picture_store,
    review_database,
    rollout_over,
)
from resources.gold_items import GoldItems
from resources.picture_store import PictureStore
from resources.review_history import ReviewHistory
from resources.review_queue import ReviewQueue
from resources.review_reports import ReviewReports
from resources.review_store import ReviewStore
from resources.review_turns import ReviewTurns
from resources.review_votes import ReviewVotes
from resources.rollout import Rollout
from resources.settings import (
    SettingError,
    names_of,
    needed,
    one_of,
    positive_of,
    share_of,
    text_of,
)
from resources.vendor_choices import VendorChoices
from review_desk.accounts import Accounts
from review_desk.openid import OpenIdProvider
from review_desk.owner_links import OwnerLinks
from review_desk.queue_sizes import QueueSizes
from review_desk.sessions import Sessions
from review_desk.sign_in_tries import SignInTries

LEAST_SECRET_CHARACTERS = 32


@dataclass(frozen=True)
class DeskSettings:
    """How the desk is reached and how much it lets through.

    Attributes:
        secret: Key of everything that the desk signs.
        address: Where browsers find it, scheme and host: `https://desk.example.org`.
        proxies: Addresses or networks whose X-Forwarded-For is believed; none is by default.
        requests_per_minute: Of one session, or of one network address before it has signed in.
        openid: Who else may say who somebody is; None if passwords are the only way.
        dagster_address: Where Dagster's pages are, to link to what made a picture; None = nowhere.
        gold_share: Share of dishes that a gold item comes before.
        platform_token_hash: SHA-256 (hex) of the token by which the platform's own server may ask
            the API for any vendor; None if it may not.
    """

    secret: bytes = field(repr=False)
    address: str = "http://localhost:8000"
    proxies: tuple[str, ...] = ()
    requests_per_minute: int = 1200
    openid: OpenIdProvider | None = None
    dagster_address: str | None = None
    gold_share: float = 0.04
    platform_token_hash: str | None = None

    def __post_init__(self) -> None:
        if not self.address.startswith(("http://", "https://")) or self.address.endswith("/"):
            raise SettingError(
                f"GARNISH_DESK_ADDRESS is {self.address!r}: use scheme and host, without a slash at"
                " the end, e.g. https://desk.example.org"
            )
        if self.dagster_address and not self.dagster_address.startswith(("http://", "https://")):
            raise SettingError(
                f"GARNISH_DAGSTER_URL is {self.dagster_address!r}: use the address of Dagster's"
                " pages, e.g. https://dagster.example.org"
            )
        if len(self.secret) < LEAST_SECRET_CHARACTERS:
            raise SettingError(
                f"GARNISH_DESK_SECRET has {len(self.secret)} bytes: use {LEAST_SECRET_CHARACTERS}"
                " random ones at least, e.g. from `openssl rand -hex 32`"
            )
        token_hash = self.platform_token_hash
        if token_hash is not None and not re.fullmatch("[0-9a-f]{64}", token_hash):
            raise SettingError(
                "GARNISH_PLATFORM_TOKEN_HASH is no SHA-256 in hex: `garnish desk platform-token`"
                " makes a token and prints its hash"
            )

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by https: cookies and headers are stricter then."""
        return self.address.startswith("https://")


@dataclass(frozen=True)
class Desk:
    """Everything that the desk's pages reach the world through."""

    settings: DeskSettings
    database: Database
    pictures: PictureStore
    accounts: Accounts
    sessions: Sessions
    tries: SignInTries
    audit: AuditLog
    reviews: ReviewStore
    queue: ReviewQueue
    votes: ReviewVotes
    turns: ReviewTurns
    gold: GoldItems
    history: ReviewHistory
    reports: ReviewReports
    sizes: QueueSizes
    vendors: VendorChoices
    rollout: Rollout
    feed: CatalogueFeed
    owner_links: OwnerLinks


def desk_for(env: Environment) -> Desk:
    """The desk of an environment; of its resources only those that pages use.

    A desk draws and publishes nothing: it starts without models, and without the key that signs
    published files.

    Raises:
        SettingError: a setting is missing or of the wrong form.
    """
    settings, database = _settings(env), review_database(env)
    return desk_over(database, picture_store(env), rollout_over(database, env), settings)


def desk_over(
    database: Database, pictures: PictureStore, rollout: Rollout, settings: DeskSettings
) -> Desk:
    """A desk over a database and a picture store."""
    queue, votes = ReviewQueue(database), ReviewVotes(database)
    return Desk(
        settings=settings,
        database=database,
        pictures=pictures,
        accounts=Accounts(database),
        sessions=Sessions(database),
        tries=SignInTries(database),
        audit=AuditLog(database),
        reviews=ReviewStore(database),
        queue=queue,
        votes=votes,
        turns=ReviewTurns(queue, votes, settings.gold_share),
        gold=GoldItems(database),
        history=ReviewHistory(database),
        reports=ReviewReports(database),
        sizes=QueueSizes(queue.sizes),
        vendors=VendorChoices(database),
        rollout=rollout,
        feed=CatalogueFeed(database),
        owner_links=OwnerLinks(settings.secret, database),
    )


def _settings(env: Environment) -> DeskSettings:
    is_local = env == "local"
    secret = os.environ.get("GARNISH_DESK_SECRET")
    if not secret and is_local:
        secret = _kept_secret(home() / "desk-secret")
    if not secret:
        raise SettingError(
            "GARNISH_DESK_SECRET is not set: the desk signs with it. All its processes need the"
            " same; make one with `openssl rand -hex 32`"
        )
    return DeskSettings(
        secret=secret.encode(),
        address=text_of("GARNISH_DESK_ADDRESS", "http://localhost:8000" if is_local else None),
        proxies=names_of("GARNISH_DESK_PROXIES"),
        requests_per_minute=positive_of("GARNISH_DESK_REQUESTS_PER_MINUTE", 1200),
        openid=_openid(),
        dagster_address=os.environ.get("GARNISH_DAGSTER_URL", "").rstrip("/") or None,
        gold_share=share_of("GARNISH_GOLD_SHARE", 0.04),
        platform_token_hash=os.environ.get("GARNISH_PLATFORM_TOKEN_HASH") or None,
    )


def _openid() -> OpenIdProvider | None:
    issuer = os.environ.get("GARNISH_OIDC_ISSUER")
    if not issuer:
        return None
    return OpenIdProvider(
        issuer,
        needed("GARNISH_OIDC_CLIENT_ID", "GARNISH_OIDC_ISSUER"),
        needed("GARNISH_OIDC_CLIENT_SECRET", "GARNISH_OIDC_ISSUER"),
        creates_accounts=one_of("GARNISH_OIDC_CREATE", ("0", "1"), "0") == "1",
        domains=tuple(name.lower() for name in names_of("GARNISH_OIDC_DOMAINS")),
    )


def _kept_secret(path: Path) -> str:
    """The secret in a file that only this user reads; made if it is not there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent) as beside:
            beside.write(secrets.token_hex(32))
            beside.flush()
            # Of two processes that start at once, one makes it and both read it.
            with suppress(FileExistsError):
                path.hardlink_to(beside.name)
    return path.read_text()
