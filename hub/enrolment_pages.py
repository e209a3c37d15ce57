"""IT's page of enrolment: which terminals have a key, a code for one, and the end of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from hub.access import Board, OwnPage, may
from hub.enrolment import EnrolmentFault, NewCode, Standing
from hub.forms import Form, fields
from hub.pages import html
from hub.roles import Right
from hub.sessions import SignedIn
from hub.storage import Topic

router = APIRouter(prefix="/counter/enrolment", tags=["enrolment"])
Keeper = Annotated[SignedIn, Depends(may(Right.ENROL))]


@router.get("")
async def page(request: Request, person: Keeper) -> Response:
    """Show which terminals are enrolled."""
    return await _page(request, person)


@router.post("/code", dependencies=[OwnPage], openapi_extra=fields("terminal", "site", "location"))
async def code(request: Request, person: Keeper, form: Form) -> Response:
    """Make a code and show it once. A terminal that is not known yet is added."""
    terminal, enrolments = form.get("terminal", ""), request.app.state.enrolments
    known = await run_in_threadpool(enrolments.site_of, terminal)
    site = known or person.site or form.get("site", "") or request.app.state.settings.all_sites[0].name
    if known is None and site not in {each.name for each in request.app.state.settings.all_sites}:
        return await _page(request, person, fault=EnrolmentFault.UNKNOWN_SITE)
    _only_own(person, site)
    made = await run_in_threadpool(enrolments.new_code, person.login, terminal, site, form.get("location", "")[:80])
    if isinstance(made, EnrolmentFault):
        return await _page(request, person, fault=made)
    return await _page(request, person, made=made)


@router.post("/revoke", dependencies=[OwnPage], openapi_extra=fields("terminal"))
async def revoke(request: Request, person: Keeper, form: Form, board: Board) -> Response:
    """Take a terminal's key from it; what it has open ends before this answers."""
    terminal, enrolments = form.get("terminal", ""), request.app.state.enrolments
    site = await run_in_threadpool(enrolments.site_of, terminal)
    if site is None:
        raise HTTPException(404, "no such terminal")
    _only_own(person, site)
    await run_in_threadpool(enrolments.revoke, person.login, terminal)
    await board.fresh(Topic.TERMINALS)
    return RedirectResponse("/counter/enrolment", 303)


def _only_own(person: SignedIn, site: str) -> None:
    if person.site not in ("", site):
        raise HTTPException(404, "no such terminal")


async def _page(
    request: Request, person: SignedIn, made: NewCode | None = None, fault: EnrolmentFault | None = None
) -> Response:
    standings: tuple[Standing, ...] = await run_in_threadpool(request.app.state.enrolments.standings)
    sites = [site.name for site in request.app.state.settings.all_sites]
    shown = {
        "standings": [each for each in standings if person.site in ("", each.site)],
        "made": made,
        "fault": fault,
        "sites": [] if person.site or len(sites) < 2 else sites,
        "address": f"{request.url.scheme}://{request.url.netloc}",
    }
    return html("enrolment.html", request, person, shown, 422 if fault else 200)
