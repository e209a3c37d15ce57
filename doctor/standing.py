"""Whether a terminal that serves visitors is ready: the report of `lotse doctor`, without touching a device.

Devices are as they told the terminal themselves; nothing is printed, nobody is asked to do anything. What could not be
seen that way is left out as "not looked at".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from composition.from_afar import software_version
from doctor.bench import Bench, of_state
from doctor.checks import checks_of, chosen, skipped
from doctor.examination import Check, examine
from doctor.person import Nobody
from kiosk.device_events import DeviceChanged
from kiosk.place import Place
from kiosk.readiness import Finding, Report, Verdict, readiness_of
from kiosk.text import msg
from kiosk.visit import ABSENT, Devices
from profiles.settings import Settings

QUIET = frozenset({"credentials", "clock", "disk", "screen"})
"""The checks that no visitor would notice."""


class _Unheard:
    def began(self, check: Check) -> None:
        """Nobody listens."""

    def ended(self, finding: Finding) -> None:
        """Nobody listens."""


async def standing(settings: Settings, place: Place, devices: Devices, secret: Callable[[str], str | None]) -> Report:
    """Return how the terminal stands now."""
    every = checks_of(Bench(settings, place, secret, Nobody()))
    quiet = chosen(every, QUIET)
    told = tuple(check for check in every if check.device)
    begun = datetime.now().astimezone().isoformat(timespec="seconds")
    made = await examine(quiet, _Unheard())
    findings = (*made, *(_told(check, devices) for check in told), *skipped(every, (*quiet, *told)))
    return Report(
        place=place.name,
        terminal=settings.terminal.name,
        location=settings.terminal.location,
        software=software_version(),
        begun=begun,
        findings=findings,
        services=tuple(readiness_of(service, devices) for service in place.services),
    )


def _told(check: Check, devices: Devices) -> Finding:
    """Return what a device says of itself."""
    assert check.device
    fault = devices.fault(check.device)
    if fault and fault.code is ABSENT[check.device]:
        return Finding(check.id, Verdict.SKIPPED, msg("doctor.skipped"), device=check.device)
    well = Finding(check.id, Verdict.READY, msg("doctor.says-ready"))
    return replace(of_state(check.id, DeviceChanged(check.device, fault)) or well, device=check.device)
