"""The dishes without a picture, and what became of each one: the story that the gallery tells.

Belongs here: gathering a country's tables into dishes with candidates. Does not belong here: pages
(`gallery.py`), and how they look (`gallery_page.html.jinja`).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import polars as pl

from menu_assets.gallery_pictures import copy_pictures
from menu_assets.look_alikes import with_look_alikes
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS, VENDOR_PHOTOS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS
from menu_assets.tables.publication import PUBLISHED_CATALOGUE
from menu_assets.tables.review import APPROVED_IMAGES, REVIEW_DECISIONS, SHORTLIST
from menu_assets.tables.scores import LOOK_ALIKES, QUALITY_SCORES, SAFETY_SCORES
from resources.checks.finding import Finding
from resources.picture_marks import Mark, marks_of
from resources.picture_store import PictureStore
from resources.table_store import TableStore

SCORES = {
    column.name: column.description for column in QUALITY_SCORES.columns if column.unit == "0 to 1"
}

Status = Literal[
    "published",
    "approved",
    "waiting",
    "held back",
    "not looked at yet",
    "not chosen",
    "rejected",
    "vetoed",
    "failed",
    "former prompt",
]
"""What became of a candidate; a dish has the first of these that one of its candidates has."""


@dataclass(frozen=True)
class Candidate:
    """A candidate: its row with scores, rank and newest decision; the findings on it; its status.

    Attributes:
        row: Columns of `candidate_images`, the scores, `rank`, and `decision`, `reason`,
            `reviewer`, `decided_at` of the newest decision; None where there is none.
        shown: Whether the gallery has a copy of the picture.
    """

    row: Mapping[str, Any]
    findings: Sequence[Finding]
    status: Status
    shown: bool

    def found(self, verdict: str) -> list[Finding]:
        """The findings with a verdict: pass, veto or unchecked."""
        return [finding for finding in self.findings if finding.verdict == verdict]

    @cached_property
    def marks(self) -> list[Mark]:
        """What vetoes and open questions are about, in the picture."""
        return marks_of(self.findings)


@dataclass(frozen=True)
class Dish:
    """A dish without a picture, with its candidates: the one in use first, then by rank.

    Attributes:
        row: The product with its priority, English name, prompt, and the vendor's photo:
            `photo_status`, `photo_hash` and `photo_reason`, None where there is no photo.
        candidates: What was drawn for it.
        photo_shown: Whether the gallery has a copy of the photo.
    """

    row: Mapping[str, Any]
    candidates: Sequence[Candidate]
    photo_shown: bool

    @cached_property
    def status(self) -> Status | None:
        """What became of the dish; None = nothing was drawn for it."""
        found = {candidate.status for candidate in self.candidates} - {"former prompt"}
        return next((status for status in get_args(Status) if status in found), None)

    @cached_property
    def filters(self) -> frozenset[str]:
        """The filters of the page that let the dish through; published ones are approved, too."""
        of_status = {
            "published": {"published", "approved"},
            "approved": {"approved"},
            "waiting": {"waiting"},
            "vetoed": {"vetoed"},
        }.get(self.status or "", set())
        content_unchecked = any(
            candidate.row["rank"] is not None and candidate.row["content"] is None
            for candidate in self.candidates
        )
        return frozenset({"all", *of_status, *(["unchecked"] if content_unchecked else [])})


def dishes_of(tables: TableStore, pictures: PictureStore, code: str, copies: Path) -> list[Dish]:
    """The dishes of a country without a picture of the vendor's, most viewed first."""
    dishes = (
        tables.read(IMAGE_COVERAGE, code)
        .filter(~pl.col("has_picture"))
        .select("product_id", "priority")
        .join(tables.read(PRODUCTS, code), on="product_id")
        .join(
            tables.read(ENGLISH_MENU, code).select("product_id", "english_name", "method"),
            on="product_id",
            how="left",
        )
        .join(
            tables.read(PROMPTS, code).select(
                "product_id", "prompt_id", "prompt", "negative_prompt", "template", "mode", "camera"
            ),
            on="product_id",
            how="left",
        )
        .join(
            tables.read(VENDOR_PHOTOS, code).select(
                "product_id", "photo_hash", photo_status="status", photo_reason="reason"
            ),
            on="product_id",
            how="left",
        )
        .sort("priority")
    )
    candidates = candidates_of(tables, pictures, code, dishes, copies)
    shown = copy_pictures(pictures, dishes["photo_hash"].drop_nulls().unique(), copies)
    return [
        Dish(row, candidates[row["product_id"]], row["photo_hash"] in shown)
        for row in dishes.iter_rows(named=True)
    ]


def candidates_of(
    tables: TableStore, pictures: PictureStore, code: str, dishes: pl.DataFrame, copies: Path
) -> Mapping[str, Sequence[Candidate]]:
    """The candidates of each dish, by product: the one in use first, then by rank."""
    looked_at = ["candidate_id", "image_hash"]
    decisions = tables.read(REVIEW_DECISIONS, code).sort("decided_at", "decision_id")
    newest = decisions.unique(looked_at, keep="last")
    approved = tables.read(APPROVED_IMAGES, code)
    settled = set(approved["product_id"])
    in_use: dict[str, Status] = {
        **dict.fromkeys(approved["candidate_id"], "approved"),
        **dict.fromkeys(tables.read(PUBLISHED_CATALOGUE, code)["candidate_id"], "published"),
    }
    findings: dict[str, list[Finding]] = defaultdict(list)
    columns = ("candidate_id", "check_name", "verdict", "score", "reason", "evidence")
    found = with_look_alikes(tables.read(SAFETY_SCORES, code), tables.read(LOOK_ALIKES, code))
    for row in found.select(columns).iter_rows(named=True):
        row["evidence"] = row["evidence"] and json.loads(row["evidence"])
        findings[row.pop("candidate_id")].append(Finding(**row))
    rows = (
        tables.read(CANDIDATE_IMAGES, code)
        .join(dishes, on="product_id", how="semi")
        .join(
            dishes.select("product_id", "prompt_id", is_of_current_prompt=pl.lit(True)),
            on=["product_id", "prompt_id"],
            how="left",
        )
        .join(
            tables.read(QUALITY_SCORES, code).select(*looked_at, *SCORES), on=looked_at, how="left"
        )
        .join(
            tables.read(SHORTLIST, code).select(*looked_at, "rank", "is_audit"),
            on=looked_at,
            how="left",
        )
        .join(
            newest.select(*looked_at, "decision", "reason", "reviewer", "decided_at"),
            on=looked_at,
            how="left",
        )
        .sort("rank", "candidate_number", nulls_last=True)
    )
    shown = copy_pictures(pictures, rows["image_hash"].drop_nulls().unique(), copies)
    by_dish: dict[str, list[Candidate]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        of_picture = findings[row["candidate_id"]]
        status = in_use.get(row["candidate_id"]) or status_of(
            row, of_picture, settled=row["product_id"] in settled and not row["is_audit"]
        )
        by_dish[row["product_id"]].append(
            Candidate(row, of_picture, status, row["image_hash"] in shown)
        )
    for candidates in by_dish.values():
        candidates.sort(key=lambda candidate: candidate.row["candidate_id"] not in in_use)
    return by_dish


def status_of(row: Mapping[str, Any], findings: Iterable[Finding], *, settled: bool) -> Status:
    """What became of a candidate that is not in use; `settled` = it need not be decided on."""
    if row["status"] == "failed":
        return "failed"
    if any(finding.verdict == "veto" for finding in findings):
        return "vetoed"
    if row["decision"]:
        return "rejected" if row["decision"] == "reject" else "held back"
    if row["rank"] is not None:
        return "not chosen" if settled else "waiting"
    return "not looked at yet" if row["is_of_current_prompt"] else "former prompt"
