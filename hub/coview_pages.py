"""The page on which staff look on: the visitor's screen, masked, with a way to point and to say something.

It works without a script too: buttons are forms, and the page then loads itself anew.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from hub.access import Attendant, OwnPage, sessions_of
from hub.coview import CoviewBook, CoviewNews, CoviewRecord
from hub.forms import Form, fields
from hub.pages import html, render, words_for
from hub.roles import Right
from hub.sessions import SignedIn
from hub.streams import EventStream, named
from kiosk.coview import PreparedLine
from kiosk.text import Language, msg, translator

router = APIRouter(prefix="/counter", tags=["counter"])
CallId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
SessionId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
MAX_LINE = 200


@router.post("/calls/{call_id}/coview", dependencies=[OwnPage])
async def ask(call_id: CallId, person: Attendant, request: Request) -> Response:
    """Ask the visitor whether they let this person look on."""
    record = await run_in_threadpool(_book(request).ask, call_id, person)
    if record is None:
        return RedirectResponse("/counter?notice=taken", 303)
    _news(request).announce(record.terminal)
    return RedirectResponse(f"/counter/coview/{record.session}", 303)


@router.get("/coview/{session}")
async def page(session: SessionId, person: Attendant, request: Request) -> Response:
    """Show the screen as it is now."""
    record = await run_in_threadpool(_book(request).of_staff, session, person)
    return html("coview.html", request, person, {"session": session} | _shown(record, request, was_shown=False))


@router.get("/coview/{session}/events", response_class=EventStream, status_code=200)
async def events(session: SessionId, person: Attendant, request: Request) -> Response:
    """Send the screen, now and at each change."""
    return EventStream(_screens(session, person, request), request.app.state.settings.ping)


async def _screens(session: str, person: SignedIn, request: Request) -> AsyncIterator[bytes]:
    was_shown, seen = False, ""
    async for _ in _news(request).follow(session, at_once=True):
        here = await run_in_threadpool(sessions_of(request).at, person.session)
        if here is None or not here.may(Right.ANSWER_CALLS):
            return  # logged out or locked meanwhile
        record = await run_in_threadpool(_book(request).of_staff, session, here)
        shown = _shown(record, request, was_shown=was_shown)
        fragment = render("coview_screen.html", request, here, {"session": session} | shown)
        was_shown = was_shown or bool(record and record.screens)
        if fragment != seen:
            seen = fragment
            yield named("screen", fragment)
        if record is None:
            return


@router.post("/coview/{session}/point", dependencies=[OwnPage], openapi_extra=fields("part"))
async def point(session: SessionId, person: Attendant, form: Form, request: Request) -> Response:
    """Point at a part: it lights up at the terminal and is read aloud."""
    record = await _agreed(session, person, request)
    part = form.get("part", "")
    if record and part in _parts(record):
        await run_in_threadpool(_book(request).point, record, part)
        _news(request).announce(record.terminal, session)
    return _back(session)


@router.post("/coview/{session}/line", dependencies=[OwnPage], openapi_extra=fields("line", "text"))
async def line(session: SessionId, person: Attendant, form: Form, request: Request) -> Response:
    """Say something: a prepared sentence in the visitor's language, or words of one's own."""
    record = await _agreed(session, person, request)
    said = _line(form, words_for(request).language)
    if record and said:
        await run_in_threadpool(_book(request).say, record, said)
        _news(request).announce(record.terminal, session)
    return _back(session)


@router.post("/coview/{session}/end", dependencies=[OwnPage])
async def end(session: SessionId, person: Attendant, request: Request) -> Response:
    """Look on no more."""
    record = await run_in_threadpool(_book(request).of_staff, session, person)
    if record:
        await run_in_threadpool(_book(request).end, session, record.terminal)
        _news(request).announce(record.terminal, session)
    return RedirectResponse("/counter", 303)


def _line(form: dict[str, str], language: str) -> dict[str, str] | None:
    if form.get("line") in set(PreparedLine):
        return {"key": form["line"]}
    text = form.get("text", "")[:MAX_LINE]
    return {"text": text, "language": language} if text else None


def _shown(record: CoviewRecord | None, request: Request, *, was_shown: bool) -> dict[str, Any]:
    language = words_for(request).language
    say = translator(Language(language)).say
    screen = record.screens.get(language) if record and record.screens else None
    said = record.line if record else None
    return {
        "coview": record,
        "screen": screen,
        "was_shown": was_shown,
        "prepared": [(line.value, say(msg(f"coview.say.{line}"))) for line in PreparedLine],
        "said": (said.get("text") or say(msg(f"coview.say.{said['key']}"))) if said else "",
    }


def _parts(record: CoviewRecord) -> set[str]:
    return {piece["id"] for screen in (record.screens or {}).values() for piece in screen["pieces"]}


async def _agreed(session: str, person: SignedIn, request: Request) -> CoviewRecord | None:
    record = await run_in_threadpool(_book(request).of_staff, session, person)
    return record if record and record.screens else None


def _back(session: str) -> RedirectResponse:
    return RedirectResponse(f"/counter/coview/{session}", 303)


def _book(request: Request) -> CoviewBook:
    book: CoviewBook = request.app.state.coviews
    return book


def _news(request: Request) -> CoviewNews:
    news: CoviewNews = request.app.state.coview_news
    return news
