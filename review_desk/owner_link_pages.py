"""Links for restaurant owners, made and revoked by leads.

Belongs here: the page and its forms. Does not belong here: the links themselves (`owner_links.py`),
and the same on the command line (`owner_commands.py`).
"""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from resources.audit_log import AuditEntry
from resources.countries import country as country_of
from resources.countries import served_countries
from review_desk.desk import Desk
from review_desk.owner_links import MOST_DAYS, USUAL_DAYS, NoSuchOwner, Owner
from review_desk.pages import page
from review_desk.visit import Lead, TheDesk, address_of

router = APIRouter(include_in_schema=False, prefix="/owner-links")

Country = Annotated[str, Form(max_length=10)]
VendorId = Annotated[str, Form(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]


@router.get("")
def links(request: Request, _: Lead, country: str = "", vendor_id: str = "") -> Response:
    """The forms; a dish's page may say for whom."""
    return _page(request, Owner(country, vendor_id))


@router.post("")
def make(
    request: Request,
    desk: TheDesk,
    lead: Lead,
    country: Country,
    vendor_id: VendorId = "",
    days: Annotated[int, Form(ge=1, le=MOST_DAYS)] = USUAL_DAYS,
) -> Response:
    """Make a link, shown once."""
    owner = Owner(country, vendor_id.strip())
    try:
        token = desk.owner_links.make(owner, days=days)
    except NoSuchOwner as error:
        return _page(request, owner, status=422, error=f"No link was made: {error}.")
    note(desk, lead.name, "owner_link_made", owner, address_of(request), days=days)
    dishes = len(desk.queue.of_vendor(owner.country, owner.vendor_id))
    return _page(request, owner, link=link_address(desk, token), days=days, dishes=dishes)


@router.post("/revoke")
def revoke(
    request: Request, desk: TheDesk, lead: Lead, country: Country, vendor_id: VendorId = ""
) -> Response:
    """End all links, sessions and API tokens of a vendor."""
    owner = Owner(country, vendor_id.strip())
    try:
        desk.owner_links.revoke(owner, lead.name)
    except NoSuchOwner as error:
        return _page(request, owner, status=422, error=f"Nothing was revoked: {error}.")
    note(desk, lead.name, "owner_links_revoked", owner, address_of(request))
    return _page(request, owner, done=f"All links of {owner.vendor_id} have ended. New ones work.")


def link_address(desk: Desk, token: str) -> str:
    """The address of a link, as an owner gets it."""
    return f"{desk.settings.address}/o/{token}"


def note(
    desk: Desk, actor: str, action: str, owner: Owner, address: str | None = None, **detail: object
) -> None:
    """Keep in the audit log what was done with a vendor's links."""
    subject = f"{owner.country}/{owner.vendor_id}"
    desk.audit.add(AuditEntry(actor, action, subject, detail, address))


def _page(request: Request, owner: Owner, *, status: int = 200, **shown: Any) -> Response:
    values: dict[str, Any] = {
        "error": None,
        "done": None,
        "link": None,
        "days": USUAL_DAYS,
        "dishes": 0,
        **shown,
    }
    return page(
        request,
        "owner_links.html.jinja",
        status=status,
        owner=owner,
        countries=[(code, country_of(code).name) for code in served_countries()],
        most_days=MOST_DAYS,
        **values,
    )
