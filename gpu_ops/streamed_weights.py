"""Weights from an object store straight into memory, without a copy on the disk.

Belongs here: reading tensors by range, in parallel; building the components of any diffusers
pipeline from them. Does not belong here: which files there are (`model_folder.py`).

fsspec instead of a library for this one thing (runai-model-streamer): it reaches every store, is
here already, and reading by range in parallel is short.
"""

import importlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from gpu_ops.devices import prepare
from gpu_ops.model_folder import (
    Component,
    DamagedModel,
    Head,
    ModelFiles,
    components,
    read_head,
    store_of,
    weights_files,
)

CHUNK_BYTES = 16 * 2**20
"""Of one request: long enough that its latency does not count, short enough to keep all busy."""

REQUESTS = 16
"""At the same time; S3 gives each some 80 MB/s (AWS, "Performance design patterns for S3")."""

DTYPES: Mapping[str, str] = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}
"""torch's names of the formats of safetensors."""


def streamed_components(files: ModelFiles, dtype: str, device: str = "cpu") -> dict[str, Any]:
    """The components of a pipeline, to hand to its class.

    `StableDiffusionXLPipeline.from_pretrained(files.folder, **streamed_components(files, dtype))`
    works for every family, whether weights are streamed or not.

    Args:
        files: Where the model is.
        dtype: Number format of all weights, "float32", "float16" or "bfloat16".
        device: What torch is made ready for; the components stay on the CPU.

    Returns:
        The networks by name, in evaluation mode; none where the weights lie in the folder, since
        `from_pretrained` maps them into memory by itself.

    Raises:
        FileNotFoundError: a file is missing.
        DamagedModel: a file is cut off, or its tensors are not those of its class.
    """
    if not files.weights_at:
        return {}
    prepare(device)
    return {
        component.name: load_streamed(files, component, dtype)
        for component in components(files.folder)
        if component.has_weights
    }


def load_streamed(files: ModelFiles, component: Component, dtype: str) -> Any:
    """One network: built without weights from its settings, then given those that are streamed.

    Raises:
        FileNotFoundError, DamagedModel: as `streamed_components`.
    """
    import torch

    state: dict[str, Any] = {}
    for name in weights_files(files.weights_at, component):
        state |= read_tensors(f"{files.weights_at}/{component.name}/{name}")
    kind = getattr(importlib.import_module(component.library), component.class_name)
    build = _diffusers_network if component.library == "diffusers" else _transformers_network
    return build(kind, files.folder / component.name, state, getattr(torch, dtype)).eval()


def read_tensors(address: str) -> dict[str, Any]:
    """The tensors of a safetensors file by name: views into one buffer, on the CPU.

    Raises:
        DamagedModel: the file is cut off, or changes while it is read.
    """
    import torch

    store, path = store_of(address)
    head = read_head(store, path)
    buffer = torch.empty(head.data_bytes, dtype=torch.uint8)
    _fill(buffer.numpy(), store, path, head)
    return {
        name: buffer[place.begin : place.end]
        .view(getattr(torch, DTYPES[place.dtype]))
        .reshape(place.shape)
        for name, place in head.tensors.items()
    }


def _fill(buffer: Any, store: Any, path: str, head: Head) -> None:
    """Read the data of a file into a numpy buffer of bytes, many ranges at a time."""

    def read(begin: int) -> None:
        end = min(begin + CHUNK_BYTES, head.data_bytes)
        data = store.cat_file(path, start=head.data_begins + begin, end=head.data_begins + end)
        if len(data) != end - begin:
            raise DamagedModel(f"{path} ended early while it was read: is it being copied?")
        buffer[begin:end] = memoryview(data)

    with ThreadPoolExecutor(REQUESTS) as pool:
        for _ in pool.map(read, range(0, head.data_bytes, CHUNK_BYTES)):
            pass


def _diffusers_network(kind: Any, folder: Path, state: dict[str, Any], dtype: Any) -> Any:
    from accelerate import init_empty_weights

    # Buffers that no file holds (positions, frequencies) are calculated while building.
    with init_empty_weights(include_buffers=False):
        network = kind.from_config(kind.load_config(folder, local_files_only=True))
    # Names of weights that were published before diffusers renamed its attention layers: what
    # from_pretrained does, and offers to nobody.
    network._fix_state_dict_keys_on_load(state)  # noqa: SLF001
    for name, tensor in state.items():
        if tensor.is_floating_point():
            state[name] = tensor.to(dtype)
    try:
        network.load_state_dict(state, assign=True)
    except RuntimeError as error:
        raise DamagedModel(f"the weights of {folder.name} do not fit its class: {error}") from error
    return network


def _transformers_network(kind: Any, folder: Path, state: dict[str, Any], dtype: Any) -> Any:
    """Through from_pretrained, which knows the former names of weights and ties shared ones."""
    config = kind.config_class.from_pretrained(folder, local_files_only=True)
    network, found = kind.from_pretrained(
        None, config=config, state_dict=state, dtype=dtype, output_loading_info=True
    )
    if found["missing_keys"]:
        raise DamagedModel(
            f"the weights of {folder.name} lack {', '.join(sorted(found['missing_keys'])[:3])}"
        )
    return network
