"""The warehouse sensor: a changed table makes a new warehouse, nothing else does."""

import dagster as dg

from menu_assets.tables.menu import PRODUCTS, REJECTED_PRODUCTS
from menu_assets.tables.registry import TABLES
from sensors.warehouse_refresh import WAREHOUSE, warehouse_refresh
from tests.stand_ins import Flow


def tick(flow: Flow, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    context = dg.build_sensor_context(
        cursor=cursor,
        instance=flow.instance,
        resources={"warehouse": flow.resources.warehouse},
    )
    answer = warehouse_refresh(TABLES)(context)
    assert isinstance(answer, dg.SensorResult | dg.SkipReason)
    return answer


def test_the_warehouse_is_built_when_a_table_has_changed(flow: Flow) -> None:
    first = tick(flow, None)
    assert isinstance(first, dg.SensorResult)
    assert flow.resources.warehouse.query("SELECT count(*) FROM menu.products").item() == 0

    flow.run(only=[PRODUCTS, REJECTED_PRODUCTS])
    second = tick(flow, first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert flow.resources.warehouse.query("SELECT count(*) FROM menu.products").item() > 0
    assert [event.asset_key for event in second.asset_events] == [WAREHOUSE]

    assert isinstance(tick(flow, second.cursor), dg.SkipReason)
