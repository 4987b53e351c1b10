"""How long a session lasts, and what ends it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from resources.database import Database
from review_desk.accounts import Account, Accounts
from review_desk.sessions import IDLE, LASTS, Sessions
from tests.review_desk.conftest import QUICK

MARA = Account("mara", "lead")
NINE = datetime(2026, 11, 25, 9, tzinfo=UTC)


def sessions_of_mara(database: Database) -> Sessions:
    Accounts(database, QUICK).add(MARA)
    return Sessions(database)


def test_a_session_knows_the_account_as_it_is_now(database: Database) -> None:
    sessions = sessions_of_mara(database)
    token = sessions.begin("mara")
    Accounts(database).change(replace(MARA, role="reviewer"))
    session = sessions.find(token)
    assert session is not None
    assert session.account.role == "reviewer"
    assert sessions.find(token + "x") is None


def test_it_ends_when_nothing_is_done_and_goes_on_while_something_is(database: Database) -> None:
    sessions = sessions_of_mara(database)
    token = sessions.begin("mara", NINE)
    half = IDLE / 2
    assert sessions.find(token, NINE + half)
    assert sessions.find(token, NINE + 2 * half)
    assert sessions.find(token, NINE + 3 * half)
    assert sessions.find(token, NINE + 3 * half + IDLE + timedelta(seconds=1)) is None


def test_it_ends_after_a_working_day_whatever_is_done(database: Database) -> None:
    sessions = sessions_of_mara(database)
    token, now = sessions.begin("mara", NINE), NINE
    while now + IDLE / 2 <= NINE + LASTS:
        now += IDLE / 2
        assert sessions.find(token, now)
    assert sessions.find(token, NINE + LASTS + timedelta(seconds=1)) is None


def test_signing_out_ends_one_and_a_new_password_the_others(database: Database) -> None:
    sessions = sessions_of_mara(database)
    first, second, third = (sessions.begin("mara") for _ in range(3))
    sessions.end(first)
    assert sessions.find(first) is None
    kept = sessions.find(second)
    assert kept is not None
    sessions.end_all("mara", but=kept.token_hash)
    assert sessions.find(second)
    assert sessions.find(third) is None


def test_disabling_an_account_ends_its_sessions_at_once(database: Database) -> None:
    sessions = sessions_of_mara(database)
    token = sessions.begin("mara")
    Accounts(database).change(replace(MARA, is_disabled=True))
    assert sessions.find(token) is None


def test_no_token_is_in_the_database_and_expired_sessions_leave_it(database: Database) -> None:
    sessions = sessions_of_mara(database)
    sessions.begin("mara", NINE)
    token = sessions.begin("mara", NINE + LASTS + timedelta(hours=1))
    with database.reading() as connection:
        rows = connection.execute(sa.text("SELECT * FROM desk_sessions")).all()
    assert len(rows) == 1
    assert token not in str(rows)
