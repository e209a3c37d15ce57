"""Who may do what: terminals by their key, staff by the counter's token, and only from our own page."""

from __future__ import annotations

import hmac
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool

from hub.calls import CallBook
from hub.settings import HubSettings, fingerprint

COUNTER_COOKIE = "lotse_counter"


def book_of(request: Request) -> CallBook:
    """Return the application's call book."""
    book: CallBook = request.app.state.book
    return book


async def terminal_of(request: Request) -> str:
    """Return the name of the terminal that asks; 401 without a known key (RFC 6750).

    A terminal also says its name, percent-encoded: a key that was copied to another one is refused.
    """
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    name = None
    if scheme.lower() == "bearer" and key:
        name = await run_in_threadpool(book_of(request).terminal_with, fingerprint(key.strip()))
    said = request.headers.get("lotse-terminal")
    if name is None or (said is not None and unquote(said) != name):
        raise HTTPException(401, "unknown key", {"WWW-Authenticate": "Bearer"})
    return name


def opens_counter(settings: HubSettings, token: str) -> bool:
    """Whether `token` opens the counter's page."""
    return hmac.compare_digest(fingerprint(token), fingerprint(settings.counter_token))


class CounterClosed(Exception):
    """The counter's page was asked for without its token."""


class ForeignOrigin(Exception):
    """A change was asked for from a page that is not ours (CSRF)."""


def counter_access(request: Request) -> None:
    """Let staff in who have the token's cookie; raise `CounterClosed` otherwise."""
    if not opens_counter(request.app.state.settings, request.cookies.get(COUNTER_COOKIE, "")):
        raise CounterClosed


def same_origin(request: Request) -> None:
    """Raise `ForeignOrigin` unless the browser says that the request comes from our own page.

    Every browser sends `Origin` with a form that is posted; without one it is none of ours.
    """
    own = f"{request.url.scheme}://{request.url.netloc}"
    if request.headers.get("origin") != own or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise ForeignOrigin


Terminal = Annotated[str, Depends(terminal_of)]
Book = Annotated[CallBook, Depends(book_of)]
