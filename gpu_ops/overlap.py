"""Two stages of work at the same time: the second of one item beside the first of the next.

Belongs here: the order of work. Does not belong here: the work (drawing on the device, decoding and
writing files beside it).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Half = TypeVar("Half")
Done = TypeVar("Done")

AHEAD = 2
"""Items in work at once: one in each stage. The consumer's own work hides behind them as well."""


def overlapped(
    items: Iterable[Item], first: Callable[[Item], Half], second: Callable[[Item, Half], Done]
) -> Iterator[Done]:
    """`second(item, first(item))` for each item, in order, each stage in a thread of its own.

    No stage works at two items at once, and at most `AHEAD` items are begun and not yet given out.
    The first error of either stage is raised in its turn; what is begun then ends, nothing new
    begins.
    """
    with ThreadPoolExecutor(1, "first") as early, ThreadPoolExecutor(1, "second") as late:
        under_way: deque[Future[Done]] = deque()

        def begin(item: Item) -> None:
            half = early.submit(first, item)
            under_way.append(late.submit(lambda: second(item, half.result())))

        try:
            for item in items:
                begin(item)
                if len(under_way) == AHEAD:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            early.shutdown(cancel_futures=True)
            late.shutdown(cancel_futures=True)
