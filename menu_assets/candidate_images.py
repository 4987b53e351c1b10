"""Candidate pictures: what each dish without a picture gets drawn, and what that cost.

Belongs here: which pictures are wanted, and the rows of those that were made. Does not belong here:
the text (`prompts.py`), the photos (`vendor_photos.py`), and drawing (`gpu_ops/`).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import polars as pl

from gpu_ops.generation import (
    Drawing,
    GenerationSettings,
    MadePictures,
    Photo,
    PictureRequest,
)
from gpu_ops.overlap import overlapped
from gpu_ops.photo_canvas import canvas
from menu_assets.metadata import contact_sheet
from menu_assets.sharded_table import Resources, ShardedTable, sharded_asset
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS
from resources.picture_generator import Generator
from resources.picture_price import price_of_one
from resources.picture_store import DamagedPicture, PictureStore, StoredPicture
from resources.short_hash import short_hash

WRITERS = 4
"""Threads that encode and store: WebP takes 0.1 s for a megapixel, a put to S3 about as long."""

PHOTO_DAMAGED = "the vendor's photo is damaged in the picture store"

Asked = PictureRequest | str
"""What a row asks of the generator, or why it asks nothing."""


def candidates_wanted(resources: Resources, prompts: pl.DataFrame) -> pl.DataFrame:
    """One row for each picture that the prompts ask the generator for."""
    return candidates_of(resources.generator, prompts)


def candidates_of(generator: Generator, prompts: pl.DataFrame) -> pl.DataFrame:
    """One row for each picture that the prompts ask for, most viewed dish first.

    `candidate_id` is a hash of all that shapes the picture: the same picture is never paid for
    twice, and another model, template or setting makes exactly the new work.
    """
    made_by = json.dumps(
        [generator.model_id, generator.revision, generator.settings.as_dict()], sort_keys=True
    )
    numbers = pl.DataFrame({"candidate_number": range(1, generator.candidates_per_dish + 1)})
    if not generator.can_inpaint and prompts["photo_hash"].count():
        raise ValueError(
            f"prompts ask for pictures drawn into photos, which {generator.model_id} cannot:"
            " materialize prompts first, they are written for the model that draws"
        )
    rows = prompts.join(numbers.cast(pl.Int64), how="cross", maintain_order="left_right")
    identity = pl.concat_str(
        "country", "product_id", "prompt_id", "candidate_number", separator="\x1f"
    )
    identities = rows.select(identity).to_series().to_list()
    return rows.with_columns(
        pl.Series("seed", [seed_of(text) for text in identities], pl.Int64),
        pl.Series(
            "candidate_id", [short_hash(f"{text}\x1f{made_by}") for text in identities], pl.String
        ),
    )


def seed_of(identity: str) -> int:
    """A seed in [0, 2^31) that depends on what is drawn and on nothing else."""
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:4], "big") >> 1


def draw_candidates(
    resources: Resources, run_id: str, batches: Iterator[pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    """Draw batches of wanted candidates, keep the pictures, and write down how each was made.

    While a batch is decoded and its files are written, the next one is being drawn.
    """
    generator: Generator = resources.generator

    def draw(batch: pl.DataFrame) -> tuple[list[Asked], Drawing | MadePictures]:
        asked = asked_for(resources, batch)
        return asked, generator.draw([one for one in asked if isinstance(one, PictureRequest)])

    def finish(
        batch: pl.DataFrame, half: tuple[list[Asked], Drawing | MadePictures]
    ) -> pl.DataFrame:
        asked, drawing = half
        return kept(resources, run_id, batch, asked, generator.develop(drawing))

    yield from overlapped(batches, draw, finish)


def asked_for(resources: Resources, batch: pl.DataFrame) -> list[Asked]:
    """What the generator is asked for, row by row; why not, where a photo cannot be opened."""
    generator: Generator = resources.generator
    asked: list[Asked] = []
    for row in batch.iter_rows(named=True):
        try:
            photo = _photo(resources, row) if row["photo_hash"] else None
        except DamagedPicture as error:
            asked.append(f"{PHOTO_DAMAGED}: {error}")
            continue
        reference = generator.reference_for(row["template"])
        asked.append(
            PictureRequest(
                row["prompt"], row["negative_prompt"], row["seed"], photo=photo, reference=reference
            )
        )
    return asked


def _in_place(asked: Sequence[Asked], made: MadePictures) -> MadePictures:
    """The pictures, and a failure for each row that nothing was asked for."""
    results = iter(
        zip(
            made.pictures,
            made.failure_reasons,
            made.notes or [None] * len(made.pictures),
            made.api_costs_usd or [0.0] * len(made.pictures),
            strict=True,
        )
    )
    rows = [(None, one, None, 0.0) if isinstance(one, str) else next(results) for one in asked]
    pictures, reasons, notes, costs = zip(*rows, strict=True)
    return replace(
        made, pictures=pictures, failure_reasons=reasons, notes=notes, api_costs_usd=costs
    )


def _photo(resources: Resources, row: dict[str, Any]) -> Photo:
    """The vendor's photo and where the food is, on the canvas that the model draws on."""
    settings: GenerationSettings = resources.generator.settings
    pixels, mask = (resources.pictures.read(row[name]) for name in ("photo_hash", "mask_hash"))
    return canvas(
        pixels, mask[..., 0].astype(np.float32) / 255, settings.width_px, settings.height_px
    )


def kept(
    resources: Resources,
    run_id: str,
    batch: pl.DataFrame,
    asked: Sequence[Asked],
    made: MadePictures,
) -> pl.DataFrame:
    """The rows of a batch, its pictures in the store; device time shared by what was drawn."""
    generator: Generator = resources.generator
    share = made.gpu_seconds / max(1, len(made.pictures))
    gpu_seconds = [0.0 if isinstance(one, str) else share for one in asked]
    made = _in_place(asked, made)
    with ThreadPoolExecutor(WRITERS) as writers:  # encoding and stores wait for no interpreter
        stored = list(
            writers.map(
                lambda picture: None if picture is None else resources.pictures.put(picture),
                made.pictures,
            )
        )
    cost_usd = [
        generator.cost_usd(seconds) + api_cost
        for seconds, api_cost in zip(gpu_seconds, made.api_costs_usd, strict=True)
    ]
    return batch.with_columns(
        pl.Series("failure_reason", made.failure_reasons, pl.String),
        pl.Series("note", made.notes or [None] * batch.height, pl.String),
        pl.Series("image_hash", [file and file.image_hash for file in stored], pl.String),
        pl.Series("image_bytes", [file and file.image_bytes for file in stored], pl.Int64),
        pl.Series("gpu_seconds", gpu_seconds, pl.Float64),
        pl.Series("cost_usd", cost_usd, pl.Float64),
        status=pl.when(pl.Series([file is None for file in stored]))
        .then(pl.lit("failed"))
        .otherwise(pl.lit("made")),
        width_px=pl.lit(generator.settings.width_px, pl.Int64),
        height_px=pl.lit(generator.settings.height_px, pl.Int64),
        model_id=pl.lit(generator.model_id),
        model_revision=pl.lit(generator.revision),
        settings=pl.lit(json.dumps(generator.settings.as_dict(), sort_keys=True)),
        code_version=pl.lit(version("garnish")),
        run_id=pl.lit(run_id),
        gpu_class=pl.lit(generator.gpu_class),
        made_at=pl.lit(datetime.now(UTC)).cast(pl.Datetime("us", "UTC")),
    ).select(CANDIDATE_IMAGES.schema.names())


def damaged_candidates(pictures: PictureStore, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows whose file is gone or truncated: made again, from the same seed, by the next run."""
    made = rows.filter(pl.col("status") == "made")
    files = made.select("image_hash", "image_bytes").iter_rows()
    damaged = pictures.damaged(StoredPicture(*file) for file in files)
    return made.filter(pl.col("image_hash").is_in(list(damaged)))


def candidates_to_draw_again(resources: Resources, rows: pl.DataFrame) -> pl.DataFrame:
    """Damaged and lost pictures, and those whose photo could not be opened.

    `vendor_photos` looks at such a photo again by itself.
    """
    without_photo = pl.col("failure_reason").str.starts_with(PHOTO_DAMAGED).fill_null(False)
    others = rows.filter((pl.col("status") == "lost") | without_photo)
    return pl.concat([damaged_candidates(resources.pictures, rows), others])


def candidates_of_former_prompts(resources: Resources, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that nothing asks for any more: where the file is gone, what it cost stays."""
    lost = damaged_candidates(resources.pictures, rows)["candidate_id"]
    is_lost = pl.col("candidate_id").is_in(lost.to_list())
    return rows.with_columns(
        status=pl.when(is_lost).then(pl.lit("lost")).otherwise(pl.col("status"))
    )


def candidates_affordable(
    resources: Resources, missing: pl.DataFrame, there: pl.DataFrame
) -> pl.DataFrame:
    """The missing rows, most viewed dish first, as far as the budget of the day pays for them."""
    price_usd = price_of_one(resources.generator, there)
    pictures = resources.budget.pictures(price_usd, there, datetime.now(UTC))
    return missing if pictures is None else missing.head(pictures)


def describe_candidates(resources: Resources, rows: pl.DataFrame) -> dict[str, Any]:
    """Numbers that the UI plots, and the newest pictures."""
    made = rows.filter(pl.col("status") == "made")
    newest = made.sort("made_at", "candidate_id", descending=[True, False])["image_hash"]
    return {
        "pictures": made.height,
        "pictures_failed": rows.filter(pl.col("status") == "failed").height,
        "gpu_seconds": round(float(rows["gpu_seconds"].sum()), 2),
        "cost_usd": round(float(rows["cost_usd"].sum()), 6),
        **_budget_left(resources, rows),
        "contact_sheet": contact_sheet(resources.pictures, newest.head(24).to_list()),
    }


def _budget_left(resources: Resources, rows: pl.DataFrame) -> dict[str, Any]:
    """What the day has left, where it has a limit: the sensor on waiting pictures reads it."""
    budget, now = resources.budget, datetime.now(UTC)
    price_usd = price_of_one(resources.generator, rows)
    if budget.usd_per_country_day is None:
        return {}
    return {
        "budget_usd": budget.usd_per_country_day,
        "budget_left_usd": round(budget.left_usd(rows, now), 6),
        "budget_pays_for": budget.pictures(price_usd, rows, now),
    }


CANDIDATES = ShardedTable(
    table=CANDIDATE_IMAGES,
    inputs={"prompts": PROMPTS},
    item=("candidate_id",),
    wanted=candidates_wanted,
    work=draw_candidates,
    batch_rows=lambda resources: resources.generator.pictures_at_once,
    resource_keys=frozenset({"generator", "pictures", "budget"}),
    broken=candidates_to_draw_again,
    affordable=candidates_affordable,
    costs=("gpu_seconds", "cost_usd"),
    history=candidates_of_former_prompts,
    describe=describe_candidates,
    kinds=frozenset({"polars", "parquet", "diffusers"}),
)

candidate_images = sharded_asset(CANDIDATES)
