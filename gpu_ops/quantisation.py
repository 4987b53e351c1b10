"""Linear layers in 8 bits, by torchao.

Belongs here: which layers of a network, and which format a device can calculate in. Two thirds of
SDXL's arithmetic are in linear layers, and an L4 calculates twice as fast in 8 bits as in 16.
"""

from typing import Any, Literal

SMALLEST_SIDE = 64
"""Layers with a smaller side gain nothing; torch's 8-bit products want multiples of 16."""

FP8_CAPABILITY = (8, 9)
"""Ada (L4, L40S) is the first generation that multiplies 8-bit floats."""


class UnsupportedFormat(RuntimeError):
    """The device cannot calculate in the format; the message names both and what to set."""


def quantise_linears(network: Any, linears: Literal["fp8", "int8"]) -> int:
    """Turn a network's large linear layers to 8 bits, in place: weights once, inputs as they come.

    Returns:
        How many layers were turned.

    Raises:
        UnsupportedFormat: the device has no 8-bit floats.
    """
    import torch
    from torchao.quantization import (
        Float8DynamicActivationFloat8WeightConfig,
        Int8DynamicActivationInt8WeightConfig,
        PerRow,
        quantize_,
    )

    device = next(network.parameters()).device
    if linears == "fp8":
        _refuse_without_fp8(torch, device)
        config: Any = Float8DynamicActivationFloat8WeightConfig(granularity=PerRow())
    else:
        config = Int8DynamicActivationInt8WeightConfig()
    turned = [name for name, layer in network.named_modules() if _is_large_linear(layer)]
    quantize_(network, config, filter_fn=lambda layer, _: _is_large_linear(layer))
    return len(turned)


def _is_large_linear(layer: Any) -> bool:
    import torch

    return (
        isinstance(layer, torch.nn.Linear)
        and min(layer.in_features, layer.out_features) >= SMALLEST_SIDE
        and layer.in_features % 16 == 0
        and layer.out_features % 16 == 0
    )


def _refuse_without_fp8(torch: Any, device: Any) -> None:
    if device.type == "cuda" and torch.cuda.get_device_capability(device) >= FP8_CAPABILITY:
        return
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "a CPU"
    raise UnsupportedFormat(
        f"{name} does not calculate in 8-bit floats: set linears to 'int8', or to 'model'"
    )
