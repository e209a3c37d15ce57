"""Help was called: the visit is on hold, and the screen says who is coming."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.effects import Call
from kiosk.events import Event, HelpCancelled, HelpReasonGiven, Resumed
from kiosk.journeys.counter import ways_to_a_person
from kiosk.screen import (
    Action,
    Busy,
    Card,
    Cards,
    Drawing,
    Heading,
    HelpState,
    Level,
    Notice,
    Paragraph,
    Part,
    Person,
    Picture,
    Screen,
)
from kiosk.text import Text, Verbatim, msg
from kiosk.visit import Step, Visit

REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "understand": msg("help.reason.understand"),
        "card": msg("help.reason.card"),
        "device": msg("help.reason.device"),
        "operate": msg("help.reason.operate"),
    }
)
_ICONS = {"understand": "question", "card": "id-card", "device": "printer", "operate": "touch"}


@dataclass(frozen=True, slots=True)
class HelpPage:
    """How the call stands. Answers are covered, since this page lies over them."""

    def compose(self, visit: Visit) -> Screen:
        """Say who is coming, and that nothing is lost; without a counter, how else to reach a person."""
        if visit.help.state is HelpState.NONE:
            return _otherwise(visit)
        coming = visit.help.state is HelpState.COMING
        key = "coming" if coming else "called"
        return Screen(
            "help",
            msg(f"help.{key}.title"),
            visit.look,
            (_person(visit) if coming else _waiting(visit), *_hold(visit), *_reasons(visit)),
            Action("cancel-help", msg("help.cancel"), HelpCancelled(), icon="cross"),
            Action("resume", msg("help.resume"), Resumed(), icon="arrow-right", icon_after=True),
            lead=msg("help.lead"),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing of its own: help is the same on every page."""
        return visit, ()


def _otherwise(visit: Visit) -> Screen:
    return Screen(
        "help-otherwise",
        msg("help.otherwise.title"),
        visit.look,
        (Paragraph("how", msg("help.otherwise.text")), ways_to_a_person(visit.place)),
        Action("resume", msg("help.resume"), Resumed(), icon="arrow-left"),
    )


def _person(visit: Visit) -> Part:
    called = visit.help
    minutes = called.minutes
    return Person(
        "helper",
        Verbatim(called.name),
        msg("help.from", counter=called.counter),
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
    reason = REASONS.get(visit.help.reason)
    return Call(service, screen.title, reason)


def _service_title(visit: Visit) -> Text | None:
    for page in reversed(visit.path):
        service = getattr(page, "service", None)
        if service is not None:
            return visit.place.service(service).title
    return None
