"""The pages of what was: figures for site leads and auditors, the audit log for auditors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hub.access import may
from hub.audit import Deed
from hub.figures import ALL
from hub.pages import html
from hub.roles import Right
from hub.sessions import SignedIn

router = APIRouter(prefix="/counter", tags=["records"])
_MOST_SPANS = 500


@router.get("/figures")
async def figures(request: Request, person: Annotated[SignedIn, Depends(may(Right.SEE_FIGURES))]) -> Response:
    """Show how many called and how long they waited: never fewer than five, nothing finer than an hour."""
    kept = await run_in_threadpool(request.app.state.figures.figures, person.site)
    spans = [(site, figure) for site, figure in kept if figure.reason == ALL][:_MOST_SPANS]
    reasons = {
        (site, figure.start, figure.span): [
            other
            for at, other in kept
            if (at, other.start, other.span) == (site, figure.start, figure.span) and other.reason != ALL
        ]
        for site, figure in spans
    }
    several = len(request.app.state.settings.all_sites) > 1
    return html("figures.html", request, person, {"spans": spans, "reasons": reasons, "several_sites": several})


@router.get("/audit")
async def audit(request: Request, person: Annotated[SignedIn, Depends(may(Right.SEE_AUDIT))]) -> Response:
    """Show the audit log and whether its chain holds. Reading it is an entry too."""
    log = request.app.state.audit
    await run_in_threadpool(log.append, person.login, Deed.AUDIT_READ)
    entries = await run_in_threadpool(log.newest)
    verdict = await run_in_threadpool(log.verify)
    return html("audit.html", request, person, {"entries": entries, "verdict": verdict})
