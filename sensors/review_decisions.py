"""What people say starts runs, for the countries that they were made in.

Belongs here: from the review store to run requests. Does not belong here: what a decision leads to
(`menu_assets/review.py`).
"""

import json

import dagster as dg

from resources.review_state import state_by_country
from resources.review_store import ReviewStore
from resources.rollout import Rollout
from resources.vendor_choices import VendorChoices
from sensors.country_runs import Change, requests

DECISIONS = dg.AssetKey(["review", "review_decisions"])
READ_THE_STORE = dg.AssetSelection.assets(
    DECISIONS, ["review", "judgements"], ["scores", "calibration"]
)


@dg.sensor(
    target=READ_THE_STORE,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A new decision, choice of an owner or rollout step makes a run for its country.",
)
def new_review_decisions(
    context: dg.SensorEvaluationContext,
    reviews: dg.ResourceParam[ReviewStore],
    vendors: dg.ResourceParam[VendorChoices],
    rollout: dg.ResourceParam[Rollout],
) -> dg.SensorResult | dg.SkipReason:
    """Compare what people said of each country with what was answered to."""
    seen: dict[str, str] = json.loads(context.cursor or "{}")
    now = state_by_country(reviews, vendors, rollout)
    changed = {country: state for country, state in now.items() if seen.get(country) != state}
    if not changed:
        return dg.SkipReason("no new decisions")
    changes = {country: Change(state, f"{country}:{state}") for country, state in changed.items()}
    return dg.SensorResult(
        run_requests=requests(
            context.instance, DECISIONS, "what_people_said", changes, cause="new_review_decisions"
        ),
        cursor=json.dumps(now),
    )
