"""Loaded models, each once a process, however many shards it runs.

Belongs here: how a model is set up, and from its family to its engine. Does not belong here: the
engines.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from gpu_ops.compiled_code import keeping_code_of, load_compiled_code
from gpu_ops.generation import Engine, Execution
from gpu_ops.model_folder import ModelFiles
from gpu_ops.quantisation import quantise_linears
from gpu_ops.sdxl_engine import SdxlEngine
from gpu_ops.sdxl_pipeline import SdxlParts, load_pipeline
from gpu_ops.unet_passes import UNetPasses, compiled_passes

Family = Literal["sdxl", "flux2_klein", "z_image"]


@dataclass(frozen=True)
class ModelSetup:
    """A model and how it is loaded: all that has to be known before the first picture.

    Attributes:
        family: Which kind of model.
        files: Its diffusers folder, and where its weights are.
        device: "cpu" or "cuda".
        dtype: "float32", "float16" or "bfloat16".
        linears: The linear layers as they are, or in 8 bits.
        parts: What an SDXL model has beside its folder: another decoder, IP-Adapter.
        execution: Compilation and memory layout.
    """

    family: Family
    files: ModelFiles
    device: str
    dtype: str
    linears: Literal["model", "fp8", "int8"] = "model"
    parts: SdxlParts = field(default_factory=SdxlParts)
    execution: Execution = field(default_factory=Execution)


@cache
def load_engine(setup: ModelSetup) -> Engine:
    """The engine of a model.

    Raises:
        FileNotFoundError: the model, or a part of it, is not there.
        ValueError: a file of it is damaged.
        UnsupportedFormat: the device cannot calculate in 8-bit floats.
    """
    if setup.family == "sdxl":
        pipeline = load_pipeline(setup.files, setup.device, setup.dtype, setup.parts)
        return sdxl_engine(pipeline, setup.linears, setup.execution)
    from gpu_ops.transformer_engine import load_transformer_engine

    return load_transformer_engine(
        setup.files, setup.device, setup.dtype, linears=setup.linears, execution=setup.execution
    )


def sdxl_engine(
    pipeline: Any, linears: Literal["model", "fp8", "int8"], execution: Execution
) -> SdxlEngine:
    """The engine of an SDXL pipeline that is on its device; its networks are changed in place.

    Raises:
        UnsupportedFormat: the device cannot calculate in 8-bit floats.
    """
    if execution.channels_last:
        _lay_out_channels_last(pipeline.unet, pipeline.vae)
    if linears != "model":
        quantise_linears(pipeline.unet, linears)
    if execution.compiled_code:
        load_compiled_code(execution.compiled_code)
    passes = compiled_passes(pipeline.unet, execution.compilation)
    if execution.compiled_code:
        path = execution.compiled_code
        passes = UNetPasses(
            *(keeping_code_of(each, path) for each in (passes.full, passes.shallow))
        )
    return SdxlEngine(pipeline, passes, has_quantised_linears=linears != "model")


def _lay_out_channels_last(*networks: Any) -> None:
    import torch

    for network in networks:
        network.to(memory_format=torch.channels_last)
