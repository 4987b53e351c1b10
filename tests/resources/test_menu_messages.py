"""Menu items from an SQS queue (moto's server): none lost, none doubled, the bad ones put aside."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import sqlalchemy as sa
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from resources.database import Database
from resources.menu_messages import Drained, MenuMessages
from resources.menu_table import TableMenuSource


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    client = boto3.client("sqs")
    yield client
    for url in client.list_queues().get("QueueUrls", []):
        client.delete_queue(QueueUrl=url)
    server.stop()


@pytest.fixture
def messages(sqs: Any, postgres_database: Database) -> MenuMessages:
    queue = sqs.create_queue(QueueName="menu", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    dead = sqs.create_queue(QueueName="menu-dead")["QueueUrl"]
    return MenuMessages(queue, dead, TableMenuSource(postgres_database), seconds=30)


def dish(number: int = 1, **values: Any) -> dict[str, Any]:
    usual = {
        "country": "de",
        "product_id": f"p{number}",
        "vendor_id": "v1",
        "vendor_name": "Zum Löwen",
        "name": f"Suppe {number}",
        "category": "soup",
        "price": 5.9,
        "updated_at": "2026-11-24T08:00:00+00:00",
    }
    return {**usual, **values}


def send(sqs: Any, messages: MenuMessages, *bodies: Any) -> None:
    for body in bodies:
        text = body if isinstance(body, str) else json.dumps(body)
        sqs.send_message(QueueUrl=messages.queue_url, MessageBody=text)


def waiting(sqs: Any, messages: MenuMessages) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=messages.queue_url, AttributeNames=names)
    return sum(int(found["Attributes"][name]) for name in names)


def test_messages_become_rows_and_are_gone(sqs: Any, messages: MenuMessages) -> None:
    send(sqs, messages, *(dish(number) for number in range(12)), {"items": [dish(12), dish(13)]})
    assert messages.drain() == Drained(messages=13, items=14, dead=0)
    assert waiting(sqs, messages) == 0
    assert messages.menu.read("de").rows.height == 14


def test_doubled_and_reordered_messages_leave_the_newest_row(
    sqs: Any, messages: MenuMessages
) -> None:
    old, new = dish(name="old"), dish(name="new", updated_at="2026-11-24T09:00:00Z")
    send(sqs, messages, new, old, new, old)
    assert messages.drain().messages == 4
    assert messages.menu.read("de").rows["name"].to_list() == ["new"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{broken", "not JSON"),
        ('"word"', "not a JSON object"),
        (dish(country="xx"), "country is 'xx'"),
        (dish(product_id=""), "product_id is missing"),
        (dish(updated_at="yesterday"), "updated_at"),
        (dish(updated_at="2026-11-24T08:00:00"), "no time zone"),
        (dish(updated_at="2126-11-25T08:00:00Z"), "in the future"),
        (dish(name="a\0b"), "NUL"),
        ({"items": 7}, "items is no list"),
    ],
)
def test_a_poison_message_is_put_aside_with_its_reason_and_blocks_nobody(
    sqs: Any, messages: MenuMessages, body: Any, reason: str
) -> None:
    send(sqs, messages, body, dish(2))
    assert messages.drain() == Drained(messages=2, items=1, dead=1)
    assert messages.menu.read("de").rows["product_id"].to_list() == ["p2"]
    (letter,) = sqs.receive_message(
        QueueUrl=messages.dead_letters_url, MessageAttributeNames=["reason"]
    )["Messages"]
    assert reason in letter["MessageAttributes"]["reason"]["StringValue"]
    if isinstance(body, dict):
        assert json.loads(letter["Body"]) == body
    else:
        assert letter["Body"] == body


def test_good_rows_of_a_message_go_on_without_the_bad_one(sqs: Any, messages: MenuMessages) -> None:
    send(sqs, messages, {"items": [dish(1), dish(2, country=None), dish(3)]})
    assert messages.drain() == Drained(messages=1, items=2, dead=1)


def test_a_database_that_is_away_costs_no_message(
    sqs: Any, messages: MenuMessages, postgres_database: Database
) -> None:
    send(sqs, messages, dish(1))
    unreachable = Database("postgresql://nobody@127.0.0.1:1/none")
    away = MenuMessages(messages.queue_url, messages.dead_letters_url, TableMenuSource(unreachable))
    with pytest.raises(sa.exc.OperationalError):
        away.drain()
    assert waiting(sqs, messages) == 1
    drained = Drained()
    while drained.messages == 0:  # it is visible again after a second
        drained = messages.drain()
    assert drained == Drained(messages=1, items=1, dead=0)
