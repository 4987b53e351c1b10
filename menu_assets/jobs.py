"""Jobs: what a person or the command line starts by hand, one country at a time."""

import dagster as dg

REVIEW_FLOW = dg.AssetSelection.assets(
    ["review", "judgements"],
    ["scores", "calibration"],
    ["review", "review_decisions"],
    ["review", "approved_images"],
    ["review", "review_queue"],
    ["publication", "published_files"],
    ["publication", "published_catalogue"],
    ["publication", "catalogue_feed"],
    ["costs", "generation_costs"],
)

WHOLE_FLOW_JOB = dg.define_asset_job(
    "whole_flow",
    selection=dg.AssetSelection.all(),
    description="From the menu files of a country to its published pictures.",
)

AFTER_REVIEW_JOB = dg.define_asset_job(
    "after_review",
    selection=REVIEW_FLOW,
    description="From new decisions of a country to its published pictures.",
)
