"""What a terminal knows of itself, for the staff who stand before it, and a slip that says that the printer prints."""

from __future__ import annotations

from kiosk.device_events import Device
from kiosk.parts import Fact, Facts, FactStyle, Heading, Level, Notice, Part
from kiosk.readiness import Verdict, readiness_of
from kiosk.receipt import Line, LineStyle, Receipt, Stamp
from kiosk.text import Language, Text, msg
from kiosk.visit import Visit


def device_facts(visit: Visit) -> Facts:
    """Return how each device is that the terminal has."""
    facts = [_fact(visit, device) for device in Device if visit.has(device)]
    return Facts("devices", tuple(facts), FactStyle.ITEM)


def _fact(visit: Visit, device: Device) -> Fact:
    fault = visit.devices.fault(device)
    value: Text = msg("staff.device.works") if fault is None else fault.title
    return Fact("check" if fault is None else "warning", msg(f"staff.device.{device}"), value)


def service_facts(visit: Visit) -> tuple[Part, ...]:
    """Return the services that cannot be done now, or only in part, and why."""
    found = [readiness_of(service, visit.devices) for service in visit.place.services]
    lacking = [one for one in found if one.verdict is not Verdict.READY]
    if not lacking:
        return (Notice("services", Level.SUCCESS, msg("staff.services.all")),)
    facts = [
        Fact("cross" if one.verdict is Verdict.NOT_READY else "warning", one.title, one.why[0])
        for one in lacking
        if one.why
    ]
    return Heading("services-title", msg("staff.services.some")), Facts("services", tuple(facts), FactStyle.ITEM)


def trial_slip(language: Language) -> Receipt:
    """Return a slip without anything of a visitor."""
    words = (Line(msg("staff.slip"), LineStyle.BOLD), Line(msg("staff.slip-text")))
    return Receipt(language, (*words, Stamp(msg("receipt.date"))))
