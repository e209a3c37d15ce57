"""Why a request or a step did not succeed: a value, with what the client has to know to go on."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.faults import Fault, FaultCode


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failed step. `passing` troubles may be gone at the next try; the others stay.

    `after`: seconds that the server asked to wait (Retry-After). `status`: of HTTP, 0 without an answer.
    `fault.detail` names the operation and the kind of failure, never an id, a body or an address.
    """

    fault: Fault
    passing: bool
    after: float | None = None
    status: int = 0


def passing(code: FaultCode, detail: str) -> Trouble:
    """Return a trouble that may be gone at the next try."""
    return Trouble(Fault(code, detail), passing=True)


def final(code: FaultCode, detail: str) -> Trouble:
    """Return a trouble that another try would meet again."""
    return Trouble(Fault(code, detail), passing=False)
