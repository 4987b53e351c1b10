"""Solvers of the diffusion equation, by name.

Belongs here: from a name and a model's own scheduler to a fresh diffusers scheduler. Does not
belong here: which solver a model is drawn with (`resources/model_catalogue.toml`).
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from gpu_ops.generation import Solver


def solver_for(model_scheduler: Any, solver: Solver) -> Any:
    """A scheduler of its own for one batch: schedulers keep state while they run.

    What the model was trained with (betas, prediction type) is taken from its own scheduler.
    """
    import diffusers

    if solver == "model":
        return type(model_scheduler).from_config(model_scheduler.config)
    name, changes = _SOLVERS[solver]
    return getattr(diffusers, name).from_config({**model_scheduler.config, **changes})


def stepper(scheduler: Any, generators: list[Any]) -> Callable[[Any, Any, Any], Any]:
    """`scheduler.step` as (prediction, timestep, latents) to latents.

    Solvers that add noise take it from each picture's own generator.
    """
    takes_noise = "generator" in inspect.signature(scheduler.step).parameters
    noise = {"generator": generators} if takes_noise else {}

    def step(prediction: Any, timestep: Any, latents: Any) -> Any:
        return scheduler.step(prediction, timestep, latents, return_dict=False, **noise)[0]

    return step


_SOLVERS: Mapping[Solver, tuple[str, Mapping[str, Any]]] = {
    # Distilled models (SDXL-Lightning) were trained to begin at the very last timestep.
    "euler": ("EulerDiscreteScheduler", {"timestep_spacing": "trailing"}),
    "dpmpp_2m": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "dpmsolver++", "use_karras_sigmas": True},
    ),
    "dpmpp_2m_sde": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "use_karras_sigmas": True},
    ),
    "unipc": ("UniPCMultistepScheduler", {"use_karras_sigmas": True}),
    "lcm": ("LCMScheduler", {}),
}
