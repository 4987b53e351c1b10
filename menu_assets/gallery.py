"""The gallery: static pages of all dishes without a picture, and of what became of each one.

Belongs here: gathering a country's tables into dishes with candidates, copying pictures, writing
pages. Does not belong here: how a page looks (`gallery_page.html.jinja`), the counts of a country
(`demo.summary`), and deciding (`review_commands.py`).
"""

import json
import logging
import math
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import jinja2
import polars as pl

from menu_assets.demo import DEMO_REVIEWER, DEMO_RULE, CountrySummary, summary
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS
from menu_assets.tables.publication import PUBLISHED_CATALOGUE
from menu_assets.tables.review import APPROVED_IMAGES, REVIEW_DECISIONS, SHORTLIST
from menu_assets.tables.scores import QUALITY_SCORES, SAFETY_SCORES
from resources.countries import Country, country, country_codes
from resources.environment import Resources
from resources.picture_checks import Finding
from resources.picture_store import DamagedPicture, PictureStore
from resources.table_store import TableStore

logger = logging.getLogger("garnish.gallery")

DISHES_PER_PAGE = 200
HERO_PICTURES = 12
COPYING_THREADS = 8

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


@dataclass(frozen=True)
class Dish:
    """A dish without a picture, with its candidates: the one in use first, then by rank."""

    row: Mapping[str, Any]
    candidates: Sequence[Candidate]

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


@dataclass(frozen=True)
class BestPicture:
    """A published picture for the index page, and where its dish is."""

    country: Country
    dish: Dish
    candidate: Candidate
    address: str


@dataclass(frozen=True)
class CountryEntry:
    """What the index page says of a country; the best published pictures come best first."""

    country: Country
    summary: CountrySummary
    waiting: int
    best: Sequence[BestPicture]


def write_gallery(
    resources: Resources, folder: Path, *, countries: Sequence[str] | None = None
) -> Path:
    """Write the gallery of the countries that have products; all served ones if none are named.

    A picture that was copied before is not copied again. A damaged one is shown as such.

    Returns:
        The page to open: `<folder>/index.html`, beside a page (or several) for each country.

    Raises:
        KeyError: a country is not served.
    """
    folder.mkdir(parents=True, exist_ok=True)
    template = page_template()
    entries = [
        write_country(resources, template, folder, country(code))
        for code in (country_codes() if countries is None else countries)
    ]
    entries = [entry for entry in entries if entry.summary.products]
    places = sorted(
        ((place, best) for entry in entries for place, best in enumerate(entry.best)),
        key=lambda placed: (placed[0], -placed[1].candidate.row["combined"]),
    )
    index = folder / "index.html"
    best = [best for _, best in places[:HERO_PICTURES]]
    index.write_text(template.render(page="index", entries=entries, best=best), encoding="utf-8")
    return index


def write_country(
    resources: Resources, template: jinja2.Template, folder: Path, served: Country
) -> CountryEntry:
    """Write the pages of a country, and remove those that it no longer has."""
    counts = summary(resources.tables, served.code)
    dishes = dishes_of(resources.tables, resources.pictures, served.code, folder / "pictures")
    pages = [
        dishes[start : start + DISHES_PER_PAGE] for start in range(0, len(dishes), DISHES_PER_PAGE)
    ] or [[]]
    names = [page_name(served, number) for number in range(1, len(pages) + 1)]
    for former in {path.name for path in folder.glob(f"{served.code}-*.html")} - set(names):
        (folder / former).unlink()
    if counts.products:
        for number, (name, on_page) in enumerate(zip(names, pages, strict=True), start=1):
            text = template.render(
                page="country",
                served=served,
                summary=counts,
                dishes=on_page,
                through=Counter(name for dish in on_page for name in dish.filters),
                names=names,
                number=number,
            )
            (folder / name).write_text(text, encoding="utf-8")
    best = [
        BestPicture(served, dish, candidate, f"{name}#dish-{dish.row['priority']}")
        for name, on_page in zip(names, pages, strict=True)
        for dish in on_page
        for candidate in dish.candidates
        if candidate.status == "published"
        and candidate.shown
        and candidate.row["combined"] is not None
    ]
    best.sort(key=lambda picture: -picture.candidate.row["combined"])
    waiting = sum("waiting" in dish.filters for dish in dishes)
    return CountryEntry(served, counts, waiting, best[:HERO_PICTURES])


def page_name(served: Country, number: int) -> str:
    """The file of a country's first, second ... page: de.html, de-2.html ..."""
    return f"{served.code}.html" if number == 1 else f"{served.code}-{number}.html"


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
                "product_id", "prompt_id", "prompt", "negative_prompt", "template"
            ),
            on="product_id",
            how="left",
        )
        .sort("priority")
    )
    candidates = candidates_of(tables, pictures, code, dishes, copies)
    return [Dish(row, candidates[row["product_id"]]) for row in dishes.iter_rows(named=True)]


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
    columns = ("candidate_id", "check_name", "verdict", "score", "reason")
    for candidate_id, *finding in tables.read(SAFETY_SCORES, code).select(columns).iter_rows():
        findings[candidate_id].append(Finding(*finding))
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
        .join(tables.read(SHORTLIST, code).select(*looked_at, "rank"), on=looked_at, how="left")
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
            row, of_picture, settled=row["product_id"] in settled
        )
        by_dish[row["product_id"]].append(
            Candidate(row, of_picture, status, row["image_hash"] in shown)
        )
    for candidates in by_dish.values():
        candidates.sort(key=lambda candidate: candidate.row["candidate_id"] not in in_use)
    return by_dish


def status_of(row: Mapping[str, Any], findings: Iterable[Finding], *, settled: bool) -> Status:
    """What became of a candidate that is not in use; `settled` = its dish has one that is."""
    if row["status"] == "failed":
        return "failed"
    if any(finding.verdict == "veto" for finding in findings):
        return "vetoed"
    if row["decision"]:
        return "rejected" if row["decision"] == "reject" else "held back"
    if row["rank"] is not None:
        return "not chosen" if settled else "waiting"
    return "not looked at yet" if row["is_of_current_prompt"] else "former prompt"


def copy_pictures(pictures: PictureStore, image_hashes: Iterable[str], folder: Path) -> set[str]:
    """Copy the pictures that are not in the folder yet.

    Returns:
        The hashes whose picture is there now; a damaged one is logged and left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there = {path.stem for path in folder.glob("*.webp")}
    missing = sorted(set(image_hashes) - there)

    def copy(image_hash: str) -> str | None:
        try:
            data = pictures.read_bytes(image_hash)
        except DamagedPicture as error:
            logger.warning("the gallery shows a note instead of a picture: %s", error)
            return None
        beside = folder / f".{image_hash}.{uuid.uuid4().hex}.tmp"
        beside.write_bytes(data)
        beside.replace(folder / f"{image_hash}.webp")
        return image_hash

    with ThreadPoolExecutor(COPYING_THREADS) as pool:
        return there | {copied for copied in pool.map(copy, missing) if copied}


def page_template() -> jinja2.Template:
    """The template of all pages; it escapes whatever comes from a menu or a person."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(usd=usd, price=price, from_json=json.loads)
    return environment.get_template(
        "gallery_page.html.jinja",
        globals={
            "SCORES": SCORES,
            "DEMO_REVIEWER": DEMO_REVIEWER,
            "DEMO_RULE": DEMO_RULE,
            "written_at": datetime.now(UTC),
        },
    )


def usd(amount: float) -> str:
    """Dollars: two decimals, or two significant digits where a picture costs less than a cent."""
    decimals = 2 if amount == 0 or amount >= 0.01 else 1 - math.floor(math.log10(amount))
    return f"${amount:,.{decimals}f}"


def price(amount: float) -> str:
    """A price in the currency of its row: decimals only where there are some."""
    return f"{amount:,.2f}".removesuffix(".00")
