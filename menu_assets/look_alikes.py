"""Pictures that look like one of another dish, or like one that their model was trained on.

Belongs here: which pairs are a fault (rules 29 and 30), and their findings. Does not belong here:
what pictures are compared by (`resources/picture_likeness.py`), finding pairs
(`gpu_ops/fingerprint.py`, `gpu_ops/picture_likeness.py`), and checks that need one picture only
(`resources/checks/`).

Thresholds are measured on 760 pictures of the small model, 189 subjects, by the small CLIP
(docs/quality.md); for other models they are start values.
"""

from collections.abc import Iterator, Mapping
from logging import Logger

import dagster as dg
import numpy as np
import polars as pl

from gpu_ops.fingerprint import mirrored, near_pairs, words_of
from gpu_ops.picture_likeness import Likenesses, Pairs, alike_pairs
from menu_assets.pods import MODEL_STEP
from menu_assets.table_asset import table_asset
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import PRODUCTS
from menu_assets.tables.scores import LOOK_ALIKES, SAFETY_SCORES
from resources.picture_likeness import (
    BATCH_SIZE,
    LIKENESS_SCHEMA,
    PictureLikeness,
    likenesses_of,
)
from resources.picture_store import DamagedPicture, PictureStore
from resources.table_store import TableStore
from resources.training_pictures import TrainingPictures

NAME = "look_alike"
VERSION = "look-alike-2"
"""Bump when a rule or a threshold changes."""

COPY_BITS = 10
"""Against all pictures of a country: other sizes and stronger compression make up to 12 of 256 bits
differ, pictures of different dishes 36 or more."""

NEAR_COPY_BITS = 28
"""Against the vendor's own and the model's training pictures, which are few: 94 % of recoloured
copies, all mirrored ones, and none of 287,000 pairs of different dishes."""

CROP_BITS, CROP_COSINE = 56, 0.98
"""Together: 92 % of copies that lack 5 % of the side, and 8 of those 287,000 pairs. Neither alone
can tell: sisters of a kind have a cosine of 0.96 in the median of nearest ones."""

ALIKE_COSINE = 0.997
"""Of the embeddings alone: 3 of those pairs, so that it only makes a person look."""

HITS = pl.Schema(
    {
        "row": pl.Int64(),
        "verdict": pl.String(),
        "bits": pl.Int64(),
        "what": pl.String(),
        "evidence": pl.String(),
    }
)
"""Rows that look like something, and what that is, in words."""


@table_asset(LOOK_ALIKES, inputs=[PRODUCTS, CANDIDATE_IMAGES], pod=MODEL_STEP)
def look_alikes(
    context: dg.AssetExecutionContext,
    products: pl.DataFrame,
    candidate_images: pl.DataFrame,
    pictures: dg.ResourceParam[PictureStore],
    tables: dg.ResourceParam[TableStore],
    likeness: dg.ResourceParam[PictureLikeness],
    training_pictures: dg.ResourceParam[TrainingPictures],
) -> dg.MaterializeResult:
    """Compare every picture of a country with the others; only new ones are opened."""
    version = f"{VERSION}-{likeness.version}"
    made = (
        candidate_images.filter(pl.col("status") == "made")
        .select("candidate_id", "country", "product_id", "image_hash", "subject", "model_id")
        .join(
            products.select("product_id", "vendor_id"),
            on="product_id",
            how="left",
            maintain_order="left",
        )
    )
    known = (
        tables.read(LOOK_ALIKES, context.partition_key)
        .filter(checker_version=version)
        .select("image_hash", *LIKENESS_SCHEMA)
        .unique("image_hash")
    )
    new = made.select("image_hash").unique(maintain_order=True).join(known, "image_hash", "anti")
    known = pl.concat([known, *_looked_at(new["image_hash"], pictures, likeness, context.log)])
    trained_on = {
        model_id: training_pictures.of(model_id) for model_id in sorted(set(made["model_id"]))
    }
    frame = compared(
        made.join(known, "image_hash", maintain_order="left"), trained_on, likeness.version
    )
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "pictures_compared": frame.height,
            "look_alikes": frame.filter(verdict="veto").height,
            "training_pictures": {
                model_id: "not known" if frame is None else frame.height
                for model_id, frame in trained_on.items()
            },
        },
    )


def _looked_at(
    image_hashes: pl.Series, pictures: PictureStore, likeness: PictureLikeness, log: Logger
) -> Iterator[pl.DataFrame]:
    """Rows of `image_hash` and `LIKENESS_SCHEMA`, in batches."""
    for batch in image_hashes.to_frame().iter_slices(BATCH_SIZE):
        opened: dict[str, np.ndarray] = {}
        for image_hash in batch["image_hash"]:
            try:
                opened[image_hash] = pictures.read(image_hash)
            except DamagedPicture as error:
                log.warning("not compared, the next run makes it again: %s", error)
        hashes = pl.Series("image_hash", list(opened), pl.String)
        yield likeness.of(list(opened.values())).insert_column(0, hashes)


def compared(
    made: pl.DataFrame, trained_on: Mapping[str, pl.DataFrame | None], likeness_version: str
) -> pl.DataFrame:
    """A finding for each picture.

    The same dish drawn again, or sold by another vendor under the same subject, is no look-alike.

    Args:
        made: Columns of `images.candidate_images`, with `vendor_id`, which may be empty, and
            `LIKENESS_SCHEMA`.
        trained_on: Of each model, its training pictures; None = not known.
        likeness_version: Of the likenesses in `made`.
    """
    rows = made.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    hits = [
        _copies_in_the_country(rows),
        _like_the_vendors_others(rows.drop_nulls("vendor_id")),
        *(
            _like_training_pictures(rows.filter(model_id=model_id), known, likeness_version)
            for model_id, known in trained_on.items()
            if known is not None and known.height
        ),
    ]
    strictest = (
        pl.concat([pl.DataFrame(schema=HITS), *hits])
        .sort(pl.col("verdict") != "veto", "bits", "what", "evidence")
        .unique("row", keep="first")
    )
    doubt = pl.format("may be {}: a person has to look", "what")
    return rows.join(strictest, "row", "left", maintain_order="left").select(
        "candidate_id",
        "country",
        "product_id",
        "image_hash",
        check_name=pl.lit(NAME),
        verdict=pl.col("verdict").fill_null("pass"),
        score=pl.col("bits").cast(pl.Float64),
        reason=pl.when(verdict="veto").then(pl.format("looks like {}", "what")).otherwise(doubt),
        evidence="evidence",
        checker_version=pl.lit(f"{VERSION}-{likeness_version}"),
        fingerprint="fingerprint",
        embedding="embedding",
    )


def with_look_alikes(safety_scores: pl.DataFrame, look_alikes: pl.DataFrame) -> pl.DataFrame:
    """All findings: a look-alike is a veto like any other."""
    return pl.concat([safety_scores, look_alikes.select(SAFETY_SCORES.schema.names())])


def _copies_in_the_country(rows: pl.DataFrame) -> pl.DataFrame:
    """By fingerprints alone, whoever the vendor is.

    Equal fingerprints are compared once: a model that has collapsed draws the same for all dishes.
    Two subjects of each are enough, as one of them is another one than a picture's own.
    """
    shown = rows.unique(["fingerprint", "subject"], keep="first", maintain_order=True)
    prints = shown["fingerprint"].unique(maintain_order=True)
    words = words_of(prints.to_list())
    one, other, bits = np.concatenate(
        [near_pairs(words, others, within=COPY_BITS) for others in (words, mirrored(words))]
    ).T
    pairs = pl.DataFrame({"fingerprint": prints[one], "near": prints[other], "bits": bits})
    named = shown.select("fingerprint", "subject", "candidate_id")
    nearest = (
        named.join(pairs, "fingerprint")
        .join(
            named.group_by("fingerprint", maintain_order=True).head(2),
            left_on="near",
            right_on="fingerprint",
            suffix="_near",
        )
        .filter(pl.col("subject") != pl.col("subject_near"))
        .sort("bits", "candidate_id_near")
        .unique(["fingerprint", "subject"], keep="first")
    )
    return rows.join(nearest, ["fingerprint", "subject"]).select(
        "row",
        verdict=pl.lit("veto"),
        bits="bits",
        what=_another_dish("subject_near"),
        evidence=_evidence(candidate_id="candidate_id_near", differing_bits="bits"),
    )


def _like_the_vendors_others(rows: pl.DataFrame) -> pl.DataFrame:
    if rows.is_empty():
        return pl.DataFrame(schema=HITS)
    likenesses = likenesses_of(rows)
    named = rows.select("row", "subject", "candidate_id", "vendor_id").with_row_index("place")
    found = [
        alike_pairs(likenesses[places], likenesses[places], _is_hit).renumbered(places, places)
        for _, of_vendor in named.group_by("vendor_id")
        for places in [of_vendor["place"].to_numpy()]
    ]
    pairs = pl.concat(_judged(of_vendor) for of_vendor in found)
    return (
        pairs.join(named, left_on="one", right_on="place")
        .join(named, left_on="other", right_on="place", suffix="_near")
        .filter(pl.col("subject") != pl.col("subject_near"))
        .select(
            "row",
            "verdict",
            "bits",
            what=_another_dish("subject_near"),
            evidence=_evidence(
                candidate_id="candidate_id_near", differing_bits="bits", cosine="cosine"
            ),
        )
    )


def _like_training_pictures(
    rows: pl.DataFrame, known: pl.DataFrame, likeness_version: str
) -> pl.DataFrame:
    """Embeddings of another version cannot be compared; fingerprints can."""
    ours, theirs = likenesses_of(rows), likenesses_of(known)
    if set(known["version"]) != {likeness_version}:
        theirs = Likenesses(theirs.words, np.zeros((known.height, ours.directions.shape[1])))
    pairs = _judged(alike_pairs(ours, theirs, _is_hit))
    return (
        pairs.join(rows.select("row").with_row_index("place"), left_on="one", right_on="place")
        .join(known.select("picture").with_row_index("place"), left_on="other", right_on="place")
        .select(
            "row",
            "verdict",
            "bits",
            what=pl.format("a picture that the model was trained on, {}", "picture"),
            evidence=_evidence(training_picture="picture", differing_bits="bits", cosine="cosine"),
        )
    )


def _is_copy(bits: np.ndarray, cosine: np.ndarray) -> np.ndarray:
    return (bits <= NEAR_COPY_BITS) | ((bits <= CROP_BITS) & (cosine >= CROP_COSINE))


def _is_hit(bits: np.ndarray, cosine: np.ndarray) -> np.ndarray:
    return _is_copy(bits, cosine) | (cosine >= ALIKE_COSINE)


def _judged(pairs: Pairs) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "one": pl.Series(pairs.one, dtype=pl.UInt32),
            "other": pl.Series(pairs.other, dtype=pl.UInt32),
            "bits": pairs.bits.astype(np.int64),
            "cosine": pairs.cosine.astype(np.float64).round(4),
            "verdict": np.where(_is_copy(pairs.bits, pairs.cosine), "veto", "unchecked"),
        },
        schema_overrides={"verdict": pl.String},
    )


def _another_dish(subject: str) -> pl.Expr:
    return pl.format("a picture of another dish, {}", subject)


def _evidence(**columns: str) -> pl.Expr:
    named = [pl.col(column).alias(name) for name, column in columns.items()]
    return pl.struct(named).struct.json_encode()
