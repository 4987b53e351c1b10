"""People's decisions start runs, for the countries that they were made in.

Belongs here: from the review store to run requests. Does not belong here: what a decision leads to
(`menu_assets/review.py`).
"""

import json

import dagster as dg

from resources.review_store import ReviewStore
from sensors.made_from import made_from

DECISIONS = dg.AssetKey(["review", "review_decisions"])


@dg.sensor(
    target=dg.AssetSelection.assets(DECISIONS),
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
    copied = {
        country
        for country, number in changed.items()
        if made_from(context.instance, DECISIONS, country, "newest_decision") == number
    }
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(
                run_key=f"{country}:{number}",
                partition_key=country,
                tags={"garnish/cause": "new_review_decisions"},
            )
            for country, number in changed.items()
            if country not in copied
        ],
        cursor=json.dumps(newest),
    )
