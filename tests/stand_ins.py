"""Stand-ins for what tests cannot afford, and the smallest world that the flow runs in.

Belongs here: a generator and checks without weights, menu files, and `Flow`, which runs jobs in a
temporary home. Does not belong here: assertions.
"""

import csv
import io
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import cv2
import dagster as dg
import numpy as np
import polars as pl
from upath import UPath

from gpu_ops.engines import ModelSetup
from gpu_ops.fingerprint import fingerprint
from gpu_ops.generation import MadePictures, PictureRequest
from gpu_ops.model_folder import ModelFiles
from menu_assets.definitions import build_defs
from resources.checks.check import Check, Picture
from resources.checks.content import ContentCheck, Match
from resources.checks.finding import Finding
from resources.checks.layout import LayoutCheck
from resources.checks.menu_truth import MenuTruthCheck
from resources.checks.nudity import NudityCheck
from resources.checks.quality import QualityScores
from resources.checks.shared_models import SharedTagger
from resources.environment import Resources, resources_for
from resources.menu_source import COLUMNS
from resources.model_copies import OptionalModel
from resources.picture_checks import PictureChecks
from resources.picture_generator import PictureGenerator
from resources.picture_likeness import LIKENESS_SCHEMA, PictureLikeness
from resources.review_store import Decision, Verdict
from resources.table_schema import Table

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
GPU_SECONDS_EACH = 0.5
UNDRAWABLE = "undrawable"
NO_MODEL = ModelSetup("sdxl", ModelFiles(Path("no-such-folder")), "cpu", "float32")
NO_MODEL_FOLDER = OptionalModel(UPath("no-such-folder"), Path("no-such-folder"))


def draw_plate(seed: int, side_px: int = 96) -> np.ndarray:
    """A coloured dish with some texture on a light table: (side_px, side_px, 3) uint8 RGB."""
    rng = np.random.default_rng(seed)
    picture = np.full((side_px, side_px, 3), 205, np.uint8)
    colour = tuple(int(part) for part in rng.integers(40, 190, 3))
    cv2.circle(picture, (side_px // 2, side_px // 2), int(side_px * 0.38), colour, -1)
    return np.clip(picture + rng.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class PlateGenerator(PictureGenerator):
    """Draws a plate for each seed; the same request gives the same picture.

    Attributes:
        revision: As if it were the hash of weights.
        off_centre_seed_modulus: Plates of seeds divisible by it stick out of the frame (0 = none).
        salt: Another salt gives other pixels for the same request, as another GPU may.
        log: A file that each drawn request's seed is appended to.
        kill_after_batches: After so many batches the process kills itself in the next one.
    """

    model_id: str = "plates"
    setup: ModelSetup = NO_MODEL
    batch_size: int = 3
    candidates_per_dish: int = 2
    gpu_class: str = "cpu"
    price_usd_per_hour: float = 3.6
    revision: str = "plates-1"
    off_centre_seed_modulus: int = 0
    salt: int = 0
    log: Path | None = None
    kill_after_batches: int | None = None
    drawn: list[PictureRequest] = field(default_factory=list, compare=False)

    def draw(self, requests: Sequence[PictureRequest]) -> MadePictures:
        """Draw, or fail where the prompt says `UNDRAWABLE`."""
        self.drawn.extend(requests)
        if self.log:
            with self.log.open("a") as file:
                file.writelines(f"{request.seed}\n" for request in requests)
            batches = len(self.log.read_text().splitlines()) / self.batch_size
            if self.kill_after_batches is not None and batches > self.kill_after_batches:
                os.kill(os.getpid(), signal.SIGKILL)
        failed = [UNDRAWABLE in request.prompt for request in requests]
        return MadePictures(
            tuple(
                None if bad else self._plate(request.seed)
                for bad, request in zip(failed, requests, strict=True)
            ),
            tuple("the picture is blank" if bad else None for bad in failed),
            GPU_SECONDS_EACH * len(requests),
        )

    def _plate(self, seed: int) -> np.ndarray:
        plate = draw_plate(seed + self.salt)
        if self.off_centre_seed_modulus and seed % self.off_centre_seed_modulus == 0:
            return np.roll(plate, -plate.shape[1] // 2, axis=1)
        return plate


@dataclass(frozen=True)
class RuleContent(ContentCheck):
    """What a picture shows is a rule instead of a CLIP.

    Attributes:
        shown: For each subject, the probability that its picture shows it; others are unchecked.
        looked_at: The subjects of all pictures that were looked at.
    """

    matcher_folder: Path = Path("no-such-folder")
    kinds_file: Path = Path("no-such-file")
    device: str = "cpu"
    shown: Mapping[str, float] = field(default_factory=dict)
    looked_at: list[str] = field(default_factory=list, compare=False)

    @property
    def kinds(self) -> tuple[str, ...]:
        """No kinds."""
        return ()

    def probabilities(self, pictures: Sequence[Picture]) -> np.ndarray:
        """Of no kinds: nothing is seen in a picture, whatever it promises."""
        return np.zeros((len(pictures), 0), np.float32)

    def matches(self, pictures: Sequence[Picture]) -> list[Match | None]:
        """The rule's probabilities."""
        subjects = [picture.dish.subject for picture in pictures]
        self.looked_at.extend(subjects)
        return [
            Match(subject, self.shown[subject], "soup") if subject in self.shown else None
            for subject in subjects
        ]


@dataclass(frozen=True)
class RuleChecks(PictureChecks):
    """The real checks that need no weights, and `RuleContent`.

    Attributes:
        version: As if it were rules and weights.
        shown: As in `RuleContent`.
    """

    checks: tuple[Check, ...] = ()
    content: ContentCheck = RuleContent()
    batch_size: int = 4
    version: str = "checks-1"
    shown: Mapping[str, float] = field(default_factory=dict)
    looked_at: list[str] = field(default_factory=list, compare=False)

    def safety(self, pictures: Sequence[Picture]) -> list[list[Finding]]:
        """The findings of layout and rule; the rest is unchecked."""
        rule = RuleContent(shown=self.shown, looked_at=self.looked_at)
        tagger = SharedTagger(NO_MODEL_FOLDER, Path("no-such-folder"), "cpu")
        truth = MenuTruthCheck(rule, tagger, NO_MODEL_FOLDER, "cpu")
        checks = (LayoutCheck(), rule, truth, NudityCheck(NO_MODEL_FOLDER, "cpu"))
        return PictureChecks(checks, rule, self.batch_size).safety(pictures)

    def quality(self, pictures: Sequence[Picture]) -> list[QualityScores]:
        """The scores, content by rule."""
        rule = RuleContent(shown=self.shown, looked_at=self.looked_at)
        return PictureChecks((), rule, self.batch_size).quality(pictures)


@dataclass(frozen=True)
class FingerprintsAlone(PictureLikeness):
    """Real fingerprints, and embeddings that say nothing."""

    shipped: Path = Path("no-such-folder")
    larger: OptionalModel = NO_MODEL_FOLDER
    version: str = "fingerprints"

    def of(self, pictures: Sequence[np.ndarray]) -> pl.DataFrame:
        """Embeddings are 0."""
        prints = [fingerprint(picture) for picture in pictures]
        return pl.DataFrame([prints, [[0.0] for _ in prints]], schema=LIKENESS_SCHEMA)


def menu_row(product_id: str, name: str, **values: object) -> dict[str, str]:
    """A valid row of a menu, as text; `values` replace or add columns."""
    row = {
        "product_id": product_id,
        "vendor_id": "v1",
        "vendor_name": "Imbiss am Eck",
        "name": name,
        "description": "",
        "category": "main",
        "price": "8.90",
        "currency": "EUR",
        "views_30d": "400",
        "add_to_carts_30d": "40",
        "purchases_30d": "25",
        "picture_url": "",
        "updated_at": "2026-11-12T10:00:00Z",
    }
    return {**row, **{key: str(value) for key, value in values.items()}}


def land(folder: Path, file_name: str, rows: Sequence[Mapping[str, str]]) -> Path:
    """Put a CSV menu into a landing folder, whole."""
    folder.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.DictWriter(text, [name for name in COLUMNS if any(name in row for row in rows)])
    writer.writeheader()
    writer.writerows(rows)
    beside = folder / f".{file_name}.tmp"
    beside.write_text(text.getvalue(), encoding="utf-8", newline="")
    return beside.replace(folder / file_name)


MENU = (
    menu_row("de-1", "Pizza Funghi", views_30d=900),
    menu_row("de-2", "Linsensuppe", category="soup", views_30d=500),
    menu_row("de-3", "Currywurst mit Pommes", category="snack", views_30d=100),
    menu_row("de-4", "Apfelstrudel", category="dessert", picture_url="https://p.example/4.jpg"),
)


@dataclass(frozen=True)
class Flow:
    """The whole platform in a temporary home, on an ephemeral Dagster instance."""

    resources: Resources
    instance: dg.DagsterInstance

    @property
    def menus(self) -> Path:
        """The landing folder."""
        return Path(str(self.resources.menus.root))

    @property
    def generator(self) -> PlateGenerator:
        """The stand-in that draws."""
        generator = self.resources.generator
        assert isinstance(generator, PlateGenerator)
        return generator

    @property
    def checks(self) -> RuleChecks:
        """The stand-in that looks."""
        checks = self.resources.checks
        assert isinstance(checks, RuleChecks)
        return checks

    def with_resources(self, **resources: Any) -> "Flow":
        """The same home with other resources."""
        return replace(self, resources=replace(self.resources, **resources))

    def definitions(self) -> dg.Definitions:
        """All definitions over these resources."""
        return build_defs(env="local", resource_overrides=self.resources.by_name())

    def run(
        self,
        job: str = "whole_flow",
        country: str = "de",
        *,
        only: Sequence[Table] = (),
        raise_on_error: bool = True,
    ) -> dg.ExecuteInProcessResult:
        """Run a job for a country, or only some of its tables, in this process."""
        return (
            self.definitions()
            .resolve_job_def(job)
            .execute_in_process(
                partition_key=country,
                instance=self.instance,
                run_config=QUIET,
                raise_on_error=raise_on_error,
                asset_selection=[dg.AssetKey(list(table.path)) for table in only] or None,
            )
        )

    def table(self, table: Table, country: str = "de") -> pl.DataFrame:
        """The rows of a country."""
        return self.resources.tables.read(table, country)

    def decide(self, row: Mapping[str, Any], verdict: Verdict = "approve", **values: Any) -> None:
        """A person's decision on a row that names a candidate."""
        names = ("country", "product_id", "candidate_id", "image_hash")
        decision = Decision(
            **{**{name: row[name] for name in names}, **values},
            decision=verdict,
            reviewer="ada",
            reason="looks wrong" if verdict == "reject" else None,
        )
        self.resources.reviews.record([decision])

    def published(self, country: str = "de") -> list[str]:
        """The names of the published files."""
        folder = Path(str(self.resources.publication_root)) / country
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def local_flow(instance: dg.DagsterInstance, **resources: Any) -> Flow:
    """The flow in `GARNISH_HOME`, with stand-ins for all that has weights."""
    stand_ins: dict[str, Any] = {
        "generator": PlateGenerator(),
        "checks": RuleChecks(),
        "likeness": FingerprintsAlone(),
    }
    return Flow(replace(resources_for("local"), **{**stand_ins, **resources}), instance)
