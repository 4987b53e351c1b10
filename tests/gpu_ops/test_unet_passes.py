"""The UNet's two passes: the same numbers as diffusers', and as much arithmetic as is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.random_models import UNET
from gpu_ops.denoising_plan import planned_steps
from gpu_ops.generation import GenerationSettings
from gpu_ops.unet_flops import unet_flops
from gpu_ops.unet_passes import compiled_passes, eager_passes
from resources.environment import REPOSITORY
from tests.tiny_models import tiny_sdxl

SMALL_UNET = REPOSITORY / "models" / "small" / "unet"


def conditions(unet: Any, batch: int, tokens: int = 77) -> tuple[Any, dict[str, Any]]:
    import torch

    pooled = unet.config.projection_class_embeddings_input_dim
    pooled -= 6 * unet.config.addition_time_embed_dim
    device = unet.device
    text = torch.randn(batch, tokens, unet.config.cross_attention_dim, device=device)
    time_ids = torch.full((batch, 6), 64.0, device=device)
    return text, {"text_embeds": torch.randn(batch, pooled, device=device), "time_ids": time_ids}


@pytest.fixture(scope="module")
def unet(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from diffusers import UNet2DConditionModel

    folder = tiny_sdxl(tmp_path_factory.mktemp("tiny"))
    return UNet2DConditionModel.from_pretrained(folder / "unet", local_files_only=True).eval()


@pytest.mark.parametrize("side", [8, 9, 12])
def test_the_full_pass_is_what_diffusers_computes(unet: Any, side: int) -> None:
    import torch

    torch.manual_seed(1)
    latents, timestep = torch.randn(2, 4, side, side), torch.tensor(500.0)
    text, added = conditions(unet, batch=2)
    with torch.inference_mode():
        stock = unet(latents, timestep, text, added_cond_kwargs=added).sample
        ours, _ = eager_passes(unet).full(latents, timestep, text, added)
    assert torch.equal(ours, stock)


def test_a_shallow_pass_over_fresh_deep_features_is_the_full_pass(unet: Any) -> None:
    import torch

    torch.manual_seed(2)
    latents, timestep = torch.randn(2, 4, 8, 8), torch.tensor(300.0)
    text, added = conditions(unet, batch=2)
    passes = eager_passes(unet)
    with torch.inference_mode():
        full, deep = passes.full(latents, timestep, text, added)
        shallow = passes.shallow(latents, timestep, text, added, deep)
        elsewhere = passes.shallow(latents, timestep, text, added, deep * 0)
    assert torch.equal(shallow, full)
    assert not torch.allclose(elsewhere, full)


def counted(unet: Any, latents: Any, *, tokens: int = 77) -> tuple[float, float]:
    """torch's own count of both passes."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    text, added = conditions(unet, latents.shape[0], tokens)
    timestep = torch.tensor(500.0, device=latents.device)
    passes = eager_passes(unet)
    with torch.inference_mode(), FlopCounterMode(display=False) as full:
        _, deep = passes.full(latents, timestep, text, added)
    with torch.inference_mode(), FlopCounterMode(display=False) as shallow:
        passes.shallow(latents, timestep, text, added, deep)
    return full.get_total_flops(), shallow.get_total_flops()


@pytest.mark.parametrize("tokens", [77, 154])
@pytest.mark.parametrize(
    ("config", "side_px"), [("small", 128), ("sdxl", 1024), ("sdxl", 768)], ids=str
)
def test_the_closed_form_counts_what_torch_counts(config: str, side_px: int, tokens: int) -> None:
    import torch
    from diffusers import UNet2DConditionModel

    values = UNET if config == "sdxl" else json.loads((SMALL_UNET / "config.json").read_text())
    with torch.device("meta"):
        unet = UNet2DConditionModel.from_config(values)
        latents = torch.empty(1, 4, side_px // 8, side_px // 8)
    full, shallow = counted(unet, latents, tokens=tokens)
    ours = unet_flops(values, side_px, side_px, tokens)
    assert ours.full == pytest.approx(full, rel=0.001)
    assert ours.shallow == pytest.approx(shallow, rel=0.001)


def test_the_scenarios_of_full_size_sdxl_cost_what_the_literature_says() -> None:
    """TFLOP a picture at 1024 px, UNet only, counted on meta tensors."""
    flops = unet_flops(UNET, 1024, 1024)
    assert flops.full == pytest.approx(6.761e12, rel=0.01)
    assert flops.shallow / flops.full == pytest.approx(0.0661, rel=0.01)
    scenarios = {
        540.9: GenerationSettings(steps=40, guidance_scale=6),
        405.7: GenerationSettings(steps=40, guidance_scale=6, guidance_from=0.25, guidance_to=0.75),
        54.1: GenerationSettings(steps=8, guidance_scale=1),
        27.0: GenerationSettings(steps=4, guidance_scale=1),
    }
    for teraflop, settings in scenarios.items():
        total = flops.of_plan(planned_steps(settings))
        assert total == pytest.approx(teraflop * 1e12, rel=0.01), settings


def test_one_graph_is_compiled_for_each_pass_and_shape(unet: Any, tmp_path: Path) -> None:
    import torch
    from torch._dynamo.utils import counters

    torch._dynamo.reset()
    counters.clear()
    passes = compiled_passes(unet, "full")
    text, added = conditions(unet, batch=1)
    with torch.inference_mode():
        for timestep in (900.0, 500.0, 100.0):
            latents = torch.randn(1, 4, 8, 8)
            compiled, deep = passes.full(latents, torch.tensor(timestep), text, added)
            eager, _ = eager_passes(unet).full(latents, torch.tensor(timestep), text, added)
            assert torch.allclose(compiled, eager, atol=1e-4)
            passes.shallow(latents, torch.tensor(timestep), text, added, deep)
    assert counters["stats"]["unique_graphs"] == 2
    assert not counters["graph_break"]


def test_more_shapes_than_torchs_own_limit_are_compiled(tmp_path: Path) -> None:
    """Two widths of blocks and three lengths of prompts: six graphs of one function."""
    import torch
    from diffusers import UNet2DConditionModel

    folder = tiny_sdxl(tmp_path)
    unet = UNet2DConditionModel.from_pretrained(folder / "unet", local_files_only=True).eval()
    torch._dynamo.reset()
    passes = compiled_passes(unet, "regional")
    with torch._dynamo.config.patch(recompile_limit=4), torch.inference_mode():
        for tokens in (7, 14, 21):
            text, added = conditions(unet, batch=1, tokens=tokens)
            passes.full(torch.randn(1, 4, 8, 8), torch.tensor(500.0), text, added)
