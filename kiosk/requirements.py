"""What a service needs of the terminal, and what of it does not work now: the one matrix of services and devices.

The profile says it (`Service.requires`); what it leaves out follows from the kind of service. Everything that stops
being offered, and everything that says why, asks here: so a device that is back brings its services back with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.device_events import Device
from kiosk.faults import Fault, FaultCode
from kiosk.place import Service, ServiceKind, Weight
from kiosk.visit import ABSENT, Devices

Requirements = Mapping[Device, Weight]

_BY_KIND: Mapping[ServiceKind, Requirements] = MappingProxyType(
    {
        ServiceKind.FORM: {Device.SUBMISSION: Weight.MUST, Device.PRINTER: Weight.BETTER},
        ServiceKind.INFORMATION: {},
        ServiceKind.ID_CARD_HELP: {Device.EID: Weight.MUST},
    }
)
_BRIDGED = frozenset({FaultCode.SUBMISSION_NETWORK})
"""Faults that keep nobody waiting: an application is kept, encrypted, until the network is back."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A device that a service needs and that does not work now. `blocks`: the service cannot be begun."""

    device: Device
    fault: Fault
    blocks: bool

    @property
    def lasting(self) -> bool:
        """Whether this terminal has no such device at all: it will not come back by itself."""
        return self.fault.code in ABSENT.values()


def requirements_of(service: Service) -> Requirements:
    """Return what a service needs: as its profile says, else as its kind needs it. `NONE` is left out."""
    usual = dict(_BY_KIND.get(service.kind, {}))
    if service.card:
        usual[Device.EID] = Weight.BETTER
    if service.ticket:
        usual[Device.PRINTER] = Weight.BETTER
    wanted = usual | dict(service.requires)
    return {device: weight for device, weight in wanted.items() if weight is not Weight.NONE}


def lacks(service: Service, devices: Devices) -> tuple[Lack, ...]:
    """Return what a service lacks now, what blocks it first."""
    found = [
        Lack(device, fault, weight is Weight.MUST and fault.code not in _BRIDGED)
        for device, weight in requirements_of(service).items()
        if (fault := devices.fault(device))
    ]
    return tuple(sorted(found, key=lambda lack: not lack.blocks))


def blocked(service: Service, devices: Devices) -> Lack | None:
    """Return why a service cannot be begun now, or None."""
    found = lacks(service, devices)
    return found[0] if found and found[0].blocks else None
