"""The page on which a site's floor plan is brought, and terminals are put where they stand.

It works without a script too: a terminal's place is two numbers; with one, its mark can be dragged.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from hub.access import Board, OwnPage, may
from hub.forms import Form, fields
from hub.pages import html
from hub.plans import PlanBook, cleaned, uploaded
from hub.roles import Right
from hub.sessions import SignedIn
from hub.settings import Site, Spot
from hub.storage import Topic

router = APIRouter(prefix="/counter", tags=["plans"])
Arranger = Annotated[SignedIn, Depends(may(Right.ARRANGE_PLANS))]
Number = Annotated[int, Path(ge=0, le=9999)]
_PICTURE = {"type": "object", "properties": {"picture": {"type": "string", "format": "binary"}}}
_UPLOAD = {"requestBody": {"content": {"multipart/form-data": {"schema": _PICTURE}}}}


@router.get("/plans")
async def first(request: Request, person: Arranger) -> Response:
    """Lead to the plan of one's site, or of the first."""
    sites = request.app.state.settings.all_sites
    number = next((number for number, site in enumerate(sites) if person.site in ("", site.name)), None)
    if number is None:
        raise HTTPException(404, "no such site")
    return RedirectResponse(f"/counter/plans/{number}", 303)


@router.get("/plans/{number}")
async def page(number: Number, request: Request, person: Arranger, board: Board, problem: str = "") -> Response:
    """Show a site's plan, and where its terminals stand."""
    site = _site(number, request, person)
    now = await board.fresh(Topic.TERMINALS)
    sites = [(at, each.name) for at, each in enumerate(request.app.state.settings.all_sites)]
    shown = {
        "number": number,
        "here_site": site.name,
        "sites": [pair for pair in sites if person.site in ("", pair[1])],
        "version": now.plans.get(site.name, ""),
        "brought": site.name in now.plans,
        "has_plan": site.name in now.plans or site.plan is not None,
        "terminals": [terminal for terminal in now.terminals if terminal.site == site.name],
        "problem": problem if problem == "picture" else "",
    }
    return html("plan.html", request, person, shown)


@router.post("/plans/{number}/picture", dependencies=[OwnPage], openapi_extra=_UPLOAD)
async def bring(number: Number, request: Request, person: Arranger, board: Board) -> Response:
    """Keep a picture as the site's plan."""
    site = _site(number, request, person)
    file = uploaded(request.headers.get("content-type", ""), await request.body(), "picture")
    picture = await run_in_threadpool(cleaned, file)
    if picture is None:
        return RedirectResponse(f"/counter/plans/{number}?problem=picture", 303)
    await run_in_threadpool(_book(request).put, site.name, picture)
    return _changed(number, board)


@router.post("/plans/{number}/remove", dependencies=[OwnPage])
async def remove(number: Number, request: Request, person: Arranger, board: Board) -> Response:
    """Take the picture away."""
    await run_in_threadpool(_book(request).remove, _site(number, request, person).name)
    return _changed(number, board)


@router.post("/plans/{number}/place", dependencies=[OwnPage], openapi_extra=fields("terminal", "x", "y", "off"))
async def place(number: Number, request: Request, person: Arranger, form: Form, board: Board) -> Response:
    """Put a terminal where it stands, or off the plan."""
    site = _site(number, request, person)
    x, y = _percent(form.get("x", "")), _percent(form.get("y", ""))
    spot = None if form.get("off") or x is None or y is None else Spot(x, y)
    if not await run_in_threadpool(_book(request).place, site.name, form.get("terminal", ""), spot):
        raise HTTPException(404, "no such terminal")
    return _changed(number, board)


def _percent(words: str) -> float | None:
    """Return a number from 0 to 100, with a point or a comma; None for anything else."""
    digits = words.replace(",", ".")
    if not digits.isascii() or not digits.replace(".", "", 1).isdigit() or len(digits) > 8:
        return None
    return round(min(100.0, float(digits)), 1)


def _site(number: int, request: Request, person: SignedIn) -> Site:
    sites: tuple[Site, ...] = request.app.state.settings.all_sites
    if number >= len(sites) or person.site not in ("", sites[number].name):
        raise HTTPException(404, "no such site")
    return sites[number]


def _changed(number: int, board: Board) -> RedirectResponse:
    board.announce(Topic.TERMINALS)
    return RedirectResponse(f"/counter/plans/{number}", 303)


def _book(request: Request) -> PlanBook:
    book: PlanBook = request.app.state.plans
    return book
