"""Folders of models, on a disk or in an object store: what they hold, and copies of them here.

Belongs here: hashes and copies of whatever lies in such a folder. Does not belong here: what a
model consists of (`model_weights.py`, `gpu_ops/model_folder.py`).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from upath import UPath

from gpu_ops.model_folder import store_of
from resources.atomic_files import replacing


@dataclass(frozen=True)
class OptionalModel:
    """A model that is used where it is installed.

    Attributes:
        where: Its folder, or the folder's address in a store; it need not be there.
        cache: Folder for what is copied from a store.
    """

    where: UPath
    cache: Path

    @cached_property
    def folder(self) -> Path | None:
        """A folder that a library can open; None = not installed."""
        return folder_on_disk(self.where, self.cache) if self.where.exists() else None

    @cached_property
    def weights(self) -> str:
        """Which weights they are; "none" = not installed."""
        return weights_hash(self.where) if self.where.exists() else "none"

    @property
    def named_weights(self) -> str | None:
        """The folder's name and its weights; None = not installed."""
        return f"{self.where.name}-{self.weights}" if self.where.exists() else None


def weights_hash(where: Path | UPath) -> str:
    """A hash of all files of a model folder: 16 hex digits; other weights give another one.

    Of a folder in a store no byte is read: the store's own hashes of its files say as much. So a
    folder and its copy in a store have different hashes.

    Raises:
        FileNotFoundError: the folder is not there, or empty.
    """
    digest = hashlib.sha256()
    if is_local(where):
        folder = Path(str(where))
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        for path in files:
            digest.update(f"{path.relative_to(folder)}:{path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
        found = bool(files)
    else:
        store, address = store_of(str(where))
        marks = [f"{path}:{store.checksum(path)}" for path in sorted(store.find(address))]
        digest.update("\n".join(marks).encode())
        found = bool(marks)
    if not found:
        raise FileNotFoundError(
            f"no model in {where}: set GARNISH_MODELS to the folder of models, or"
            " GARNISH_MODELS_FROM=hub"
        )
    return digest.hexdigest()[:16]


def folder_on_disk(where: UPath, cache: Path) -> Path:
    """A model folder that a library can open: itself, or its copy in `cache`.

    The copy carries the hash in its name, so that other weights of the same sizes are copied anew.

    Raises:
        FileNotFoundError: the folder is not there, or empty.
    """
    if is_local(where):
        return Path(str(where))
    folder = cache / f"{where.name}@{weights_hash(where)}"
    copy_files(where, folder, names_below(where))
    return folder


def names_below(where: UPath) -> list[str]:
    """All files of a folder in a store, however deep, by their names below it."""
    store, address = store_of(str(where))
    return [path.removeprefix(f"{address}/") for path in sorted(store.find(address))]


def copy_files(where: UPath, folder: Path, names: Iterable[str]) -> None:
    """Copy files that are not in `folder` yet, or are of another size."""
    for name in names:
        source, target = where / name, folder / name
        if target.exists() and target.stat().st_size == source.stat().st_size:
            continue
        with replacing(UPath(target)) as beside:
            source.fs.get_file(source.path, str(beside))


def is_local(path: Path | UPath) -> bool:
    """Whether it is on a disk."""
    return UPath(path).protocol in ("", "file", "local")
