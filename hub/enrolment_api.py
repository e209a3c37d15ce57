"""Enrolment for IT's tools: two more requests of `/api/v1/fleet`, with a token of an account whose role is IT.

POST /api/v1/fleet/terminals/{name}/enrolment   a code for it; a terminal that is not known yet is added
POST /api/v1/fleet/terminals/{name}/revocation  its key is refused from now on, and what it has open ends
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from hub.access import Board
from hub.enrolment import EnrolmentFault
from hub.enrolment_terminals import Name as Words
from hub.fleet import Name, having
from hub.fleet_tokens import Asker
from hub.roles import Right
from hub.storage import Topic

router = APIRouter(prefix="/api/v1/fleet/terminals", tags=["fleet"])
Keeper = Annotated[Asker, Depends(having(Right.ENROL))]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    401: {"description": "The token is not known."},
    403: {"description": "Not for this role."},
    404: {"description": "There is none, or not at these sites."},
}


class NewTerminal(BaseModel):
    """Where a terminal stands that is not known yet; an empty site is one's own, or the hub's first."""

    model_config = ConfigDict(extra="forbid")

    site: Words = ""
    location: Words = ""


class CodeGiven(BaseModel):
    """A code, which is never shown again."""

    terminal: str
    code: str
    ends_at: AwareDatetime


@router.post("/{name}/enrolment", status_code=201, responses=_ANSWERS)
async def enrolment(name: Name, message: NewTerminal, person: Keeper, request: Request) -> CodeGiven:
    """Make a code for a terminal."""
    state = request.app.state
    sites = [site.name for site in state.settings.all_sites]
    known = await run_in_threadpool(state.enrolments.site_of, name)
    site = known or message.site or next(filter(person.sees, sites), "")
    if not person.sees(site) or (known is None and site not in sites):
        raise HTTPException(404, "no such terminal or site")
    made = await run_in_threadpool(state.enrolments.new_code, person.login, name, site, message.location)
    if isinstance(made, EnrolmentFault):
        raise HTTPException(422, str(made))
    return CodeGiven(terminal=made.terminal, code=made.code, ends_at=made.ends_at)


@router.post("/{name}/revocation", status_code=204, responses=_ANSWERS)
async def revocation(name: Name, person: Keeper, request: Request, board: Board) -> None:
    """Refuse a terminal."""
    state = request.app.state
    site = await run_in_threadpool(state.enrolments.site_of, name)
    if site is None or not person.sees(site):
        raise HTTPException(404, "no such terminal")
    await run_in_threadpool(state.enrolments.revoke, person.login, name)
    await board.fresh(Topic.TERMINALS)
