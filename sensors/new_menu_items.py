"""New and changed menus start runs, for the countries that changed and for no other.

Belongs here: from menus to run requests. Does not belong here: what happens after `products`
(`automation.py` carries it on).
"""

import json
from dataclasses import dataclass

import dagster as dg

from resources.menu_source import MenuSource
from sensors.country_runs import Change, requests

PRODUCTS = dg.AssetKey(["menu", "products"])
MENU = dg.AssetSelection.assets(PRODUCTS, ["menu", "rejected_products"])


@dataclass(frozen=True)
class Seen:
    """What the sensor has answered to: for each country the fingerprint and the how-manieth it was.

    The number is part of the run key. So a file that is changed back starts a run (its fingerprint
    is old, its number is not), and a daemon that dies before the cursor is kept asks for the same
    run key again, which Dagster answers only once.
    """

    fingerprint: str
    number: int


def load_cursor(cursor: str | None) -> dict[str, Seen]:
    """The cursor's countries."""
    return {country: Seen(*seen) for country, seen in json.loads(cursor or "{}").items()}


def dump_cursor(seen: dict[str, Seen]) -> str:
    """The cursor of countries."""
    return json.dumps({country: [s.fingerprint, s.number] for country, s in seen.items()})


@dg.sensor(
    target=MENU,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A new or changed menu makes a run for its country.",
)
def new_menu_items(
    context: dg.SensorEvaluationContext, menus: dg.ResourceParam[MenuSource]
) -> dg.SensorResult | dg.SkipReason:
    """Compare the menus with what was answered to."""
    seen = load_cursor(context.cursor)
    fingerprints = menus.fingerprints()
    changed = {
        country: Seen(fingerprint, seen[country].number + 1 if country in seen else 1)
        for country, fingerprint in fingerprints.items()
        if country not in seen or seen[country].fingerprint != fingerprint
    }
    # A country whose last file was taken away still has products to drop.
    for country in seen.keys() - fingerprints.keys():
        if seen[country].fingerprint != "":
            changed[country] = Seen("", seen[country].number + 1)
    if not changed:
        return dg.SkipReason(f"{len(fingerprints)} countries have menus, none changed")
    changes = {
        country: Change(now.fingerprint, f"{country}:{now.number}:{now.fingerprint}")
        for country, now in changed.items()
    }
    return dg.SensorResult(
        run_requests=requests(
            context.instance, PRODUCTS, "menu_fingerprint", changes, cause="new_menu_items"
        ),
        cursor=dump_cursor({**seen, **changed}),
    )
