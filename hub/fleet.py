"""The fleet for IT's tools: `/api/v1/fleet`, with a token of an account (RFC 6750).

GET    /api/v1/fleet/terminals                     all terminals of one's sites
GET    /api/v1/fleet/terminals/{name}              one of them, with its last commands
PUT    /api/v1/fleet/terminals/{name}/assignment   which profile it is to show
POST   /api/v1/fleet/terminals/{name}/commands     give a command
GET    /api/v1/fleet/commands/{id}                 how it stands
DELETE /api/v1/fleet/commands/{id}                 withdraw it, unless the terminal has answered
GET    /api/v1/fleet/commands/{id}/content         what it asked for: a report, log lines, a picture
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hub.access import Board, stranger_not_too_often
from hub.fleet_book import LASTS, PROFILE_LASTS, CommandRecord, FleetRecord, GivenFault
from hub.fleet_terminals import name_for
from hub.fleet_tokens import Asker
from hub.one_time_codes import NoKeyError
from hub.roles import Right
from hub.storage import Topic
from hub.terminal_states import TerminalRecord
from kiosk.orders import Do, Order, TakeProfile, document_of, order_of

router = APIRouter(prefix="/api/v1/fleet", tags=["fleet"])
_bearer = HTTPBearer(auto_error=False, description="An account's token.")
_LONGEST_MINUTES = 24 * 60
_MEDIA = {Do.REPORT: "application/json", Do.LOG: "text/plain; charset=utf-8", Do.PICTURE: "image/png"}


class CommandMessage(BaseModel):
    """A command to be given. `order` is one of `kiosk.orders`; it is good for so many minutes."""

    model_config = ConfigDict(extra="forbid")

    order: dict[str, Any]
    minutes: Annotated[int, Field(ge=1, le=_LONGEST_MINUTES)] = int(LASTS.total_seconds() // 60)


class AssignmentMessage(BaseModel):
    """Which profile a terminal is to show: the name of its bundle, `city/pilot/foyer.tar`."""

    model_config = ConfigDict(extra="forbid")

    target: str


async def asker(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Asker:
    """Return in whose name a tool asks; 401 without a token that is known."""
    token = credentials.credentials.strip() if credentials else ""
    found: Asker | None = await run_in_threadpool(request.app.state.tokens.find, token) if token else None
    if found is None:
        stranger_not_too_often(request)
        raise HTTPException(401, "unknown token", {"WWW-Authenticate": "Bearer"})
    if request.app.state.rates.staff.take(f"token {found.login}"):
        raise HTTPException(429, "too many requests", {"Retry-After": "1"})
    return found


def having(*rights: Right) -> Callable[[Asker], Awaitable[Asker]]:
    """Return a dependency: who asks, if they have one of these rights; 403 if not."""

    async def check(person: Annotated[Asker, Depends(asker)]) -> Asker:
        if not any(person.may(right) for right in rights):
            raise HTTPException(403, "not for this role")
        return person

    return check


OnLooker = Annotated[Asker, Depends(having(Right.SEE_FLEET))]
Commander = Annotated[Asker, Depends(having(Right.COMMAND, Right.SWITCH_SERVICE))]
Name = Annotated[str, Path(max_length=80)]
CommandId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    401: {"description": "The token is not known."},
    403: {"description": "Not for this role."},
    404: {"description": "There is none, or not at these sites."},
}


@router.get("/terminals", responses=_ANSWERS)
async def terminals(person: OnLooker, board: Board, request: Request) -> list[dict[str, Any]]:
    """Return all terminals of one's sites."""
    snapshot = await board.fresh(Topic.TERMINALS)
    fleet = await run_in_threadpool(request.app.state.fleet.fleet)
    return [_shown(one, fleet.get(one.name)) for one in snapshot.terminals if person.sees(one.site)]


@router.get("/terminals/{name}", responses=_ANSWERS)
async def terminal(name: Name, person: OnLooker, board: Board, request: Request) -> dict[str, Any]:
    """Return one terminal, with its last commands."""
    found = await _terminal(name, person, board)
    book = request.app.state.fleet
    fleet = await run_in_threadpool(book.fleet)
    commands = await run_in_threadpool(book.commands, name)
    return _shown(found, fleet.get(name)) | {"commands": [_command(one) for one in commands]}


@router.put("/terminals/{name}/assignment", status_code=202, responses=_ANSWERS)
async def assign(
    name: Name, message: AssignmentMessage, person: Commander, board: Board, request: Request
) -> dict[str, Any]:
    """Assign a profile. The terminal is told with its next contact, its agent fetches it with the next look."""
    order = _order({"do": Do.TAKE_PROFILE.value, "target": message.target})
    return await _give(request, person, await _terminal(name, person, board), order, PROFILE_LASTS)


@router.post("/terminals/{name}/commands", status_code=202, responses=_ANSWERS)
async def command(
    name: Name, message: CommandMessage, person: Commander, board: Board, request: Request
) -> dict[str, Any]:
    """Give a command; it waits for the terminal, if that is away, until it expires."""
    found = await _terminal(name, person, board)
    document = message.order
    if document.get("do") == Do.IDENTIFY:
        document = {"do": Do.IDENTIFY.value, "name": " · ".join(filter(None, (found.name, found.location)))}
    order = _order(document)
    if isinstance(order, TakeProfile):
        raise HTTPException(422, "a profile is assigned, not commanded")
    return await _give(request, person, found, order, timedelta(minutes=message.minutes))


@router.get("/commands/{command_id}", responses=_ANSWERS)
async def standing(command_id: CommandId, person: OnLooker, request: Request) -> dict[str, Any]:
    """Return how a command stands."""
    return _command(await _given(command_id, person, request))


@router.delete("/commands/{command_id}", responses={**_ANSWERS, 409: {"description": "Too late."}})
async def withdraw(command_id: CommandId, person: Commander, request: Request) -> dict[str, Any]:
    """Withdraw a command. A terminal that has begun it, or is away and has heard of it, may do it all the same."""
    found = await _given(command_id, person, request)
    if not _may_do(person, found.do):
        raise HTTPException(403, "not for this role")
    ended: CommandRecord | None = await run_in_threadpool(request.app.state.fleet.withdraw, person.login, command_id)
    if ended is None:
        raise HTTPException(409, "it is too late: it was answered, or has expired")
    request.app.state.coview_news.announce(name_for(ended.terminal))
    return _command(ended)


@router.get("/commands/{command_id}/content", responses=_ANSWERS, response_class=Response)
async def content(command_id: CommandId, person: OnLooker, request: Request) -> Response:
    """Return what a command asked for."""
    if not person.may(Right.COMMAND):
        raise HTTPException(403, "not for this role")
    found = await _given(command_id, person, request)
    kept = await run_in_threadpool(request.app.state.fleet.content, command_id)
    if kept is None:
        raise HTTPException(404, "nothing was answered, or not any more")
    media = _MEDIA.get(Do(found.do), "application/octet-stream")
    return Response(kept, media_type=media, headers={"Content-Disposition": "attachment"})


async def _terminal(name: str, person: Asker, board: Board) -> TerminalRecord:
    snapshot = await board.fresh(Topic.TERMINALS)
    found = next((one for one in snapshot.terminals if one.name == name and person.sees(one.site)), None)
    if found is None:
        raise HTTPException(404, "no such terminal")
    return found


async def _given(command_id: str, person: Asker, request: Request) -> CommandRecord:
    found: CommandRecord | None = await run_in_threadpool(request.app.state.fleet.command, command_id)
    if found is None or not person.sees(found.site):
        raise HTTPException(404, "no such command")
    return found


async def _give(
    request: Request, person: Asker, found: TerminalRecord, order: Order, lasts: timedelta
) -> dict[str, Any]:
    if not _may_do(person, document_of(order)["do"]):
        raise HTTPException(403, "not for this role")
    try:
        given = await run_in_threadpool(request.app.state.fleet.give, person.login, found.name, order, lasts)
    except NoKeyError:
        raise HTTPException(503, "the hub has no key to sign with: key_credential in its settings") from None
    if isinstance(given, GivenFault):
        raise HTTPException(404 if given is GivenFault.UNKNOWN else 409, str(given))
    request.app.state.coview_news.announce(name_for(found.name))
    return _command(given)


def _may_do(person: Asker, do: str) -> bool:
    switches = do in {Do.OUT_OF_SERVICE, Do.IN_SERVICE}
    return person.may(Right.COMMAND) or (switches and person.may(Right.SWITCH_SERVICE))


def _order(document: dict[str, Any]) -> Order:
    try:
        return order_of(document)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None


def _shown(one: TerminalRecord, fleet: FleetRecord | None) -> dict[str, Any]:
    fleet = fleet or FleetRecord({}, None, "")
    return {
        "name": one.name,
        "site": one.site,
        "location": one.location,
        "connected": one.connected,
        "seen": fleet.seen.isoformat(timespec="seconds") if fleet.seen else None,
        "state": one.state,
        "devices": dict(one.devices),
        "assigned": fleet.assigned,
        **{key: fleet.about.get(key, "") for key in ("software", "profile", "version", "target", "trouble")},
        "alarm": bool(fleet.about.get("alarm")),
        "taken_back": fleet.about.get("taken_back", ""),
    }


def _command(one: CommandRecord) -> dict[str, Any]:
    return {
        "id": one.id,
        "terminal": one.terminal,
        "number": one.number,
        "do": one.do,
        "by": one.by,
        "at": one.at.isoformat(timespec="seconds"),
        "expires": one.expires.isoformat(timespec="seconds"),
        "outcome": one.outcome,
        "answered": one.answered.isoformat(timespec="seconds") if one.answered else None,
        "detail": one.detail,
        "content": one.has_content,
    }
