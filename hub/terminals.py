"""What terminals say and hear: `/api/v1`.

PUT    /api/v1/calls/{id}          place a call or tell more about it; may be repeated
DELETE /api/v1/calls/{id}          take it back; may be repeated
GET    /api/v1/calls/{id}/events   how it stands, as server-sent events `state`
GET    /api/v1/health              204 for a terminal that is known
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints
from sse_starlette import EventSourceResponse, JSONServerSentEvent
from starlette.concurrency import run_in_threadpool

from hub.access import Book, Terminal
from hub.calls import OPEN, CallBook, CallRecord, CallState, Told
from hub.news import News

router = APIRouter(prefix="/api/v1")

Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
CallId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="Made by the terminal: 32 hex digits.")]


class CallMessage(BaseModel):
    """What a terminal tells about a call. Texts are German; none is an answer of the visitor."""

    model_config = ConfigDict(extra="forbid")

    service: Label | None = None
    step: Label
    reason: Label | None = None
    called_at: AwareDatetime

    @property
    def told(self) -> Told:
        """The same for the call book."""
        called_at: datetime = self.called_at
        return Told(self.service, self.step, self.reason, called_at)


def standing(call: CallRecord) -> dict[str, Any]:
    """Return what a terminal hears about its call."""
    answer: dict[str, Any] = {"state": call.state.value}
    if call.state is CallState.TAKEN and call.attendant:
        answer |= {"name": call.attendant.name, "counter": call.attendant.counter, "minutes": call.minutes}
    return answer


@router.get("/health", status_code=204)
async def health(_terminal: Terminal) -> None:
    """Answer a terminal that the hub is there and knows it."""


@router.put("/calls/{call_id}")
async def place(call_id: CallId, message: CallMessage, terminal: Terminal, book: Book, request: Request) -> Any:
    """Place a call or tell more about it."""
    call = await run_in_threadpool(book.place, call_id, terminal, message.told)
    if call is None:
        raise HTTPException(404, "no such call")
    request.app.state.news.announce()
    return standing(call)


@router.delete("/calls/{call_id}", status_code=204)
async def cancel(call_id: CallId, terminal: Terminal, book: Book, request: Request) -> None:
    """Take a call back."""
    if not await run_in_threadpool(book.cancel, call_id, terminal):
        raise HTTPException(404, "no such call")
    request.app.state.news.announce()


@router.get("/calls/{call_id}/events")
async def events(call_id: CallId, terminal: Terminal, book: Book, request: Request) -> EventSourceResponse:
    """Tell how a call stands, now and at each change; the stream ends with the call."""
    call = await run_in_threadpool(book.call, call_id)
    if call is None or call.terminal != terminal:
        raise HTTPException(404, "no such call")
    state = request.app.state
    return EventSourceResponse(_events(call_id, book, state.news), ping=state.settings.ping)


async def _events(call_id: str, book: CallBook, news: News) -> AsyncIterator[JSONServerSentEvent]:
    async for call in news.follow(lambda: run_in_threadpool(book.call, call_id)):
        if call is None:
            return
        yield JSONServerSentEvent(event="state", data=standing(call))
        if call.state not in OPEN:
            return
