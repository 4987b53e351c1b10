"""Who did what: the audit log, and the votes on a dish or of a person.

Belongs here: /audit, which reads. Does not belong here: writing the log (`resources/audit_log.py`),
and figures over many votes (`report_pages.py`).
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from review_desk.pages import page
from review_desk.reject_reasons import words_of
from review_desk.visit import Lead, TheDesk
from review_desk.wanted import Word

router = APIRouter(include_in_schema=False)

AT_ONCE = 100


@router.get("/audit")
def audit(
    request: Request,
    desk: TheDesk,
    lead: Lead,
    person: Word = "",
    country: Word = "",
    product: Word = "",
    before: int | None = None,
) -> Response:
    """The newest entries, or those of a person or dish."""
    person, country, product = person.strip(), country.strip().lower(), product.strip()
    votes = desk.history.votes(
        country=country or None,
        product_id=product or None,
        reviewer=person or None,
        limit=AT_ONCE,
    )
    entries = desk.audit.entries(
        actor=person or None,
        subject=f"{country}/{product}" if country and product else None,
        before_number=before,
        limit=AT_ONCE,
    )
    return page(
        request,
        "audit.html.jinja",
        person=person,
        country=country,
        product=product,
        votes=[vote for vote in votes if lead.may_see(vote.country)],
        entries=entries,
        older=entries[-1].number if len(entries) == AT_ONCE else None,
        words_of=words_of,
    )
