"""Logs as JSON: a line a record, whatever is in it, and a request's id beside the message."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from resources.logs import JsonLines, set_up_logs
from resources.places import REPOSITORY
from resources.settings import SettingError


def line_of(**values: object) -> dict[str, str]:
    said = ("a", "ü")
    record = logging.LogRecord("garnish.desk", logging.ERROR, "x.py", 1, "%s\n“%s”", said, None)
    record.__dict__.update(values)
    text = JsonLines().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_record_is_one_line() -> None:
    line = line_of()
    assert line["message"] == "a\n“ü”"
    assert (line["level"], line["logger"]) == ("error", "garnish.desk")
    assert line["time"].endswith("+00:00")
    assert "request_id" not in line


def test_a_request_s_id_and_the_traceback_are_fields() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        line = line_of(request_id="4f2a", exc_info=sys.exc_info())
    assert line["request_id"] == "4f2a"
    assert line["error"].splitlines()[-1] == "ValueError: no"


def test_another_format_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GARNISH_LOG_FORMAT", "xml")
    with pytest.raises(SettingError, match="GARNISH_LOG_FORMAT is 'xml': use one of text, json"):
        set_up_logs()


def test_a_command_that_fails_says_so_in_json(home: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "menu_assets.cli", "warehouse", "query", "FROM nothing"],
        cwd=REPOSITORY,
        env={"GARNISH_HOME": str(home), "GARNISH_LOG_FORMAT": "json", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    (line,) = map(json.loads, run.stderr.splitlines())
    assert line["message"].startswith("FileNotFoundError: ")
    assert line["logger"] == "garnish.command"


def test_a_request_that_fails_at_the_desk_has_its_id_in_the_log() -> None:
    script = (
        "import asyncio, httpx\n"
        "from starlette.responses import PlainTextResponse\n"
        "from resources.logs import set_up_logs\n"
        "from review_desk.request_frame import RequestFrame\n"
        "async def broken(scope, receive, send): raise RuntimeError('out of order')\n"
        "frame = RequestFrame(broken, False, lambda _: PlainTextResponse('sorry', 500))\n"
        "set_up_logs()\n"
        "async def main():\n"
        "    way = httpx.ASGITransport(frame)\n"
        "    async with httpx.AsyncClient(transport=way, base_url='http://desk') as client:\n"
        "        print((await client.get('/queue')).headers['X-Request-Id'])\n"
        "asyncio.run(main())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        env={"GARNISH_LOG_FORMAT": "json", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    (line,) = map(json.loads, run.stderr.splitlines())
    assert line["request_id"] == run.stdout.strip()
    assert "out of order" in line["error"]
