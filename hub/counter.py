"""What staff see: the counter's page, German, server-rendered, alive by server-sent events.

It works without a script too: buttons are forms, and the page then loads itself anew.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from fastapi import APIRouter, Depends, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub.access import COUNTER_COOKIE, Book, CounterClosed, counter_access, opens_counter, same_origin
from hub.calls import Attendant, CallBook, CallRecord, CallState

ATTENDANT_COOKIE = "lotse_attendant"
WORKDAY_SECONDS = 12 * 3600
MAX_NAME = 60
MAX_MINUTES = 60
NOTICES = frozenset({"taken", "closed"})

router = APIRouter(prefix="/counter")
Staff = [Depends(counter_access)]
OwnPage = [Depends(same_origin), Depends(counter_access)]


async def posted(request: Request) -> dict[str, str]:
    """Return the fields of a posted form, each once, shortened, on one line."""
    body = (await request.body()).decode("utf-8", "replace")
    return {name: " ".join(value.split())[:MAX_NAME] for name, value in parse_qsl(body, max_num_fields=10)}


Form = Annotated[dict[str, str], Depends(posted)]


@router.get("")
async def page(request: Request, book: Book, token: str = "", notice: str = "") -> Response:
    """Show the calls. A `token` in the address is swapped for a cookie, so that it is not left in the address."""
    if token:
        return _let_in(request, token)
    counter_access(request)
    calls = await run_in_threadpool(book.open_calls)
    shown = notice if notice in NOTICES else ""
    return _html("counter.html", request, {"calls": _listed(calls), "notice": shown})


@router.get("/events", dependencies=Staff)
async def events(request: Request, book: Book) -> EventSourceResponse:
    """Send the list of calls, now and at each change."""
    return EventSourceResponse(_fragments(request, book), ping=request.app.state.settings.ping)


async def _fragments(request: Request, book: CallBook) -> AsyncIterator[ServerSentEvent]:
    async for calls in request.app.state.news.follow(lambda: run_in_threadpool(book.open_calls)):
        yield ServerSentEvent(event="calls", data=_render("calls.html", request, {"calls": _listed(calls)}))


@router.get("/person", dependencies=Staff)
async def who(request: Request, call: str = "", minutes: str = "") -> Response:
    """Ask once who is at this counter."""
    return _html("person.html", request, {"call": call, "minutes": minutes})


@router.post("/person", dependencies=OwnPage)
async def introduce(request: Request, form: Form, book: Book) -> Response:
    """Remember in the browser who is at this counter, and take the call that this was asked for."""
    attendant = _attendant(form)
    if attendant is None:
        return _html("person.html", request, {"call": form.get("call", ""), "minutes": form.get("minutes", "")}, 422)
    answer: Response = _to_calls()
    if form.get("call"):
        answer = await _take(request, book, form["call"], form, attendant)
    _remember(answer, request, attendant)
    return answer


@router.post("/calls/{call_id}/take", dependencies=OwnPage)
async def take(request: Request, call_id: str, form: Form, book: Book) -> Response:
    """ "Ich komme"."""
    attendant = _known_attendant(request)
    if attendant is None:
        query = urlencode({"call": call_id, "minutes": form.get("minutes", "")})
        return RedirectResponse(f"/counter/person?{query}", 303)
    return await _take(request, book, call_id, form, attendant)


@router.post("/calls/{call_id}/done", dependencies=OwnPage)
async def done(request: Request, call_id: str, book: Book) -> Response:
    """ "Erledigt"."""
    finished = await run_in_threadpool(book.finish, call_id)
    request.app.state.news.announce()
    return _to_calls("" if finished else "closed")


async def _take(
    request: Request, book: CallBook, call_id: str, form: Mapping[str, str], attendant: Attendant
) -> Response:
    minutes = form.get("minutes", "")
    in_minutes = int(minutes) if minutes.isascii() and minutes.isdigit() and 0 < int(minutes) <= MAX_MINUTES else None
    taken = await run_in_threadpool(book.take, call_id, attendant, in_minutes, instead_of=form.get("instead_of", ""))
    request.app.state.news.announce()
    return _to_calls("" if taken else "taken", call_id)


def _let_in(request: Request, token: str) -> Response:
    if not opens_counter(request.app.state.settings, token):
        raise CounterClosed
    answer = RedirectResponse("/counter", 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COUNTER_COOKIE, token, httponly=True, secure=secure, samesite="lax", path="/counter")
    return answer


def _to_calls(notice: str = "", call_id: str = "") -> RedirectResponse:
    query = f"?notice={notice}" if notice else ""
    anchor = f"#call-{quote(call_id)}" if call_id else ""
    return RedirectResponse(f"/counter{query}{anchor}", 303)


def _attendant(form: Mapping[str, str]) -> Attendant | None:
    name, counter = form.get("name", ""), form.get("counter", "")
    if not name or not counter:
        return None
    return Attendant(name, f"Schalter {counter}" if counter.isdigit() else counter)


def _known_attendant(request: Request) -> Attendant | None:
    try:
        kept = json.loads(unquote(request.cookies.get(ATTENDANT_COOKIE, "")))
        return _attendant({key: str(kept[key]).strip()[:MAX_NAME] for key in ("name", "counter")})
    except (ValueError, KeyError, TypeError):
        return None


def _remember(answer: Response, request: Request, attendant: Attendant) -> None:
    value = quote(json.dumps({"name": attendant.name, "counter": attendant.counter}))
    secure = request.url.scheme == "https"
    answer.set_cookie(
        ATTENDANT_COOKIE, value, WORKDAY_SECONDS, httponly=True, secure=secure, samesite="lax", path="/counter"
    )


def _listed(calls: tuple[CallRecord, ...]) -> dict[str, list[CallRecord]]:
    return {
        "waiting": [call for call in calls if call.state is CallState.QUEUED],
        "taken": [call for call in calls if call.state is CallState.TAKEN],
    }


def waited(since: datetime, now: datetime) -> str:
    """Return a waiting time for people: `0:35 min`, or `1:05 Std.` from an hour on."""
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02} min"
    return f"{seconds // 3600}:{seconds % 3600 // 60:02} Std."


_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.globals.update(waited=waited)


def _render(template: str, request: Request, context: Mapping[str, Any]) -> str:
    return _pages.get_template(template).render(
        site=request.app.state.settings.site,
        person=_known_attendant(request),
        now=datetime.now(UTC),
        **context,
    )


def _html(template: str, request: Request, context: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    return HTMLResponse(_render(template, request, context), status)


def refused(request: Request, error: Exception) -> HTMLResponse:
    """Return the page for somebody who may not do this."""
    return _html("refused.html", request, {"without_token": isinstance(error, CounterClosed)}, 403)
