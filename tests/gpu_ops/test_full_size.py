"""SDXL at full size, without memory for it: the benchmark's random models have the real shapes."""

from benchmarks.l4_prediction import PUBLISHED, predicted_seconds
from benchmarks.random_models import AUTOENCODER, CLIP_BIG_G, CLIP_L, UNET
from benchmarks.rungs import full_size_rungs


def parameters(network) -> int:
    return sum(one.numel() for one in network.parameters())


def test_random_models_have_the_parameters_of_the_published_ones() -> None:
    """Counts of stabilityai/stable-diffusion-xl-base-1.0."""
    import torch
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    with torch.device("meta"):
        assert parameters(UNet2DConditionModel(**UNET)) == 2_567_463_684
        assert parameters(AutoencoderKL(**AUTOENCODER)) == 83_653_863
        assert parameters(CLIPTextModel(CLIPTextConfig(**CLIP_L))) == 123_060_480
        big = CLIPTextModelWithProjection(CLIPTextConfig(**CLIP_BIG_G))
        assert parameters(big) == 694_659_840


def test_the_ladder_counts_the_evaluations_of_each_rung() -> None:
    evaluations = [rung.evaluations for rung in full_size_rungs("fp8")]
    assert evaluations == [100, 100, 80, 80, 80, 40, 30, 30, 30, 8, 8, 4, 4, 40, 40]


def test_the_prediction_for_an_l4_meets_what_others_measured() -> None:
    for figure in PUBLISHED:
        assert abs(predicted_seconds(figure.settings) / figure.seconds - 1) < 0.05, figure.name
