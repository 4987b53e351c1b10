"""Sending the feed to those who show the pictures: signed requests, in order, until they are taken.

Belongs here: the body, the signature, one request, and going through what waits. Does not belong
here: what waits and when it is tried again (`feed_deliveries.py`).

The requests follow Standard Webhooks 1.0 (https://www.standardwebhooks.com): the headers
`webhook-id`, `webhook-timestamp` and `webhook-signature`, and a body of `type`, `timestamp` and
`data`. A target takes a message by answering 2xx; whatever else it does, it gets the same again.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from resources.feed_deliveries import FeedDeliveries, Message, Standing
from resources.settings import SettingError

SCHEMA_VERSION = 1
"""Of `data`. New keys may come without another version."""

KEY_BYTES = range(24, 65)
"""Lengths of a key that Standard Webhooks allows."""

_GONE = 410


@dataclass(frozen=True)
class Sent:
    """What a target took of what waited.

    Attributes:
        target: Address.
        events: How many events it took.
        error: Why it did not take more; None if nothing went wrong.
    """

    target: str
    events: int
    error: str | None


@dataclass(frozen=True)
class _Refusal:
    """Why a message was not taken, and how long the target wants to be left alone."""

    error: str
    wait: timedelta = timedelta()


@dataclass(frozen=True)
class FeedWebhooks:
    """The targets of the feed.

    Attributes:
        deliveries: Where each of them stands.
        targets: Their addresses.
        keys: Each signs every request, so that a key can be changed without a pause.
        timeout_s: Time for one request as a whole, however slowly the target answers.
    """

    deliveries: FeedDeliveries
    targets: tuple[str, ...]
    keys: tuple[bytes, ...] = field(repr=False)
    timeout_s: float = 15.0

    def send(self, seconds: float, *, even_if_failing: bool = False) -> list[Sent]:
        """Send what waits, to all targets at the same time: a slow one holds up only itself.

        Args:
            seconds: No request is begun after so long.
            even_if_failing: Try also those whose next try is later.
        """
        if not self.targets:
            return []
        deadline = time.monotonic() + seconds
        with ThreadPoolExecutor(len(self.targets)) as senders:
            return list(
                senders.map(
                    lambda target: asyncio.run(self._send(target, deadline, even_if_failing)),
                    self.targets,
                )
            )

    def standing(self) -> list[Standing]:
        """Where each target stands."""
        return self.deliveries.standing(self.targets)

    async def _send(self, target: str, deadline: float, even_if_failing: bool) -> Sent:
        # The database is asked without awaiting: this thread's loop has nothing else to do.
        message = self.deliveries.lease(target, even_if_failing=even_if_failing)
        taken = 0
        if message is None:
            return Sent(target, taken, None)
        async with httpx.AsyncClient(timeout=self.timeout_s, follow_redirects=False) as client:
            while message is not None:
                refusal = await self._post(client, message)
                if refusal:
                    self.deliveries.failed(message, refusal.error, at_least=refusal.wait)
                    return Sent(target, taken, refusal.error)
                if self.deliveries.delivered(message):
                    taken += len(message.events)
                is_time_left = time.monotonic() < deadline
                message = self.deliveries.lease(target) if is_time_left else None
        return Sent(target, taken, None)

    async def _post(self, client: httpx.AsyncClient, message: Message) -> _Refusal | None:
        content = body(message)
        headers = {
            "content-type": "application/json",
            "user-agent": "Garnish",
            **signed(self.keys, message.webhook_id, int(time.time()), content),
        }
        try:
            async with (
                asyncio.timeout(self.timeout_s),
                # The answer's body is nobody's business: it is not read, however long it is.
                client.stream("POST", message.target, content=content, headers=headers) as response,
            ):
                return None if response.is_success else _refusal(response)
        except TimeoutError:
            return _Refusal(f"no answer within {self.timeout_s:g} s")
        except httpx.HTTPError as error:
            return _Refusal(f"{type(error).__name__}: {error}")


def body(message: Message) -> bytes:
    """The events of a message as JSON; the same bytes at every try."""
    events = [
        {**vars(event), "created_at": event.created_at.isoformat()} for event in message.events
    ]
    text = {
        "type": "catalogue.changed",
        "timestamp": events[-1]["created_at"],
        "data": {"schema_version": SCHEMA_VERSION, "events": events},
    }
    return json.dumps(text, ensure_ascii=False).encode()


def signed(
    keys: Sequence[bytes], webhook_id: str, timestamp_s: int, content: bytes
) -> dict[str, str]:
    """The headers by which a receiver knows that a request is ours, whole, and of just now."""
    to_sign = b".".join((webhook_id.encode(), str(timestamp_s).encode(), content))
    digests = (hmac.digest(key, to_sign, hashlib.sha256) for key in keys)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(
            f"v1,{base64.b64encode(digest).decode()}" for digest in digests
        ),
    }


def signing_keys(name: str, secrets: Sequence[str]) -> tuple[bytes, ...]:
    """The keys of a setting: base64, with or without `whsec_` before it.

    Raises:
        SettingError: one is no base64, or too short or long; the error does not tell it.
    """
    keys = []
    for place, secret in enumerate(secrets, 1):
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            key = b""
        if len(key) not in KEY_BYTES:
            raise SettingError(
                f"{name}: key {place} is not base64 of 24 to 64 bytes;"
                " make one with `openssl rand -base64 32`"
            )
        keys.append(key)
    return tuple(keys)


def _refusal(response: httpx.Response) -> _Refusal:
    code = f"{response.status_code} {response.reason_phrase}".strip()
    if response.is_redirect:
        return _Refusal(f"{code}: redirects are not followed; set the address that it leads to")
    if response.status_code == _GONE:
        return _Refusal(f"{code}: it wants no more; take it out of the settings if that is so")
    seconds = response.headers.get("retry-after", "")
    wait = timedelta(seconds=int(seconds)) if seconds.isdecimal() and len(seconds) < 7 else None
    return _Refusal(code, wait or timedelta())
