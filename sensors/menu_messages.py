"""Messages about dishes are landed as they come.

Belongs here: asking the queue now and then. Does not belong here: what a message says
(`resources/menu_messages.py`), and runs: landed rows are changed menus (`new_menu_items.py`).
"""

import dagster as dg

from resources.menu_messages import MenuMessages


@dg.sensor(
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Lands menu items from the queue; the sensor on menus starts the runs.",
)
def menu_messages(
    context: dg.SensorEvaluationContext, messages: dg.ResourceParam[MenuMessages]
) -> dg.SkipReason:
    """Take what waits in the queue."""
    drained = messages.drain()
    if drained.dead:
        context.log.warning("%d rows went to the dead letters, with reasons", drained.dead)
    return dg.SkipReason(
        f"{drained.messages} messages: {drained.items} new or newer items, {drained.dead} dead"
    )
