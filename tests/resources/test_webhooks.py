"""The feed on its way: in order, none lost, signed; a bad receiver is nobody else's trouble."""

import base64
import hashlib
import hmac
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from resources import feed_deliveries
from resources.catalogue_feed import CatalogueFeed
from resources.database import Database
from resources.feed_deliveries import (
    ALARM_AFTER,
    EVENTS_AT_ONCE,
    LONGEST_WAIT,
    FeedDeliveries,
    wait_after,
)
from resources.settings import SettingError, receivers_of
from resources.webhooks import FeedWebhooks, signing_keys
from tests.feed_receiver import Receiver, receiver

KEYS = (b"k" * 32, b"former key, not yet changed over")


@pytest.fixture
def feed(database: Database) -> CatalogueFeed:
    """Three events."""
    feed = CatalogueFeed(database)
    feed.record("de", {str(number): {"file": "a"} for number in range(3)})
    return feed


def webhooks(feed: CatalogueFeed, *receivers: Receiver, **values: float) -> FeedWebhooks:
    targets = tuple(one.url for one in receivers)
    return FeedWebhooks(FeedDeliveries(feed.database), targets, KEYS, **values)


def more(feed: CatalogueFeed, country: str = "tr", events: int = 1) -> None:
    feed.record(country, {f"{country}-{number}": {"file": "b"} for number in range(events)})


def test_a_receiver_gets_every_event_once_in_order(feed: CatalogueFeed) -> None:
    more(feed, events=2 * EVENTS_AT_ONCE)
    with receiver() as up:
        (sent,) = webhooks(feed, up).send(20)
        assert sent.events == 3 + 2 * EVENTS_AT_ONCE and sent.error is None
        assert up.numbers == list(range(1, 204))
        assert max(len(request.events) for request in up.requests) == EVENTS_AT_ONCE
        webhooks(feed, up).send(20)
        assert len(up.requests) == 3, "what was taken is not sent again"


def test_the_body_says_what_happened(feed: CatalogueFeed) -> None:
    with receiver() as up:
        webhooks(feed, up).send(20)
    message = json.loads(up.requests[0].content)
    assert message["type"] == "catalogue.changed"
    assert message["data"]["schema_version"] == 1
    first = message["data"]["events"][0]
    assert (first["kind"], first["country"], first["product_id"]) == ("published", "de", "0")
    assert first["payload"] == {"file": "a"}
    assert datetime.fromisoformat(first["created_at"]).tzinfo is not None


def test_each_key_signs_as_standard_webhooks_says(feed: CatalogueFeed) -> None:
    with receiver() as up:
        webhooks(feed, up).send(20)
    (request,) = up.requests
    headers = request.headers
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    signatures = headers["webhook-signature"].split(" ")
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{request.content.decode()}"
    for key, signature in zip(KEYS, signatures, strict=True):
        mac = hmac.new(key, text.encode(), hashlib.sha256).digest()
        assert signature == "v1," + base64.b64encode(mac).decode()


@pytest.mark.parametrize("status", [301, 400, 404, 410, 429, 500, 503])
def test_whoever_does_not_take_a_message_gets_it_again_under_the_same_id(
    feed: CatalogueFeed, status: int
) -> None:
    with receiver(answers=[(status, {"Location": "http://127.0.0.1:9/"})]) as moody:
        hooks = webhooks(feed, moody)
        (sent,) = hooks.send(20)
        assert sent.events == 0 and str(status) in (sent.error or "")
        more(feed)
        (standing,) = hooks.standing()
        assert (standing.tries, standing.waiting) == (1, 4)
        assert str(status) in (standing.last_error or "")
        hooks.send(20)
        assert len(moody.requests) == 1, "it is left alone for a while"
        hooks.send(20, even_if_failing=True)
        first, again, later = moody.requests
        assert first.webhook_id == again.webhook_id != later.webhook_id
        assert first.content == again.content
        assert moody.numbers == [1, 2, 3, 4]
        assert hooks.standing()[0].failing_since is None


def test_a_receiver_that_is_down_gets_all_when_it_is_up_again(feed: CatalogueFeed) -> None:
    with receiver() as soon_down:
        port = int(soon_down.url.split(":")[2].split("/")[0])
    hooks = webhooks(feed, soon_down)
    (sent,) = hooks.send(20)
    assert "ConnectError" in (sent.error or "")
    more(feed)
    with receiver(port) as up:
        hooks.send(20, even_if_failing=True)
        assert up.numbers == [1, 2, 3, 4]


def test_a_slow_receiver_holds_up_only_itself(feed: CatalogueFeed) -> None:
    with receiver(wait_s=1.5) as slow, receiver() as quick:
        began = time.monotonic()
        failed, sent = webhooks(feed, slow, quick, timeout_s=0.4).send(20)
        assert time.monotonic() - began < 1.5
        assert "no answer within 0.4 s" in (failed.error or "")
        assert sent.events == 3 and quick.numbers == [1, 2, 3]


def test_an_answer_that_drips_ends_at_the_time_limit(feed: CatalogueFeed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as dripping:
        hooks = replace(
            webhooks(feed, timeout_s=0.5),
            targets=(f"http://127.0.0.1:{server.getsockname()[1]}/",),
        )

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100:
                        connection.send(bytes([byte]))
                        time.sleep(0.1)
                except OSError:
                    return

        dripping.submit(drip)
        began = time.monotonic()
        (sent,) = hooks.send(20)
        assert sent.events == 0 and "no answer within" in (sent.error or "")
        assert time.monotonic() - began < 2


def test_a_sender_that_dies_after_sending_sends_the_same_again(
    feed: CatalogueFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(Exception):
        pass

    def die(*_: object) -> bool:
        raise Died

    with receiver() as up:
        hooks = webhooks(feed, up)
        with monkeypatch.context() as dying, pytest.raises(Died):
            dying.setattr(FeedDeliveries, "delivered", die)
            hooks.send(20)
        more(feed)
        hooks.send(20)
        assert len(up.requests) == 1, "the dead sender's lease still holds"
        _expire(hooks)
        hooks.send(20)
        first, again, rest = up.requests
        assert (first.webhook_id, first.content) == (again.webhook_id, again.content)
        assert rest.numbers == [4]


def _expire(hooks: FeedWebhooks) -> None:
    """As if the lease's time had passed."""
    table = feed_deliveries._TARGETS
    with hooks.deliveries.database.writing() as connection:
        connection.execute(table.update().values(leased_until=datetime.now(UTC)))


def test_many_senders_at_once_neither_reorder_nor_double_nor_lose(feed: CatalogueFeed) -> None:
    with receiver(wait_s=0.01) as up, ThreadPoolExecutor(5) as senders:
        hooks = webhooks(feed, up)
        for country in ("tr", "fr", "it"):
            more(feed, country, events=EVENTS_AT_ONCE)
            list(senders.map(lambda _: hooks.send(20), range(5)))
        hooks.send(20)
        assert up.numbers == list(range(1, 304))


def test_a_sender_that_was_too_slow_does_not_count(feed: CatalogueFeed) -> None:
    with receiver() as up:
        hooks = webhooks(feed, up)
        late = hooks.deliveries.lease(up.url)
        assert late is not None
        _expire(hooks)
        quicker = hooks.deliveries.lease(up.url)
        assert quicker is not None and quicker.webhook_id == late.webhook_id
        assert not hooks.deliveries.delivered(late)
        hooks.deliveries.failed(late, "late")
        assert hooks.standing()[0].last_error is None
        assert hooks.deliveries.delivered(quicker)


def test_a_replay_sends_the_same_events_under_other_ids(feed: CatalogueFeed) -> None:
    with receiver() as up, receiver() as other:
        hooks = webhooks(feed, up, other)
        hooks.send(20)
        hooks.deliveries.replay(up.url, after=1)
        hooks.send(20)
        first, again = up.requests
        assert again.events == first.events[1:]
        assert again.webhook_id != first.webhook_id, "a receiver that drops doubles takes it"
        assert len(other.requests) == 1
        hooks.deliveries.replay(up.url, after=99)
        assert hooks.send(20)[0].events == 0, "a replay never skips"


def test_waits_grow_to_a_maximum_and_a_receiver_may_ask_for_more(feed: CatalogueFeed) -> None:
    waits = [wait_after(tries) for tries in range(1000)]
    assert waits == sorted(waits) and waits[0] < waits[1]
    assert waits[-1] == LONGEST_WAIT
    for seconds, longest in (("600", timedelta(seconds=600)), ("999999", LONGEST_WAIT)):
        with receiver(answers=[(503, {"Retry-After": seconds})]) as busy:
            hooks = webhooks(feed, busy)
            hooks.send(20)
            (standing,) = hooks.standing()
            assert standing.next_try_at is not None and standing.failing_since is not None
            assert standing.next_try_at - standing.failing_since == longest


def test_what_fails_for_hours_is_an_alarm_and_still_tried(feed: CatalogueFeed) -> None:
    with receiver(usual=(500, {})) as broken:
        hooks = webhooks(feed, broken)
        hooks.send(20)
        hooks.send(20, even_if_failing=True)
        (standing,) = hooks.standing()
        now = datetime.now(UTC)
        assert not standing.is_alarm(now)
        assert standing.is_alarm(now + ALARM_AFTER)
        assert standing.tries == len(broken.requests) == 2


@pytest.mark.parametrize(
    "value",
    [
        "http://shop.example/feed",
        "https://",
        "shop.example",
        "ftp://shop.example/",
        "https://a b/",
        "https://user:geheim@shop.example/",
        "https://[::1/",
        "https://shop.example:99999/",
        "https://shop.example/a,https://shop.example/a",
    ],
)
def test_an_address_that_cannot_be_meant_is_an_error(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARNISH_FEED_TARGETS", value)
    with pytest.raises(SettingError, match="GARNISH_FEED_TARGETS has ") as error:
        receivers_of("GARNISH_FEED_TARGETS")
    assert "geheim" not in str(error.value)


def test_https_and_this_machine_can_be_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GARNISH_FEED_TARGETS", "https://shop.example/f?a=1, http://localhost:8000/")
    assert len(receivers_of("GARNISH_FEED_TARGETS")) == 2


@pytest.mark.parametrize("secret", ["geheim", "", "whsec_", "Z2VoZWlt", "whsec_" + "A" * 100])
def test_a_weak_key_is_an_error_that_does_not_tell_it(secret: str) -> None:
    with pytest.raises(SettingError, match="key 2 is not base64 of 24 to 64 bytes") as error:
        signing_keys("GARNISH_FEED_SECRET", ["whsec_" + base64.b64encode(KEYS[0]).decode(), secret])
    assert "geheim" not in str(error.value)
    assert "kkk" not in repr(FeedWebhooks(FeedDeliveries(Database("sqlite://")), (), KEYS))
