"""New and changed dishes as messages of an SQS queue.

Belongs here: taking messages, what a message has to say, and what becomes of one that does not.
Does not belong here: keeping the rows (`menu_table.py`), and valid products
(`menu_assets/product_rules.py`): a row with a wrong price is landed, and rejected with its reason.

A message is deleted after its rows are committed. One that comes again, or late, changes nothing.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from resources.countries import country_codes
from resources.menu_source import COLUMNS, text_of_value
from resources.menu_table import TableMenuSource

MESSAGES_AT_ONCE = 10
"""What SQS hands out at most."""

WAIT_S = 1
"""How long SQS waits for a message: an empty queue is asked seldom, a full one at once."""

AHEAD = timedelta(minutes=15)
"""How far a sender's clock may be ahead of ours. Newer rows win, so a row of next year would win
against every correction until then."""


@dataclass(frozen=True)
class Drained:
    """What became of the messages of one go.

    Attributes:
        messages: Taken.
        items: Rows that were new or newer.
        dead: Moved to the dead letters, with reasons.
    """

    messages: int = 0
    items: int = 0
    dead: int = 0


class BadMessage(ValueError):
    """A message, or a row of one, that says nothing that could be landed."""


@dataclass(frozen=True)
class MenuMessages:
    """A queue of menu items, `{"country": ..., "product_id": ..., "updated_at": ..., ...}` each.

    Or several in one message: `{"items": [...]}`. `"is_deleted": true` takes a dish off the menu.

    Attributes:
        queue_url: Where they come from.
        dead_letters_url: Where what cannot be read goes, with the attribute `reason`.
        menu: Where rows are kept.
        seconds: How long one go lasts at most.
    """

    queue_url: str
    dead_letters_url: str
    menu: TableMenuSource
    seconds: float = 20.0

    @cached_property
    def _sqs(self) -> Any:
        import boto3

        return boto3.client("sqs")

    def drain(self) -> Drained:
        """Take messages until the queue is empty or the time is up."""
        until, total = time.monotonic() + self.seconds, Drained()
        while time.monotonic() < until:
            answer = self._sqs.receive_message(
                QueueUrl=self.queue_url,
                MaxNumberOfMessages=MESSAGES_AT_ONCE,
                WaitTimeSeconds=WAIT_S,
            )
            messages = answer.get("Messages", [])
            if not messages:
                break
            now = self._land(messages)
            total = Drained(
                total.messages + now.messages, total.items + now.items, total.dead + now.dead
            )
        return total

    def _land(self, messages: Sequence[Mapping[str, Any]]) -> Drained:
        items, dead = [], []
        for message in messages:
            for raw, item in _items(message["Body"]):
                if isinstance(item, BadMessage):
                    dead.append((raw, str(item)))
                else:
                    items.append(item)
        landed = self.menu.land(items)
        for raw, reason in dead:
            self._sqs.send_message(
                QueueUrl=self.dead_letters_url,
                MessageBody=raw,
                MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
            )
        self._sqs.delete_message_batch(
            QueueUrl=self.queue_url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages)
            ],
        )
        return Drained(len(messages), landed, len(dead))


def _items(body: str) -> Iterator[tuple[str, dict[str, Any] | BadMessage]]:
    """Each row of a message as it came, and as it is landed, or why it cannot be."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        yield body, BadMessage(f"not JSON: {error}")
        return
    several = isinstance(said, dict) and "items" in said
    if several and not isinstance(said["items"], list):
        yield body, BadMessage("items is no list")
        return
    for row in said["items"] if several else [said]:
        try:
            yield "", _item(row)
        except BadMessage as error:
            yield json.dumps(row, ensure_ascii=False), error


def _item(row: object) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise BadMessage("not a JSON object")
    country, product_id = row.get("country"), text_of_value(row.get("product_id"))
    if country not in country_codes():
        raise BadMessage(f"country is {country!r}: use one of {', '.join(country_codes())}")
    if not product_id:
        raise BadMessage("product_id is missing")
    words = {name: text_of_value(row.get(name)) for name in COLUMNS}
    try:
        updated_at = datetime.fromisoformat(str(row.get("updated_at")))
    except ValueError as error:
        raise BadMessage(f"updated_at: {error}; use ISO 8601, e.g. 2026-11-25T08:00Z") from error
    if any("\0" in value for value in words.values() if value):
        raise BadMessage("a NUL character: no database keeps it")
    if updated_at.tzinfo is None:
        raise BadMessage("updated_at has no time zone; use e.g. 2026-11-25T08:00Z")
    if updated_at > datetime.now(UTC) + AHEAD:
        raise BadMessage(f"updated_at is in the future, {updated_at}: set the sender's clock")
    return {
        **words,
        "country": country,
        "product_id": product_id,
        "updated_at": updated_at,
        "is_deleted": row.get("is_deleted") is True,
    }
