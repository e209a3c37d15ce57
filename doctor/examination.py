"""Checks, one after the other: each in its own time, none stops another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.device_events import Device
from kiosk.faults import Fault, FaultCode
from kiosk.readiness import Finding, Verdict
from kiosk.text import Msg, msg

log = logging.getLogger(__name__)

TIDY_S = 5.0
"""So long a check may take to put its things away; then it is left behind."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at. `deadline` is in seconds, the time of the person who is asked included."""

    id: str
    look: Callable[[], Awaitable[Finding]]
    deadline: float
    device: Device | None = None
    essential: bool = False


class Progress(Protocol):
    """Who is told how it goes."""

    def began(self, check: Check) -> None:
        """A check begins."""

    def ended(self, finding: Finding) -> None:
        """A check has ended with this."""


async def examine(checks: Sequence[Check], progress: Progress) -> tuple[Finding, ...]:
    """Make every check and return what was found."""
    findings = []
    for check in checks:
        progress.began(check)
        finding = await _made(check)
        findings.append(finding)
        progress.ended(finding)
    return tuple(findings)


async def _made(check: Check) -> Finding:
    """Make one check: too long a one and one that breaks are findings too."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    task = loop.create_task(_looked(check), name=f"doctor {check.id}")
    done, _ = await asyncio.wait({task}, timeout=check.deadline)
    if not done:
        task.cancel()
        await asyncio.wait({task}, timeout=TIDY_S)
        finding = _failed(check, msg("doctor.too-long", seconds=round(check.deadline)), "TimeoutError")
    else:
        finding = task.result()
    seconds = round(loop.time() - start, 1)
    return replace(finding, device=check.device, essential=check.essential, seconds=seconds)


async def _looked(check: Check) -> Finding:
    try:
        return await check.look()
    except Exception as error:  # a broken check is something to be put right too, and no reason to stop
        log.debug("%s broke", check.id, exc_info=True)
        kind = type(error).__name__
        return _failed(check, msg("doctor.broke", kind=kind), kind)


def _failed(check: Check, words: Msg, detail: str) -> Finding:
    fault = Fault(FaultCode.INTERNAL, detail) if check.device else None
    return Finding(check.id, Verdict.NOT_READY, words, msg(f"doctor.remedy.{check.id}"), fault=fault)
