"""How many requests a visitor may send.

Belongs here: counting requests in the memory of one process; several processes let through as many
times more, which is enough against a run-away script. Does not belong here: tries of passwords,
which all processes count together (`sign_in_tries.py`).
"""

import time
from dataclasses import dataclass, field
from math import ceil

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter


class TooMany(Exception):
    """A visitor sent too many requests; `wait_s` says after how many seconds one is let through."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too many requests: wait {ceil(wait_s)} s")
        self.wait_s = max(1, ceil(wait_s))


@dataclass(frozen=True)
class Pace:
    """A limit of requests a minute for each visitor."""

    per_minute: int
    _limiter: SlidingWindowCounterRateLimiter = field(
        default_factory=lambda: SlidingWindowCounterRateLimiter(MemoryStorage())
    )

    def take(self, visitor: str) -> None:
        """Count a request of a visitor.

        Raises:
            TooMany: it was one too many.
        """
        limit = RateLimitItemPerMinute(self.per_minute)
        if not self._limiter.hit(limit, visitor):
            raise TooMany(self._limiter.get_window_stats(limit, visitor).reset_time - time.time())
