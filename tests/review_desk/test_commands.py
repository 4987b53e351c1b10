"""`garnish desk` at the terminal, and the server that it starts."""

import os
import re
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from resources.environment import environment
from resources.settings import SettingError
from review_desk.accounts import Account, AccountRefused
from review_desk.commands import NoSuchAccount, desk_app
from review_desk.desk import desk_for
from tests.review_desk.conftest import PASSWORD, form_token_of


def run(*words: str, typed: str | None = None) -> str:
    """What a command prints; its error is raised."""
    result = CliRunner().invoke(desk_app, words, input=typed)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_the_first_admin_is_made_at_the_terminal(home: Path) -> None:
    run("add-account", "mara", "--role", "admin", "--countries", "de,tr", typed=f"{PASSWORD}\n" * 2)
    desk = desk_for(environment())
    assert desk.accounts.with_password("mara", PASSWORD) == Account(
        "mara", "admin", countries=("de", "tr"), has_password=True
    )
    assert "mara" in run("accounts")
    (entry,) = desk.audit.entries(action="account_made")
    assert (entry.subject, entry.address) == ("mara", None)


def test_a_password_comes_from_a_file_or_is_made(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    run("add-account", "joao", "--password-file", str(file))
    shown = run("set-password", "joao", "--generate")
    desk = desk_for(environment())
    assert desk.accounts.with_password("joao", PASSWORD) is None
    (password,) = re.findall(r"(?:[a-z2-9]{5}-){3}[a-z2-9]{5}", shown)
    assert desk.accounts.with_password("joao", password)


def test_a_disabled_account_is_signed_out_until_it_is_enabled(home: Path) -> None:
    run("add-account", "joao", "--generate")
    desk = desk_for(environment())
    token = desk.sessions.begin("joao")
    run("disable", "joao")
    assert desk.sessions.find(token) is None
    assert "disabled" in run("accounts")
    run("enable", "joao")
    assert desk.sessions.find(token) is None, "the session is gone for good"
    with pytest.raises(NoSuchAccount, match="garnish desk accounts"):
        run("disable", "zoe")
    with pytest.raises(AccountRefused, match="no persons"):
        run("add-account", "demo", "--generate")


def test_the_secret_is_made_once_and_only_its_owner_reads_it(home: Path) -> None:
    first, second = (desk_for(environment()).settings.secret for _ in range(2))
    assert first == second
    assert stat.S_IMODE((home / "desk-secret").stat().st_mode) == 0o600


def test_on_a_cluster_the_desk_does_not_start_without_a_secret_and_an_address(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {
        "GARNISH_ENV": "cluster",
        "GARNISH_STORE": str(home),
        "GARNISH_MENUS": str(home),
        "GARNISH_REVIEW_DATABASE": f"sqlite:///{home}/reviews.db",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match="openssl rand -hex 32"):
        desk_for(environment())
    monkeypatch.setenv("GARNISH_DESK_SECRET", "x" * 64)
    with pytest.raises(SettingError, match="GARNISH_DESK_ADDRESS"):
        desk_for(environment())
    monkeypatch.setenv("GARNISH_DESK_ADDRESS", "https://desk.example.org/")
    with pytest.raises(SettingError, match="without a slash"):
        desk_for(environment())
    monkeypatch.setenv("GARNISH_DESK_ADDRESS", "https://desk.example.org")
    assert desk_for(environment()).settings.is_secure


def test_serve_makes_an_admin_whom_two_processes_let_in(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        "from review_desk.commands import desk_app; desk_app()",
        "serve",
    ]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [*command, "--port", str(port), "--workers", "2"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            assert process.stdout is not None
            said = ""
            for line in process.stdout:
                said += line
                if "The review desk" in line:
                    break
            assert f"http://localhost:{port}" in said
            (password,) = re.findall(r"password  (\S+)", said)
            wait_for(address)
            with httpx.Client(base_url=address) as client:
                for _ in range(4):  # whichever process answers, the session is known
                    token = form_token_of(client.get("/sign-in").text)
                    form = {"name": "admin", "password": password, "form_token": token}
                    assert client.post("/sign-in", data=form).status_code == 303
                    page = client.get("/accounts")
                    assert page.status_code == 200
                    assert "server" not in page.headers
                    client.post("/sign-out", data={"form_token": form_token_of(page.text)})
        finally:
            process.terminate()


def wait_for(address: str) -> None:
    """Until the server answers."""
    for _ in range(300):
        try:
            assert httpx.get(address + "/health").status_code == 200
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")
