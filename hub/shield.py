"""What holds for every request and answer: small bodies in, strict headers out."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.plans import MAX_UPLOAD

MAX_BODY = 16 * 1024
MAX_ANSWER = 384 * 1024
"""What a command from afar asked for, in Base64."""
_PICTURES = re.compile(r"/counter/plans/[0-9]+/picture")
_ANSWERS = re.compile(r"/api/v1/terminals/me/commands/[0-9a-f]{32}/answer")

# No script, style, picture or address but our own. `same-origin` and not `no-referrer`: with the latter
# browsers send `Origin: null` with our own forms too.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Shield:
    """ASGI middleware: refuses bodies over `MAX_BODY` bytes or of unknown length, and sets `HEADERS`.

    A floor plan may have `MAX_UPLOAD`. `answered` is told each answer's status.
    """

    def __init__(self, app: ASGIApp, answered: Callable[[int], None]) -> None:
        self._app = app
        self._answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._answered(message["status"])
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = _refusal(Headers(scope=scope), _most(scope["path"]))
        await (refusal or self._app)(scope, receive, send_guarded)


def _most(path: str) -> int:
    if _PICTURES.fullmatch(path):
        return MAX_UPLOAD
    return MAX_ANSWER if _ANSWERS.fullmatch(path) else MAX_BODY


def _refusal(headers: Headers, most: int) -> PlainTextResponse | None:
    if "transfer-encoding" in headers:
        return PlainTextResponse("Length Required", 411)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > 12 or int(length) > most:
        return PlainTextResponse("Content Too Large", 413)
    return None
