"""What staff see: the counter's page, server-rendered, alive by server-sent events.

It works without a script too: buttons are forms, and the page then loads itself anew.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, RedirectResponse, Response

from hub.access import Attendant as AtCounter
from hub.access import Board, Book, OnLooker, OwnPage, sessions_of
from hub.calls import Attendant, CallBook, CallState, Intent
from hub.forms import Form, fields
from hub.pages import View, html, render, view_of
from hub.sessions import SignedIn
from hub.storage import Topic
from hub.streams import EventStream, named

MAX_NAME = 60
MAX_MINUTES = 60
_KEPT = {"Cache-Control": "private, max-age=300"}
"""The page is drawn anew at each change; the plan need not come again each time. A new one has another address."""
NOTICES = frozenset({"taken", "closed"})

router = APIRouter(prefix="/counter", tags=["counter"])
CallId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.get("")
async def page(request: Request, person: OnLooker, board: Board, notice: str = "") -> Response:
    """Show the calls and the terminals."""
    await board.fresh(Topic.CALLS)
    shown = {"notice": notice if notice in NOTICES else ""}
    return html("counter.html", request, person, shown | _listed(view_of(board.now, person.site), request, person))


@router.get("/events", response_class=EventStream, status_code=200)
async def events(request: Request, person: OnLooker, board: Board) -> Response:
    """Send the list of calls and that of terminals, now and at each change."""
    return EventStream(_fragments(request, person, board), request.app.state.settings.ping)


async def _fragments(request: Request, person: SignedIn, board: Board) -> AsyncIterator[bytes]:
    sessions = sessions_of(request)
    seen = View((), ())
    first = True
    async for view in board.follow(lambda snapshot: view_of(snapshot, person.site), Topic.CALLS, Topic.TERMINALS):
        here = await run_in_threadpool(sessions.at, person.session)
        if here is None or (here.role, here.site) != (person.role, person.site):
            return  # logged out or locked meanwhile
        shown = _listed(view, request, here)
        if first or view.calls != seen.calls:
            yield named("calls", render("calls.html", request, here, shown))
        if first or (view.terminals, view.plans) != (seen.terminals, seen.plans):
            yield named("terminals", render("terminals.html", request, here, shown))
        seen, first = view, False


@router.get("/person")
async def who(request: Request, person: AtCounter, call: str = "", deed: str = "", minutes: str = "") -> Response:
    """Ask who is at this counter, or where somebody with an account sits."""
    return html("person.html", request, person, {"call": call, "deed": deed, "minutes": minutes, "incomplete": False})


@router.post(
    "/person", dependencies=[OwnPage], openapi_extra=fields("name", "counter", "call", "deed", "minutes", "instead_of")
)
async def introduce(request: Request, person: AtCounter, form: Form, book: Book, board: Board) -> Response:
    """Remember who is at this counter, and do what this was asked for."""
    attendant = _introduced(person, form)
    if attendant is None:
        asked = {name: form.get(name, "") for name in ("call", "deed", "minutes")}
        return html("person.html", request, person, asked | {"incomplete": True}, 422)
    await run_in_threadpool(sessions_of(request).sit_down, person.session, attendant.name, attendant.counter)
    if form.get("call"):
        return await _take(book, board, form["call"], _intent(form), attendant)
    return _to_calls()


@router.post("/calls/{call_id}/take", dependencies=[OwnPage], openapi_extra=fields("instead_of"))
async def take(call_id: CallId, person: AtCounter, form: Form, book: Book, board: Board) -> Response:
    """ "Ich übernehme": help from the counter."""
    return await _take_or_ask(call_id, person, form | {"deed": "take"}, book, board)


@router.post("/calls/{call_id}/on-my-way", dependencies=[OwnPage], openapi_extra=fields("minutes", "instead_of"))
async def on_my_way(call_id: CallId, person: AtCounter, form: Form, book: Book, board: Board) -> Response:
    """ "Ich komme"."""
    return await _take_or_ask(call_id, person, form | {"deed": "on-my-way"}, book, board)


@router.post("/calls/{call_id}/pass-on", dependencies=[OwnPage])
async def pass_on(call_id: CallId, person: AtCounter, book: Book, board: Board) -> Response:
    """ "Weitergeben": somebody else is to take it."""
    passed = await run_in_threadpool(book.pass_on, call_id, Attendant(person.name, person.counter, person.site))
    board.announce(Topic.CALLS)
    return _to_calls("" if passed else "taken", call_id)


@router.post("/calls/{call_id}/done", dependencies=[OwnPage])
async def done(call_id: CallId, person: AtCounter, book: Book, board: Board) -> Response:
    """ "Erledigt"."""
    finished = await run_in_threadpool(book.finish, call_id, person.site)
    board.announce(Topic.CALLS)
    return _to_calls("" if finished else "closed")


@router.get("/plan/{number}", response_class=FileResponse)
async def plan(request: Request, person: OnLooker, number: Annotated[int, Path(ge=0, le=9999)]) -> Response:
    """Return the picture of a site's floor."""
    sites = request.app.state.settings.all_sites
    if number >= len(sites) or person.site not in ("", sites[number].name):
        raise HTTPException(404, "no such plan")
    brought = await run_in_threadpool(request.app.state.plans.picture, sites[number].name)
    if brought:
        return Response(brought, media_type="image/png", headers=_KEPT)
    picture = sites[number].plan
    if picture is None or not picture.is_file():
        raise HTTPException(404, "no such plan")
    return FileResponse(picture, headers=_KEPT)


async def _take_or_ask(
    call_id: str, person: SignedIn, form: Mapping[str, str], book: CallBook, board: Board
) -> Response:
    if not person.name or not person.counter:
        query = {"call": call_id, "deed": form["deed"], "minutes": form.get("minutes", "")}
        return RedirectResponse(f"/counter/person?{urlencode(query)}", 303)
    return await _take(book, board, call_id, _intent(form), Attendant(person.name, person.counter, person.site))


def _intent(form: Mapping[str, str]) -> Intent:
    if form.get("deed") == "take":
        return Intent(instead_of=form.get("instead_of", ""))
    return Intent(on_way=True, minutes=_minutes(form.get("minutes", "")), instead_of=form.get("instead_of", ""))


async def _take(book: CallBook, board: Board, call_id: str, intent: Intent, attendant: Attendant) -> Response:
    taken = await run_in_threadpool(book.take, call_id, attendant, intent)
    board.announce(Topic.CALLS)
    return _to_calls("" if taken else "taken", call_id)


def _minutes(words: str) -> int | None:
    number = int(words) if words.isascii() and words.isdigit() and len(words) < 4 else 0
    return number if 0 < number <= MAX_MINUTES else None


def _introduced(person: SignedIn, form: Mapping[str, str]) -> Attendant | None:
    name = person.name if person.has_account else form.get("name", "")[:MAX_NAME]
    counter = form.get("counter", "")[:MAX_NAME]
    if not name or not counter:
        return None
    at = f"Schalter {counter}" if counter.isascii() and counter.isdigit() else counter
    return Attendant(name, at, person.site)


def _to_calls(notice: str = "", call_id: str = "") -> RedirectResponse:
    query = f"?notice={notice}" if notice else ""
    anchor = f"#call-{quote(call_id)}" if call_id else ""
    return RedirectResponse(f"/counter{query}{anchor}", 303)


def _listed(view: View, request: Request, person: SignedIn) -> dict[str, object]:
    sites = request.app.state.settings.all_sites
    shown = [
        (number, site.name, view.plans.get(site.name, ""))
        for number, site in enumerate(sites)
        if (site.plan or site.name in view.plans) and person.site in ("", site.name)
    ]
    return {
        "waiting": [call for call in view.calls if call.state is CallState.QUEUED],
        "attended": [call for call in view.calls if call.state is not CallState.QUEUED],
        "statuses": view.terminals,
        "plans": shown,
        "several_sites": len(sites) > 1 and not person.site,
    }
