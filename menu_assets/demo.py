"""The main job on the sample menus, from files to published pictures.

Belongs here: running the flow for one country after another, and the rule by which the demo decides
in a person's place. Does not belong here: printing (`cli.py`), and the flow itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dagster as dg
import polars as pl

from menu_assets.country_state import STATE_TAG, is_up_to_date, states
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import IMAGE_COVERAGE, REJECTED_PRODUCTS
from menu_assets.tables.publication import PUBLISHED_CATALOGUE
from menu_assets.tables.review import APPROVED_IMAGES, SHORTLIST
from menu_assets.tables.scores import SAFETY_SCORES
from resources.atomic_files import replacing
from resources.countries import country_codes
from resources.environment import REPOSITORY, Resources
from resources.menu_source import FORMATS, FolderMenuSource
from resources.review_store import DEMO_REVIEWER, Decision
from resources.settings import SettingError
from resources.table_store import TableStore

DEMO_RULE = (
    "approved the best-scored picture of each dish that the small CLIP recognises; "
    "a dish that it does not know waits for a person"
)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class RunFailed(RuntimeError):
    """A country's run failed; the message is the step's own."""


@dataclass(frozen=True)
class CountrySummary:
    """What there is for a country now."""

    country: str
    products: int
    without_picture: int
    candidates: int
    vetoed: int
    with_choice: int
    approved: int
    published: int
    rejected_rows: int
    purchases: int
    purchases_with_picture: int
    purchases_published: int
    gpu_seconds: float
    cost_usd: float


def land_sample_menus(resources: Resources, countries: Sequence[str]) -> None:
    """Put sample photos and menus into the landing folder; an unchanged file stays as it is.

    Raises:
        SettingError: menus are not read from a folder.
    """
    if not isinstance(resources.menus, FolderMenuSource):
        raise SettingError("GARNISH_MENU_DATABASE is set: the demo lands files; unset it")
    samples = REPOSITORY / "sample_menus"
    menus = [p for p in samples.iterdir() if p.suffix in FORMATS and p.stem in countries]
    # Photos first: a menu that lands starts a run.
    for path in [*sorted((samples / "photos").iterdir()), *sorted(menus)]:
        landed = resources.menus.root.joinpath(*path.relative_to(samples).parts)
        if not landed.exists() or landed.read_bytes() != path.read_bytes():
            with replacing(landed) as beside:
                beside.write_bytes(path.read_bytes())


def chosen_countries(names: Sequence[str]) -> list[str]:
    """The countries of the command line, or all.

    Raises:
        SettingError: one of them is not served.
    """
    unknown = [name for name in names if name not in country_codes()]
    if unknown:
        raise SettingError(
            f"{', '.join(unknown)}: not a served country; there are {', '.join(country_codes())}"
        )
    return list(names) or list(country_codes())


def run_country(
    definitions: dg.Definitions,
    resources: Resources,
    instance: dg.DagsterInstance,
    country: str,
    *,
    state_now: Callable[[], str],
) -> None:
    """Work out a country, decide by the demo's rule, and publish what that approves."""
    execute(definitions, instance, "whole_flow", country, state_now())
    if resources.reviews.record(demo_decisions(resources, country)):
        execute(definitions, instance, "after_review", country, state_now())


def execute(
    definitions: dg.Definitions, instance: dg.DagsterInstance, job: str, country: str, state: str
) -> None:
    """One run, in this process.

    Raises:
        RunFailed: a step failed.
    """
    result = definitions.resolve_job_def(job).execute_in_process(
        partition_key=country,
        instance=instance,
        run_config=QUIET,
        tags={STATE_TAG: state},
        raise_on_error=False,
    )
    if not result.success:
        errors = [event.step_failure_data.error for event in result.get_step_failure_events()]
        causes = [error.cause or error for error in errors if error]
        message = causes[0].message.strip() if causes else "no step said why"
        raise RunFailed(f"{country}: {message} (run {result.run_id}; see it in `make dev`)")


def stale_countries(
    resources: Resources, instance: dg.DagsterInstance, countries: Sequence[str]
) -> list[str]:
    """The countries with a menu for which something is left to do, heaviest first."""
    now = states(resources)
    return [
        country
        for country in countries
        if country in now and not is_up_to_date(instance, resources, country, now[country])
    ]


def demo_decisions(resources: Resources, country: str) -> list[Decision]:
    """The demo's decisions on dishes that nobody decided on yet."""
    decided = {decision.product_id for decision in resources.reviews.decisions(country)}
    best = resources.tables.read(SHORTLIST, country).filter(pl.col("rank") == 1)
    recognised = resources.tables.read(SAFETY_SCORES, country).filter(
        (pl.col("check_name") == "dish_shown") & (pl.col("verdict") == "pass")
    )
    chosen = best.join(recognised, on="candidate_id", how="semi")
    return [
        Decision(
            country,
            row["product_id"],
            row["candidate_id"],
            row["image_hash"],
            "approve",
            DEMO_REVIEWER,
        )
        for row in chosen.iter_rows(named=True)
        if row["product_id"] not in decided
    ]


def summary(tables: TableStore, country: str) -> CountrySummary:
    """Count what the tables of a country hold."""
    coverage = tables.read(IMAGE_COVERAGE, country)
    candidates = tables.read(CANDIDATE_IMAGES, country)
    vetoes = tables.read(SAFETY_SCORES, country).filter(pl.col("verdict") == "veto")
    published = tables.read(PUBLISHED_CATALOGUE, country)
    pictured = coverage.filter("has_picture")
    now_pictured = coverage.join(published, on="product_id", how="semi")
    return CountrySummary(
        country=country,
        products=coverage.height,
        without_picture=coverage.height - pictured.height,
        candidates=candidates.filter(pl.col("status") == "made").height,
        vetoed=vetoes["candidate_id"].n_unique(),
        with_choice=tables.read(SHORTLIST, country)["product_id"].n_unique(),
        approved=tables.read(APPROVED_IMAGES, country).height,
        published=published.height,
        rejected_rows=tables.read(REJECTED_PRODUCTS, country).height,
        purchases=int(coverage["purchases_30d"].sum()),
        purchases_with_picture=int(pictured["purchases_30d"].sum()),
        purchases_published=int(now_pictured["purchases_30d"].sum()),
        gpu_seconds=float(candidates["gpu_seconds"].sum()),
        cost_usd=float(candidates["cost_usd"].sum()),
    )
