"""What terminals say and hear: `/api/v1`.

PUT    /api/v1/calls/{id}             place a call or tell more about it; may be repeated
DELETE /api/v1/calls/{id}             take it back; may be repeated
GET    /api/v1/calls/{id}/events      how it stands, as server-sent events `state`
GET    /api/v1/terminals/me/events    the terminal's connection: server-sent events, each with its type
PUT    /api/v1/terminals/me/devices   how its devices are, and what it does
GET    /api/v1/health                 204 for a terminal that is known
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints
from starlette.concurrency import run_in_threadpool

from hub import coview_terminals, fleet_terminals
from hub.access import Board, Book, Terminal
from hub.board import Snapshot
from hub.calls import ATTENDED, OPEN, CallRecord, CallState, Told
from hub.storage import Topic
from hub.streams import EventStream, json_event
from kiosk.effects import HelpReason, TerminalUse

router = APIRouter(prefix="/api/v1", tags=["terminals"])

# No control characters: they mean nothing in a label, and PostgreSQL keeps no NUL.
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
Tag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{2,35}$")]
DeviceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9.-]{0,63}$")]
CallId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="Made by the terminal: 32 hex digits.")]
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_DEVICES = 40


class CallMessage(BaseModel):
    """What a terminal tells about a call. Texts are German; none is an answer of the visitor."""

    model_config = ConfigDict(extra="forbid")

    service: Label | None = None
    step: Label
    reason: HelpReason | None = None
    language: Tag | None = None
    called_at: AwareDatetime

    @property
    def told(self) -> Told:
        """The same for the call book. No clock is so wrong that a call is from another century."""
        called_at: datetime = max(self.called_at, _EARLIEST)
        return Told(self.service, self.step, self.reason, called_at, self.language)


class DevicesMessage(BaseModel):
    """How a terminal is: a fault's code for each device that has one. `state` is left as it was if not said."""

    model_config = ConfigDict(extra="forbid")

    devices: dict[DeviceName, Code | None]
    state: TerminalUse | None = None

    @property
    def faults(self) -> dict[str, str]:
        """The devices that have a fault."""
        return {device: code for device, code in self.devices.items() if code}


class MessageType(StrEnum):
    """What the hub says on a terminal's connection. Terminals pass over what they do not know."""

    HELLO = "hello"
    COVIEW = "coview"
    COMMANDS = "commands"


def standing(call: CallRecord, snapshot: Snapshot) -> dict[str, Any]:
    """Return what a terminal hears about its call."""
    answer: dict[str, Any] = {"state": call.state.value}
    if call.state is CallState.QUEUED:
        answer |= {"place": snapshot.places.get(call.id), "usual_minutes": snapshot.usual.get(call.site)}
    if call.state in ATTENDED and call.attendant:
        answer |= {"name": call.attendant.name, "counter": call.attendant.counter, "minutes": call.minutes}
    return answer


_NOT_OURS: dict[int | str, dict[str, Any]] = {
    401: {"description": "The key is not known."},
    404: {"description": "The call is another terminal's."},
}


@router.get("/health", status_code=204, responses={401: _NOT_OURS[401]})
async def health(_terminal: Terminal) -> None:
    """Answer a terminal that the hub is there and knows it."""


@router.put("/calls/{call_id}", responses=_NOT_OURS)
async def place(call_id: CallId, message: CallMessage, terminal: Terminal, book: Book, board: Board) -> dict[str, Any]:
    """Place a call or tell more about it."""
    call = await run_in_threadpool(book.place, call_id, terminal, message.told)
    if call is None:
        raise HTTPException(404, "no such call")
    return standing(call, await board.fresh(Topic.CALLS))


@router.delete("/calls/{call_id}", status_code=204, responses=_NOT_OURS)
async def cancel(call_id: CallId, terminal: Terminal, book: Book, board: Board) -> None:
    """Take a call back."""
    if not await run_in_threadpool(book.cancel, call_id, terminal):
        raise HTTPException(404, "no such call")
    board.announce(Topic.CALLS)


@router.get("/calls/{call_id}/events", responses=_NOT_OURS, response_class=EventStream, status_code=200)
async def events(call_id: CallId, terminal: Terminal, book: Book, board: Board, request: Request) -> Response:
    """Tell how a call stands, now and at each change; the stream ends with the call."""
    call = await run_in_threadpool(book.call, call_id)
    if call is None or call.terminal != terminal:
        raise HTTPException(404, "no such call")
    await board.fresh(Topic.CALLS)
    ended = request.app.state.admissions.until_refused(terminal, request.state.terminal_key)
    return EventStream(_events(call, book, board), request.app.state.settings.ping, ended=ended)


async def _events(call: CallRecord, book: Book, board: Board) -> AsyncIterator[bytes]:
    def look(snapshot: Snapshot) -> dict[str, Any] | None:
        current = snapshot.by_id.get(call.id)
        return standing(current, snapshot) if current else None

    async for current in board.follow(look, Topic.CALLS):
        if current is None:  # closed: the board has open calls only
            last = await run_in_threadpool(book.call, call.id)
            state = last.state if last and last.state not in OPEN else CallState.CANCELLED
            yield json_event("state", {"state": state.value})
            return
        yield json_event("state", current)


@router.get("/terminals/me/events", responses={401: _NOT_OURS[401]}, response_class=EventStream, status_code=200)
async def connection(terminal: Terminal, request: Request) -> Response:
    """Stay connected: while this stream lasts, the counter sees that the terminal is there."""
    presence = request.app.state.presence
    presence.came(terminal)
    messages = _messages(request, terminal)
    ended = request.app.state.admissions.until_refused(terminal, request.state.terminal_key)
    return EventStream(messages, request.app.state.settings.ping, lambda: presence.left(terminal), ended)


async def _messages(request: Request, terminal: str) -> AsyncIterator[bytes]:
    yield json_event(MessageType.HELLO, {})
    ears: dict[MessageType, coview_terminals.Ear | fleet_terminals.Ear] = {
        MessageType.COVIEW: coview_terminals.Ear(request, terminal),
        MessageType.COMMANDS: fleet_terminals.Ear(request, terminal),
    }
    news = request.app.state.coview_news
    async for _ in news.follow(terminal, fleet_terminals.name_for(terminal), at_once=True):
        for kind, ear in ears.items():
            if (message := await ear.news()) is not None:
                yield json_event(kind, message)


@router.put("/terminals/me/devices", status_code=204, responses={401: _NOT_OURS[401]})
async def devices(message: DevicesMessage, terminal: Terminal, board: Board, request: Request) -> None:
    """Say how the devices are, all of them each time; null and a missing one both mean: no fault."""
    if len(message.devices) > _MOST_DEVICES:
        raise HTTPException(422, "too many devices")
    book = request.app.state.terminals
    await run_in_threadpool(book.told, terminal, message.faults, message.state)
    board.announce(Topic.TERMINALS)
