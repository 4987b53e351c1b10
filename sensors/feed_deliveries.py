"""The feed's events are sent to those who show the pictures.

Belongs here: when, and what operators are told of it. Does not belong here: sending
(`resources/webhooks.py`). Where each target stands is in the database, not in the cursor: the
command line sends, too. A target that is down is reported and never fails a tick.
"""

from datetime import UTC, datetime

import dagster as dg

from resources.webhooks import FeedWebhooks

DELIVERIES = dg.AssetKey(["publication", "feed_deliveries"])

SECONDS_A_TICK = 20
"""No request is begun after so long; Dagster ends a tick after 60 s."""


@dg.sensor(
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends what changed in the catalogue to the targets of the feed.",
)
def feed_deliveries(
    context: dg.SensorEvaluationContext, webhooks: dg.ResourceParam[FeedWebhooks]
) -> dg.SensorResult | dg.SkipReason:
    """Send what waits, and say who does not take it."""
    if not webhooks.targets:
        return dg.SkipReason("the feed has no targets (GARNISH_FEED_TARGETS)")
    sent = webhooks.send(SECONDS_A_TICK)
    standing, now = webhooks.standing(), datetime.now(UTC)
    failing = [one for one in standing if one.failing_since]
    for one in failing:
        tell = context.log.error if one.is_alarm(now) else context.log.warning
        tell(
            "%s takes nothing since %s, %d events wait, tried %d times: %s",
            *(one.target, one.failing_since, one.waiting, one.tries, one.last_error),
        )
    events = sum(one.events for one in sent)
    if not events:
        names = ", ".join(one.target for one in failing)
        return dg.SkipReason(f"not reached: {names}" if failing else "nothing waits")
    delivered = dg.AssetMaterialization(
        DELIVERIES,
        metadata={
            "events_sent": events,
            "events_waiting": max(one.waiting for one in standing),
            "targets_failing": len(failing),
            "targets_in_alarm": sum(one.is_alarm(now) for one in failing),
        },
    )
    return dg.SensorResult(asset_events=[delivered])
