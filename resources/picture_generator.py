"""The model that draws candidates: which one, with which settings, at which price.

Belongs here: a model's identity and one call that draws a batch. Does not belong here: which
pictures are needed (`menu_assets/candidate_images.py`), and how a picture is drawn (`gpu_ops/`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gpu_ops.text_to_image import (
    GenerationSettings,
    MadePictures,
    PictureRequest,
    load_pipeline,
    make_pictures,
)


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


@dataclass(frozen=True)
class PictureGenerator:
    """A diffusers model in a folder.

    Attributes:
        model_id: Its name in rows.
        folder: Where it is.
        device: "cpu" or "cuda".
        batch_size: Pictures drawn at once.
        candidates_per_dish: How many different pictures a dish gets.
        gpu_class: Kind of accelerator, for the ledger.
        price_usd_per_hour: Price of that accelerator.
        settings: All that shapes a picture beside prompt and seed.
        pinned_revision: Which weights these are, where the catalogue says so.
    """

    model_id: str
    folder: Path
    device: str
    batch_size: int
    candidates_per_dish: int
    gpu_class: str
    price_usd_per_hour: float
    settings: GenerationSettings = field(default_factory=GenerationSettings)
    pinned_revision: str = ""

    @cached_property
    def revision(self) -> str:
        """Which weights these are: the pinned revision, or a hash of the files.

        A plan is made where no weights are, so weights that are too large to travel with the code
        have to be pinned.
        """
        return self.pinned_revision or weights_hash(self.folder)

    def cost_usd(self, gpu_seconds: float) -> float:
        """Price of device time."""
        return gpu_seconds * self.price_usd_per_hour / 3600

    def draw(self, requests: Sequence[PictureRequest]) -> MadePictures:
        """Draw a batch; the first call in a process loads the model."""
        pipeline = load_pipeline(self.folder, self.device, self.settings.dtype)
        return make_pictures(pipeline, requests, self.settings)
