"""Whether anything is left to do for a country.

Belongs here: the state of all that a country's tables are made from, as one hash, and looking it up
in the tags of its newest run. Running an up-to-date country again would do nothing, but it would
take seconds to say so. Does not belong here: what is missing (each asset works that out itself).
"""

from datetime import UTC, datetime

import dagster as dg

from menu_assets.candidate_images import damaged_candidates
from menu_assets.prompt_templates import TEMPLATES_FILE
from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import ENGLISH_MENU
from menu_assets.tables.publication import PUBLISHED_FILES
from resources.environment import Resources
from resources.review_state import state_by_country
from resources.short_hash import short_hash

STATE_TAG = "garnish/state"
PARTITION_TAG = "dagster/partition"


def states(resources: Resources) -> dict[str, str]:
    """For each country with a menu: a hash of menu, what people said, and what works on them."""
    generator, limit = resources.generator, resources.budget.usd_per_country_day
    same_for_all = (
        generator.model_id,
        generator.revision,
        str(generator.settings),
        generator.candidates_per_dish,
        generator.can_inpaint,
        resources.checks.version,
        str(resources.acceptance),
        resources.finder.version,
        resources.photos.folder_fingerprint(),
        resources.translator.version,
        resources.publisher.version,
        # A day's budget may have left pictures for the next.
        None if limit is None else (limit, datetime.now(UTC).date()),
        TEMPLATES_FILE.read_text(encoding="utf-8"),
    )
    said = state_by_country(resources.reviews, resources.vendors, resources.rollout)
    return {
        country: short_hash(repr((fingerprint, said.get(country), same_for_all)))
        for country, fingerprint in resources.menus.fingerprints().items()
    }


def country_state(resources: Resources, country: str) -> str:
    """The state of one country."""
    return states(resources)[country]


def is_up_to_date(
    instance: dg.DagsterInstance, resources: Resources, country: str, state: str
) -> bool:
    """The country's newest run ended well, on this very state, and its files are still there."""
    newest = instance.get_run_records(dg.RunsFilter(tags={PARTITION_TAG: country}), limit=1)
    if not newest or not newest[0].dagster_run.is_success:
        return False
    return (
        newest[0].dagster_run.tags.get(STATE_TAG) == state
        and _all_is_translated(resources, country)
        and _files_are_there(resources, country)
    )


def _all_is_translated(resources: Resources, country: str) -> bool:
    versions = resources.tables.read(ENGLISH_MENU, country)["translator_version"]
    return bool((versions == resources.translator.version).all())


def _files_are_there(resources: Resources, country: str) -> bool:
    candidates = resources.tables.read(CANDIDATE_IMAGES, country)
    published = resources.tables.read(PUBLISHED_FILES, country)["file"].drop_nulls()
    return damaged_candidates(resources.pictures, candidates).is_empty() and all(
        (resources.publication_root / file).exists() for file in published
    )
