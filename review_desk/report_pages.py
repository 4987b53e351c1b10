"""Figures of the desk for those who lead it, and the gold items that some of them come from.

Belongs here: /reports, and retiring gold items. Does not belong here: working the figures out
(`resources/review_reports.py`), making gold items (`adjudication_pages.py`), and single votes
(`audit_pages.py`).
"""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import Response

from resources.countries import country
from resources.gold_items import GoldRefused
from resources.waiting_figures import OLD
from review_desk.pages import go_to, page
from review_desk.reject_reasons import words_of
from review_desk.visit import Lead, TheDesk, address_of

router = APIRouter(include_in_schema=False, prefix="/reports")

PERIODS = (7, 30, 90)
"""Days; the longest keeps a page of millions of votes within seconds."""

OLDER = tuple(
    f"over {age.days} day{'s' if age.days > 1 else ''}" if age.days else "over 1 hour"
    for age in OLD
)


@router.get("")
def reports(
    request: Request,
    desk: TheDesk,
    lead: Lead,
    days: Annotated[int, Query(ge=1, le=max(PERIODS))] = 30,
) -> Response:
    """The figures of some days; those of countries that the person may see."""
    report = desk.reports.report(days)
    return page(
        request,
        "reports.html.jinja",
        days=days,
        periods=PERIODS,
        report=report,
        rejections=[one for one in report.rejections if lead.may_see(one.country)],
        times=[one for one in report.times if lead.may_see(one.country)],
        queue=[one for one in report.queue if lead.may_see(one.country)],
        older=OLDER,
        gold=[one for one in desk.gold.all() if lead.may_see(one.item.country)],
        name_of=lambda code: country(code).name,
        words_of=words_of,
    )


@router.post("/gold/retire")
def retire(
    request: Request, desk: TheDesk, lead: Lead, gold_id: Annotated[str, Form(max_length=32)]
) -> Response:
    """Hand a gold item out no more."""
    known = {one.gold_id: one for one in desk.gold.all()}
    if gold_id in known and not lead.may_see(known[gold_id].item.country):
        raise HTTPException(403, "Your account does not see this dish's country.")
    try:
        desk.gold.retire(gold_id, lead.name, address=address_of(request))
    except GoldRefused as refusal:
        raise HTTPException(404, f"{refusal}.") from refusal
    return go_to(request, "/reports#gold")
