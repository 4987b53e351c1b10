"""The models that Garnish can draw with, from a data file.

Belongs here: the schema of `model_catalogue.toml`, the rules about licences. Does not belong here:
getting weights (`model_weights.py`), and which dish is drawn by which model.
"""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)

from gpu_ops.generation import GenerationSettings, Solver
from resources.data_file import Entry, faults_in_words

CATALOGUE_FILE = Path(__file__).with_name("model_catalogue.toml")

Share = Annotated[float, Field(ge=0, le=1)]
HubRevision = Annotated[str, Field(pattern="^([0-9a-f]{40})?$")]


class CatalogueError(ValueError):
    """The catalogue is wrong, or a model may not be used; the message says which and what to do."""


class OwnUnet(Entry):
    """Another UNet in an otherwise equal pipeline: a distilled one is published as one file."""

    source: str
    revision: HubRevision = ""
    file: str


class Adapter(Entry):
    """An image prompt (IP-Adapter): pictures follow the look of a reference picture.

    Attributes:
        folder: Where it is, below the folder of models; laid out as at its source.
        source: Repository of the hub.
        revision: Commit of it.
        weight_name: Its weights, below `folder`.
        image_encoder: Folder of the model that looks at the reference, below `folder`.
        scale: How strongly the reference is followed; 0 = the adapter is not loaded.
    """

    folder: str
    source: str
    revision: HubRevision = ""
    weight_name: str
    image_encoder: str
    scale: Share


class ImagesApi(Entry):
    """An API that draws, and what it asks for.

    Attributes:
        quality: Which of its qualities is asked for.
        usd_per_million_input_tokens: Price of the prompt.
        usd_per_million_output_tokens: Price of the picture.
    """

    quality: Literal["low", "medium", "high", "xhigh", "max"]
    usd_per_million_input_tokens: NonNegativeFloat
    usd_per_million_output_tokens: PositiveFloat


class ModelEntry(Entry):
    """One model: where it is, under which licence, and how it is run best.

    The comments at the top of `model_catalogue.toml` say what the fields mean.
    """

    model_id: str
    title: str
    family: Literal["sdxl", "flux2_klein", "z_image", "openai"]
    source: str
    revision: str = ""
    variant: Literal["", "fp16"] = ""
    folder: str = ""
    unet: OwnUnet | None = None
    adapter: Adapter | None = None
    api: ImagesApi | None = None

    licence: str
    commercial_use: Literal["allowed", "agreement", "forbidden"]
    text_to_image: bool = True
    inpaint: bool
    reference_image: bool
    references: str = ""

    weights_gib: NonNegativeFloat = 0
    gib_per_picture: NonNegativeFloat = 0
    price_usd_per_picture: PositiveFloat | None = None

    batch_size: PositiveInt
    width_px: PositiveInt = Field(multiple_of=8)
    height_px: PositiveInt = Field(multiple_of=8)
    steps: PositiveInt
    guidance_scale: PositiveFloat
    dtype: Literal["float32", "float16", "bfloat16"]
    solver: Solver = "model"
    guidance_from: Share = 0.0
    guidance_to: Share = 1.0
    full_every: PositiveInt = 1
    decoder: Literal["model", "tiny"] = "model"
    linears: Literal["model", "fp8", "int8"] = "model"
    strength: Annotated[float, Field(gt=0, le=1)] = 0.85

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.family == "openai":
            if not self.api or not self.price_usd_per_picture:
                raise ValueError("a model behind an API needs api and price_usd_per_picture")
        elif not self.folder or not self.weights_gib:
            raise ValueError("a model with weights needs folder and weights_gib")
        elif self.api:
            raise ValueError("api is for models without weights")
        if (self.unet or self.adapter) and self.family != "sdxl":
            raise ValueError("only the sdxl family has unet and adapter")
        if self.adapter and self.adapter.scale and not self.references:
            raise ValueError("an image prompt needs references, a folder of pictures to follow")
        if self.references and not self.reference_image:
            raise ValueError("references are for models with reference_image")
        return self

    @property
    def pinned_revision(self) -> str:
        """Which weights these are, where all of them are pinned; else empty."""
        parts = [self.revision]
        if self.unet:
            parts.append(self.unet.revision)
        if self.adapter and self.adapter.scale:
            parts.append(self.adapter.revision)
        if self.api:
            parts.append(self.api.quality)
        return "+".join(parts) if all(parts) else ""

    @property
    def memory_gib(self) -> float:
        """Device memory for a batch."""
        return self.memory_for(self.batch_size)

    def memory_for(self, pictures: int) -> float:
        """Device memory in GiB for so many pictures at once."""
        return self.weights_gib + pictures * self.gib_per_picture

    def settings(self) -> GenerationSettings:
        """How its pictures are drawn."""
        return GenerationSettings(
            steps=self.steps,
            guidance_scale=self.guidance_scale,
            width_px=self.width_px,
            height_px=self.height_px,
            dtype=self.dtype,
            solver=self.solver,
            guidance_from=self.guidance_from,
            guidance_to=self.guidance_to,
            full_every=self.full_every,
            decoder=self.decoder,
            linears=self.linears,
            strength=self.strength,
            adapter_scale=self.adapter.scale if self.adapter else 0.0,
        )


def load_catalogue(own: Path | None = None) -> dict[str, ModelEntry]:
    """The entries by model id.

    Args:
        own: A file of one's own with further models, e.g. fine-tuned ones.

    Raises:
        CatalogueError: an entry does not obey the schema, or two have one name; the message names
            file, entry and field.
        FileNotFoundError: the file of one's own is not there.
    """
    entries = _read(CATALOGUE_FILE)
    if own:
        added = _read(own)
        if both := entries.keys() & added.keys():
            raise CatalogueError(
                f"{own}: {', '.join(sorted(both))} is in the catalogue already: give it a new name,"
                " so that pictures say which of the two drew them"
            )
        entries |= added
    return entries


def _read(path: Path) -> dict[str, ModelEntry]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path} is no TOML: {error}") from error
    entries = {}
    for model_id, fields in tables.items():
        try:
            entries[model_id] = ModelEntry.model_validate({**fields, "model_id": model_id})
        except (ValidationError, TypeError) as error:
            raise CatalogueError(f"{path.name}, model {model_id}: {_faults(error)}") from error
    return entries


def _faults(error: ValidationError | TypeError) -> str:
    if isinstance(error, TypeError):
        return "a model is a table: begin it with its name in square brackets"
    return faults_in_words(error, whole="entry")


def usable_model(
    model_id: str,
    catalogue: Mapping[str, ModelEntry],
    *,
    accepted_licences: Collection[str] = (),
    research_only: Collection[str] = (),
) -> ModelEntry:
    """The entry of a model that may be used.

    Args:
        model_id: Its name in the catalogue.
        catalogue: From `load_catalogue`.
        accepted_licences: Models whose terms the operator has agreed with their owner.
        research_only: Models that the operator uses for research, and for nothing that is sold.

    Raises:
        CatalogueError: there is no such model, or its licence needs an acknowledgement first.
    """
    if model_id not in catalogue:
        raise CatalogueError(f"no model {model_id!r}: the catalogue has {', '.join(catalogue)}")
    entry = catalogue[model_id]
    if entry.commercial_use == "agreement" and model_id not in accepted_licences:
        raise CatalogueError(
            f"{model_id} may not be used commercially without an agreement with its owner"
            f" ({entry.licence}): with one, set GARNISH_ACCEPTED_LICENCES={model_id}"
        )
    if entry.commercial_use == "forbidden" and model_id not in research_only:
        raise CatalogueError(
            f"{model_id} may not be used commercially ({entry.licence}): for research whose"
            f" pictures no guest will see, set GARNISH_RESEARCH_ONLY={model_id}"
        )
    return entry
