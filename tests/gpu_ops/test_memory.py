"""Batches that fit: how many pictures a device takes, and what to do when it took too many."""

from collections.abc import Sequence

import pytest

from gpu_ops.memory import TooLittleMemory, in_fitting_parts, pictures_that_fit


def test_a_device_takes_as_many_pictures_as_its_memory_holds() -> None:
    """SDXL in 16 bits on an L4: 7 GiB of weights; 22.5 GiB, a tenth held back."""
    assert pictures_that_fit(22.5, weights_gib=7.0, gib_per_picture=1.6) == 8
    assert pictures_that_fit(80.0, weights_gib=7.0, gib_per_picture=1.6) == 40


def test_one_picture_may_use_what_a_batch_leaves_alone() -> None:
    """Z-Image on an L4: 20.6 GiB of 22.5, of which a batch would get 20.2."""
    assert pictures_that_fit(22.5, weights_gib=19.1, gib_per_picture=1.5) == 1


def test_a_device_that_is_too_small_is_told_what_the_model_needs() -> None:
    with pytest.raises(
        TooLittleMemory, match=r"needs 8\.6 GiB for one picture, the device has 7\."
    ):
        pictures_that_fit(8.0, weights_gib=7.0, gib_per_picture=1.6)


def work_for(limit: int, tried: list[int]):
    def work(requests: Sequence[int]) -> list[int]:
        import torch

        tried.append(len(requests))
        if len(requests) > limit:
            raise torch.OutOfMemoryError("out of memory")
        return [request * 10 for request in requests]

    return work


@pytest.mark.parametrize(("limit", "tried"), [(8, [7]), (4, [7, 4, 3]), (2, [7, 4, 2, 2, 3, 2, 1])])
def test_a_batch_that_does_not_fit_is_halved_until_it_does(limit: int, tried: list[int]) -> None:
    sizes: list[int] = []
    results, note = in_fitting_parts(work_for(limit, sizes), range(7))
    assert results == [0, 10, 20, 30, 40, 50, 60]
    assert sizes == tried
    assert (note is None) == (limit == 8)


def test_one_picture_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(TooLittleMemory, match="smaller model"):
        in_fitting_parts(work_for(0, []), range(3))
