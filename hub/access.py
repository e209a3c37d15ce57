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
from hub.enrolment_proofs import ALGORITHM, ProofDesk, ProofRefused, Proven
from hub.enrolment_proofs import Request as Asked
from hub.rates import Buckets, Rates
from hub.roles import Right
from hub.sessions import SessionBook, SignedIn
from hub.settings import fingerprint
from hub.storage import Topic
from hub.terminal_states import TerminalRecord

_bearer = HTTPBearer(auto_error=False, description="The terminal's key.")


class NotSignedIn(Exception):
    """A page was asked for that needs a log-in."""


class NotAllowed(Exception):
    """Somebody is logged in (`person`), but this is not for their role."""

    def __init__(self, person: SignedIn) -> None:
        super().__init__()
        self.person = person


class FirstPassword(Exception):
    """Somebody is logged in whose password was given out: it has to be changed first."""


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
    """Return the name of the terminal that asks; 401 without a known key (RFC 6750) or a proof of it (RFC 9449).

    A terminal also says its name, percent-encoded: a key that was copied to another one is refused.
    """
    key, name, challenge = "", "", "Bearer"
    if proves(request):
        proven = await proven_by(request, identified=True)
        key, name, challenge = proven.thumbprint, proven.terminal, _CHALLENGE
    elif credentials:
        key = fingerprint(credentials.credentials.strip())
    known = await _known(board_of(request), key, certain=bool(name))
    said = request.headers.get("lotse-terminal")
    if known is None or name not in ("", known.name) or (said is not None and unquote(said) != known.name):
        stranger_not_too_often(request)
        raise HTTPException(401, "unknown key", {"WWW-Authenticate": challenge})
    _not_too_often(_rates(request).terminals, known.name)
    request.state.terminal_key = key
    return known.name


async def _known(board: boards.Board, key: str, *, certain: bool) -> TerminalRecord | None:
    """Return the terminal with this key. `certain`: we know that there was one; another hub may have enrolled it."""
    if not key:
        return None
    known = board.now.by_key.get(key)
    if known is None and (certain or not board.now.by_key):  # the first request may come before the first look
        known = (await board.fresh(Topic.TERMINALS)).by_key.get(key)
    return known


_CHALLENGE = f'DPoP algs="{ALGORITHM}", error="invalid_token"'


def proves(request: Request) -> bool:
    """Whether a request comes with an identity and a proof instead of a key."""
    return request.headers.get("authorization", "")[:5].lower() == "dpop "


async def proven_by(request: Request, *, identified: bool, late: bool = False) -> Proven:
    """Return what a request proves; 401 with a new nonce if that is nothing (RFC 9449, 7.1 and 8).

    `identified`: by an identity too, not by a key alone; `late`: one that has expired lately is enough.
    """
    desk: ProofDesk = request.app.state.proofs
    identity = request.headers.get("authorization", "")[5:].strip() if identified else None
    url = request.url
    asked = Asked(request.method, f"{url.scheme}://{url.netloc}{url.path}", request.headers.get("dpop", ""))
    try:
        return await run_in_threadpool(desk.check, asked, identity, late=late)
    except ProofRefused as refused:
        if refused.who:
            _not_too_often(_rates(request).terminals, refused.who)
        else:
            stranger_not_too_often(request)
        challenge = f'DPoP algs="{ALGORITHM}", error="{refused.error}", error_description="{refused}"'
        headers = {"WWW-Authenticate": challenge, "DPoP-Nonce": desk.nonce()}
        raise HTTPException(401, str(refused), headers) from None


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
    """Return a dependency: who asks, if they have this right. Raises `NotSignedIn`, `FirstPassword`, `NotAllowed`."""

    async def check(request: Request) -> SignedIn:
        person = await signed_in(request)
        if person.first_password:
            raise FirstPassword
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
