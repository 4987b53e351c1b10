"""Owners' links: they hold for their days and their vendor, and for nobody else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from itsdangerous import TimestampSigner

from resources.database import Database
from review_desk.owner_links import LinkExpired, LinkRefused, NoSuchOwner, Owner, OwnerLinks

LION = Owner("de", "v1")
SECRET = b"s" * 32


@pytest.fixture
def links(tmp_path: Path) -> OwnerLinks:
    return OwnerLinks(SECRET, Database(f"sqlite:///{tmp_path}/reviews.db"))


def days_later(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """Make links as if it were days earlier: reading them is then days later."""
    moment = int((datetime.now(UTC) - timedelta(days=days)).timestamp())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: moment)


def test_a_link_lets_its_owner_in_until_its_days_are_over(
    links: OwnerLinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    days_later(monkeypatch, 2.9)
    assert links.read(links.make(LION, days=3)).owner == LION
    days_later(monkeypatch, 3.1)
    with pytest.raises(LinkExpired, match="de/v1 ended"):
        links.read(links.make(LION, days=3))


def test_a_link_of_another_key_or_audience_or_with_a_changed_letter_is_none(
    links: OwnerLinks,
) -> None:
    token = links.make(LION)
    other_key = OwnerLinks(b"t" * 32, links.database)
    for_app = links.make(LION, audience="api")
    changed = ("A" if token[3] != "A" else "B").join((token[:3], token[4:]))
    for bad in (other_key.make(LION), for_app, changed, token[:-1], "", "..", "é", "a" * 9000):
        with pytest.raises(LinkRefused):
            links.read(bad)
    assert links.read(for_app, "api").owner == LION


def test_revoking_ends_a_vendors_links_and_no_others(links: OwnerLinks) -> None:
    old, other = links.make(LION), links.make(Owner("de", "v2"))
    same_id_elsewhere = links.make(Owner("tr", "v1"))
    links.revoke(LION, "ada")
    with pytest.raises(LinkExpired, match="revoked"):
        links.read(old)
    assert links.read(other).owner.vendor_id == "v2"
    assert links.read(same_id_elsewhere).owner.country == "tr"
    assert links.read(links.make(LION)).owner == LION


def test_a_session_ends_with_its_link_and_with_the_day(
    links: OwnerLinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = links.open(links.read(links.make(LION)))
    assert links.read(session, "session").owner == LION
    with pytest.raises(LinkRefused):
        links.read(session)  # no link to hand on
    left = links.read(session, "session").until - datetime.now(UTC)
    assert timedelta(hours=7, minutes=59) < left <= timedelta(hours=8)
    days_later(monkeypatch, 0.999)
    last_minutes = links.read(links.make(LION, days=1))
    monkeypatch.undo()
    assert links.read(links.open(last_minutes), "session").until <= last_minutes.until
    links.revoke(LION, "ada")
    with pytest.raises(LinkExpired):
        links.read(session, "session")


def test_what_cannot_be_linked_says_what_to_do(links: OwnerLinks) -> None:
    for owner, days, words in (
        (Owner("xx", "v1"), 14, "use one of .*de"),
        (Owner("zz", "v1"), 14, "not served"),
        (Owner("de", " "), 14, "vendor_id of the menu"),
        (LION, 0, "1 to 365 days"),
        (LION, 366, "1 to 365 days"),
    ):
        with pytest.raises(NoSuchOwner, match=words):
            links.make(owner, days=days)
