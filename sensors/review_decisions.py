"""People's decisions start runs, for the countries that they were made in.

Belongs here: from the review store to run requests. Does not belong here: what a decision leads to
(`menu_assets/review.py`).
"""

import json

import dagster as dg

from resources.review_store import ReviewStore
from sensors.country_runs import Change, requests

DECISIONS = dg.AssetKey(["review", "review_decisions"])
READ_THE_STORE = dg.AssetSelection.assets(
    DECISIONS, ["review", "judgements"], ["scores", "calibration"]
)


@dg.sensor(
    target=READ_THE_STORE,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A new decision makes a run for its country.",
)
def new_review_decisions(
    context: dg.SensorEvaluationContext, reviews: dg.ResourceParam[ReviewStore]
) -> dg.SensorResult | dg.SkipReason:
    """Compare the newest decision of each country with the one that was answered to."""
    seen: dict[str, int] = json.loads(context.cursor or "{}")
    newest = reviews.newest_number_by_country()
    changed = {country: number for country, number in newest.items() if seen.get(country) != number}
    if not changed:
        return dg.SkipReason("no new decisions")
    changes = {
        country: Change(number, f"{country}:{number}") for country, number in changed.items()
    }
    return dg.SensorResult(
        run_requests=requests(
            context.instance, DECISIONS, "newest_decision", changes, cause="new_review_decisions"
        ),
        cursor=json.dumps(newest),
    )
