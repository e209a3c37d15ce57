"""What terminals say and hear of commands from afar.

PUT    /api/v1/terminals/me/about                   what the terminal runs: software, profile, how updates go
PUT    /api/v1/terminals/me/commands/{id}/answer    how a command ended, and what it asked for; may be repeated
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request
from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.concurrency import run_in_threadpool

from hub.access import Terminal
from hub.fleet_book import NEWS, Answered, FleetBook
from kiosk.orders import Outcome

router = APIRouter(prefix="/api/v1/terminals/me", tags=["terminals"])

# No control characters: they mean nothing here, and PostgreSQL keeps no NUL.
Word = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]
Words = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
MOST_CONTENT = 256 * 1024
_NOT_OURS: dict[int | str, dict[str, Any]] = {401: {"description": "The key is not known."}}


class About(BaseModel):
    """What a terminal runs. What a newer one says besides is passed over."""

    model_config = ConfigDict(extra="ignore")

    software: Word = ""
    profile: Word = ""
    version: Word = ""
    target: Word = ""
    trouble: Word = ""
    alarm: bool = False
    taken_back: Words = ""


class AnswerMessage(BaseModel):
    """How a command ended."""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome
    at: AwareDatetime
    last: Annotated[int, Field(ge=0, lt=2**53)]
    detail: Words = ""
    content: Annotated[Base64Bytes | None, Field(max_length=MOST_CONTENT)] = None


@router.put("/about", status_code=204, responses=_NOT_OURS)
async def about(message: About, terminal: Terminal, request: Request) -> None:
    """Say what the terminal runs."""
    await run_in_threadpool(_book(request).told, terminal, message.model_dump())


@router.put(
    "/commands/{command_id}/answer",
    status_code=204,
    responses={**_NOT_OURS, 404: {"description": "It is another terminal's."}},
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": AnswerMessage.model_json_schema()}}}},
)
async def answer(
    command_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], terminal: Terminal, request: Request
) -> None:
    """Say how a command ended. The body is read when it is known who sends it: it may be larger than others."""
    try:
        message = AnswerMessage.model_validate_json(await request.body())
    except ValidationError:
        raise HTTPException(422, "this is no answer") from None
    answered = Answered(message.outcome, message.last, message.detail, message.content)
    if not await run_in_threadpool(_book(request).answered, terminal, command_id, answered):
        raise HTTPException(404, "no such command")


class Waiting:
    """For which terminals commands wait: one look for all who ask at the same time, begun after they asked."""

    def __init__(self, book: FleetBook) -> None:
        self._book = book
        self._next: asyncio.Task[frozenset[str]] | None = None

    async def fresh(self) -> frozenset[str]:
        """Return the terminals."""
        if self._next is None:
            self._next = asyncio.create_task(self._look())
        return await asyncio.shield(self._next)

    async def _look(self) -> frozenset[str]:
        await asyncio.sleep(0.05)
        self._next = None
        return await run_in_threadpool(self._book.with_open)


class Ear:
    """What one terminal hears of its commands: the open ones, whenever they are others than before."""

    def __init__(self, request: Request, terminal: str) -> None:
        self._book, self._waiting, self._terminal = _book(request), request.app.state.waiting, terminal
        self._told: list[dict[str, str]] = []
        self._first = True

    async def news(self) -> dict[str, Any] | None:
        """Return what is new, or None."""
        first, self._first = self._first, False
        if first and self._terminal not in await self._waiting.fresh():
            return None
        now = await run_in_threadpool(self._book.open_for, self._terminal)
        if now == self._told:
            return None
        self._told = now
        return {"commands": now}


def name_for(terminal: str) -> str:
    """Return under which name a terminal is woken for its commands."""
    return f"{NEWS}{terminal}"


def _book(request: Request) -> FleetBook:
    book: FleetBook = request.app.state.fleet
    return book
