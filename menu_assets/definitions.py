"""The assembly: every asset, check, job, sensor and resource of Garnish, in one function.

Belongs here: putting together. Tests, the command line and the deployments all call `build_defs`.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from menu_assets.calibration import calibration
from menu_assets.candidate_images import candidate_images
from menu_assets.catalogue_feed import FEED_DELIVERIES, catalogue_feed
from menu_assets.costs import generation_costs
from menu_assets.english_menu import english_menu
from menu_assets.image_coverage import image_coverage
from menu_assets.jobs import AFTER_REVIEW_JOB, WHOLE_FLOW_JOB
from menu_assets.judgements import judgements
from menu_assets.look_alikes import look_alikes
from menu_assets.picture_table_checks import (
    budget_suffices,
    every_picture_was_looked_at,
    every_picture_was_scored,
    few_failures,
    pictures_are_there,
)
from menu_assets.pods import gpu_image, image_of_gpu_steps
from menu_assets.products import products
from menu_assets.prompts import prompts
from menu_assets.publication import published_catalogue
from menu_assets.published_files import published_files
from menu_assets.quality_scores import quality_scores
from menu_assets.review import approved_images, review_decisions
from menu_assets.review_queue import review_queue
from menu_assets.safety_scores import safety_scores
from menu_assets.shortlist import shortlist
from menu_assets.tables.registry import TABLES
from menu_assets.vendor_photos import vendor_photos
from menu_assets.warehouse import WAREHOUSE_FILE
from resources.environment import Environment, Resources, environment, resources_for
from resources.table_io import FrameIOManager, TableIOManager
from resources.table_schema import Table
from sensors.alerts import failed_runs
from sensors.automation import automation_sensor, follows_upstream
from sensors.feed_deliveries import feed_deliveries
from sensors.menu_messages import menu_messages
from sensors.new_menu_items import new_menu_items
from sensors.review_decisions import new_review_decisions
from sensors.waiting_pictures import waiting_pictures
from sensors.warehouse_refresh import warehouse_refresh

STARTS_THE_FLOW = (products,)
FLOW = (
    image_coverage,
    english_menu,
    vendor_photos,
    prompts,
    candidate_images,
    safety_scores,
    quality_scores,
    look_alikes,
    shortlist,
    judgements,
    calibration,
    review_decisions,
    approved_images,
    review_queue,
    published_files,
    published_catalogue,
    catalogue_feed,
    generation_costs,
)
CHECKS = (
    pictures_are_there,
    few_failures,
    budget_suffices,
    every_picture_was_looked_at,
    every_picture_was_scored,
)


def build_defs(
    *, env: Environment, resource_overrides: Mapping[str, object] | None = None
) -> dg.Definitions:
    """Everything that a Dagster deployment serves.

    Args:
        env: Selects resources and executor, and nothing else.
        resource_overrides: Resources by name that take the place of the environment's.
    """
    resources = resources_for(env)
    by_name = {**resources.by_name(), **io_managers(resources), **(resource_overrides or {})}
    following = dg.map_asset_specs(
        lambda spec: spec.replace_attributes(automation_condition=follows_upstream()), FLOW
    )
    return dg.Definitions(
        assets=[*STARTS_THE_FLOW, *following, FEED_DELIVERIES, WAREHOUSE_FILE],
        asset_checks=CHECKS,
        jobs=[WHOLE_FLOW_JOB, AFTER_REVIEW_JOB],
        sensors=[
            new_menu_items,
            new_review_decisions,
            feed_deliveries,
            automation_sensor(dg.AssetSelection.all()),
            waiting_pictures,
            failed_runs,
            warehouse_refresh(TABLES),
            *([menu_messages] if "messages" in by_name else []),
        ],
        resources=by_name,
        executor=executor(env),
    )


def io_managers(resources: Resources) -> dict[str, Any]:
    """How frames pass between assets, and between the steps of one asset."""
    tables: dict[tuple[str, ...], Table] = {table.path: table for table in TABLES}
    return {
        "io_manager": TableIOManager(resources.tables.root, tables),
        "step_io": FrameIOManager(resources.scratch_root),
    }


def executor(env: Environment) -> dg.ExecutorDefinition:
    """Steps in process on one machine; a pod for each step on a cluster."""
    if env == "local":
        return dg.in_process_executor
    from dagster_k8s import k8s_job_executor

    if (image := gpu_image()) is None:
        return k8s_job_executor
    return k8s_job_executor.configured(
        {"per_step_k8s_config": image_of_gpu_steps(image, FLOW)}, name=k8s_job_executor.name
    )


defs = build_defs(env=environment())
