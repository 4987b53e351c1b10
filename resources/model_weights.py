"""Getting the weights of a model: from a folder, an object store, or the hub.

Belongs here: from a catalogue entry to files that an engine can load, whole or streamed; which
weights they are; whether they fit. Does not belong here: hashes and copies of any folder
(`model_copies.py`), tensors (`gpu_ops/streamed_weights.py`).
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from upath import UPath

from gpu_ops.engines import ModelSetup
from gpu_ops.memory import TooLittleMemory, device_memory_gib
from gpu_ops.model_folder import INDEX, ModelFiles, check_complete, small_files
from gpu_ops.sdxl_pipeline import AdapterFiles
from resources.model_catalogue import Adapter, ModelEntry, load_catalogue
from resources.model_copies import copy_files, is_local, names_below, weights_hash

SETTINGS_PATTERNS = ("*/*.json", "*/*.txt", "*/*.model", "*/*.jinja", INDEX)
"""What a pipeline on the hub has beside its weights."""

LEFT_OUT_PATTERNS = (
    "*.bin",
    "*.onnx*",
    "*openvino*",
    "vae_1_0/*",
    "vae_decoder/*",
    "vae_encoder/*",
)
"""The same weights once more, in formats that are not loaded here."""


@dataclass(frozen=True)
class ModelWeights:
    """The weights of a model of the catalogue.

    Attributes:
        entry: The model.
        models: The folder of models, or its address in an object store.
        cache: Folder for what is copied or downloaded.
        is_on_hub: Whether what is missing in `models` is downloaded from the hub.
    """

    entry: ModelEntry
    models: UPath
    cache: Path
    is_on_hub: bool = False

    @cached_property
    def revision(self) -> str:
        """Which weights these are: the pinned revision, or a hash of the files.

        A plan is made where no weights are, so weights that are too large to travel with the code
        have to be pinned.

        Raises:
            FileNotFoundError: nothing is pinned, and there are no files.
        """
        return self.entry.pinned_revision or weights_hash(self.models / self.entry.folder)

    @property
    def are_here(self) -> bool:
        """Whether they are in the folder of models, or need no folder."""
        return not self.entry.folder or (self.models / self.entry.folder / INDEX).exists()

    def made_ready(self, setup: ModelSetup) -> ModelSetup:
        """The setup with files that an engine can load: downloaded or copied, if need be.

        Raises:
            TooLittleMemory: the device could not hold the model and one picture.
            FileNotFoundError: a file is missing.
            DamagedModel: a file is cut off.
        """
        memory_gib = device_memory_gib(setup.device)
        if memory_gib is not None:
            check_memory(self.entry, memory_gib)
        return replace(
            setup, files=self.files(), parts=replace(setup.parts, adapter=self.adapter_files())
        )

    def files(self) -> ModelFiles:
        """The files that an engine loads; downloads or copies them if need be.

        Raises:
            FileNotFoundError: a file is missing.
            DamagedModel: a file is cut off.
        """
        where = self.models / self.entry.folder
        if self.is_on_hub and not self.are_here:
            return self._checked(ModelFiles(self._linked_from_hub()))
        if is_local(where):
            return self._checked(ModelFiles(Path(str(where))))
        check_complete(str(where))
        folder = self.cache / self.entry.folder
        copy_files(where, folder, small_files(str(where)))
        return ModelFiles(folder, weights_at=str(where))

    def adapter_files(self) -> AdapterFiles | None:
        """The image prompt's files; None where the model has none or it is off.

        They are copied where models are streamed: the library that loads them wants a folder.

        Raises:
            FileNotFoundError: it is neither in the folder of models nor to be downloaded.
        """
        adapter = self.entry.adapter
        if adapter is None or not adapter.scale:
            return None
        where = self.models / adapter.folder
        if self.is_on_hub and not (where / adapter.weight_name).exists():
            folder = _adapter_from_hub(adapter)
        elif not (where / adapter.weight_name).exists():
            raise FileNotFoundError(
                f"{self.entry.model_id} needs the image prompt {where / adapter.weight_name}: copy"
                f" it from {adapter.source}, or set GARNISH_MODELS_FROM=hub"
            )
        elif is_local(where):
            folder = Path(str(where))
        else:
            folder = self.cache / adapter.folder
            names = names_below(where / adapter.image_encoder)
            copy_files(
                where,
                folder,
                (adapter.weight_name, *(f"{adapter.image_encoder}/{name}" for name in names)),
            )
        return AdapterFiles(folder, adapter.weight_name, adapter.image_encoder, adapter.scale)

    def _checked(self, files: ModelFiles) -> ModelFiles:
        try:
            check_complete(files.folder)
        except FileNotFoundError as error:
            raise FileNotFoundError(f"{self.entry.model_id}: {error}") from error
        return files

    def _linked_from_hub(self) -> Path:
        """A plain diffusers folder of links into the hub's own cache.

        A copy in half precision (`*.fp16.safetensors`) gets the plain name, and a UNet of its own
        takes the place of the pipeline's, so that nothing that loads needs to know of either.
        """
        from huggingface_hub import hf_hub_download, snapshot_download

        entry = self.entry
        ending = f".{entry.variant}.safetensors" if entry.variant else ".safetensors"
        snapshot = Path(
            snapshot_download(
                entry.source,
                revision=entry.revision or None,
                allow_patterns=[*SETTINGS_PATTERNS, f"*/*{ending}"],
                ignore_patterns=[
                    *LEFT_OUT_PATTERNS,
                    *(["unet/*.safetensors"] if entry.unet else ()),
                ],
            )
        )
        links = {
            path.relative_to(snapshot).as_posix().replace(ending, ".safetensors"): path
            for path in sorted(snapshot.rglob("*"))
            if path.is_file() and (path.suffix != ".safetensors" or path.name.endswith(ending))
        }
        if entry.unet:
            unet = hf_hub_download(
                entry.unet.source, entry.unet.file, revision=entry.unet.revision or None
            )
            links["unet/diffusion_pytorch_model.safetensors"] = Path(unet)
        folder = self.cache / f"{entry.folder}@{snapshot.name[:12]}"
        for name, path in links.items():
            link = folder / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(path.resolve())
        return folder


def check_memory(entry: ModelEntry, memory_gib: float) -> None:
    """Refuse a model that cannot fit before minutes are spent on loading it.

    Args:
        entry: The model.
        memory_gib: All memory of the device.

    Raises:
        TooLittleMemory: it does not fit with one picture; the message names model, needed and
            available memory, and what does fit.
    """
    needed = entry.memory_for(1)
    if needed <= memory_gib:
        return
    fitting = [
        other.model_id
        for other in load_catalogue().values()
        if 0 < other.memory_for(1) <= memory_gib
    ]
    raise TooLittleMemory(
        f"{entry.model_id} needs {needed:.1f} GiB with one picture, the device has"
        f" {memory_gib:.1f} GiB: set GARNISH_MODEL to one that fits"
        f" ({', '.join(fitting) or 'none of the catalogue does'})"
    )


def _adapter_from_hub(adapter: Adapter) -> Path:
    from huggingface_hub import snapshot_download

    return Path(
        snapshot_download(
            adapter.source,
            revision=adapter.revision or None,
            allow_patterns=[adapter.weight_name, f"{adapter.image_encoder}/*"],
            ignore_patterns=list(LEFT_OUT_PATTERNS),
        )
    )
