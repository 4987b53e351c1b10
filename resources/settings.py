"""Reading settings from environment variables, with an error that says what to do.

Belongs here: kinds of values. Does not belong here: which settings there are (`environment.py`).
"""

import math
import os
from collections.abc import Iterable
from urllib.parse import urlsplit

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class SettingError(ValueError):
    """A setting cannot be used; the message names it and what it may be."""


def text_of(name: str, default: str | None) -> str:
    """Any text.

    Raises:
        SettingError: it is not set, and has no default in this environment.
    """
    value = os.environ.get(name, default)
    if not value:
        raise SettingError(f"{name} is not set: the cluster environment has no default for it")
    return value


def needed(name: str, setting: str) -> str:
    """Any text that another setting, `setting`, cannot do without.

    Raises:
        SettingError: it is not set.
    """
    value = os.environ.get(name)
    if not value:
        raise SettingError(f"{name} is not set: {setting} needs it")
    return value


def one_of(name: str, known: Iterable[str], default: str) -> str:
    """A word that is known.

    Raises:
        SettingError: it is another word.
    """
    value, words = os.environ.get(name, default), tuple(known)
    if value not in words:
        raise SettingError(f"{name} is {value!r}: use one of {', '.join(words)}")
    return value


def names_of(name: str) -> tuple[str, ...]:
    """Names, separated by commas; none if it is not set."""
    parts = (part.strip() for part in os.environ.get(name, "").split(","))
    return tuple(part for part in parts if part)


def addresses_of(name: str) -> tuple[str, ...]:
    """Addresses, separated by commas; none if it is not set.

    Raises:
        SettingError: one of them has no scheme.
    """
    addresses = names_of(name)
    for address in addresses:
        if "://" not in address:
            raise SettingError(f"{name} has {address!r}: use addresses such as s3://photos/menus/")
    return addresses


def receivers_of(name: str) -> tuple[str, ...]:
    """Web addresses to send to, separated by commas: https, or http on this machine.

    Raises:
        SettingError: one of them is something else, holds a password, or stands there twice.
    """
    addresses = names_of(name)
    for address in addresses:
        if "@" in address:
            raise SettingError(f"{name} has an address with an @: no names or passwords in it")
        try:
            parts = urlsplit(address)
            host, _ = parts.hostname, parts.port
        except ValueError:  # no such port, or brackets that do not close
            host = None
        if not host or not address.isascii() or not address.isprintable() or " " in address:
            raise SettingError(f"{name} has {address!r}: use addresses such as https://host/path")
        if parts.scheme != "https" and not (parts.scheme == "http" and host in _THIS_MACHINE):
            raise SettingError(f"{name} has {address!r}: use https, or http on {_THIS_MACHINE[0]}")
        if addresses.count(address) > 1:
            raise SettingError(f"{name} has {address!r} twice")
    return addresses


def positive_of(name: str, default: int) -> int:
    """A whole number of at least 1.

    Raises:
        SettingError: it is something else.
    """
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"{name} is {text!r}: use a whole number of at least 1")
    return int(text)


def dollars_of(name: str, default: float) -> float:
    """A number of dollars of at least 0.

    Raises:
        SettingError: it is something else.
    """
    dollars = _number_of(name, default)
    if not 0 <= dollars < math.inf:
        raise SettingError(f"{name} is {os.environ[name]!r}: use a number of dollars of at least 0")
    return dollars


def optional_dollars_of(name: str) -> float | None:
    """A number of dollars of at least 0; None if it is not set.

    Raises:
        SettingError: it is something else.
    """
    return dollars_of(name, 0.0) if name in os.environ else None


def share_of(name: str, default: float) -> float:
    """A share above 0, below or at 1.

    Raises:
        SettingError: it is something else.
    """
    share = _number_of(name, default)
    if not 0 < share <= 1:
        raise SettingError(
            f"{name} is {os.environ[name]!r}: use a share above 0, up to 1, e.g. 0.02"
        )
    return share


def _number_of(name: str, default: float) -> float:
    """A number; NaN, which no range has, if the text is none."""
    try:
        return float(os.environ.get(name, default))
    except ValueError:
        return math.nan
