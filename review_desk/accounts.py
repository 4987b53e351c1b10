"""The people who may work at the desk: names, roles, and what each may see.

Belongs here: the accounts in the database. Does not belong here: who is signed in now
(`sessions.py`), and what a good password is (`passwords.py`).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal, cast, get_args

import sqlalchemy as sa

from resources.countries import COUNTRIES, UNKNOWN_COUNTRY
from resources.database import Database, insert_new
from resources.review_store import NO_PERSON
from review_desk.passwords import Passwords

Role = Literal["reviewer", "lead", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each role may do all that those before it may."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")

ACCOUNTS = sa.Table(
    "accounts",
    sa.MetaData(),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("password_hash", sa.String),
    sa.Column("email", sa.String, unique=True),
    sa.Column("openid_subject", sa.String, unique=True),
    sa.Column("countries", sa.String, nullable=False),
    sa.Column("languages", sa.String, nullable=False),
    sa.Column("is_disabled", sa.Boolean, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
)


class AccountRefused(ValueError):
    """An account cannot be made or changed like this; the message says why and what can."""


@dataclass(frozen=True)
class Account:
    """A person at the desk.

    Attributes:
        name: What decisions and the audit log say; it never changes and is never given again.
        role: What the person may do.
        email: Address by which OpenID Connect knows the person; None if it does not.
        countries: Countries whose items the person may see; empty means all.
        languages: Languages (ISO 639-1) that the person reads; empty means not told.
        is_disabled: True if the person may not sign in any more.
        has_password: False if the person signs in by OpenID Connect only.
    """

    name: str
    role: Role
    email: str | None = None
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    is_disabled: bool = False
    has_password: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name in NO_PERSON:
            raise AccountRefused(
                f"{self.name!r} cannot be an account: use up to 40 small letters, digits, dots and"
                f" hyphens, and neither {' nor '.join(NO_PERSON)}, which are no persons"
            )
        if self.role not in ROLES:
            raise AccountRefused(f"role {self.role!r}: use {', '.join(ROLES)}")
        if self.email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", self.email):
            raise AccountRefused(f"{self.email!r} is no e-mail address")
        known = {country.code for country in COUNTRIES} - {UNKNOWN_COUNTRY}
        if unknown := [code for code in self.countries if code not in known]:
            raise AccountRefused(f"countries {', '.join(unknown)}: use {', '.join(sorted(known))}")
        if unknown := [code for code in self.languages if not re.fullmatch("[a-z]{2}", code)]:
            raise AccountRefused(f"languages {', '.join(unknown)}: use codes such as de, ar")

    def may(self, role: Role) -> bool:
        """Whether the person may do what this role may."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def facts(self) -> dict[str, Any]:
        """What the audit log keeps of it."""
        return {"role": self.role, "countries": self.countries, "is_disabled": self.is_disabled}

    def may_see(self, country: str) -> bool:
        """Whether the person may see the items of a country."""
        return not self.countries or country in self.countries


@dataclass(frozen=True)
class Accounts:
    """The accounts in a database."""

    database: Database
    passwords: Passwords = field(default_factory=Passwords)

    @cached_property
    def _database(self) -> Database:
        return self.database.having(ACCOUNTS)

    def add(self, account: Account, password: str | None = None) -> None:
        """Make an account; without a password it can sign in by OpenID Connect only.

        Raises:
            AccountRefused: the name or e-mail address is taken.
            PasswordRefused: the password is not good enough.
        """
        row = {
            **_columns(account),
            "name": account.name,
            "password_hash": self.passwords.hash(password) if password is not None else None,
            "made_at": datetime.now(UTC),
        }
        with _taken_email(account), self._database.writing() as connection:
            if not insert_new(connection, ACCOUNTS, [row], key=["name"]):
                raise AccountRefused(f"{account.name} is an account already: names are unique")

    def change(self, account: Account) -> None:
        """Keep the account's new role, e-mail address, countries, languages and state.

        Raises:
            AccountRefused: there is no such account, or the e-mail address is another one's.
        """
        with _taken_email(account):
            self._set(account.name, **_columns(account))

    def set_password(self, name: str, password: str) -> None:
        """Give an account a new password.

        Raises:
            AccountRefused: there is no such account.
            PasswordRefused: the password is not good enough.
        """
        self._set(name, password_hash=self.passwords.hash(password))

    def account(self, name: str) -> Account | None:
        """The account of a name."""
        return self._find(ACCOUNTS.c.name == name)

    def all(self) -> list[Account]:
        """All accounts, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(ACCOUNTS).order_by(ACCOUNTS.c.name)).mappings()
            return [account_of(row) for row in rows]

    def with_password(self, name: str, password: str) -> Account | None:
        """The account that may sign in with this name and password.

        No such account, a wrong password and a disabled account take the same time and get the same
        answer: nobody learns from it which names there are.
        """
        query = sa.select(ACCOUNTS).where(ACCOUNTS.c.name == name)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        known = row["password_hash"] if row else None
        fits = self.passwords.fits(password, known)
        if row is None or known is None or not fits or row["is_disabled"]:
            return None
        if renewed := self.passwords.renewed(password, known):
            self._set(name, password_hash=renewed)
        return account_of(row)

    def with_openid(self, subject: str, email: str | None) -> Account | None:
        """The account of a person whom the OpenID provider vouches for.

        An account that the provider's subject has not signed in to yet is found by its e-mail
        address, and remembers the subject from then on. It may be disabled.

        Args:
            subject: The provider's own id of the person, never given to another one.
            email: Address that the provider has verified; None if it has not.
        """
        known = ACCOUNTS.c.openid_subject
        found = self._find(known == subject)
        if found is None and email is not None:
            found = self._find(sa.and_(ACCOUNTS.c.email == email.lower(), known.is_(None)))
            if found is not None:
                self._set(found.name, openid_subject=subject)
        return found

    def _find(self, condition: sa.ColumnElement[bool]) -> Account | None:
        with self._database.reading() as connection:
            row = connection.execute(sa.select(ACCOUNTS).where(condition)).mappings().one_or_none()
        return account_of(row) if row else None

    def _set(self, name: str, **values: Any) -> None:
        with self._database.writing() as connection:
            update = sa.update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(**values)
            if not connection.execute(update).rowcount:
                raise AccountRefused(f"{name!r} is no account: see `garnish desk accounts`")


def codes_of(text: str) -> tuple[str, ...]:
    """Codes of countries or languages, separated by commas or spaces."""
    return tuple(text.replace(",", " ").lower().split())


def account_of(row: sa.RowMapping) -> Account:
    """The account of a row."""
    return Account(
        name=row["name"],
        role=cast(Role, row["role"]),
        email=row["email"],
        countries=tuple(row["countries"].split()),
        languages=tuple(row["languages"].split()),
        is_disabled=row["is_disabled"],
        has_password=row["password_hash"] is not None,
    )


def _columns(account: Account) -> dict[str, Any]:
    return {
        "role": account.role,
        "email": account.email.lower() if account.email else None,
        "countries": " ".join(account.countries),
        "languages": " ".join(account.languages),
        "is_disabled": account.is_disabled,
    }


@contextmanager
def _taken_email(account: Account) -> Iterator[None]:
    try:
        yield
    except sa.exc.IntegrityError as error:
        raise AccountRefused(f"{account.email} is another account's address") from error
