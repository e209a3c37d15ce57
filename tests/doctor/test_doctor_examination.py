"""Checks are bounded and independent: one that breaks or hangs is a finding, and the next one is made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import NoReturn

import pytest

from doctor import examination
from doctor.bench import ready
from doctor.examination import Check, examine
from kiosk.device_events import Device
from kiosk.faults import FaultCode
from kiosk.readiness import Finding, Verdict
from kiosk.text import GERMAN, translator


@dataclass
class Told:
    """Who is told how it goes."""

    lines: list[str] = field(default_factory=list)

    def began(self, check: Check) -> None:
        self.lines.append(f"{check.id} began")

    def ended(self, finding: Finding) -> None:
        self.lines.append(f"{finding.check} {finding.verdict}")


async def _well() -> Finding:
    return ready("disk")


async def _breaks() -> NoReturn:
    raise RuntimeError("Erika Mustermann")


async def _hangs() -> NoReturn:
    await asyncio.get_running_loop().create_future()
    raise AssertionError


WELL = Check("disk", _well, 5)


async def test_checks_are_made_in_turn_and_told_of() -> None:
    told = Told()
    findings = await examine((WELL, WELL), told)
    assert [finding.verdict for finding in findings] == [Verdict.READY, Verdict.READY]
    assert told.lines == ["disk began", "disk ready"] * 2


async def test_a_check_that_breaks_stops_no_other_and_tells_only_the_kind() -> None:
    broken, well = await examine((Check("printer", _breaks, 5, Device.PRINTER), WELL), Told())
    assert (broken.verdict, broken.device) == (Verdict.NOT_READY, Device.PRINTER)
    assert broken.fault
    assert broken.fault.code is FaultCode.INTERNAL
    assert "Erika" not in translator(GERMAN).say(broken.words) + repr(broken)
    assert well.verdict is Verdict.READY


async def test_a_check_that_hangs_ends_at_its_deadline() -> None:
    hung, well = await examine((Check("printer", _hangs, 0.05, Device.PRINTER), WELL), Told())
    assert hung.verdict is Verdict.NOT_READY
    assert hung.fault
    assert 0 < hung.seconds < 2
    assert well.verdict is Verdict.READY


async def test_a_check_that_will_not_even_stop_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "TIDY_S", 0.05)
    at_last, gone = asyncio.Event(), asyncio.Event()

    async def stubborn() -> Finding:
        while not at_last.is_set():
            try:
                await at_last.wait()
            except asyncio.CancelledError:
                continue
        gone.set()
        return ready("disk")

    left, well = await examine((Check("disk", stubborn, 0.05), WELL), Told())
    assert (left.verdict, well.verdict) == (Verdict.NOT_READY, Verdict.READY)
    at_last.set()
    await gone.wait()


async def test_what_is_essential_is_noted() -> None:
    [finding] = await examine((Check("disk", _well, 5, essential=True),), Told())
    assert finding.essential
