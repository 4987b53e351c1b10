"""HTML pages of the desk: the one way in which its templates are read and answered.

Belongs here: escaping and strictness, and what every page gets. Does not belong here: what one page
says, and which pages there are (`app.py`).
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from review_desk.navigation import links_for
from review_desk.visit import Visit, desk_of, form_token

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


def page_templates() -> jinja2.Environment:
    """The templates of this room.

    They escape whatever comes from a menu or a person; a name that a template does not know raises.
    """
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["static"] = {
        file.name: _static_address(file) for file in STATIC.iterdir() if file.is_file()
    }
    return templates


def _static_address(file: Path) -> str:
    """Browsers keep static files for ever: changed bytes have another address."""
    return f"/static/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    visit: Visit | None = None,
    **values: object,
) -> HTMLResponse:
    """A page, or a fragment for htmx if the template extends nothing.

    Beside its own values a template knows `account` (None if nobody is signed in), `form_token`,
    `links` (the navigation), `path`, `is_htmx` and `static`.

    Args:
        request: What is answered.
        template: File in `templates/`.
        status: HTTP status.
        headers: Further headers.
        visit: Who it is for, if that is not who asked.
        values: What the template shows.
    """
    who: Visit | None = visit or getattr(request.state, "visit", None)
    account = who.session.account if who and who.session else None
    html = request.app.state.templates.get_template(template).render(
        account=account,
        form_token=form_token(desk_of(request), who.token if who else None),
        links=links_for(account),
        path=request.url.path,
        is_htmx=is_htmx(request),
        **values,
    )
    # What a page shows is for one person: no cache on the way keeps it, nor the browser's.
    return HTMLResponse(html, status, {"Cache-Control": "no-store", **(headers or {})})


def is_htmx(request: Request) -> bool:
    """Whether htmx asks for a fragment; not so when it goes to a whole new page."""
    return "hx-request" in request.headers and "hx-boosted" not in request.headers


def go_to(request: Request, address: str) -> Response:
    """Send the browser to another page after a form was done."""
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)
