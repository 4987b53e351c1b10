"""Pictures with FLUX.2-klein and Z-Image: from text, into photos, after a reference picture.

Belongs here: loading, and from requests to latents to pixels. Does not belong here: what is
particular to a model (`flux2_klein.py`, `z_image.py`), the loop (`flow_denoising.py`), which
requests there are, files, prices.
"""

import copy
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from gpu_ops.compilation import MOST_SHAPES, compile_blocks
from gpu_ops.compiled_code import keeping_code_of, load_compiled_code
from gpu_ops.device_clock import DeviceClock
from gpu_ops.devices import hide_progress_bars, prepare
from gpu_ops.flow_denoising import FlowModel, denoise
from gpu_ops.flux2_klein import Flux2Klein
from gpu_ops.generation import (
    Drawing,
    Execution,
    GenerationSettings,
    MadePictures,
    PictureRequest,
)
from gpu_ops.latent_canvas import canvas_for
from gpu_ops.model_folder import ModelFiles, check_complete
from gpu_ops.picture_batches import as_picture, developed, drawn, in_float32, joined
from gpu_ops.quantisation import quantise_linears
from gpu_ops.qwen_prompts import CUT_PROMPT, MOST_TOKENS
from gpu_ops.streamed_weights import streamed_components
from gpu_ops.z_image import ZImage

SIDE_MULTIPLE_PX = 16
"""Both models see 2 x 2 values of an autoencoder that makes 8 px one value."""

KEPT_PROMPTS = 32
"""A klein prompt takes 8 MB (512 tokens of 7,680 values, 16 bits); a dish's candidates share it."""

LEVERS_OF_SDXL = ("solver", "full_every", "decoder", "adapter_scale")

MODELS: dict[str, Callable[[Any], FlowModel]] = {
    "Flux2KleinPipeline": Flux2Klein,
    "ZImagePipeline": ZImage,
}


@dataclass(frozen=True, eq=False)
class TransformerEngine:
    """A loaded flow-matching transformer.

    Attributes:
        model: The transformer with what belongs to it.
        has_quantised_linears: Then nothing can be drawn again in float32.
        compiled_code: A file that keeps what the first batch compiles.
    """

    model: FlowModel
    has_quantised_linears: bool = False
    compiled_code: Path | None = None
    _clock: DeviceClock = field(default_factory=DeviceClock)

    def draw(self, requests: Sequence[PictureRequest], settings: GenerationSettings) -> Drawing:
        """Denoise a batch. What is not finite is drawn once more in float32, then fails.

        Raises:
            ValueError: the settings ask for what this model cannot do.
            TooLittleMemory: one picture alone does not fit.
        """
        import torch

        _refuse_impossible(settings)
        self.model.refuse_impossible(requests, settings)

        def denoised(some: Sequence[PictureRequest]) -> list[Any]:
            return self._denoised_first(some, settings)

        def denoised_precisely(some: Sequence[PictureRequest]) -> list[Any]:
            with in_float32(self.model.pipeline.transformer):
                return self._denoised(some, settings)

        is_precise = self.model.pipeline.transformer.dtype == torch.float32
        can_be_precise = not (is_precise or self.has_quantised_linears)
        drawing = drawn(
            requests,
            self._clock,
            lambda request: self._shape(request, settings),
            denoised,
            denoised_precisely if can_be_precise else None,
        )
        notes = [
            joined(note, self._note_of_a_cut_prompt(request.prompt))
            for note, request in zip(drawing.notes, requests, strict=True)
        ]
        return replace(drawing, notes=tuple(notes))

    def develop(self, drawing: Drawing) -> MadePictures:
        """Decode a batch, beside the drawing of the next: on a GPU in a stream of its own."""
        import torch

        autoencoder = self.model.pipeline.vae

        def decoded(latents: Any) -> np.ndarray:
            return as_picture(self.model.decoded(latents[None], autoencoder)[0])

        def decoded_precisely(latents: Any) -> np.ndarray:
            return as_picture(self.model.decoded(latents[None], self._float32_autoencoder)[0])

        is_precise = autoencoder.dtype == torch.float32
        return developed(
            drawing,
            self._clock,
            self.model.pipeline.device,
            decoded,
            None if is_precise else decoded_precisely,
        )

    def _shape(self, request: PictureRequest, settings: GenerationSettings) -> Hashable:
        """What decides how many tokens a request has, and how many steps."""
        prompts = [request.prompt]
        if settings.guidance_scale > 1:
            prompts.append(request.negative_prompt)
        return (
            tuple(self.model.padded_tokens(prompt) for prompt in prompts),
            request.photo is not None,
            None if request.reference is None else request.reference.shape,
        )

    def _note_of_a_cut_prompt(self, prompt: str) -> str | None:
        return CUT_PROMPT if self.model.count_tokens(prompt) > MOST_TOKENS else None

    def _denoised(
        self, requests: Sequence[PictureRequest], settings: GenerationSettings
    ) -> list[Any]:
        import torch

        model = self.model
        canvas = canvas_for(
            requests,
            [torch.Generator("cpu").manual_seed(request.seed) for request in requests],
            model.latent_shape(settings),
            model.pipeline.device,
            model.encoded,
        )
        references = [request.reference for request in requests]

        def velocity(prompts: list[str]) -> Any:
            embeddings = [self._read(prompt) for prompt in prompts]
            return model.velocity(embeddings, canvas, references)

        prompted = velocity([request.prompt for request in requests])
        is_guided = settings.guidance_scale > 1
        unprompted = velocity([r.negative_prompt for r in requests]) if is_guided else prompted
        levels = model.noise_levels(settings)
        return list(denoise(prompted, unprompted, levels, canvas, settings))

    @cached_property
    def _denoised_first(self) -> Callable[..., list[Any]]:
        """As `_denoised`; what it compiles in its first call is kept."""
        if self.compiled_code is None:
            return self._denoised
        return keeping_code_of(self._denoised, self.compiled_code)

    @cached_property
    def _read(self) -> Callable[[str], Any]:
        """Embeddings, one prompt at a time: what stands beside it must not round it differently."""
        return lru_cache(KEPT_PROMPTS)(self.model.read)

    @cached_property
    def _float32_autoencoder(self) -> Any:
        """A copy: `draw` may be encoding photos with the original at the same time."""
        import torch

        return copy.deepcopy(self.model.pipeline.vae).to(torch.float32)


def load_transformer_engine(
    files: ModelFiles,
    device: str,
    dtype: str,
    *,
    linears: Literal["model", "fp8", "int8"] = "model",
    execution: Execution | None = None,
) -> TransformerEngine:
    """The engine of a FLUX.2-klein or Z-Image folder.

    Raises:
        FileNotFoundError: the folder, or a part of the model in it, is not there.
        ValueError: a file of it is damaged, or it is another kind of model.
        UnsupportedFormat: the device cannot calculate in 8-bit floats.
    """
    execution = execution or Execution()
    pipeline = load_transformer_pipeline(files, device, dtype)
    import torch

    if execution.channels_last:
        pipeline.vae.to(memory_format=torch.channels_last)
    if linears != "model":
        quantise_linears(pipeline.transformer, linears)
    if execution.compiled_code:
        load_compiled_code(execution.compiled_code)
    if execution.compilation == "regional":
        compile_blocks(pipeline.transformer)
    elif execution.compilation == "full":
        pipeline.transformer.compile(fullgraph=True, recompile_limit=MOST_SHAPES)
    model = MODELS[type(pipeline).__name__](pipeline)
    return TransformerEngine(
        model,
        has_quantised_linears=linears != "model",
        compiled_code=execution.compiled_code,
    )


def load_transformer_pipeline(files: ModelFiles, device: str, dtype: str) -> Any:
    """A pipeline of one of `MODELS` from a local diffusers folder, or with streamed weights.

    Args:
        files: Where it is, in the layout of `save_pretrained`.
        device: "cpu" or "cuda".
        dtype: "float32", "float16" or "bfloat16".

    Raises:
        FileNotFoundError: the folder, or a part of the model in it, is not there.
        ValueError: a file of it is damaged, or it is another kind of model.
    """
    if not files.weights_at:
        check_complete(files.folder)
    prepare(device)
    import torch
    from diffusers import DiffusionPipeline

    hide_progress_bars()
    pipeline = DiffusionPipeline.from_pretrained(
        files.folder,
        dtype=getattr(torch, dtype),
        local_files_only=True,
        **streamed_components(files, dtype, device),
    ).to(device)
    if (kind := type(pipeline).__name__) not in MODELS:
        raise ValueError(f"{files.folder} holds a {kind}, not one of {', '.join(MODELS)}")
    return pipeline


def _refuse_impossible(settings: GenerationSettings) -> None:
    sides = settings.width_px, settings.height_px
    if any(side % SIDE_MULTIPLE_PX for side in sides):
        raise ValueError(
            f"width_px and height_px {sides}: this model draws multiples of {SIDE_MULTIPLE_PX}"
        )
    for setting in fields(settings):
        if setting.name in LEVERS_OF_SDXL and getattr(settings, setting.name) != setting.default:
            raise ValueError(
                f"{setting.name} is for models of the SDXL family: leave it at {setting.default!r}"
            )
