"""How many vendors' pictures are shown, and the stop switch, for admins.

Belongs here: the pages. Does not belong here: setting it and the audit log's entry
(`resources/rollout_switch.py`), the same on the command line (`menu_assets/rollout_commands.py`).
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from resources.countries import country as country_of
from resources.countries import served_countries
from resources.rollout import EVERYWHERE, RolledOut, RolloutStep
from resources.rollout_switch import RolloutSwitch, UnknownCountry
from review_desk.accounts import Account
from review_desk.desk import Desk
from review_desk.pages import page
from review_desk.visit import Admin, TheDesk, address_of

router = APIRouter(include_in_schema=False, prefix="/rollout")

NEWEST_STEPS = 50

Switch = Literal["stop", "go"]
Country = Annotated[str, Form(max_length=10)]


@dataclass(frozen=True)
class CountryRow:
    """A country as the page shows it.

    Attributes:
        code: Country.
        name: In English.
        percent: Share that is set, 0 to 100.
        shown_percent: Share that is shown now: 0 while stopped.
        is_stopped: By its own switch.
        step: The step that set it; None if nobody did.
    """

    code: str
    name: str
    percent: float
    shown_percent: float
    is_stopped: bool
    step: RolloutStep | None


@router.get("")
def rollout(request: Request, desk: TheDesk, _: Admin) -> Response:
    """Each country's share and switch, and who set what."""
    return _page(request, desk)


@router.post("/share")
def set_share(
    request: Request,
    desk: TheDesk,
    admin: Admin,
    country: Country,
    percent: Annotated[float, Form(ge=0, le=100, allow_inf_nan=False)],
) -> Response:
    """Set a country's share."""
    try:
        _switch_of(request, desk, admin).set_share(country, percent / 100)
    except UnknownCountry as error:
        return _page(request, desk, status=422, error=f"Nothing was set: {error}.")
    return RedirectResponse(f"/rollout#{country}", 303)


@router.get("/confirm")
def confirm(request: Request, desk: TheDesk, _: Admin, to: Switch, country: str) -> Response:
    """Ask once, and say what will happen."""
    if country not in (EVERYWHERE, *served_countries()):
        return _page(request, desk, status=404, error=f"{country} is not served.")
    return page(
        request,
        "rollout_confirm.html.jinja",
        to=to,
        country=country,
        place=_place(country),
    )


@router.post("/switch")
def switch(
    request: Request,
    desk: TheDesk,
    admin: Admin,
    country: Country,
    to: Annotated[Switch, Form()],
) -> Response:
    """Stop, or go on."""
    hand = _switch_of(request, desk, admin)
    try:
        hand.stop(country) if to == "stop" else hand.go(country)
    except UnknownCountry as error:
        return _page(request, desk, status=422, error=f"Nothing was changed: {error}.")
    return RedirectResponse("/rollout", 303)


def _switch_of(request: Request, desk: Desk, admin: Account) -> RolloutSwitch:
    return RolloutSwitch(desk.rollout, desk.audit, admin.name, address_of(request))


def _page(request: Request, desk: Desk, *, status: int = 200, error: str | None = None) -> Response:
    now, history = desk.rollout.now(), desk.rollout.history()
    return page(
        request,
        "rollout.html.jinja",
        status=status,
        countries=[_row(now, code) for code in served_countries()],
        everywhere=now.steps.get(EVERYWHERE),
        history=[(_place(step.country), step) for step in reversed(history[-NEWEST_STEPS:])],
        error=error,
    )


def _row(now: RolledOut, code: str) -> CountryRow:
    step = now.steps.get(code)
    return CountryRow(
        code,
        country_of(code).name,
        round(100 * (step.share if step else now.usual_share), 2),
        round(100 * now.share(code), 2),
        step is not None and step.is_stopped,
        step,
    )


def _place(country: str) -> str:
    return "everywhere" if country == EVERYWHERE else f"in {country_of(country).name}"
