"""People are told of failed runs and of countries that are held back, with owner and reason."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import dagster as dg
import pytest

from menu_assets.tables.images import CANDIDATE_IMAGES
from resources.alert_channel import AlertChannel, NotTold
from resources.daily_budget import DailyBudget
from sensors.alerts import failed_runs
from tests.stand_ins import QUIET, Flow


@dataclass
class Chat:
    """A chat that takes texts, or answers with another status."""

    url: str = ""
    status: int = 200
    texts: list[str] = field(default_factory=list)


@pytest.fixture
def chat() -> Iterator[Chat]:
    with serving(Chat()) as chat:
        yield chat


@contextmanager
def serving(chat: Chat) -> Iterator[Chat]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            chat.texts.append(json.loads(body)["text"])
            self.send_response(chat.status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    chat.url = f"http://127.0.0.1:{server.server_port}/services/secret"
    yield chat
    server.shutdown()
    thread.join()
    server.server_close()


def told(flow: Flow, chat: Chat, result: dg.ExecuteInProcessResult) -> str:
    """What the sensor says of a run that failed."""
    context = dg.build_run_status_sensor_context(
        "failed_runs",
        result.get_run_failure_event(),
        flow.instance,
        result.dagster_run,
        resources={"alerts": AlertChannel(chat.url)},
    ).for_run_failure()
    failed_runs(context)
    (text,) = chat.texts
    return text


def test_a_check_that_holds_a_country_back_is_told(flow: Flow, chat: Chat) -> None:
    flow.run()
    for image_hash in flow.table(CANDIDATE_IMAGES)["image_hash"]:
        Path(str(flow.resources.pictures.path(image_hash))).unlink(missing_ok=True)
    without_money = flow.with_resources(budget=DailyBudget(0))  # to draw them again
    result = without_money.run(raise_on_error=False)
    text = told(flow, chat, result)
    assert f"Run {result.run_id[:8]} of de failed (models)." in text
    assert "pictures_are_there" in text


def test_a_failed_run_is_told_with_its_country_owner_and_reason(flow: Flow, chat: Chat) -> None:
    @dg.op
    def breaks() -> None:
        raise ValueError("the shelf\nis empty")

    @dg.job
    def stocktaking() -> None:
        breaks()

    result = stocktaking.execute_in_process(
        instance=flow.instance,
        run_config=QUIET,
        raise_on_error=False,
        tags={"dagster/partition": "de"},
    )
    assert told(flow, chat, result) == (
        f"Run {result.run_id[:8]} of de failed (platform). breaks: ValueError: the shelf is empty"
    )


def test_a_chat_that_does_not_take_it_is_an_error_without_its_address(chat: Chat) -> None:
    chat.status = 404
    with pytest.raises(NotTold, match="GARNISH_ALERTS_TO answers 404") as caught:
        AlertChannel(chat.url).tell("x")
    assert "secret" not in str(caught.value)
    assert "secret" not in repr(AlertChannel(chat.url))
    with pytest.raises(NotTold, match="ConnectError"):
        AlertChannel("http://127.0.0.1:9/services/secret").tell("x")


def test_without_a_chat_nothing_is_sent() -> None:
    AlertChannel().tell("x")
