"""What the UI shows of an asset beside its rows.

Belongs here: column schema, owners, descriptions, contact sheets. Numeric metadata keeps the same
key in all assets, so that the UI plots it over time.
"""

import base64
import io
from collections.abc import Iterable, Sequence
from typing import Any

import dagster as dg
from PIL import Image

from resources.picture_store import DamagedPicture, PictureStore
from resources.table_schema import Table

OWNERS = ["team:garnish"]
CONTACT_SHEET_COLUMNS = 8
CONTACT_SHEET_TILE_PX = 64
CONTACT_SHEET_PICTURES = 24


def table_metadata(table: Table, *, kinds: Iterable[str] = ("polars", "parquet")) -> dict[str, Any]:
    """Arguments that every asset decorator takes: description, owners, icons, column schema."""
    return {
        "description": table.description,
        "owners": OWNERS,
        "kinds": set(kinds),
        "metadata": {
            "dagster/column_schema": dg.TableSchema(
                columns=[
                    dg.TableColumn(
                        name=column.name,
                        type=str(column.dtype),
                        description=column.description
                        + (f" [{column.unit}]" if column.unit else ""),
                        constraints=dg.TableColumnConstraints(nullable=column.nullable),
                    )
                    for column in table.columns
                ]
            ),
            "dagster/table_name": str(table),
            "key": ", ".join(table.key),
        },
    }


def contact_sheet(pictures: PictureStore, image_hashes: Sequence[str]) -> dg.MetadataValue:
    """Small pictures side by side, as a Markdown image.

    Metadata stays in the database for ever, so the sheet is at most 24 tiles of 64 px, about 20 kB.
    """
    tiles = []
    for image_hash in image_hashes[:CONTACT_SHEET_PICTURES]:
        try:
            tile = Image.fromarray(pictures.read(image_hash))
        except DamagedPicture:
            continue  # reported, and made again, by the asset's own check
        tile.thumbnail((CONTACT_SHEET_TILE_PX, CONTACT_SHEET_TILE_PX))
        tiles.append(tile)
    if not tiles:
        return dg.MetadataValue.md("no pictures")
    rows = -(-len(tiles) // CONTACT_SHEET_COLUMNS)
    width = min(len(tiles), CONTACT_SHEET_COLUMNS) * CONTACT_SHEET_TILE_PX
    sheet = Image.new("RGB", (width, rows * CONTACT_SHEET_TILE_PX), "white")
    for number, tile in enumerate(tiles):
        row, column = divmod(number, CONTACT_SHEET_COLUMNS)
        sheet.paste(tile, (column * CONTACT_SHEET_TILE_PX, row * CONTACT_SHEET_TILE_PX))
    buffer = io.BytesIO()
    sheet.save(buffer, "WEBP", quality=70)
    data = base64.b64encode(buffer.getvalue()).decode()
    return dg.MetadataValue.md(f"![contact sheet](data:image/webp;base64,{data})")
