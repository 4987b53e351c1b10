"""Two stages at once: in order, never more than two items begun, errors in their turn."""

import threading
import time

import pytest

from gpu_ops.device_clock import DeviceClock
from gpu_ops.overlap import overlapped


def test_items_come_out_in_order_with_both_halves() -> None:
    done = overlapped(range(20), lambda item: item * 10, lambda item, half: (item, half))
    assert list(done) == [(item, item * 10) for item in range(20)]
    assert list(overlapped([], lambda item: item, lambda item, half: half)) == []


def test_the_second_stage_hides_behind_the_first() -> None:
    """Waiting stands for the device and for the disk: 8 x 40 ms, not 8 x 80."""

    def wait(_: int, __: object = None) -> None:
        time.sleep(0.04)

    began = time.perf_counter()
    list(overlapped(range(8), wait, wait))
    assert time.perf_counter() - began < 0.75 * 8 * 0.08


def test_the_consumers_work_hides_too_and_nothing_runs_far_ahead() -> None:
    begun, ahead = [], []
    for number in overlapped(range(10), lambda item: begun.append(item), lambda item, _: item):
        ahead.append(len(begun) - number)
        time.sleep(0.005)
    assert max(ahead) <= 2


@pytest.mark.parametrize("stage", ["first", "second"])
def test_an_error_comes_in_its_turn_and_ends_the_work(stage: str) -> None:
    begun: list[int] = []

    def first(item: int) -> int:
        begun.append(item)
        return item

    def failing(item: int, *_: int) -> int:
        if item == 3:
            raise RuntimeError("no picture for item 3")
        return first(item)

    stages = (failing, lambda item, half: half) if stage == "first" else (first, failing)
    given = []
    with pytest.raises(RuntimeError, match="item 3"):
        given.extend(overlapped(range(10), *stages))
    assert given == [0, 1, 2]
    assert max(begun) <= 5


def test_a_consumer_that_stops_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    for _ in overlapped(range(10), lambda item: item, lambda item, half: half):
        break
    assert threading.active_count() == before


def test_the_clock_counts_overlapping_use_once() -> None:
    clock = DeviceClock()

    def work(delay: float) -> None:
        time.sleep(delay)
        with clock.busy():
            time.sleep(0.1)

    threads = [threading.Thread(target=work, args=(delay,)) for delay in (0, 0.05)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.05)
    assert 0.14 < clock.take() < 0.19
    assert clock.take() == 0
