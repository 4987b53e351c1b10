"""How much arithmetic an SDXL UNet's passes are, in closed form.

Belongs here: floating-point operations from a UNet's configuration. Does not belong here: how fast
a device does them (`benchmarks/ladder.py`).

A multiplication and its addition are two operations. Matrix products, convolutions and the two
products of attention are counted; norms and activations, well under 1 %, are not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gpu_ops.denoising_plan import StepPlan, passes_of


@dataclass(frozen=True)
class UNetFlops:
    """Operations of the two passes, for one picture.

    Attributes:
        full: The whole UNet.
        shallow: The first level alone, over kept deep features.
    """

    full: float
    shallow: float

    def of_plan(self, plan: Sequence[StepPlan]) -> float:
        """Operations of all passes of a plan."""
        return passes_of(plan, "full") * self.full + passes_of(plan, "shallow") * self.shallow


def unet_flops(
    config: Mapping[str, Any], height_px: int, width_px: int, tokens: int = 77
) -> UNetFlops:
    """Operations of a UNet with the topology of SDXL, from its diffusers configuration."""
    widths: tuple[int, ...] = tuple(config["block_out_channels"])
    depths = _per_level(config["transformer_layers_per_block"], len(widths))
    layers: int = config["layers_per_block"]
    context, time_width = config["cross_attention_dim"], 4 * widths[0]
    pixels = [height_px // 8 * (width_px // 8) // 4**level for level in range(len(widths))]
    added = config["projection_class_embeddings_input_dim"]
    embedding = (
        _linear(1, widths[0], time_width)
        + _linear(1, added, time_width)
        + 2 * _linear(1, time_width, time_width)
    )

    def transformers(level: int) -> float:
        return _transformer(pixels[level], widths[level], depths[level], tokens, context)

    def resnet(level: int, channels: int) -> float:
        return _resnet(pixels[level], channels, widths[level], time_width)

    down, skips = [], [widths[0]]
    channels = widths[0]
    for level, kind in enumerate(config["down_block_types"]):
        operations = 0.0
        for _ in range(layers):
            operations += resnet(level, channels)
            operations += transformers(level) if "CrossAttn" in kind else 0
            channels = widths[level]
            skips.append(channels)
        down.append(operations)
        if level < len(widths) - 1:
            down.append(_convolution(pixels[level + 1], channels, channels, 3))
            skips.append(channels)
    last = len(widths) - 1
    middle = 2 * resnet(last, channels) + transformers(last)
    up = []
    for level, kind in zip(range(last, -1, -1), config["up_block_types"], strict=True):
        operations = 0.0
        for _ in range(layers + 1):
            operations += resnet(level, channels + skips.pop())
            operations += transformers(level) if "CrossAttn" in kind else 0
            channels = widths[level]
        if level:
            operations += _convolution(pixels[level - 1], channels, channels, 3)
        up.append(operations)
    ends = _convolution(pixels[0], config["in_channels"], widths[0], 3)
    ends += _convolution(pixels[0], widths[0], config["out_channels"], 3)
    return UNetFlops(
        full=embedding + ends + sum(down) + middle + sum(up),
        shallow=embedding + ends + down[0] + up[-1],
    )


def _per_level(value: int | Sequence[int], levels: int) -> tuple[int, ...]:
    return (value,) * levels if isinstance(value, int) else tuple(value)


def _linear(rows: int, inputs: int, outputs: int) -> float:
    return 2.0 * rows * inputs * outputs


def _convolution(pixels: int, inputs: int, outputs: int, side: int) -> float:
    return 2.0 * pixels * inputs * outputs * side * side


def _resnet(pixels: int, inputs: int, outputs: int, time_width: int) -> float:
    shortcut = _convolution(pixels, inputs, outputs, 1) if inputs != outputs else 0
    return (
        _convolution(pixels, inputs, outputs, 3)
        + _convolution(pixels, outputs, outputs, 3)
        + shortcut
        + _linear(1, time_width, outputs)
    )


def _transformer(pixels: int, width: int, depth: int, tokens: int, context: int) -> float:
    to_itself = 4 * _linear(pixels, width, width) + 4.0 * pixels * pixels * width
    to_text = (
        2 * _linear(pixels, width, width)
        + 2 * _linear(tokens, context, width)
        + 4.0 * pixels * tokens * width
    )
    forward = _linear(pixels, width, 8 * width) + _linear(pixels, 4 * width, width)  # GEGLU
    return 2 * _linear(pixels, width, width) + depth * (to_itself + to_text + forward)
