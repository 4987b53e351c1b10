"""The one partition dimension: the country.

Belongs here: the partitions of all assets. A dish or a picture is a row, never a partition. Which
countries there are, and in which order, is in `resources/countries.py`.
"""

import dagster as dg

from resources.countries import country_codes

COUNTRY_PARTITIONS = dg.StaticPartitionsDefinition(list(country_codes()))
