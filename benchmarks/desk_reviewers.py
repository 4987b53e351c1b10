"""Reviewers at the desk as the network sees them: a connection each, a page, then vote after vote.

Belongs here: speaking HTTP as the desk's page does, and noting when what was answered. Does not
belong here: what the notes say (`review_desk_load.py`). The connections are bare: what a client
library takes would be taken from the server, which runs on the same cores.
"""

import asyncio
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

CHOICES = (
    "",
    "country=de",
    "category=soup",
    "reason=people",
    "order=uncertainty",
    "country=tr&category=pizza",
    "country=jp&reason=choice&order=uncertainty",
    "category=drink&reason=diet",
)
"""What reviewers look at, one after the other: each way to filter, both orders."""

_DISH = re.compile(r'data-key="([^"]+)".*?name="approve" value="([^"]+)"', re.DOTALL)
_TOKEN = re.compile(r'"X-Form-Token": "([^"]+)"')


@dataclass(frozen=True)
class Noted:
    """A decision as its reviewer saw it; times in seconds of the machine's clock.

    Attributes:
        reviewer: Who.
        dish: Its key.
        candidate: What was approved.
        got_at: When the dish had arrived.
        sent_at: When the vote was sent.
        answered_at: When the answer, the next dish in it, had arrived.
        status: Of the answer, 200 if the vote counts.
    """

    reviewer: str
    dish: str
    candidate: str
    got_at: float
    sent_at: float
    answered_at: float
    status: int


@dataclass(frozen=True)
class Shift:
    """What one process of reviewers does.

    Attributes:
        port: Of the desk on this machine.
        tokens: Session token of each reviewer, by name.
        seconds: How long they work.
        think_s: How long a look takes, on average.
    """

    port: int
    tokens: dict[str, str]
    seconds: float
    think_s: float


def work(shift: Shift) -> tuple[list[Noted], list[float]]:
    """All reviewers of a process; their decisions, and the seconds of their first pages."""

    async def together() -> list[tuple[list[Noted], float]]:
        each = (_review(shift, name, number) for number, name in enumerate(shift.tokens))
        return await asyncio.gather(*each)

    found = asyncio.run(together())
    return [one for noted, _ in found for one in noted], [seconds for _, seconds in found]


async def _review(shift: Shift, name: str, number: int) -> tuple[list[Noted], float]:
    draw = random.Random(name)
    query = CHOICES[number % len(CHOICES)]
    end = time.monotonic() + shift.seconds
    await asyncio.sleep(draw.uniform(0, max(shift.think_s, 0.1)))  # people do not come all at once
    reader, writer = await asyncio.open_connection("127.0.0.1", shift.port)
    ask = _Asker(reader, writer, shift.tokens[name])
    began = time.monotonic()
    status, page = await ask(f"GET /review?{query} HTTP/1.1", {})
    first_page_s = time.monotonic() - began
    if status != 200:
        raise RuntimeError(f"the page of {name} was answered with {status}")
    form_token = _TOKEN.findall(page)[0]
    dishes: Sequence[tuple[str, str]] = _DISH.findall(page)
    got_at, noted = [time.monotonic()] * len(dishes), []
    while dishes and time.monotonic() < end:
        await asyncio.sleep(draw.uniform(0, 2 * shift.think_s))
        (dish, candidate), following = dishes[0], dishes[1:]
        form = {
            "form_token": form_token,
            "dish": dish,
            "approve": candidate,
            "seconds": "2.5",
            "showing": following[0][0] if following else "",
        }
        sent_at = time.monotonic()
        status, page = await ask(f"POST /review/vote?{query} HTTP/1.1", form)
        answered_at = time.monotonic()
        noted.append(Noted(name, dish, candidate, got_at[0], sent_at, answered_at, status))
        if status not in (200, 409):
            raise RuntimeError(f"a vote of {name} was answered with {status}: {page[:300]}")
        dishes, before = [*following, *_DISH.findall(page)], got_at[1:]
        got_at = [*before, *[answered_at] * (len(dishes) - len(before))]
    writer.close()
    return noted, first_page_s


@dataclass(frozen=True)
class _Asker:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    token: str

    async def __call__(self, line: str, form: dict[str, str]) -> tuple[int, str]:
        body = urlencode(form)
        self.writer.write(
            f"{line}\r\nHost: localhost\r\nCookie: garnish={self.token}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            f"{'HX-Request: true' if form else 'Accept: text/html'}\r\n\r\n{body}".encode()
        )
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        if length is None:
            raise RuntimeError(f"an answer without a length: {head}")
        page = await self.reader.readexactly(int(length[1]))
        return int(head.split(" ", 2)[1]), page.decode()
