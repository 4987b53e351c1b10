"""The folder of a diffusers pipeline, on a disk or in an object store: is it all there?

Belongs here: which files a component consists of, the head of a safetensors file, naming what is
missing or cut off. Does not belong here: where folders come from (`resources/model_weights.py`),
tensors (`streamed_weights.py`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INDEX = "model_index.json"
LENGTH_BYTES = 8
"""A safetensors file begins with the length of its head: 64 bits, little-endian."""

LARGEST_HEAD = 100_000_000
"""Bytes; the format allows no larger head (safetensors, MAX_HEADER_SIZE)."""

WHAT_TO_DO = "copy the model again, whole, or set GARNISH_MODELS_FROM=hub to have it downloaded"


class DamagedModel(ValueError):
    """A file of a model is cut off or no weights at all; the message names it and what to do."""


@dataclass(frozen=True)
class ModelFiles:
    """Where a model is.

    Attributes:
        folder: Its `model_index.json`, settings and tokenizers; its weights too, unless they are
            streamed.
        weights_at: Address that the weights are streamed from (`s3://...`); "" = from nowhere, they
            lie in the folder.
    """

    folder: Path
    weights_at: str = ""


@dataclass(frozen=True)
class Component:
    """A part of a pipeline.

    Attributes:
        name: Its folder below the pipeline's, "unet".
        library: Where its class is, "diffusers" or "transformers".
        class_name: Its class.
    """

    name: str
    library: str
    class_name: str

    @property
    def has_weights(self) -> bool:
        """Whether it is a network; schedulers and tokenizers are not."""
        return self.settings_file == "config.json"

    @property
    def settings_file(self) -> str:
        """The file that it cannot be built without."""
        if self.class_name.endswith("Scheduler"):
            return "scheduler_config.json"
        if "Tokenizer" in self.class_name:
            return "tokenizer_config.json"
        if "Processor" in self.class_name or "FeatureExtractor" in self.class_name:
            return "preprocessor_config.json"
        return "config.json"

    @property
    def weights_file(self) -> str:
        """Its weights, where they are in one file."""
        return f"{'diffusion_pytorch_' if self.library == 'diffusers' else ''}model.safetensors"


@dataclass(frozen=True)
class TensorPlace:
    """A tensor in a file: `dtype` as safetensors names it, bytes `begin` to `end` of the data."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True)
class Head:
    """The head of a safetensors file.

    Attributes:
        tensors: The tensors by name.
        data_begins: Where the data begins, in bytes.
    """

    tensors: Mapping[str, TensorPlace]
    data_begins: int

    @property
    def data_bytes(self) -> int:
        """Length of the data."""
        return max((place.end for place in self.tensors.values()), default=0)


def store_of(address: str | Path) -> tuple[Any, str]:
    """The fsspec file system of an address, and the path in it."""
    from fsspec.core import url_to_fs

    store, path = url_to_fs(str(address))
    return store, path.rstrip("/")


def components(address: str | Path) -> tuple[Component, ...]:
    """The parts of the pipeline in a folder.

    Raises:
        FileNotFoundError: there is no pipeline.
        DamagedModel: its index cannot be read.
    """
    store, folder = store_of(address)
    if not store.exists(f"{folder}/{INDEX}"):
        raise FileNotFoundError(
            f"no diffusers pipeline in {address}: {INDEX} is missing; {WHAT_TO_DO}"
        )
    index = _json(store, f"{folder}/{INDEX}")
    return tuple(
        Component(name, *part)
        for name, part in index.items()
        if isinstance(part, list) and len(part) == 2 and all(part)
    )


def weights_files(address: str | Path, component: Component) -> list[str]:
    """The weights of a component: names below its folder, one or the shards that its index lists.

    Raises:
        FileNotFoundError: a file is missing; the message names component, file and what to do.
    """
    store, folder = store_of(address)
    there = f"{folder}/{component.name}"
    index = f"{component.weights_file}.index.json"
    names = [component.weights_file]
    if store.exists(f"{there}/{index}"):
        names = sorted(set(_json(store, f"{there}/{index}")["weight_map"].values()))
    for name in names:
        if not store.exists(f"{there}/{name}"):
            raise FileNotFoundError(f"{component.name} of {address} has no {name}; {WHAT_TO_DO}")
    return names


def check_complete(address: str | Path) -> None:
    """Look at every file that loading needs, without reading weights: seconds, also over a network.

    Raises:
        FileNotFoundError: a file is missing.
        DamagedModel: a file is cut off or of another format.
    """
    store, folder = store_of(address)
    for component in components(address):
        settings = f"{folder}/{component.name}/{component.settings_file}"
        if not store.exists(settings):
            raise FileNotFoundError(
                f"{component.name} of {address} has no {component.settings_file}; {WHAT_TO_DO}"
            )
        for name in weights_files(address, component) if component.has_weights else ():
            read_head(store, f"{folder}/{component.name}/{name}")


def small_files(address: str | Path) -> Iterator[str]:
    """All files of a folder that are no weights: names below it."""
    store, folder = store_of(address)
    for path in sorted(store.find(folder)):
        if not path.endswith((".safetensors", ".bin", ".ckpt", ".msgpack", ".onnx")):
            yield path[len(folder) :].lstrip("/")


def read_head(store: Any, path: str) -> Head:
    """The head of a safetensors file, read by range; the file's length is checked against it.

    Raises:
        DamagedModel: the file is cut off, has bytes too many, or is no safetensors file.
    """
    size = int(store.size(path))
    length = int.from_bytes(_range(store, path, 0, LENGTH_BYTES), "little")
    if size < LENGTH_BYTES or not 2 <= length <= LARGEST_HEAD:
        raise DamagedModel(f"{path} is no safetensors file ({size} bytes); {WHAT_TO_DO}")
    data_begins = LENGTH_BYTES + length
    if size < data_begins:
        raise DamagedModel(f"{path} is cut off at {size} bytes, within its head; {WHAT_TO_DO}")
    head = Head(_tensors(_range(store, path, LENGTH_BYTES, data_begins), path), data_begins)
    if size != data_begins + head.data_bytes:
        raise DamagedModel(
            f"{path} has {size} bytes and should have {data_begins + head.data_bytes}: it is"
            f" damaged or was still being copied; {WHAT_TO_DO}"
        )
    return head


def _tensors(head: bytes, path: str) -> dict[str, TensorPlace]:
    try:
        return {
            name: TensorPlace(place["dtype"], tuple(place["shape"]), *place["data_offsets"])
            for name, place in json.loads(head).items()
            if name != "__metadata__"
        }
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedModel(f"{path} is no safetensors file: {error}; {WHAT_TO_DO}") from error


def _range(store: Any, path: str, begin: int, end: int) -> bytes:
    return bytes(store.cat_file(path, start=begin, end=end))


def _json(store: Any, path: str) -> dict[str, Any]:
    try:
        content = json.loads(store.cat_file(path))
    except ValueError as error:
        raise DamagedModel(f"{path} is no JSON: {error}; {WHAT_TO_DO}") from error
    if not isinstance(content, dict):
        raise DamagedModel(f"{path} is not what it should be: no table; {WHAT_TO_DO}")
    return content
