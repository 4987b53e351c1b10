"""Which model draws, and how: chosen by settings from the model catalogue.

Belongs here: the settings of drawing, read once. Does not belong here: the catalogue itself
(`model_catalogue.py`), and the other resources (`environment.py`).
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from gpu_ops.engines import Family, ModelSetup
from gpu_ops.generation import Compilation, Execution
from gpu_ops.model_folder import ModelFiles
from gpu_ops.sdxl_pipeline import SdxlParts
from resources.gpu_prices import load_gpu_prices
from resources.model_catalogue import ModelEntry, load_catalogue, usable_model
from resources.model_weights import ModelWeights
from resources.openai_generator import OpenAIGenerator
from resources.picture_generator import PictureGenerator
from resources.places import model_cache, models_root
from resources.reference_pictures import ReferencePictures
from resources.settings import SettingError, dollars_of, names_of, needed, one_of, positive_of


def catalogue() -> dict[str, ModelEntry]:
    """The models that ship, and those of the file that `GARNISH_MODEL_CATALOGUE` names."""
    own = os.environ.get("GARNISH_MODEL_CATALOGUE")
    return load_catalogue(Path(own) if own else None)


def chosen_model() -> str:
    """The name of the model that draws: `GARNISH_MODEL`, or that of the small family."""
    return os.environ.get("GARNISH_MODEL", "garnish-small")


def weights_of(entry: ModelEntry) -> ModelWeights:
    """Where the weights of a model are, or come from.

    Raises:
        SettingError: `GARNISH_MODELS_FROM` is a word that it does not know.
    """
    where = os.environ.get("GARNISH_MODELS_FROM", "")
    if where not in ("", "hub"):
        raise SettingError(f"GARNISH_MODELS_FROM is {where!r}: use hub, or do not set it")
    return ModelWeights(entry, models_root(), model_cache(), is_on_hub=where == "hub")


def chosen_generator(device: str) -> PictureGenerator | OpenAIGenerator:
    """What draws, as the settings say.

    Raises:
        SettingError: a setting is missing, of the wrong type or unknown.
        CatalogueError: the model that `GARNISH_MODEL` names may not be used.
    """
    entry = usable_model(
        chosen_model(),
        catalogue(),
        accepted_licences=names_of("GARNISH_ACCEPTED_LICENCES"),
        research_only=names_of("GARNISH_RESEARCH_ONLY"),
    )
    settings = replace(entry.settings(), steps=positive_of("GARNISH_STEPS", entry.steps))
    batch_size = positive_of("GARNISH_BATCH_SIZE", entry.batch_size)
    candidates_per_dish = positive_of("GARNISH_CANDIDATES_PER_DISH", 4)
    if entry.api and entry.price_usd_per_picture:
        return OpenAIGenerator(
            model_id=entry.model_id,
            model=entry.revision,
            api=entry.api,
            api_key=needed("OPENAI_API_KEY", f"GARNISH_MODEL={entry.model_id}"),
            price_usd_per_picture=entry.price_usd_per_picture,
            budget_usd=dollars_of("GARNISH_API_BUDGET_USD", 5.0),
            settings=settings,
            batch_size=batch_size,
            candidates_per_dish=candidates_per_dish,
            base_url=os.environ.get("OPENAI_BASE_URL"),
        )
    weights = weights_of(entry)
    prices = load_gpu_prices()
    gpu_class = one_of("GARNISH_GPU_CLASS", prices, "cpu" if device == "cpu" else "l4")
    return PictureGenerator(
        model_id=entry.model_id,
        setup=ModelSetup(
            cast(Family, entry.family),
            ModelFiles(Path(str(weights.models / entry.folder))),
            device,
            entry.dtype,
            linears=entry.linears,
            parts=SdxlParts(decoder=entry.decoder),
            execution=_execution(entry.model_id, device),
        ),
        batch_size=batch_size,
        candidates_per_dish=candidates_per_dish,
        gpu_class=gpu_class,
        price_usd_per_hour=dollars_of("GARNISH_PRICE_USD_PER_HOUR", prices[gpu_class].usd_per_hour),
        settings=settings,
        weights=weights,
        can_inpaint=entry.inpaint,
        references=ReferencePictures(weights.models / entry.references)
        if entry.references
        else None,
    )


def _execution(model_id: str, device: str) -> Execution:
    """Compiling the repeated blocks pays on a GPU; on a CPU it takes minutes and gains nothing."""
    usual = "none" if device == "cpu" else "regional"
    name = one_of("GARNISH_COMPILATION", get_args(Compilation), usual)
    folder = os.environ.get("GARNISH_COMPILED_CODE")
    return Execution(
        compilation=cast(Compilation, name),
        channels_last=device != "cpu",
        compiled_code=Path(folder) / f"{model_id}-{name}.bin" if folder else None,
    )
