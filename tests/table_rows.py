"""Rows of declared tables for tests: a test says what it is about, the rest is filled.

Belongs here: filling, and the tables of dishes whose picture somebody approved. Does not belong
here: assertions.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from menu_assets.tables.images import CANDIDATE_IMAGES
from menu_assets.tables.menu import ENGLISH_MENU, PRODUCTS
from menu_assets.tables.review import APPROVED_IMAGES
from resources.picture_store import PictureStore
from resources.table_schema import Table
from resources.table_store import TableStore
from tests.stand_ins import draw_plate

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEFAULTS: Mapping[pl.DataType, Any] = {
    pl.String(): "x",
    pl.Int64(): 1,
    pl.Float64(): 0.5,
    pl.Boolean(): True,
    pl.Date(): date(2026, 11, 23),
    pl.Datetime("us", "UTC"): NOON,
}


def frame(table: Table, *rows: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of a table; what a row does not say is empty, or some value where it may not be."""
    filled = {
        column.name: None if column.nullable else DEFAULTS[column.dtype] for column in table.columns
    }
    return pl.DataFrame([{**filled, **row} for row in rows], schema=table.schema)


def write_approved(tables: TableStore, pictures: PictureStore, *product_ids: str) -> None:
    """German dishes of vendor `v1`, each with a picture that somebody approved."""
    rows = [
        {
            "country": "de",
            "product_id": product_id,
            "vendor_id": "v1",
            "candidate_id": f"candidate-{product_id}",
            "image_hash": pictures.put(draw_plate(seed)).image_hash,
            "status": "made",
        }
        for seed, product_id in enumerate(product_ids)
    ]
    for table in (PRODUCTS, ENGLISH_MENU, CANDIDATE_IMAGES, APPROVED_IMAGES):
        known = [{name: row[name] for name in row if name in table.schema} for row in rows]
        tables.write(table, "de", frame(table, *known))
