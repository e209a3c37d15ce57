"""How a terminal gets its identity: `/api/v1/enrolment`.

POST /api/v1/enrolment         a code once, against the key that the request's proof is made with
POST /api/v1/enrolment/renew   the identity that the request shows, once more

Both come with a proof (`DPoP`, RFC 9449) and answer with a `grant`: a JWS by the hub's key. The first answer has an
HMAC by the code, `mac`, over it: so the terminal knows that the hub's key is the hub's, whoever is in between.
"""

from __future__ import annotations

import hmac
import logging
import math
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.concurrency import run_in_threadpool

from hub.access import address_of, board_of, proven_by, proves, stranger_not_too_often
from hub.enrolment import Claim, EnrolmentFault, grant_text
from hub.one_time_codes import NoKeyError
from hub.storage import Topic

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1/enrolment", tags=["enrolment"])

CodeId = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{4}$")]
Mac = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]


class EnrolmentMessage(BaseModel):
    """What a terminal asks with: a code's first four signs, the name it has already, and the code's HMAC over both."""

    model_config = ConfigDict(extra="forbid")

    code: CodeId
    terminal: Name = ""
    mac: Mac


class Granted(BaseModel):
    """A grant, and the code's HMAC over it."""

    grant: str
    mac: str = ""


_REFUSED = {
    401: {"description": "No proof of a key, or a stale one: ask again with the nonce in `DPoP-Nonce`."},
    403: {"description": "The code, or the identity, is not valid."},
    429: {"description": "Too many attempts."},
    503: {"description": "This hub has no key to sign with."},
}


@router.post("", responses=_REFUSED, dependencies=[Depends(stranger_not_too_often)])  # type: ignore[arg-type]
async def enrol(message: EnrolmentMessage, request: Request) -> Granted:
    """Take a code for a terminal's key."""
    proven = await proven_by(request, identified=False)
    state, address = request.app.state, address_of(request)
    try:
        await run_in_threadpool(state.grants.ready)  # before the code is used up
    except (NoKeyError, OSError) as error:
        raise _no_key(error) from None
    wait = await run_in_threadpool(state.attempts.begin, f"enrolment {message.code}", address)
    if wait is not None:
        raise HTTPException(429, "too many attempts", {"Retry-After": str(math.ceil(wait.total_seconds()))})
    claim = Claim(message.code, proven.thumbprint, message.terminal, message.mac)
    redeemed = await run_in_threadpool(state.enrolments.redeem, claim)
    if isinstance(redeemed, EnrolmentFault):
        raise HTTPException(403, str(redeemed))
    await run_in_threadpool(state.attempts.succeeded, f"enrolment {message.code}", address)
    await board_of(request).fresh(Topic.TERMINALS)  # its next request finds it known
    grant = await run_in_threadpool(state.grants.first, redeemed.terminal, proven)
    return Granted(grant=grant, mac=hmac.digest(redeemed.mac_key, grant_text(grant), "sha256").hex())


@router.post("/renew", responses=_REFUSED)  # type: ignore[arg-type]
async def renew(request: Request) -> Granted:
    """Give a terminal that is known by its identity a new one. It may have expired lately."""
    state = request.app.state
    if not proves(request):
        raise HTTPException(401, "no identity", {"WWW-Authenticate": "DPoP"})
    proven = await proven_by(request, identified=True, late=True)
    board = board_of(request)
    known = (await board.fresh(Topic.TERMINALS)).by_key.get(proven.thumbprint)
    if known is None or known.name != proven.terminal:
        stranger_not_too_often(request)
        raise HTTPException(403, "revoked")
    try:
        grant = await run_in_threadpool(state.grants.renewed, known.name, proven)
    except NoKeyError as error:
        raise _no_key(error) from None
    if proven.expired:
        await run_in_threadpool(state.enrolments.renewed_late, known.name)
    return Granted(grant=grant)


def _no_key(error: Exception) -> HTTPException:
    log.error("nothing can be signed (%s): key_credential is missing or another one, or the root cannot be read", error)
    return HTTPException(503, "this hub has no key to sign with")
