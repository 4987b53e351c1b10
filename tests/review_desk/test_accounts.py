"""Accounts and passwords, in SQLite and PostgreSQL."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from resources.database import Database
from review_desk.accounts import ACCOUNTS, Account, AccountRefused, Accounts
from review_desk.passwords import PasswordRefused, Passwords, new_password
from tests.review_desk.conftest import PASSWORD, QUICK

MARA = Account("mara", "lead", "mara@example.org", ("de", "tr"), ("de",))


def kept_hash(database: Database, name: str) -> str:
    with database.reading() as connection:
        query = sa.select(ACCOUNTS.c.password_hash).where(ACCOUNTS.c.name == name)
        return str(connection.execute(query).scalar_one())


def test_what_an_account_is_comes_back_and_changes(database: Database) -> None:
    accounts = Accounts(database, QUICK)
    accounts.add(MARA, PASSWORD)
    assert accounts.all() == [replace(MARA, has_password=True)]

    accounts.change(replace(MARA, role="admin", countries=(), is_disabled=True))
    changed = accounts.account("mara")
    assert changed is not None
    assert (changed.role, changed.countries, changed.is_disabled) == ("admin", (), True)
    assert changed.may_see("jp")
    assert not MARA.may_see("jp")


def test_names_and_addresses_are_unique(database: Database) -> None:
    accounts = Accounts(database, QUICK)
    accounts.add(MARA)
    accounts.add(Account("nora", "reviewer"))
    with pytest.raises(AccountRefused, match="mara is an account already"):
        accounts.add(Account("mara", "admin"))
    with pytest.raises(AccountRefused, match="another account's address"):
        accounts.add(Account("eve", "reviewer", "MARA@example.org"))
    with pytest.raises(AccountRefused, match="another account's address"):
        accounts.change(Account("nora", "reviewer", "mara@example.org"))
    with pytest.raises(AccountRefused, match="'zoe' is no account"):
        accounts.set_password("zoe", PASSWORD)
    assert [account.role for account in accounts.all()] == ["lead", "reviewer"]


def test_only_the_password_opens_an_account_that_is_not_disabled(database: Database) -> None:
    accounts = Accounts(database, QUICK)
    accounts.add(MARA, PASSWORD)
    accounts.add(Account("nora", "reviewer"))  # signs in by OpenID Connect only
    assert accounts.with_password("mara", PASSWORD)
    for name, password in (
        ("mara", PASSWORD.upper()),
        ("mara", ""),
        ("mara", PASSWORD * 100),
        ("nora", ""),
        ("nora", PASSWORD),
        ("zoe", PASSWORD),
    ):
        assert accounts.with_password(name, password) is None, (name, password)

    accounts.change(replace(MARA, is_disabled=True))
    assert accounts.with_password("mara", PASSWORD) is None


def test_a_hash_with_former_parameters_is_made_anew_when_its_person_signs_in(
    database: Database,
) -> None:
    Accounts(database, QUICK).add(MARA, PASSWORD)
    former = kept_hash(database, "mara")
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    accounts = Accounts(database, Passwords(stronger))

    assert accounts.with_password("mara", PASSWORD + "!") is None
    assert kept_hash(database, "mara") == former
    assert accounts.with_password("mara", PASSWORD)
    assert "m=16,t=2" in kept_hash(database, "mara")
    assert accounts.with_password("mara", PASSWORD)


def test_the_same_password_from_another_keyboard_fits() -> None:
    composed, decomposed = "grüner käse im büro", "gru\u0308ner ka\u0308se im bu\u0308ro"
    assert QUICK.fits(decomposed, QUICK.hash(composed))


def test_the_usual_hash_is_argon2id_with_64_mib() -> None:
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaaaaaa", "abab" * 10, "x1y2" * 65])
def test_a_weak_password_is_refused_and_told_why(password: str) -> None:
    with pytest.raises(PasswordRefused, match="words"):
        QUICK.hash(password)


def test_a_password_to_hand_over_is_good_enough() -> None:
    passwords = {new_password() for _ in range(50)}
    assert len(passwords) == 50
    assert QUICK.hash(passwords.pop())


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "demo", "no persons"),
        ("name", "owner:7", "small letters"),
        ("name", "Mara", "small letters"),
        ("name", "m" * 41, "40"),
        ("role", "boss", "reviewer, lead, admin"),
        ("email", "mara", "no e-mail address"),
        ("countries", ("xx",), "countries xx"),
        ("countries", ("zz",), "countries zz"),
        ("languages", ("german",), "languages german"),
    ],
)
def test_an_account_that_cannot_be_says_what_can(field: str, value: object, message: str) -> None:
    with pytest.raises(AccountRefused, match=message):
        replace(MARA, **{field: value})
