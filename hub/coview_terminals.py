"""What terminals say and hear of co-view, and what staff did at them.

PUT    /api/v1/terminals/me/coview        what the visitor sees, masked; without screens it is over
PUT    /api/v1/terminals/me/deeds/{id}    what somebody of the staff did at the terminal, for the audit log
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from starlette.concurrency import run_in_threadpool

from hub.access import Terminal, board_of
from hub.audit import AuditLog, Deed
from hub.calls import ATTENDED
from hub.coview import CoviewBook, CoviewNews, CoviewRecord
from kiosk.effects import StaffDeed

router = APIRouter(prefix="/api/v1/terminals/me", tags=["terminals"])

# No control characters: they mean nothing here, and PostgreSQL keeps no NUL.
Words = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
PartId = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
SessionId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Kind = Literal[
    "heading", "text", "notice", "facts", "card", "field", "choice", "answer", "consent", "secret", "picture", "button"
]


class Piece(BaseModel):
    """One part of a screen, masked."""

    model_config = ConfigDict(extra="forbid")

    id: PartId
    kind: Kind
    title: Words
    lines: Annotated[list[Words], Field(max_length=300)]
    filled: bool | None


class Shown(BaseModel):
    """A screen, masked, in one language."""

    model_config = ConfigDict(extra="forbid")

    id: PartId
    title: Words
    lead: Words
    progress: Words
    pointed: PartId
    dialog: Words
    pieces: Annotated[list[Piece], Field(max_length=60)]
    left_out: bool


class CoviewMessage(BaseModel):
    """What a terminal shows to who looks on; without screens the co-view is over."""

    model_config = ConfigDict(extra="forbid")

    session: SessionId
    screens: dict[Literal["de", "en"], Shown] | None


class DeedMessage(BaseModel):
    """What somebody of the staff did. `staff` is the name in their card; empty: they had the code."""

    model_config = ConfigDict(extra="forbid")

    deed: StaffDeed
    staff: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]
    at: AwareDatetime


_OVER: dict[int | str, dict[str, Any]] = {401: {"description": "The key is not known."}, 404: {"description": "Over."}}


@router.put("/coview", status_code=204, responses=_OVER)
async def coview(message: CoviewMessage, terminal: Terminal, request: Request) -> None:
    """Show a screen, or end the co-view."""
    book, news = _of(request)
    if message.screens is None:
        await run_in_threadpool(book.end, message.session, terminal)
        news.announce(message.session, terminal)
        return
    screens: dict[str, Any] = {language: shown.model_dump() for language, shown in message.screens.items()}
    if not await run_in_threadpool(book.shown, message.session, terminal, screens):
        raise HTTPException(404, "nobody looks on")
    news.announce(message.session)


@router.put("/deeds/{deed_id}", status_code=204, responses={401: _OVER[401]})
async def deed(
    deed_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], message: DeedMessage, terminal: Terminal, request: Request
) -> None:
    """Write into the audit log what was done at the terminal; may be repeated."""
    log: AuditLog = request.app.state.audit
    subject = f"{terminal}, {message.at.isoformat(timespec='seconds')}, {deed_id}"
    await run_in_threadpool(log.append_once, message.staff or terminal, Deed(message.deed.value), subject)


class Ear:
    """What one terminal hears of the co-view there, whenever it is another than before."""

    def __init__(self, request: Request, terminal: str) -> None:
        self._book, self._terminal = _of(request)[0], terminal
        self._told: dict[str, Any] = {"session": None}
        # Ten thousand terminals may come at once; a co-view has only who is being helped.
        calls = board_of(request).now.calls
        self._due = any(call.terminal == terminal and call.state in ATTENDED for call in calls)

    async def news(self) -> dict[str, Any] | None:
        """Return what is new, or None."""
        due, self._due = self._due, True
        if not due:
            return None
        now = _told(await run_in_threadpool(self._book.of_terminal, self._terminal))
        if now == self._told:
            return None
        self._told = now
        return now


def _told(record: CoviewRecord | None) -> dict[str, Any]:
    if record is None:
        return {"session": None}
    return {
        "session": record.session,
        "name": record.name,
        "counter": record.counter,
        "pointed": record.pointed,
        "line": record.line,
    }


def _of(request: Request) -> tuple[CoviewBook, CoviewNews]:
    return request.app.state.coviews, request.app.state.coview_news
