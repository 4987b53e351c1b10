"""Links that let a restaurant's owner in: signed, expiring, and revocable by vendor.

Belongs here: making links and tokens, reading them, and revoking a vendor's. Does not belong here:
cookies and languages (`owner_visit.py`), and pages.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Literal

import sqlalchemy as sa
from itsdangerous import BadData, URLSafeTimedSerializer

from resources.countries import served_countries
from resources.database import APPEND_ONLY, Database
from resources.review_store import OWNER

USUAL_DAYS, MOST_DAYS = 14, 365

SESSION = timedelta(hours=8)
"""How long a browser is let in after the link was opened: a restaurant's day, on a shared phone."""

Audience = Literal["page", "api", "session"]
"""What a token is for: a link to the pages, the platform's app, a browser that opened a link."""

_REVOCATIONS = sa.Table(
    "owner_link_revocations",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("vendor_id", sa.String, nullable=False),
    sa.Column("revoked_by", sa.String, nullable=False),
    sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("owner_link_revocations_by_vendor", "country", "vendor_id"),
    info=APPEND_ONLY,
)


class LinkRefused(ValueError):
    """A link that opens nothing; the message says why, for logs: an owner needs a new one."""


class LinkExpired(LinkRefused):
    """Its time is over, or it was revoked."""


class NoSuchOwner(ValueError):
    """A link was asked for a country or vendor that there cannot be."""


@dataclass(frozen=True)
class Owner:
    """Whom a link lets in: the owner of one vendor's dishes, and of no others.

    Attributes:
        country: Market, ISO 3166-1 code in lower case.
        vendor_id: The vendor, as on the menu.
    """

    country: str
    vendor_id: str

    @property
    def reviewer(self) -> str:
        """The name under which the owner decides."""
        return f"{OWNER}{self.vendor_id}"


@dataclass(frozen=True)
class OwnerLink:
    """A link that was read and holds.

    Attributes:
        owner: Whom it lets in.
        until: When its time is over.
    """

    owner: Owner
    until: datetime


@dataclass(frozen=True)
class OwnerLinks:
    """Links signed with the desk's secret, and revocations in a database."""

    secret: bytes = field(repr=False)
    database: Database

    @cached_property
    def _database(self) -> Database:
        return self.database.having(_REVOCATIONS)

    def make(self, owner: Owner, *, days: int = USUAL_DAYS, audience: Audience = "page") -> str:
        """A token that lets an owner in for some days. It may be used again until then.

        Raises:
            NoSuchOwner: the country is not served, the vendor is no id, or too many days.
        """
        _refuse_unknown(owner)
        if not 1 <= days <= MOST_DAYS:
            raise NoSuchOwner(f"{days} days: a link holds 1 to {MOST_DAYS} days")
        return self._signed(owner, timedelta(days=days), audience)

    def open(self, link: OwnerLink) -> str:
        """A token for the browser that opened a link; it never outlives the link."""
        lasts = min(SESSION, link.until - datetime.now(UTC))
        return self._signed(link.owner, lasts, "session")

    def read(self, token: str, audience: Audience = "page") -> OwnerLink:
        """The link of a token that holds.

        Raises:
            LinkExpired: its time is over, or the vendor's links were revoked.
            LinkRefused: it was not made with this secret, or not for this audience.
        """
        try:
            payload, made_at = self._signer(audience).loads(token, return_timestamp=True)
        except BadData as error:
            raise LinkRefused(f"not a link of this desk: {error}") from error
        country, vendor_id, generation, seconds = payload
        until = made_at + timedelta(seconds=seconds)
        link = OwnerLink(Owner(country, vendor_id), until)
        if link.until <= datetime.now(UTC):
            raise LinkExpired(f"the link of {country}/{vendor_id} ended {link.until:%Y-%m-%d}")
        if generation != self._generation(link.owner):
            raise LinkExpired(f"the links of {country}/{vendor_id} were revoked")
        return link

    def revoke(self, owner: Owner, revoked_by: str) -> None:
        """End all links and sessions that a vendor has; new links work.

        Raises:
            NoSuchOwner: the country is not served, or the vendor is no id.
        """
        _refuse_unknown(owner)
        row = {**vars(owner), "revoked_by": revoked_by, "revoked_at": datetime.now(UTC)}
        with self._database.writing() as connection:
            connection.execute(sa.insert(_REVOCATIONS).values(**row))

    def _generation(self, owner: Owner) -> int:
        """How often a vendor's links were revoked: links of an earlier generation hold no more."""
        query = (
            sa.select(sa.func.count())
            .select_from(_REVOCATIONS)
            .where(
                _REVOCATIONS.c.country == owner.country,
                _REVOCATIONS.c.vendor_id == owner.vendor_id,
            )
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def _signed(self, owner: Owner, lasts: timedelta, audience: Audience) -> str:
        seconds = int(lasts.total_seconds())
        payload = [owner.country, owner.vendor_id, self._generation(owner), seconds]
        return str(self._signer(audience).dumps(payload))

    def _signer(self, audience: Audience) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt=f"garnish owner {audience}")


def new_platform_token() -> tuple[str, str]:
    """A token of the platform's own, and its SHA-256 (hex): all that the desk has to know."""
    token = secrets.token_urlsafe(32)
    return token, platform_token_hash(token)


def platform_token_hash(token: str) -> str:
    """SHA-256 of a token, in hex. The token is random: no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _refuse_unknown(owner: Owner) -> None:
    served = served_countries()
    if owner.country not in served:
        raise NoSuchOwner(f"{owner.country!r} is not served: use one of {', '.join(served)}")
    if not owner.vendor_id.strip():
        raise NoSuchOwner("the vendor's id is empty: use the vendor_id of the menu")
