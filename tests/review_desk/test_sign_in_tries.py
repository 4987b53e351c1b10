"""Guessing passwords gets slower and slower, for the guesser."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from resources.database import Database
from review_desk.sign_in_tries import (
    FREE,
    FREE_OF_ADDRESS,
    FREE_OF_NAME,
    LONGEST_WAIT,
    WINDOW,
    SignInTries,
)

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
NOTHING = timedelta(0)


def test_a_few_tries_are_free_and_each_further_one_waits_twice_as_long(database: Database) -> None:
    tries = SignInTries(database)
    assert [tries.take("mara", "1.2.3.4", NOW) for _ in range(FREE)] == [NOTHING] * FREE
    now, waits = NOW, []
    for _ in range(4):
        wait = tries.take("mara", "1.2.3.4", now)
        waits.append(wait.total_seconds())
        assert tries.take("mara", "1.2.3.4", now) == wait, "a refused try is not counted"
        now += wait
        assert tries.take("mara", "1.2.3.4", now) == NOTHING
    assert waits == [2, 4, 8, 16]


def test_tries_at_the_same_time_are_counted_one_by_one(database: Database) -> None:
    tries = SignInTries(database)
    tries.succeeded("mara", "6.6.6.6")  # the table is there
    with ThreadPoolExecutor(16) as crowd:
        waits = list(crowd.map(lambda _: tries.take("mara", "6.6.6.6", NOW), range(16)))
    assert waits.count(NOTHING) == FREE


def test_a_guesser_elsewhere_does_not_lock_the_person_out(database: Database) -> None:
    tries = SignInTries(database)
    for _ in range(FREE):
        tries.take("mara", "6.6.6.6", NOW)
    assert tries.take("mara", "6.6.6.6", NOW) > NOTHING
    assert tries.take("mara", "1.2.3.4", NOW) == NOTHING
    assert tries.take("nora", "6.6.6.6", NOW) == NOTHING


def test_many_addresses_guess_one_name_no_quicker(database: Database) -> None:
    tries = SignInTries(database)
    for number in range(FREE_OF_NAME):
        assert tries.take("mara", f"6.6.6.{number}", NOW) == NOTHING
    assert tries.take("mara", "6.6.7.1", NOW) > NOTHING


def test_one_address_guesses_many_names_no_quicker(database: Database) -> None:
    tries = SignInTries(database)
    for number in range(FREE_OF_ADDRESS):
        assert tries.take(f"name-{number}", "6.6.6.6", NOW) == NOTHING
    assert tries.take("another", "6.6.6.6", NOW) > NOTHING


def test_the_wait_has_an_end_and_so_has_the_memory_of_it(database: Database) -> None:
    tries, now = SignInTries(database), NOW
    for _ in range(FREE + 9):
        now += tries.take("mara", "1.2.3.4", now)
        tries.take("mara", "1.2.3.4", now)
    assert tries.take("mara", "1.2.3.4", now) <= LONGEST_WAIT
    assert tries.take("mara", "1.2.3.4", now + WINDOW + timedelta(seconds=1)) == NOTHING


def test_the_right_password_clears_the_slate(database: Database) -> None:
    tries = SignInTries(database)
    for _ in range(FREE):
        tries.take("mara", "1.2.3.4", NOW)
    tries.succeeded("mara", "1.2.3.4")
    assert tries.take("mara", "1.2.3.4", NOW) == NOTHING


def test_what_was_typed_as_a_name_is_not_kept(database: Database) -> None:
    SignInTries(database).take("my secret password", "1.2.3.4", NOW)
    with database.reading() as connection:
        rows = connection.execute(sa.text("SELECT * FROM sign_in_tries")).all()
    assert "secret" not in str(rows)
