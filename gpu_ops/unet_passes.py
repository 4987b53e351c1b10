"""The two passes through an SDXL UNet: all of it, or its first level over kept deep features.

Belongs here: the forward passes and their compilation. Does not belong here: when which is used
(`denoising_plan.py`).

diffusers' own caches are for transformers: hooked into a UNet they fail or do nothing. SDXL's first
level has no attention and costs 7 % of the arithmetic, so what the last level of the decoder gets
from below is what is worth keeping (DeepCache, arXiv 2312.00858).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gpu_ops.compilation import compile_blocks, compiled
from gpu_ops.generation import Compilation


@dataclass(frozen=True)
class UNetPasses:
    """Both passes of one UNet, ready to be called.

    Attributes:
        full: From latents (batch, 4, h, w), timestep (), text (batch, tokens, width) and added
            conditions to the prediction (batch, 4, h, w) and the deep features.
        shallow: The same with deep features as the last argument, to the prediction.
    """

    full: Callable[..., tuple[Any, Any]]
    shallow: Callable[..., Any]


def eager_passes(unet: Any) -> UNetPasses:
    """The passes as Python runs them."""

    def full(latents: Any, timestep: Any, text: Any, added: dict[str, Any]) -> tuple[Any, Any]:
        return full_pass(unet, latents, timestep, text, added)

    def shallow(latents: Any, timestep: Any, text: Any, added: dict[str, Any], deep: Any) -> Any:
        return shallow_pass(unet, latents, timestep, text, added, deep)

    return UNetPasses(full, shallow)


def compiled_passes(unet: Any, compilation: Compilation) -> UNetPasses:
    """The passes compiled: one graph for each pass and shape.

    "regional" compiles the transformer blocks only, three quarters of the arithmetic, once for all
    of them: a quarter of the waiting at the start.
    """
    passes = eager_passes(unet)
    if compilation == "none":
        return passes
    if compilation == "regional":
        compile_blocks(unet, dynamic=False)
        return passes
    on_gpu = next(unet.parameters()).is_cuda
    return UNetPasses(compiled(passes.full, on_gpu=on_gpu), compiled(passes.shallow, on_gpu=on_gpu))


def full_pass(
    unet: Any, latents: Any, timestep: Any, text: Any, added: dict[str, Any]
) -> tuple[Any, Any]:
    """`UNet2DConditionModel.forward`, which also gives what its last level got from below."""
    embedding = _embedding(unet, latents, timestep, text, added)
    text = unet.process_encoder_hidden_states(encoder_hidden_states=text, added_cond_kwargs=added)
    sample = unet.conv_in(latents)
    skips: tuple[Any, ...] = (sample,)
    for block in unet.down_blocks:
        sample, outputs = block(hidden_states=sample, temb=embedding, **_conditions(block, text))
        skips += outputs
    sample = unet.mid_block(sample, embedding, **_conditions(unet.mid_block, text))
    for block in unet.up_blocks[:-1]:
        own, skips = skips[-len(block.resnets) :], skips[: -len(block.resnets)]
        sample = block(
            hidden_states=sample,
            temb=embedding,
            res_hidden_states_tuple=own,
            upsample_size=skips[-1].shape[2:],
            **_conditions(block, text),
        )
    return _last_level(unet, sample, embedding, skips), sample


def shallow_pass(
    unet: Any, latents: Any, timestep: Any, text: Any, added: dict[str, Any], deep: Any
) -> Any:
    """The first level anew, everything below it from `deep`, which a full pass gave."""
    embedding = _embedding(unet, latents, timestep, text, added)
    sample = unet.conv_in(latents)
    skips: tuple[Any, ...] = (sample,)
    for resnet in unet.down_blocks[0].resnets:
        sample = resnet(sample, embedding)
        skips += (sample,)
    return _last_level(unet, deep, embedding, skips)


def can_keep_deep_features(unet: Any) -> bool:
    """Whether the first level stands alone: no attention in it, neither down nor up."""
    ends = (unet.down_blocks[0], unet.up_blocks[-1])
    return not any(getattr(block, "has_cross_attention", False) for block in ends)


def _embedding(unet: Any, latents: Any, timestep: Any, text: Any, added: dict[str, Any]) -> Any:
    embedding = unet.time_embedding(unet.get_time_embed(sample=latents, timestep=timestep))
    return embedding + unet.get_aug_embed(
        emb=embedding, encoder_hidden_states=text, added_cond_kwargs=added
    )


def _conditions(block: Any, text: Any) -> dict[str, Any]:
    crosses = getattr(block, "has_cross_attention", False)
    return {"encoder_hidden_states": text} if crosses else {}


def _last_level(unet: Any, sample: Any, embedding: Any, skips: tuple[Any, ...]) -> Any:
    sample = unet.up_blocks[-1](
        hidden_states=sample, temb=embedding, res_hidden_states_tuple=skips, upsample_size=None
    )
    return unet.conv_out(unet.conv_act(unet.conv_norm_out(sample)))
