"""`garnish feed`: what an operator sees of the targets, and what telling again does."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from menu_assets.cli import app
from resources import feed_deliveries
from resources.environment import Resources, resources_for
from resources.settings import SettingError
from tests.feed_receiver import receiver

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


def feed(*words: str, targets: str = "", secret: str = SECRET) -> Result:
    env = {"GARNISH_FEED_TARGETS": targets, "GARNISH_FEED_SECRET": secret, "COLUMNS": "250"}
    return CliRunner().invoke(app, ["feed", *words], env=env)


@pytest.fixture
def resources(home: Path) -> Resources:
    """With two events."""
    resources = resources_for("local")
    resources.feed.record("de", {"1": {"file": "a"}, "2": {"file": "b"}})
    return resources


def test_what_waits_is_sent_shown_and_sent_again(resources: Resources) -> None:
    with receiver() as up:
        before = feed("status", targets=up.url)
        assert before.exit_code == 0 and up.url in before.output
        sent = feed("send", targets=up.url)
        assert sent.exit_code == 0 and "2 events taken" in sent.output
        assert "0 events taken" in feed("send", targets=up.url).output
        again = feed("replay", "--since", "2026-01-01", "--by", "ada", targets=up.url)
        assert "2 events wait" in again.output
        feed("send", targets=up.url)
        assert up.numbers == [1, 2, 1, 2]
    (entry,) = resources.audit.entries(action="feed_replayed")
    assert (entry.actor, entry.subject) == ("ada", up.url)


def test_nothing_is_told_again_of_a_time_to_come(resources: Resources) -> None:
    with receiver() as up:
        feed("send", targets=up.url)
        later = feed("replay", "--since", "2099-01-01T12:00", targets=up.url)
        assert "0 events wait" in later.output


def test_a_target_that_fails_for_hours_is_an_alarm(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver(usual=(500, {})) as broken:
        assert feed("send", targets=broken.url).exit_code == 1
        failing = feed("status", targets=broken.url)
        assert failing.exit_code == 0
        assert "fails since" in failing.output and "500" in failing.output
        monkeypatch.setattr(feed_deliveries, "ALARM_AFTER", timedelta())
        alarm = feed("status", targets=broken.url)
        assert alarm.exit_code == 1 and "ALARM" in alarm.output


@pytest.mark.parametrize(
    ("targets", "secret", "message"),
    [
        ("", SECRET, "GARNISH_FEED_TARGETS is not set"),
        ("https://shop.example/feed", "", "GARNISH_FEED_SECRET is not set"),
        ("https://shop.example/feed", "short", "GARNISH_FEED_SECRET: key 1"),
        ("http://shop.example/feed", SECRET, "use https"),
    ],
)
def test_settings_that_cannot_work_say_so(
    home: Path, targets: str, secret: str, message: str
) -> None:
    answer = feed("status", targets=targets, secret=secret)
    assert isinstance(answer.exception, SettingError)
    assert message in str(answer.exception)


def test_a_replay_for_an_unknown_target_is_refused(home: Path) -> None:
    answer = feed(
        *("replay", "--since", "2026-01-01", "--target", "https://other.example/"),
        targets="https://shop.example/feed",
    )
    assert "is no target; there are https://shop.example/feed" in str(answer.exception)
