"""Whether a terminal is ready: what its checks found, and what follows for each service. Pure data, without visitors.

A check looks at one thing of a terminal; `Finding` is what it found. `readiness_of` says what a service can do with
that, by the same matrix that the visitors' screens ask (`kiosk.requirements`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.device_events import Device
from kiosk.faults import Fault
from kiosk.place import Service, ServiceId
from kiosk.requirements import lacks
from kiosk.text import Msg, Text, msg
from kiosk.visit import ABSENT, Devices

VERSION = 1
"""Of the report as JSON."""


class Verdict(StrEnum):
    """`SKIPPED`: nobody looked, so nothing is claimed."""

    READY = "ready"
    LIMITED = "limited"
    NOT_READY = "not-ready"
    SKIPPED = "skipped"


EXIT_CODES = {Verdict.READY: 0, Verdict.LIMITED: 1, Verdict.NOT_READY: 2}
"""What `lotse doctor` ends with."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One figure or fact of a finding, for IT: never a secret, never visitor data."""

    label: Msg
    value: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. `words` say it in a sentence, `remedy` what to do; `seconds` is how long it took.

    `device` is what was looked at, where that is one of a terminal's devices; `fault` why it cannot be used.
    `essential`: without it nobody can be let at the terminal.
    """

    check: str
    verdict: Verdict
    words: Msg
    remedy: Msg | None = None
    details: tuple[Detail, ...] = ()
    device: Device | None = None
    fault: Fault | None = None
    essential: bool = False
    seconds: float = 0.0

    @property
    def title(self) -> Msg:
        """What was looked at."""
        return msg(f"doctor.check.{self.check}")

    def with_details(self, *details: Detail) -> Finding:
        """Return the finding with more details."""
        return replace(self, details=(*self.details, *details))


@dataclass(frozen=True, slots=True)
class ServiceReadiness:
    """What a service of the place can do at this terminal. `why` are the titles of the faults behind that."""

    id: ServiceId
    title: Text
    verdict: Verdict
    why: tuple[Msg, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found at a terminal. `begun` is a time in ISO 8601 with its offset."""

    place: Text
    terminal: str
    location: str
    software: str
    begun: str
    findings: tuple[Finding, ...]
    services: tuple[ServiceReadiness, ...]

    @property
    def verdict(self) -> Verdict:
        """Return the whole's verdict.

        Not ready: a visitor would find a service that cannot be done here, or something essential is missing.
        Limited: anything else is less than ready. Ready otherwise.
        """
        services = {service.verdict for service in self.services}
        found = {finding.verdict for finding in self.findings}
        essential = {finding.verdict for finding in self.findings if finding.essential}
        if Verdict.NOT_READY in services | essential:
            return Verdict.NOT_READY
        short = {Verdict.LIMITED, Verdict.NOT_READY} & (services | found)
        return Verdict.LIMITED if short else Verdict.READY


def devices_of(findings: Sequence[Finding], there: frozenset[Device]) -> Devices:
    """Return the devices as the findings have them; one that is neither there nor was looked at is absent."""
    devices = Devices(tuple(sorted((device, Fault(code)) for device, code in ABSENT.items() if device not in there)))
    for finding in findings:
        if finding.device and finding.fault:
            devices = devices.changed(finding.device, finding.fault)
    return devices


def readiness_of(service: Service, devices: Devices) -> ServiceReadiness:
    """Return what a service can do with these devices."""
    found = lacks(service, devices)
    verdict = Verdict.LIMITED if found else Verdict.READY
    if any(lack.blocks for lack in found):
        verdict = Verdict.NOT_READY
    return ServiceReadiness(service.id, service.title, verdict, tuple(lack.fault.title for lack in found))
