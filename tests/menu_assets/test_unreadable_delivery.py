"""A delivery that cannot be read says nothing about the dishes: none is dropped for it."""

from menu_assets.tables.menu import PRODUCTS, REJECTED_PRODUCTS
from tests.stand_ins import Flow, land, menu_row

FIRST = (PRODUCTS, REJECTED_PRODUCTS)


def names(flow: Flow) -> list[str]:
    return sorted(flow.table(PRODUCTS)["name"])


def test_the_last_good_rows_of_an_unreadable_file_stay(flow: Flow) -> None:
    land(flow.menus, "de.csv", [menu_row("1", "Pizza"), menu_row("2", "Salat")])
    land(flow.menus, "de-late.csv", [menu_row("3", "Suppe")])
    flow.run(only=FIRST)
    (flow.menus / "de.csv").write_text("product_id,name\n1,Pizza\n", encoding="utf-8")
    flow.run(only=FIRST)
    assert names(flow) == ["Pizza", "Salat", "Suppe"]
    assert flow.table(REJECTED_PRODUCTS)["reason_code"].to_list() == ["missing_column"]


def test_a_dish_that_another_file_has_now_is_taken_from_there(flow: Flow) -> None:
    land(flow.menus, "de.csv", [menu_row("1", "Pizza"), menu_row("2", "Salat")])
    flow.run(only=FIRST)
    (flow.menus / "de.csv").write_bytes(b"")
    land(flow.menus, "de-late.csv", [menu_row("1", "Pizza Diavola")])
    flow.run(only=FIRST)
    assert names(flow) == ["Pizza Diavola", "Salat"]


def test_a_readable_file_without_a_dish_does_drop_it(flow: Flow) -> None:
    land(flow.menus, "de.csv", [menu_row("1", "Pizza"), menu_row("2", "Salat")])
    flow.run(only=FIRST)
    land(flow.menus, "de.csv", [menu_row("1", "Pizza")])
    flow.run(only=FIRST)
    assert names(flow) == ["Pizza"]
