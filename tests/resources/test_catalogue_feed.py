"""The feed's events: each change once, in an order that no reader can go past."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from resources.catalogue_feed import EVENTS, CatalogueFeed
from resources.database import Database


@pytest.fixture
def feed(database: Database) -> CatalogueFeed:
    return CatalogueFeed(database)


def told(feed: CatalogueFeed, country: str = "de") -> list[tuple[str, str]]:
    return [(event.kind, event.product_id) for event in feed.events(country)]


def test_a_picture_is_published_replaced_withdrawn_and_published_again(
    feed: CatalogueFeed,
) -> None:
    feed.record("de", {"1": {"file": "a"}, "2": {"file": "b"}})
    feed.record("de", {"1": {"file": "c"}, "2": {"file": "b"}})
    feed.record("de", {"2": {"file": "b"}})
    feed.record("de", {"1": {"file": "c"}, "2": {"file": "b"}})
    assert told(feed) == [
        ("published", "1"),
        ("published", "2"),
        ("replaced", "1"),
        ("withdrawn", "1"),
        ("published", "1"),
    ]
    assert feed.events("de")[3].payload == {"file": "c"}, "what has to go is told"


def test_what_has_not_changed_is_not_told_again(feed: CatalogueFeed) -> None:
    catalogue = {"1": {"file": "a", "at": "2026-11-25"}}
    assert feed.record("de", catalogue) == {"published": 1}
    assert not feed.record("de", {"1": dict(reversed(catalogue["1"].items()))})
    assert not feed.record("tr", {})
    assert len(feed.events("de")) == 1


def test_withdrawals_come_before_what_is_new(feed: CatalogueFeed) -> None:
    feed.record("de", {"9": {"file": "a"}})
    feed.record("de", {"1": {"file": "b"}})
    assert told(feed)[1:] == [("withdrawn", "9"), ("published", "1")]


def test_a_vendors_pictures_are_those_that_guests_see_now(feed: CatalogueFeed) -> None:
    def of(vendor_id: str, file: str = "a") -> dict[str, str]:
        return {"vendor_id": vendor_id, "file": file}

    feed.record("de", {"1": of("v1"), "2": of("v1"), "3": of("v2"), "4": of("v1")})
    feed.record("tr", {"5": of("v1")})
    feed.record("de", {"1": of("v1", "b"), "3": of("v2"), "4": of("v2")})  # 4 has a new owner
    assert [(one.product_id, one.payload["file"]) for one in feed.of_vendor("de", "v1")] == [
        ("1", "b")
    ]
    assert [one.product_id for one in feed.of_vendor("de", "v2")] == ["3", "4"]
    assert feed.of_vendor("de", "v9") == []


def test_countries_do_not_withdraw_each_others_pictures(feed: CatalogueFeed) -> None:
    feed.record("de", {"1": {"file": "a"}})
    feed.record("tr", {"1": {"file": "b"}})
    assert told(feed, "de") == told(feed, "tr") == [("published", "1")]


def test_many_writers_at_once_tell_each_change_once(feed: CatalogueFeed) -> None:
    catalogue = {str(number): {"file": "a"} for number in range(50)}
    feed.record("fr", {})
    with ThreadPoolExecutor(4) as writers:
        list(writers.map(lambda country: feed.record(country, catalogue), ["de", "tr"] * 4))
    for country in ("de", "tr"):
        assert len(told(feed, country)) == len(set(told(feed, country))) == 50


def test_an_event_cannot_be_changed_afterwards(feed: CatalogueFeed) -> None:
    feed.record("de", {"1": {"file": "a"}})
    with (
        pytest.raises(sa.exc.DatabaseError, match="append-only"),
        feed.database.writing() as connection,
    ):
        connection.execute(sa.update(EVENTS).values(kind="withdrawn"))


def test_a_moment_is_found_among_the_events(feed: CatalogueFeed) -> None:
    feed.record("de", {"1": {"file": "a"}})
    (event,) = feed.events("de")
    assert feed.last_before(event.created_at) == 0
    assert feed.last_before(datetime.now(UTC) + timedelta(minutes=1)) == event.number
