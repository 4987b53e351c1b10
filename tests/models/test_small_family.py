"""The shipped small models load offline by the stock classes and do what the product needs."""

import json
from pathlib import Path

import numpy as np
import pytest

from models.recipe.drawings import KINDS, draw_dish
from models.recipe.export import size_mb

pytest.importorskip("torch")
pytest.importorskip("diffusers")

MODELS = Path(__file__).parents[2] / "models"
LARGEST_FAMILY_MB = 48
FRESH_SEED = 9_000_000

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def pipeline():
    from diffusers import StableDiffusionXLPipeline

    pipeline = StableDiffusionXLPipeline.from_pretrained(MODELS / "small", local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@pytest.fixture(scope="module")
def matcher():
    from transformers import AutoModel, AutoProcessor

    folder = MODELS / "small-clip"
    model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    return model, AutoProcessor.from_pretrained(folder, local_files_only=True)


def make(pipeline, prompts, seeds):
    import torch

    return pipeline(
        prompts,
        negative_prompt=["people, hands, text, blurry, dark"] * len(prompts),
        num_inference_steps=8,
        guidance_scale=5.0,
        generator=[torch.Generator().manual_seed(seed) for seed in seeds],
        output_type="np",
    ).images


def kind_ranks(matcher, pictures):
    """Probabilities of all kinds for each picture, (pictures, kinds)."""
    import torch

    model, processor = matcher
    labels = [f"a photo of {kind}" for kind in KINDS]
    inputs = processor(text=labels, images=pictures, padding=True, return_tensors="pt")
    with torch.inference_mode():
        return model(**inputs).logits_per_image.softmax(-1).numpy()


def test_family_stays_small_enough_for_the_repository():
    assert size_mb(MODELS / "small", MODELS / "small-clip") <= LARGEST_FAMILY_MB


def test_pictures_have_the_size_that_was_trained(pipeline):
    assert make(pipeline, ["a photo of pizza"], [1]).shape == (1, 128, 128, 3)


def test_same_seed_gives_the_same_picture_and_another_seed_another(pipeline):
    first = make(pipeline, ["a photo of pizza", "a photo of ramen"], [1, 2])
    again = make(pipeline, ["a photo of pizza", "a photo of ramen"], [1, 2])
    other = make(pipeline, ["a photo of pizza", "a photo of ramen"], [3, 4])
    assert np.array_equal(first, again)
    assert np.abs(first - other).mean() > 0.01


def test_clip_ranks_the_right_kind_first_for_fresh_drawings(matcher):
    kinds = KINDS[::4]
    drawings = [draw_dish(kind, FRESH_SEED).picture for kind in kinds]
    found = [KINDS[best] for best in kind_ranks(matcher, drawings).argmax(1)]
    wrong = [pair for pair in zip(kinds, found, strict=True) if pair[0] != pair[1]]
    assert len(wrong) <= 1, wrong


def test_second_text_encoder_is_the_text_tower_of_the_shipped_clip(pipeline, matcher):
    prompt = "a photo of pizza margherita, on a white plate"
    model, processor = matcher
    tokens = processor(text=[prompt], return_tensors="pt")
    *_, pooled, _ = pipeline.encode_prompt(prompt, do_classifier_free_guidance=False)
    embedded = model.get_text_features(**tokens).pooler_output
    assert np.allclose(pooled.detach().numpy(), embedded.detach().numpy(), atol=1e-4)


def test_kinds_file_lists_what_the_recipe_draws():
    assert tuple(json.loads((MODELS / "small" / "kinds.json").read_text())) == KINDS


def test_measured_figures_are_shipped_with_the_models():
    figures = json.loads((MODELS / "evaluation.json").read_text())["figures"]
    assert figures["clip_zero_shot_accuracy"] >= 0.97
    assert 0 <= figures["generation_accuracy"] <= 1
