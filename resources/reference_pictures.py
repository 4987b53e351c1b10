"""Pictures whose look candidates follow: a folder with one for each template.

Belongs here: finding and reading them. Does not belong here: how a model follows a picture
(`gpu_ops/image_prompts.py`).
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from upath import UPath

from resources.picture_store import decode

DEFAULT = "default"
FORMATS = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(frozen=True)
class ReferencePictures:
    """`<folder>/<template>.jpg`, and `<folder>/default.jpg` for all other templates."""

    folder: UPath

    @cached_property
    def version(self) -> str:
        """12 hex digits that change with any of the pictures.

        Raises:
            FileNotFoundError: there is no default picture.
        """
        self._path(DEFAULT)
        digest = hashlib.sha256()
        for path in self._paths.values():
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()[:12]

    def picture(self, template: str) -> np.ndarray:
        """The reference of a template ("bowl" or "bowl@1"), (height, width, 3) uint8 RGB.

        Raises:
            FileNotFoundError: it has none, and there is no default.
            DamagedPicture: the file is no picture.
        """
        name = template.split("@")[0]
        return decode(self._path(name if name in self._paths else DEFAULT).read_bytes())

    @cached_property
    def _paths(self) -> dict[str, UPath]:
        if not self.folder.is_dir():
            raise FileNotFoundError(
                f"no reference pictures in {self.folder}: a model with an IP-Adapter needs"
                f" {DEFAULT}.jpg there"
            )
        paths = sorted(self.folder.iterdir())
        return {path.stem: path for path in paths if path.suffix.lower() in FORMATS}

    def _path(self, name: str) -> UPath:
        if name not in self._paths:
            raise FileNotFoundError(f"no picture {name}.jpg in {self.folder}: put one there")
        return self._paths[name]
