"""What a shard costs beside drawing: `python -m benchmarks.shard_overhead`.

A generator sleeps as long as a GPU would draw and then gives a picture of 1024 px, so that all else
is what it is in a real run: Dagster's steps, the plan, WebP, the picture store, commits, the table
and its check. Everything lies on a disk; start and imports of a pod are in `cold_start`.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import dagster as dg
import numpy as np

from benchmarks.measurement import measured, write_figures
from gpu_ops.generation import Drawing, GenerationSettings, MadePictures, PictureRequest
from menu_assets.definitions import build_defs
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS, VENDOR_PHOTOS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS, REJECTED_PRODUCTS
from resources.environment import resources_for
from resources.table_schema import Table

UNTIL_PROMPTS = (
    PRODUCTS,
    REJECTED_PRODUCTS,
    IMAGE_COVERAGE,
    ENGLISH_MENU,
    VENDOR_PHOTOS,
    PROMPTS,
)
COUNTRY = "de"
SIDE_PX = 1024
SECONDS_PER_PICTURE = 0.4
"""Quicker than what is predicted for an L4 with four distilled steps (0.43 s, docs/performance.md):
the slower the model, the less the rest counts."""

GRAIN = 4.0
"""Standard deviation of the noise in grey levels: WebP files become as large as those of photos."""


@dataclass(frozen=True, eq=False)
class SleepingGenerator:
    """A generator that takes time and no GPU: each picture is the dish, shifted by the seed."""

    dish: np.ndarray
    model_id: str = "asleep"
    settings: GenerationSettings = field(
        default_factory=lambda: GenerationSettings(width_px=SIDE_PX, height_px=SIDE_PX)
    )
    candidates_per_dish: int = 4
    gpu_class: str = "cpu"
    can_inpaint: bool = False
    pictures_at_once: int = 4
    revision: str = "asleep-1"

    def cost_usd(self, gpu_seconds: float) -> float:
        """Sleep is free."""
        return 0.0

    def reference_for(self, template: str) -> None:
        """No picture."""

    def draw(self, requests: Sequence[PictureRequest]) -> Drawing:
        """Sleep as long as a device would draw."""
        seconds, nothing = SECONDS_PER_PICTURE * len(requests), (None,) * len(requests)
        time.sleep(seconds)
        return Drawing(tuple(requests), nothing, nothing, nothing, seconds)

    def develop(self, drawing: Drawing | MadePictures) -> MadePictures:
        """The pictures: all different, so that each is encoded and written."""
        assert isinstance(drawing, Drawing)
        shifts = [divmod(request.seed % SIDE_PX**2, SIDE_PX) for request in drawing.requests]
        pictures = tuple(np.roll(self.dish, shift, axis=(0, 1)) for shift in shifts)
        return MadePictures(pictures, drawing.failure_reasons, drawing.gpu_seconds)


def dish_on_a_table() -> np.ndarray:
    """Soft light, a plate with speckled food, grain: (1024, 1024, 3) uint8 RGB."""
    rng = np.random.default_rng(7)
    light = np.linspace(150, 220, SIDE_PX, dtype=np.float32)
    picture = np.repeat((light[:, None] + light[None])[..., None] / 2, 3, axis=2)
    centre = (SIDE_PX // 2, SIDE_PX // 2)
    cv2.circle(picture, centre, 400, (238, 236, 230), -1, cv2.LINE_AA)
    cv2.circle(picture, centre, 300, (170, 90, 45), -1, cv2.LINE_AA)
    for _ in range(400):
        angle, distance = rng.uniform(0, 2 * np.pi), 290 * rng.uniform() ** 0.5
        place = [int(512 + distance * part) for part in (np.cos(angle), np.sin(angle))]
        colour = rng.uniform((90, 60, 20), (230, 160, 80))
        cv2.circle(picture, place, int(rng.integers(4, 22)), colour.tolist(), -1, cv2.LINE_AA)
    picture = cv2.GaussianBlur(picture, (0, 0), 1.5) + rng.normal(0, GRAIN, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def menu(dishes: int) -> str:
    """A menu file of so many dishes without a picture."""
    rows = [f"p-{number},v-1,Trattoria,Pizza {number},pizza,9.50" for number in range(dishes)]
    return "\n".join(["product_id,vendor_id,vendor_name,name,category,price", *rows, ""])


def run(
    definitions: dg.Definitions, instance: dg.DagsterInstance, tables: Sequence[Table]
) -> dg.ExecuteInProcessResult:
    """One Dagster run that makes some tables of the country."""
    return definitions.resolve_job_def("whole_flow").execute_in_process(
        partition_key=COUNTRY,
        instance=instance,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        asset_selection=[dg.AssetKey(list(table.path)) for table in tables],
    )


def main() -> None:
    """Measure once, write the figures, print one line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dishes", type=int, default=125, help="four pictures each")
    dishes: int = arguments.parse_args().dishes
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["GARNISH_HOME"] = str(home)
        (home / "menus").mkdir()
        (home / "menus" / f"{COUNTRY}.csv").write_text(menu(dishes), encoding="utf-8")
        definitions = build_defs(
            env="local", resource_overrides={"generator": SleepingGenerator(dish_on_a_table())}
        )
        instance = stack.enter_context(
            dg.DagsterInstance.local_temp(str(home), overrides={"telemetry": {"enabled": False}})
        )
        run(definitions, instance, UNTIL_PROMPTS)
        load_before = os.getloadavg()[0]
        work = measured(lambda: run(definitions, instance, [CANDIDATE_IMAGES]))
        rows = resources_for("local").tables.read(CANDIDATE_IMAGES, COUNTRY)
        steps = instance.get_run_step_stats(work.result.run_id)
        seconds_by_step = {
            step.step_key.split(".")[-1]: round(step.end_time - step.start_time, 2)
            for step in steps
            if step.start_time and step.end_time
        }
    asleep = float(rows["gpu_seconds"].sum())
    beside = work.seconds - asleep
    figures = {
        "pictures": rows.height,
        "seconds": round(work.seconds, 2),
        "seconds_asleep": round(asleep, 2),
        "seconds_beside": round(beside, 2),
        "share_of_gpu_time": round(beside / asleep, 4),
        "mean_file_kib": round(rows["image_bytes"].sum() / rows.height / 1024),
        "seconds_by_step": seconds_by_step,
        "load_average_before": round(load_before, 2),
        "load_average_after": round(os.getloadavg()[0], 2),
    }
    path = write_figures("shard_overhead", figures)
    print(
        f"{rows.height} pictures in {work.seconds:.1f} s: {beside:.1f} s beside {asleep:.0f} s of"
        f" drawing, {beside / asleep:.1%}: {path}"
    )


if __name__ == "__main__":
    main()
