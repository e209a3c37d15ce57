"""Who may do what: terminals by their key, staff by their session and role, and only from our own page."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hub import board as boards
from hub.calls import CallBook
from hub.rates import Buckets, Rates
from hub.roles import Right
from hub.sessions import SessionBook, SignedIn
from hub.settings import fingerprint
from hub.storage import Topic

_bearer = HTTPBearer(auto_error=False, description="The terminal's key.")


class NotSignedIn(Exception):
    """A page was asked for that needs a log-in."""


class NotAllowed(Exception):
    """Somebody is logged in (`person`), but this is not for their role."""

    def __init__(self, person: SignedIn) -> None:
        super().__init__()
        self.person = person


class ForeignOrigin(Exception):
    """A change was asked for from a page that is not ours (CSRF)."""


def book_of(request: Request) -> CallBook:
    """Return the application's call book."""
    book: CallBook = request.app.state.book
    return book


def board_of(request: Request) -> boards.Board:
    """Return the application's board."""
    board: boards.Board = request.app.state.board
    return board


def sessions_of(request: Request) -> SessionBook:
    """Return the application's sessions."""
    sessions: SessionBook = request.app.state.sessions
    return sessions


def address_of(request: Request) -> str:
    """Return where a request comes from; a trusted proxy has said so."""
    return request.client.host if request.client else ""


async def terminal_of(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> str:
    """Return the name of the terminal that asks; 401 without a known key (RFC 6750).

    A terminal also says its name, percent-encoded: a key that was copied to another one is refused.
    """
    known = None
    if credentials:
        key = fingerprint(credentials.credentials.strip())
        board = board_of(request)
        known = board.now.by_key.get(key)
        if known is None and not board.now.by_key:  # the first request may come before the first look
            known = (await board.fresh(Topic.TERMINALS)).by_key.get(key)
    said = request.headers.get("lotse-terminal")
    if known is None or (said is not None and unquote(said) != known.name):
        _not_too_often(_rates(request).strangers, address_of(request))
        raise HTTPException(401, "unknown key", {"WWW-Authenticate": "Bearer"})
    _not_too_often(_rates(request).terminals, known.name)
    return known.name


def cookie_name(request: Request) -> str:
    """Return the name of the session's cookie: over HTTPS one that no other host can set (RFC 6265bis, 4.1.3.2)."""
    return "__Host-lotse" if request.url.scheme == "https" else "lotse_session"


def token_of(request: Request) -> str:
    """Return the session's token, or an empty text."""
    return request.cookies.get(cookie_name(request), "")


def give_token(answer: Response, request: Request, token: str) -> None:
    """Let the browser keep the session until it is closed."""
    secure = request.url.scheme == "https"
    answer.set_cookie(cookie_name(request), token, httponly=True, secure=secure, samesite="lax", path="/")


async def signed_in(request: Request) -> SignedIn:
    """Return who asks; raise `NotSignedIn` if nobody is logged in."""
    token = token_of(request)
    person = await run_in_threadpool(sessions_of(request).find, token) if token else None
    if person is None:
        _not_too_often(_rates(request).strangers, address_of(request))
        raise NotSignedIn
    _not_too_often(_rates(request).staff, person.session)
    return person


def may(right: Right) -> Callable[[Request], Awaitable[SignedIn]]:
    """Return a dependency: who asks, if they have this right. It raises `NotSignedIn` or `NotAllowed`."""

    async def check(request: Request) -> SignedIn:
        person = await signed_in(request)
        if not person.may(right):
            raise NotAllowed(person)
        return person

    return check


def same_origin(request: Request) -> None:
    """Raise `ForeignOrigin` unless the browser says that the request comes from our own page.

    Every browser sends `Origin` with a form that is posted; without one it is none of ours.
    """
    own = f"{request.url.scheme}://{request.url.netloc}"
    if request.headers.get("origin") != own or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise ForeignOrigin


def stranger_not_too_often(request: Request) -> None:
    """Raise 429 for somebody unknown who asks too often."""
    _not_too_often(_rates(request).strangers, address_of(request))


def _rates(request: Request) -> Rates:
    rates: Rates = request.app.state.rates
    return rates


def _not_too_often(buckets: Buckets, key: str) -> None:
    wait = buckets.take(key)
    if wait:
        raise HTTPException(429, "too many requests", {"Retry-After": str(math.ceil(wait))})


Terminal = Annotated[str, Depends(terminal_of)]
Book = Annotated[CallBook, Depends(book_of)]
Board = Annotated[boards.Board, Depends(board_of)]
Person = Annotated[SignedIn, Depends(signed_in)]
Attendant = Annotated[SignedIn, Depends(may(Right.ANSWER_CALLS))]
OnLooker = Annotated[SignedIn, Depends(may(Right.SEE_TERMINALS))]
OwnPage = Depends(same_origin)
