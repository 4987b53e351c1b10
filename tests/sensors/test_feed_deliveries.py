"""The feed's sensor: it sends what waits, reports who does not take it, and does not fail."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

from resources import feed_deliveries as deliveries
from resources.catalogue_feed import CatalogueFeed
from resources.database import Database
from resources.feed_deliveries import FeedDeliveries
from resources.webhooks import FeedWebhooks
from sensors.feed_deliveries import DELIVERIES, feed_deliveries
from tests.feed_receiver import receiver


@pytest.fixture
def feed(tmp_path: Path) -> Iterator[CatalogueFeed]:
    feed = CatalogueFeed(Database(f"sqlite:///{tmp_path}/reviews.db"))
    feed.record("de", {"1": {"file": "a"}, "2": {"file": "b"}})
    yield feed
    feed.database.engine.dispose()


def to(feed: CatalogueFeed, *targets: str) -> FeedWebhooks:
    return FeedWebhooks(FeedDeliveries(feed.database), targets, (b"k" * 32,))


def tick(webhooks: FeedWebhooks) -> dict[str, object] | str:
    """The metadata of what was delivered, or why nothing was."""
    context = dg.build_sensor_context(
        instance=dg.DagsterInstance.ephemeral(), resources={"webhooks": webhooks}
    )
    answer = feed_deliveries(context)
    if isinstance(answer, dg.SkipReason):
        return answer.skip_message or ""
    assert isinstance(answer, dg.SensorResult)
    (event,) = answer.asset_events
    assert isinstance(event, dg.AssetMaterialization)
    assert event.asset_key == DELIVERIES
    return {name: value.value for name, value in event.metadata.items()}


def test_without_a_target_it_says_so(feed: CatalogueFeed) -> None:
    assert "GARNISH_FEED_TARGETS" in tick(to(feed))


def test_what_waits_is_sent_once(feed: CatalogueFeed) -> None:
    with receiver() as up:
        webhooks = to(feed, up.url)
        assert tick(webhooks) == {
            "events_sent": 2,
            "events_waiting": 0,
            "targets_failing": 0,
            "targets_in_alarm": 0,
        }
        assert tick(webhooks) == "nothing waits"
        assert up.numbers == [1, 2]


def test_a_target_that_is_down_is_reported_and_the_others_are_served(
    feed: CatalogueFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver(usual=(500, {})) as broken, receiver() as up:
        webhooks = to(feed, broken.url, up.url)
        served = tick(webhooks)
        assert isinstance(served, dict)
        assert (served["targets_failing"], served["targets_in_alarm"]) == (1, 0)
        assert served["events_waiting"] == 2
        assert tick(webhooks) == f"not reached: {broken.url}"
        monkeypatch.setattr(deliveries, "ALARM_AFTER", timedelta())
        feed.record("tr", {"1": {"file": "c"}})
        alarming = tick(webhooks)
        assert isinstance(alarming, dict) and alarming["targets_in_alarm"] == 1
        assert up.numbers == [1, 2, 3]
