"""Which passes each step makes: the exact schedule of every lever."""

import pytest

from gpu_ops.denoising_plan import passes_of, planned_steps, skipped_steps, unet_evaluations
from gpu_ops.generation import GenerationSettings


def settings(**values: float) -> GenerationSettings:
    return GenerationSettings(**{"steps": 40, "guidance_scale": 6.0, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("chosen", "evaluations"),
    [
        (settings(), 80),
        (settings(guidance_from=0.25, guidance_to=0.75), 60),
        (settings(guidance_to=0.5), 60),
        (settings(guidance_scale=1.0), 40),
        (settings(steps=8, guidance_scale=1.0), 8),
        (settings(steps=20), 40),
        (settings(full_every=2), 80),
    ],
)
def test_evaluations_of_the_unet_for_one_picture(
    chosen: GenerationSettings, evaluations: int
) -> None:
    assert unet_evaluations(planned_steps(chosen)) == evaluations


def test_deep_features_are_computed_in_every_nth_step() -> None:
    plan = planned_steps(settings(steps=7, guidance_scale=1.0, full_every=3))
    assert [step.conditional for step in plan] == [
        "full", "shallow", "shallow", "full", "shallow", "shallow", "full",
    ]  # fmt: skip
    assert passes_of(plan, "full") == 3 and passes_of(plan, "shallow") == 4


def test_guidance_begins_with_deep_features_of_its_own() -> None:
    plan = planned_steps(settings(steps=8, full_every=4, guidance_from=0.25, guidance_to=0.75))
    assert [step.conditional for step in plan] == ["full", *["shallow"] * 3] * 2
    assert [step.unconditional for step in plan] == [
        None, None, "full", "shallow", "full", "shallow", None, None,
    ]  # fmt: skip


def test_a_photo_leaves_out_the_first_steps_and_begins_with_a_full_one() -> None:
    chosen = settings(steps=10, strength=0.65, full_every=2)
    skipped = skipped_steps(chosen)
    assert skipped == 4
    plan = planned_steps(chosen, skipped)
    assert len(plan) == 6 and plan[0].conditional == "full"
    assert skipped_steps(settings(strength=1.0)) == 0
    assert skipped_steps(settings(strength=0.0)) == 39


def test_a_lever_that_is_off_is_not_named_and_makes_no_new_pictures() -> None:
    assert settings().as_dict() == {
        "steps": 40,
        "guidance_scale": 6.0,
        "width_px": 128,
        "height_px": 128,
        "dtype": "float32",
    }
    assert settings(full_every=2).as_dict()["full_every"] == 2
