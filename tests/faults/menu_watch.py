"""The sensor on menus alone, over assets that do nothing: for a daemon that is killed."""

import os

import dagster as dg
from upath import UPath

from menu_assets.partitions import COUNTRY_PARTITIONS
from resources.menu_source import FolderMenuSource
from sensors.new_menu_items import new_menu_items


@dg.multi_asset(
    specs=[dg.AssetSpec(["menu", "products"]), dg.AssetSpec(["menu", "rejected_products"])],
    partitions_def=COUNTRY_PARTITIONS,
)
def menu():
    """It is never run: the test's queue lets nothing through."""


defs = dg.Definitions(
    assets=[menu],
    sensors=[new_menu_items],
    resources={"menus": FolderMenuSource(UPath(os.environ["GARNISH_MENUS"]))},
)
