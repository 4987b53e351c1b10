"""What an hour of each kind of device costs, from a data file.

Belongs here: the schema of `gpu_prices.toml`. Does not belong here: device time, and what a picture
costs (`menu_assets/costs.py`).
"""

import tomllib
from datetime import date
from pathlib import Path

from pydantic import PositiveFloat

from resources.data_file import Entry

PRICES_FILE = Path(__file__).with_name("gpu_prices.toml")


class GpuPrice(Entry):
    """The price of a kind of device, with its source, so that it can be looked up again."""

    usd_per_hour: PositiveFloat
    source: str
    date: date


def load_gpu_prices(path: Path = PRICES_FILE) -> dict[str, GpuPrice]:
    """The prices by GPU class.

    Raises:
        ValidationError: a price does not obey the schema.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {gpu_class: GpuPrice.model_validate(fields) for gpu_class, fields in tables.items()}
