"""Help was called: the visit is on hold, and the screen says who is coming."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.device_events import Device
from kiosk.effects import Call, HelpReason
from kiosk.events import Event, HelpCancelled, HelpReasonGiven, Resumed
from kiosk.journeys.counter import ways_to_a_person
from kiosk.parts import (
    Action,
    Busy,
    Card,
    Cards,
    Drawing,
    Fact,
    Facts,
    Heading,
    Level,
    Notice,
    Paragraph,
    Part,
    Person,
    Picture,
)
from kiosk.screen import HelpState, Screen
from kiosk.text import Text, Verbatim, msg
from kiosk.visit import Step, Visit

REASONS: Mapping[HelpReason, Text] = MappingProxyType(
    {
        HelpReason.UNDERSTAND: msg("help.reason.understand"),
        HelpReason.TECHNICAL: msg("help.reason.technical"),
        HelpReason.PAPERS: msg("help.reason.papers"),
        HelpReason.OTHER: msg("help.reason.other"),
    }
)
_ICONS = {
    HelpReason.UNDERSTAND: "question",
    HelpReason.TECHNICAL: "printer",
    HelpReason.PAPERS: "id-card",
    HelpReason.OTHER: "help-bell",
}


@dataclass(frozen=True, slots=True)
class HelpPage:
    """How the call stands. Answers are covered, since this page lies over them."""

    def compose(self, visit: Visit) -> Screen:
        """Say who is coming, and that nothing is lost; without a counter, how else to reach a person."""
        if visit.help.state is HelpState.NONE:
            return _otherwise(visit)
        coming = visit.help.state is HelpState.COMING
        key = "called" if not coming else "coming" if visit.help.on_the_way else "taken"
        return Screen(
            "help",
            msg(f"help.{key}.title"),
            visit.look,
            (_person(visit) if coming else _waiting(visit), *_queue(visit), *_hold(visit), *_reasons(visit)),
            Action("cancel-help", msg("help.cancel"), HelpCancelled(), icon="cross"),
            Action("resume", msg("help.resume"), Resumed(), icon="arrow-right", icon_after=True),
            lead=msg("help.lead"),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing of its own: help is the same on every page."""
        return visit, ()


def _otherwise(visit: Visit) -> Screen:
    closed = visit.has(Device.COUNTER) and not visit.devices.counter_open
    how = visit.place.counter.after_hours or msg("help.closed.text")
    return Screen(
        "help-otherwise",
        msg("help.closed.title" if closed else "help.otherwise.title"),
        visit.look,
        (
            Paragraph("how", how if closed else msg("help.otherwise.text")),
            ways_to_a_person(visit.place),
            *((Paragraph("kept", msg("help.closed.kept"), muted=True),) if closed else ()),
        ),
        Action("resume", msg("help.resume"), Resumed(), icon="arrow-left"),
    )


def _person(visit: Visit) -> Part:
    called = visit.help
    minutes = called.minutes
    return Person(
        "helper",
        Verbatim(called.name),
        msg("help.from" if called.on_the_way else "help.at", counter=called.counter),
        msg("help.in-about") if minutes else None,
        msg("help.minutes", count=minutes) if minutes else None,
    )


def _waiting(visit: Visit) -> Part:
    fault = visit.help.fault
    if fault:
        return Notice("unreached", Level.WARNING, fault.title, fault.remedy)
    if not visit.help.arrived:
        return Busy("waiting", msg("help.calling"), msg("help.waiting-detail"), "help-bell")
    return Busy("waiting", msg("help.waiting"), msg("help.waiting-detail"), "help-bell")


def _queue(visit: Visit) -> tuple[Part, ...]:
    """Where the call stands, as far as the counter says."""
    called = visit.help
    if called.state is not HelpState.CALLED or called.fault:
        return ()
    facts = []
    if called.place:
        facts.append(Fact("people", msg("help.place"), msg("help.place-number", place=called.place)))
    if called.usual is not None:
        facts.append(Fact("clock", msg("help.usual"), msg("help.minutes", count=max(1, called.usual))))
    return (Facts("queue", tuple(facts)),) if facts else ()


def _hold(visit: Visit) -> tuple[Part, ...]:
    hold = Picture("hold", Drawing.COVERED, msg("help.hold.words"), msg("help.hold.title"), msg("help.hold.text"))
    return (hold, *((ways_to_a_person(visit.place),) if visit.help.fault else ()))


def _reasons(visit: Visit) -> tuple[Part, ...]:
    if visit.help.fault:
        return ()
    cards = tuple(
        Card(reason, text, HelpReasonGiven(reason), _ICONS[reason], chosen=reason == visit.help.reason)
        for reason, text in REASONS.items()
    )
    return (
        Heading("why", msg("help.why")),
        Paragraph("why-text", msg("help.why-text"), muted=True),
        Cards("reasons", cards),
    )


def call_of(visit: Visit) -> Call:
    """Return what the counter is told about where the visitor stands: no answer, no name."""
    page = next(page for page in reversed(visit.path) if not isinstance(page, HelpPage))
    screen = page.compose(visit)
    service = visit.application.service.title if visit.application else _service_title(visit)
    reason = HelpReason(visit.help.reason) if visit.help.reason else None
    return Call(service, screen.title, reason, visit.look.language)


def _service_title(visit: Visit) -> Text | None:
    for page in reversed(visit.path):
        service = getattr(page, "service", None)
        if service is not None:
            return visit.place.service(service).title
    return None
