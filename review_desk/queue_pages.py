"""What waits, and the choice of what to look at.

Belongs here: the page /queue. Does not belong here: counting (`queue_sizes.py`), and the dishes
themselves (`review_pages.py`).
"""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from review_desk.pages import is_htmx, page
from review_desk.queue_sizes import by, oldest
from review_desk.visit import SignedIn, TheDesk
from review_desk.wanted import TheWanted, countries_of, query_of, reason_in_words

router = APIRouter(include_in_schema=False)


@router.get("/queue")
def queue(
    request: Request, desk: TheDesk, account: SignedIn, wanted: TheWanted, counted: bool = False
) -> Response:
    """What waits; what the person holds is given back.

    Args:
        request: What is answered.
        desk: The desk.
        account: Who asks.
        wanted: What was chosen before.
        counted: With the counts, which take a moment: the page without them asks for itself with
            them, and browsers without scripts are given a link.
    """
    desk.queue.release(account.name)
    rows = desk.sizes.of(account) if counted else None
    return page(
        request,
        "queue_counts.html.jinja" if is_htmx(request) else "queue.html.jinja",
        wanted=wanted,
        query=query_of(wanted),
        countries=dict(countries_of(account)),
        rows=rows,
        by=by,
        oldest=oldest(rows or ()),
        now=datetime.now(UTC),
        reason_in_words=reason_in_words,
    )
