"""8-bit linears: which layers are turned, how far results move, and devices that cannot."""

import pytest

from gpu_ops.quantisation import UnsupportedFormat, quantise_linears


def network():
    import torch

    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(128, 256), torch.nn.GELU(), torch.nn.Linear(256, 64), torch.nn.Linear(64, 3)
    ).eval()


def test_large_linears_are_turned_and_results_move_little() -> None:
    import torch

    exact, turned = network(), network()
    assert quantise_linears(turned, "int8") == 2  # the last is too small
    inputs = torch.randn(32, 128)
    with torch.inference_mode():
        wanted, got = exact(inputs), turned(inputs)
    error = (wanted - got).norm() / wanted.norm()
    assert 0 < error < 0.03


def test_a_device_without_8_bit_floats_is_refused_with_what_to_set() -> None:
    with pytest.raises(UnsupportedFormat, match=r"a CPU does not .* set linears to 'int8'"):
        quantise_linears(network(), "fp8")
