"""Which dishes a reviewer wants to see, as the address of a page says it.

Belongs here: reading and writing that part of an address. Does not belong here: finding the dishes
(`resources/review_queue.py`), and the form that people choose in (`queue.html.jinja`).
"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, HTTPException, Query

from resources.countries import UNKNOWN_COUNTRY, country, country_codes
from resources.review_queue import Order, Wanted
from review_desk.visit import SignedIn

Word = Annotated[str, Query(max_length=100)]


async def wanted_of(
    account: SignedIn,
    country: Word = "",
    category: Word = "",
    reason: Word = "",
    order: Order = "priority",
) -> Wanted:
    """What the address asks for; of all countries, those that the person may see.

    Raises:
        HTTPException: 403, the person may not see this country; 404, it is not served.
    """
    if country and country not in country_codes():
        raise HTTPException(404, f"{country} is not served. Choose another country.")
    if country and not account.may_see(country):
        raise HTTPException(
            403, f"Your account does not see {country.upper()}. An admin can add it."
        )
    return Wanted(
        (country,) if country else account.countries, category or None, reason or None, order
    )


TheWanted = Annotated[Wanted, Depends(wanted_of)]


def query_of(wanted: Wanted, **changes: str | None) -> str:
    """The part of an address after "?" that asks for this; "" if it asks for nothing special.

    Args:
        wanted: What is asked for.
        changes: Parts that are to be otherwise.
    """
    single = wanted.countries[0] if len(wanted.countries) == 1 else None
    parts = {
        "country": single,
        "category": wanted.category,
        "reason": wanted.reason,
        "order": None if wanted.order == "priority" else wanted.order,
        **changes,
    }
    return urlencode({name: one for name, one in parts.items() if one})


def in_words(wanted: Wanted) -> str:
    """What is wanted, as people say it."""
    single = wanted.countries[0] if len(wanted.countries) == 1 else None
    parts = [
        country(single).name if single else "",
        (wanted.category or "").replace("_", " "),
        reason_in_words(wanted.reason) if wanted.reason else "",
        "least certain first" if wanted.order == "uncertainty" else "",
    ]
    return ", ".join(part for part in parts if part) or "all dishes"


def reason_in_words(reason: str) -> str:
    """Why dishes wait, as people say it."""
    usual = {"choice": "the best of several", "audit": "drawn at random"}
    return usual.get(reason) or reason.replace("_", " ")


def countries_of(account: SignedIn) -> list[tuple[str, str]]:
    """Code and name of each country that a person may see."""
    return [
        (code, country(code).name)
        for code in country_codes()
        if code != UNKNOWN_COUNTRY and account.may_see(code)
    ]
