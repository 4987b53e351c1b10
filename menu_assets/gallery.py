"""The gallery: static pages of all dishes without a picture, and of what became of each one.

Belongs here: writing pages. Does not belong here: what became of a dish (`gallery_dishes.py`), how
a page looks (`gallery_page.html.jinja`), the counts of a country (`demo.summary`), and deciding
(`review_commands.py`).
"""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import jinja2

from menu_assets.demo import DEMO_REVIEWER, DEMO_RULE, CountrySummary, summary
from menu_assets.gallery_dishes import SCORES, Candidate, Dish, dishes_of
from menu_assets.pages import page_templates
from resources.countries import Country, country, country_codes
from resources.environment import Resources

DISHES_PER_PAGE = 200
HERO_PICTURES = 12


@dataclass(frozen=True)
class BestPicture:
    """A published picture for the index page, and where its dish is."""

    country: Country
    dish: Dish
    candidate: Candidate
    address: str


@dataclass(frozen=True)
class CountryEntry:
    """What the index page says of a country; the best published pictures come best first."""

    country: Country
    summary: CountrySummary
    waiting: int
    best: Sequence[BestPicture]


def write_gallery(
    resources: Resources, folder: Path, *, countries: Sequence[str] | None = None
) -> Path:
    """Write the gallery of the countries that have products; all served ones if none are named.

    A picture that was copied before is not copied again. A damaged one is shown as such.

    Returns:
        The page to open: `<folder>/index.html`, beside a page (or several) for each country.

    Raises:
        KeyError: a country is not served.
    """
    folder.mkdir(parents=True, exist_ok=True)
    template = page_template()
    entries = [
        write_country(resources, template, folder, country(code))
        for code in (country_codes() if countries is None else countries)
    ]
    entries = [entry for entry in entries if entry.summary.products]
    places = sorted(
        ((place, best) for entry in entries for place, best in enumerate(entry.best)),
        key=lambda placed: (placed[0], -placed[1].candidate.row["combined"]),
    )
    index = folder / "index.html"
    best = [best for _, best in places[:HERO_PICTURES]]
    index.write_text(template.render(page="index", entries=entries, best=best), encoding="utf-8")
    return index


def write_country(
    resources: Resources, template: jinja2.Template, folder: Path, served: Country
) -> CountryEntry:
    """Write the pages of a country, and remove those that it no longer has."""
    counts = summary(resources.tables, served.code)
    dishes = dishes_of(resources.tables, resources.pictures, served.code, folder / "pictures")
    pages = [
        dishes[start : start + DISHES_PER_PAGE] for start in range(0, len(dishes), DISHES_PER_PAGE)
    ] or [[]]
    names = [page_name(served, number) for number in range(1, len(pages) + 1)]
    for former in {path.name for path in folder.glob(f"{served.code}-*.html")} - set(names):
        (folder / former).unlink()
    if counts.products:
        for number, (name, on_page) in enumerate(zip(names, pages, strict=True), start=1):
            text = template.render(
                page="country",
                served=served,
                summary=counts,
                dishes=on_page,
                through=Counter(name for dish in on_page for name in dish.filters),
                names=names,
                number=number,
            )
            (folder / name).write_text(text, encoding="utf-8")
    best = [
        BestPicture(served, dish, candidate, f"{name}#dish-{dish.row['priority']}")
        for name, on_page in zip(names, pages, strict=True)
        for dish in on_page
        for candidate in dish.candidates
        if candidate.status == "published"
        and candidate.shown
        and candidate.row["combined"] is not None
    ]
    best.sort(key=lambda picture: -picture.candidate.row["combined"])
    waiting = sum("waiting" in dish.filters for dish in dishes)
    return CountryEntry(served, counts, waiting, best[:HERO_PICTURES])


def page_name(served: Country, number: int) -> str:
    """The file of a country's first, second ... page: de.html, de-2.html ..."""
    return f"{served.code}.html" if number == 1 else f"{served.code}-{number}.html"


def page_template() -> jinja2.Template:
    """The template of all pages."""
    environment = page_templates()
    environment.filters.update(usd=usd, price=price, from_json=json.loads)
    return environment.get_template(
        "gallery_page.html.jinja",
        globals={
            "SCORES": SCORES,
            "DEMO_REVIEWER": DEMO_REVIEWER,
            "DEMO_RULE": DEMO_RULE,
            "written_at": datetime.now(UTC),
        },
    )


def usd(amount: float) -> str:
    """Dollars: two decimals, or two significant digits where a picture costs less than a cent."""
    decimals = 2 if amount == 0 or amount >= 0.01 else 1 - math.floor(math.log10(amount))
    return f"${amount:,.{decimals}f}"


def price(amount: float) -> str:
    """A price in the currency of its row: decimals only where there are some."""
    return f"{amount:,.2f}".removesuffix(".00")
