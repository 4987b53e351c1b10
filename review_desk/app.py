"""The review desk as a web application.

Belongs here: which sets of pages there are, and what surrounds them. Does not belong here: what a
page does, which is a module for each set.
"""

from fastapi import APIRouter, Depends, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from resources.environment import environment
from resources.logs import set_up_logs
from review_desk import (
    account_pages,
    adjudication_pages,
    audit_pages,
    grid_pages,
    openid_sign_in,
    own_account_pages,
    owner_api,
    owner_link_pages,
    owner_pages,
    pictures,
    queue_pages,
    report_pages,
    review_pages,
    rollout_pages,
    sign_in,
)
from review_desk.desk import Desk, desk_for
from review_desk.error_pages import add_error_pages, failed
from review_desk.health import router as health
from review_desk.pace import Pace
from review_desk.pages import STATIC, page_templates
from review_desk.request_frame import RequestFrame
from review_desk.visit import refuse_forged, visit

ROUTERS: tuple[APIRouter, ...] = (
    sign_in.router,
    openid_sign_in.router,
    own_account_pages.router,
    account_pages.router,
    pictures.router,
    queue_pages.router,
    review_pages.router,
    grid_pages.router,
    adjudication_pages.router,
    audit_pages.router,
    report_pages.router,
    owner_link_pages.router,
    rollout_pages.router,
)
"""Pages of people who sign in: each request is counted, and a form needs the form token."""

OPEN_ROUTERS: tuple[APIRouter, ...] = (health, owner_pages.router, owner_api.router)
"""What nobody signs in for: each request carries its own proof, or asks for nothing."""


class StaticPages(StaticFiles):
    """Files that browsers keep for ever: a template's address of one changes with its bytes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_app(desk: Desk) -> FastAPI:
    """The application over a desk."""
    app = FastAPI(
        title="Garnish review desk",
        description="Suggestions for restaurants: what is offered, and what they choose.",
        docs_url=None,  # its page loads scripts from elsewhere, which our pages never do
        redoc_url=None,
    )
    app.state.desk = desk
    app.state.pace = Pace(desk.settings.requests_per_minute)
    app.state.templates = page_templates()
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(visit), Depends(refuse_forged)])
    for router in OPEN_ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticPages(directory=STATIC))
    add_error_pages(app)
    app.add_middleware(
        RequestFrame,
        is_secure=desk.settings.is_secure,
        failed=failed,
    )
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(desk.settings.proxies))
    return app


def app_of_settings() -> FastAPI:
    """The application of the environment that is set: what each worker process makes."""
    set_up_logs()
    return create_app(desk_for(environment()))
