"""Which parts of the UNet are computed in which step: the schedule of every lever, as data.

Belongs here: counting and ordering. Does not belong here: tensors (`sdxl_denoising.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gpu_ops.generation import GenerationSettings

Pass = Literal["full", "shallow"]


@dataclass(frozen=True)
class StepPlan:
    """What one step computes.

    Attributes:
        conditional: With the prompt: the whole UNet, or its first level over kept deep features.
        unconditional: With the negative prompt; None = no guidance in this step.
    """

    conditional: Pass
    unconditional: Pass | None

    @property
    def passes(self) -> tuple[Pass, ...]:
        """The passes of this step."""
        return (self.conditional, *([self.unconditional] if self.unconditional else []))


def planned_steps(settings: GenerationSettings, skipped: int = 0) -> tuple[StepPlan, ...]:
    """The steps that are made, in order.

    Guidance is of use in the middle of the way only (Kynkäänniemi et al., arXiv 2404.07724), so it
    has an interval. Deep features change slowly from step to step (DeepCache, arXiv 2312.00858), so
    they can be kept for some; each of the two passes keeps its own, and the unconditional one has
    none before its first step.

    Args:
        settings: Steps, guidance and `full_every`.
        skipped: First steps that are not made, because a photo is the start.
    """
    guided = [_is_guided(step, settings) for step in range(settings.steps)]
    plan = []
    for step in range(skipped, settings.steps):
        is_full = (step - skipped) % settings.full_every == 0
        first_guided = guided[step] and not any(guided[skipped:step])
        plan.append(
            StepPlan(
                conditional="full" if is_full else "shallow",
                unconditional=("full" if is_full or first_guided else "shallow")
                if guided[step]
                else None,
            )
        )
    return tuple(plan)


def skipped_steps(settings: GenerationSettings) -> int:
    """How many steps a redrawn photo leaves out; at least one is made."""
    return settings.steps - max(1, min(settings.steps, round(settings.steps * settings.strength)))


def unet_evaluations(plan: Sequence[StepPlan]) -> int:
    """Passes of any kind for one picture."""
    return sum(len(step.passes) for step in plan)


def passes_of(plan: Sequence[StepPlan], kind: Pass) -> int:
    """Passes of one kind for one picture."""
    return sum(step.passes.count(kind) for step in plan)


def _is_guided(step: int, settings: GenerationSettings) -> bool:
    share = step / settings.steps
    inside = settings.guidance_from <= share < settings.guidance_to
    return settings.guidance_scale > 1 and inside
