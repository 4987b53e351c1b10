"""Passwords: which are good enough, how they are kept, and new ones to hand over.

Belongs here: strength, hashing and comparing. Does not belong here: whose they are (`accounts.py`),
and how often one may be tried (`sign_in_tries.py`).
"""

import secrets
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

FEWEST_CHARACTERS = 15
"""NIST SP 800-63B-4, 3.1.1.2: the least where nothing but a password is asked for."""

MOST_CHARACTERS = 256

FEWEST_DIFFERENT = 5
"""A password of fewer different characters is a key that was held down."""

_HASHED_AT_ONCE = 4
"""Each hash takes 64 MiB: a crowd at the door must not fill the memory."""


class PasswordRefused(ValueError):
    """The password is not good enough; the message says what is."""


@dataclass(frozen=True)
class Passwords:
    """Passwords as argon2id hashes; the usual hasher is RFC 9106's second recommended option."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)

    @cached_property
    def _turn(self) -> BoundedSemaphore:
        return BoundedSemaphore(_HASHED_AT_ONCE)

    @cached_property
    def _nobody(self) -> str:
        return self.hasher.hash(secrets.token_hex())

    def hash(self, password: str) -> str:
        """The hash of a new password.

        Raises:
            PasswordRefused: it is too short, too long, or repeats itself.
        """
        if not FEWEST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
            raise PasswordRefused(
                f"the password has {len(password)} characters: use {FEWEST_CHARACTERS} to"
                f" {MOST_CHARACTERS}, e.g. a few words"
            )
        if len(set(password)) < FEWEST_DIFFERENT:
            raise PasswordRefused("the password repeats the same characters: use a few words")
        return self._hash(password)

    def fits(self, password: str, password_hash: str | None) -> bool:
        """Whether a password is that of a hash; without a hash the answer takes as long."""
        if len(password) > MOST_CHARACTERS:
            return False
        with self._turn:
            try:
                self.hasher.verify(password_hash or self._nobody, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def renewed(self, password: str, password_hash: str) -> str | None:
        """A hash with the parameters of today; None if the one that is kept has them already."""
        return self._hash(password) if self.hasher.check_needs_rehash(password_hash) else None

    def _hash(self, password: str) -> str:
        with self._turn:
            return self.hasher.hash(_normal(password))


def new_password() -> str:
    """A password to hand over: 20 characters in four groups, 100 bits."""
    # 32 characters without l, o, 0 and 1, which are read wrongly from paper.
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def _normal(password: str) -> str:
    """Typed on another keyboard, the same password is the same bytes (NIST, as above)."""
    return unicodedata.normalize("NFKC", password)
