"""The model that draws candidates: which one, with which settings, at which price.

Belongs here: a model's identity, and what every generator can be asked. Does not belong here: which
pictures are needed (`menu_assets/candidate_images.py`), how a picture is drawn (`gpu_ops/`), and
pictures from an API (`openai_generator.py`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from gpu_ops.engines import ModelSetup, load_engine
from gpu_ops.generation import (
    Drawing,
    Engine,
    GenerationSettings,
    MadePictures,
    PictureRequest,
)
from resources.reference_pictures import ReferencePictures


def weights_hash(folder: Path) -> str:
    """A hash of all files of a model folder: 16 hex digits; other weights give another one.

    Raises:
        FileNotFoundError: the folder is not there, or empty.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise FileNotFoundError(f"no model in {folder}: set GARNISH_MODELS to the folder of models")
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(folder)}:{path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class Generator(Protocol):
    """Anything that draws candidates: a model on a device, or somebody's API.

    `draw` and `develop` may run at the same time, each in one thread.
    """

    model_id: str
    settings: GenerationSettings
    candidates_per_dish: int
    gpu_class: str
    batch_size: int
    can_inpaint: bool

    @property
    def revision(self) -> str:
        """Which weights, or which version of an API, draw."""

    def cost_usd(self, gpu_seconds: float) -> float:
        """Price of device time."""

    def reference_for(self, template: str) -> np.ndarray | None:
        """The picture whose look pictures of a template follow, (height, width, 3) uint8 RGB."""

    def draw(self, requests: Sequence[PictureRequest]) -> Drawing | MadePictures:
        """The long part of drawing a batch."""

    def develop(self, drawing: Drawing | MadePictures) -> MadePictures:
        """The short part, while the next batch is being drawn."""


@dataclass(frozen=True)
class PictureGenerator:
    """A diffusers model, loaded by the first batch that a process draws.

    Attributes:
        model_id: Its name in rows.
        setup: Where it is and how it is loaded.
        batch_size: Pictures drawn at once; fewer, if the device has not the memory.
        candidates_per_dish: How many different pictures a dish gets.
        gpu_class: Kind of accelerator, for the ledger.
        price_usd_per_hour: Price of that accelerator.
        settings: All that shapes a picture beside prompt and seed.
        pinned_revision: Which weights these are, where the catalogue says so.
        can_inpaint: Whether it can draw into a photo.
        references: Pictures whose look is followed, by template, and `default`; None = no image
            prompt.
    """

    model_id: str
    setup: ModelSetup
    batch_size: int
    candidates_per_dish: int
    gpu_class: str
    price_usd_per_hour: float
    settings: GenerationSettings = field(default_factory=GenerationSettings)
    pinned_revision: str = ""
    can_inpaint: bool = True
    references: ReferencePictures | None = None

    @cached_property
    def revision(self) -> str:
        """Which weights these are: the pinned revision, or a hash of the files.

        A plan is made where no weights are, so weights that are too large to travel with the code
        have to be pinned. Other reference pictures make other pictures, so they count too.
        """
        weights = self.pinned_revision or weights_hash(self.setup.files.folder)
        return f"{weights}+{self.references.version}" if self.references else weights

    def cost_usd(self, gpu_seconds: float) -> float:
        """Price of device time."""
        return gpu_seconds * self.price_usd_per_hour / 3600

    def reference_for(self, template: str) -> np.ndarray | None:
        """The picture whose look pictures of a template follow, (height, width, 3) uint8 RGB."""
        return self.references.picture(template) if self.references else None

    def draw(self, requests: Sequence[PictureRequest]) -> Drawing | MadePictures:
        """Denoise a batch; the first call in a process loads the model."""
        return self._engine.draw(requests, self.settings)

    def develop(self, drawing: Drawing | MadePictures) -> MadePictures:
        """Decode a batch."""
        return drawing if isinstance(drawing, MadePictures) else self._engine.develop(drawing)

    @property
    def _engine(self) -> Engine:
        return load_engine(self.setup)
