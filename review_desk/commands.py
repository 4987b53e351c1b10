"""`garnish desk`: starting the review desk, and accounts from the command line.

Belongs here: words and tables for people at a terminal. Does not belong here: accounts and pages
themselves. The desk's libraries are imported where they are needed: the command line also runs
where they are not installed.
"""

import getpass
import os
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from resources.environment import environment
from review_desk.owner_commands import owner_app

if TYPE_CHECKING:
    from review_desk.accounts import Account, Role
    from review_desk.desk import Desk

desk_app = typer.Typer(no_args_is_help=True, help="The review desk, and who may work at it.")
desk_app.add_typer(owner_app)
console = Console()

Name = Annotated[str, typer.Argument(help="The account's name.")]
PasswordFile = Annotated[
    Path | None, typer.Option(help="File whose first line is the password.", exists=True)
]
Generate = Annotated[bool, typer.Option("--generate", help="Make a password and print it once.")]


class DeskNotInstalled(ImportError):
    """The desk's libraries are not there."""


class NoSuchAccount(ValueError):
    """There is no account of that name."""


@desk_app.callback()
def installed() -> None:
    """Options of all commands."""
    if find_spec("fastapi") is None or find_spec("argon2") is None:
        raise DeskNotInstalled("the review desk is not installed: pip install 'garnish[desk]'")


@desk_app.command()
def serve(
    host: Annotated[str, typer.Option(help="0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
) -> None:
    """Start the desk; Ctrl-C stops it."""
    if environment() == "local":
        os.environ.setdefault("GARNISH_DESK_ADDRESS", f"http://localhost:{port}")
    desk = _desk()
    if not desk.accounts.all():
        _welcome(desk)
    console.print(f"The review desk: [bold]{desk.settings.address}[/]  (Ctrl-C stops it)")
    sys.stdout.flush()
    # In place of this process: else each worker imports the whole command line, Dagster and all.
    options = _server_options(host, port, workers)
    os.execv(sys.executable, [sys.executable, "-m", "uvicorn", *options])  # noqa: S606  no shell


def _server_options(host: str, port: int, workers: int) -> list[str]:
    return [
        "review_desk.app:app_of_settings",
        "--factory",
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--log-level", "warning", "--no-access-log", "--no-server-header"),
        # The application reads X-Forwarded-For itself, from the proxies that it is told to trust.
        "--no-proxy-headers",
        *("--timeout-graceful-shutdown", "20"),
        *("--timeout-keep-alive", "75"),  # longer than a look: a vote needs no new connection
        # A worker that takes longer to start, on a busy machine, would be ended and started again.
        *("--timeout-worker-healthcheck", "60"),
    ]


@desk_app.command("accounts")
def list_accounts() -> None:
    """List the accounts."""
    table = Table()
    for name in ("name", "role", "e-mail", "countries", "languages", "signs in by", "state"):
        table.add_column(name)
    for account in _desk().accounts.all():
        table.add_row(
            account.name,
            account.role,
            escape(account.email or ""),
            " ".join(account.countries) or "all",
            " ".join(account.languages),
            "password" if account.has_password else "OpenID Connect",
            "disabled" if account.is_disabled else "",
        )
    console.print(table)


@desk_app.command()
def add_account(
    name: Name,
    role: Annotated[str, typer.Option(help="reviewer, lead or admin.")] = "reviewer",
    email: Annotated[str | None, typer.Option(help="For OpenID Connect.")] = None,
    countries: Annotated[str, typer.Option(help="Codes, e.g. de,tr. All if not given.")] = "",
    languages: Annotated[str, typer.Option(help="Codes, e.g. de,ar.")] = "",
    password_file: PasswordFile = None,
    generate: Generate = False,
) -> None:
    """Make an account; its password is asked for twice, unless an option says otherwise."""
    from review_desk.accounts import Account, codes_of

    account = Account(name, cast("Role", role), email, codes_of(countries), codes_of(languages))
    desk, password = _desk(), _password(password_file, generate)
    desk.accounts.add(account, password)
    _note(desk, "account_made", account)
    console.print(f"{name} may sign in, as {account.role}.")


@desk_app.command()
def set_password(
    name: Name, password_file: PasswordFile = None, generate: Generate = False
) -> None:
    """Give an account a new password; its sessions end."""
    desk = _desk()
    account = _known(desk, name)
    desk.accounts.set_password(name, _password(password_file, generate))
    desk.sessions.end_all(name)
    _note(desk, "password_reset", account)
    console.print(f"{name} has a new password.")


@desk_app.command()
def disable(name: Name) -> None:
    """Let an account sign in no more, and end its sessions; what it decided stays."""
    _switch(name, is_disabled=True)


@desk_app.command()
def enable(name: Name) -> None:
    """Let a disabled account sign in again."""
    _switch(name, is_disabled=False)


def _switch(name: str, *, is_disabled: bool) -> None:
    desk = _desk()
    account = replace(_known(desk, name), is_disabled=is_disabled)
    desk.accounts.change(account)
    if is_disabled:
        desk.sessions.end_all(name)
    _note(desk, "account_changed", account)
    console.print(f"{name} may {'not sign in any more' if is_disabled else 'sign in again'}.")


def _welcome(desk: "Desk") -> None:
    """Make the first account on a laptop; elsewhere say how."""
    if environment() != "local":
        console.print("No account yet: [bold]garnish desk add-account NAME --role admin[/]")
        return
    from review_desk.accounts import Account
    from review_desk.passwords import new_password

    admin, password = Account("admin", "admin"), new_password()
    desk.accounts.add(admin, password)
    _note(desk, "account_made", admin)
    console.print(
        "There was no account yet. Sign in with these, which are shown only now:\n"
        f"  name      [bold]admin[/]\n  password  [bold]{password}[/]\n"
        "A new password: [bold]garnish desk set-password admin[/]"
    )


def _desk() -> "Desk":
    from review_desk.desk import desk_for

    return desk_for(environment())


def _known(desk: "Desk", name: str) -> "Account":
    account = desk.accounts.account(name)
    if account is None:
        raise NoSuchAccount(f"{name!r} is no account: see garnish desk accounts")
    return account


def _password(file: Path | None, generate: bool) -> str:
    if file is not None:
        return (file.read_text(encoding="utf-8").splitlines() or [""])[0]
    if not generate:
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    from review_desk.passwords import new_password

    password = new_password()
    console.print(f"Password, shown only now: [bold]{password}[/]")
    return password


def _note(desk: "Desk", action: str, account: "Account") -> None:
    from resources.audit_log import AuditEntry

    desk.audit.add(AuditEntry(getpass.getuser(), action, account.name, account.facts()))
