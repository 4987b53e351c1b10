"""What surrounds every request: its id, limits of its body, security headers, and the last net.

Belongs here: what holds for each request, whatever it asks for; written for ASGI itself, because
bodies are cut off while they arrive and headers are also set on what fails. Does not belong here:
who may do what (`visit.py`), and what error pages say (`error_pages.py`).
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import HTTPException, Request
from fastapi.responses import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY_BYTES = 1 << 20
"""The longest form is a bulk approval of some hundred ids; pictures are never uploaded."""

BODY_PATIENCE_S = 15
"""Between two pieces of a body: who sends slower than that holds a place that others need."""

_LOG = logging.getLogger("garnish.desk")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Addresses of owners' pages hold their signed links: no other site gets to read them.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


@dataclass(frozen=True)
class RequestFrame:
    """The outermost layer of the application.

    Attributes:
        app: What is inside.
        is_secure: Whether browsers come by https, and shall never come otherwise again.
        failed: Makes the answer to a request that an error has ended.
    """

    app: ASGIApp
    is_secure: bool
    failed: Callable[[Request], Response]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(6)
        scope.setdefault("state", {})["request_id"] = request_id
        has_begun = False

        async def send_framed(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers["X-Request-Id"] = request_id
                if self.is_secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        try:
            await self.app(scope, _limited(Headers(scope=scope), receive), send_framed)
        except Exception:
            # No owner's link, and no query or form: what they hold is nobody's business.
            path = "/o/..." if scope["path"].startswith("/o/") else scope["path"]
            told = {"request_id": request_id}
            _LOG.exception(
                "request %s failed: %s %s", request_id, scope["method"], path, extra=told
            )
            if has_begun:
                raise
            await self.failed(Request(scope))(scope, receive, send_framed)


def _limited(headers: Headers, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """`receive` that refuses a body that is too large or too slow."""
    announced = headers.get("content-length", "0")
    received, is_whole = 0, False

    async def next_piece() -> Message:
        nonlocal received, is_whole
        if is_whole:  # what comes now is only the news that the browser has gone
            return await receive()
        if announced.isdecimal() and int(announced) > LARGEST_BODY_BYTES:
            raise HTTPException(413)
        try:
            async with asyncio.timeout(BODY_PATIENCE_S):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408) from error
        received += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if received > LARGEST_BODY_BYTES:
            raise HTTPException(413)
        return message

    return next_piece
