"""The model that draws candidates: which one, with which settings, at which price.

Belongs here: a model's identity, and what every generator can be asked. Does not belong here: which
pictures are needed (`menu_assets/candidate_images.py`), how a picture is drawn (`gpu_ops/`), and
pictures from an API (`openai_generator.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
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
from gpu_ops.memory import device_memory_gib, pictures_that_fit
from resources.model_copies import weights_hash
from resources.model_weights import ModelWeights, check_memory
from resources.reference_pictures import ReferencePictures


class Generator(Protocol):
    """Anything that draws candidates: a model on a device, or somebody's API.

    `draw` and `develop` may run at the same time, each in one thread.
    """

    model_id: str
    settings: GenerationSettings
    candidates_per_dish: int
    gpu_class: str
    can_inpaint: bool

    @property
    def pictures_at_once(self) -> int:
        """Pictures in a batch, here and now."""

    @property
    def revision(self) -> str:
        """Which weights, or which version of an API, draw."""

    def cost_usd(self, gpu_seconds: float) -> float:
        """Price of device time."""

    def expected_usd(self, gpu_seconds: float) -> float:
        """What a picture will cost, of which those before took so long on the device."""

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
        batch_size: Pictures drawn at once, if the device has the memory.
        candidates_per_dish: How many different pictures a dish gets.
        gpu_class: Kind of accelerator, for the ledger.
        price_usd_per_hour: Price of that accelerator.
        settings: All that shapes a picture beside prompt and seed.
        weights: Where its files come from, and which they are; None = they lie in the setup's
            folder.
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
    weights: ModelWeights | None = None
    can_inpaint: bool = True
    references: ReferencePictures | None = None

    @property
    def pictures_at_once(self) -> int:
        """Pictures in a batch: fewer than `batch_size` where the device is small.

        Raises:
            TooLittleMemory: not even one fits; the message says which model does.
        """
        memory_gib = device_memory_gib(self.setup.device)
        if memory_gib is None or self.weights is None:
            return self.batch_size
        entry = self.weights.entry
        check_memory(entry, memory_gib)
        fitting = pictures_that_fit(memory_gib, entry.weights_gib, entry.gib_per_picture)
        return min(self.batch_size, fitting)

    @cached_property
    def revision(self) -> str:
        """Which weights these are. Other reference pictures make other pictures: they count too."""
        folder = self.setup.files.folder
        weights = self.weights.revision if self.weights else weights_hash(folder)
        return f"{weights}+{self.references.version}" if self.references else weights

    def cost_usd(self, gpu_seconds: float) -> float:
        """Price of device time."""
        return gpu_seconds * self.price_usd_per_hour / 3600

    def expected_usd(self, gpu_seconds: float) -> float:
        """What a picture will cost: the device's time."""
        return self.cost_usd(gpu_seconds)

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
        return load_engine(self._ready_setup)

    @cached_property
    def _ready_setup(self) -> ModelSetup:
        return self.weights.made_ready(self.setup) if self.weights else self.setup
