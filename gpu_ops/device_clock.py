"""How long a device was in use, when two threads use it at once.

Belongs here: time in which at least one thread was at work, counted once.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class DeviceClock:
    """Seconds in which any thread was inside `busy`. The sum of all `take`s is that time.

    Decoding a batch overlaps drawing the next: adding both durations would count, and charge, the
    device twice.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads = 0
        self._since = 0.0
        self._untaken = 0.0

    @contextmanager
    def busy(self) -> Iterator[None]:
        """The device works for the calling thread until the block ends."""
        with self._lock:
            self._note()
            self._threads += 1
        try:
            yield
        finally:
            with self._lock:
                self._note()
                self._threads -= 1

    def take(self) -> float:
        """The busy seconds since the last `take`."""
        with self._lock:
            self._note()
            seconds, self._untaken = self._untaken, 0.0
        return seconds

    def _note(self) -> None:
        now = time.perf_counter()
        if self._threads:
            self._untaken += now - self._since
        self._since = now
