"""What the pages of the "eID rescue" have in common: its errands with the card, and the page that offers one."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from kiosk.device_events import Device
from kiosk.events import Event, Opened, WentBack, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.journeys.card_errand import WITHOUT, CardErrand, Outcome, facts, forward
from kiosk.journeys.card_pages import begin
from kiosk.journeys.counter import CounterPage
from kiosk.parts import Action, ActionStyle, Fact, Level, Notice, Offer, Part
from kiosk.place import Service, ServiceId
from kiosk.screen import Screen
from kiosk.text import Text, msg
from kiosk.visit import Step, Visit

Points: TypeAlias = tuple[tuple[str, str], ...]
"""Icon, and the name of a message `rescue.<name>` with its `…-text`."""

REMEDIES = frozenset(
    {
        FaultCode.EID_ABSENT,
        FaultCode.EID_CLIENT_LOST,
        FaultCode.EID_NO_READER,
        FaultCode.EID_CARD_DEACTIVATED,
        FaultCode.EID_CARD_INOPERATIVE,
        FaultCode.EID_PIN_BLOCKED,
        FaultCode.EID_CANCELLED,
        FaultCode.EID_REFUSED,
        FaultCode.EID_SERVER,
        FaultCode.EID_TIMEOUT,
    }
)
"""Faults with a remedy `rescue.<code>` of their own: the usual ones end in typing, which helps nobody here."""


@dataclass(frozen=True, slots=True)
class RescueErrand(CardErrand):
    """One thing that can be done with the card itself. `within` is the service that offers it."""

    within: ServiceId

    TOPIC: ClassVar[str] = "rescue"
    OWN: ClassVar[frozenset[str]] = frozenset(
        {"failed.title", "failed.lead", "reading.title", "writing.title", "consent.kept-text"}
    )

    @property
    @abstractmethod
    def name(self) -> str:
        """The messages `rescue.<name>.title`, `.lead` and `.begin`."""

    @property
    @abstractmethod
    def points(self) -> Points:
        """What is to be known beforehand."""

    @property
    def asides(self) -> tuple[Part, ...]:
        """Ways for those who are wrong here."""
        return ()

    def service(self, visit: Visit) -> Service:
        """Return the service that offers it."""
        return visit.place.service(self.within)

    def done(self, visit: Visit, event: Outcome) -> Step:
        """Nothing that an errand does not know leads anywhere."""
        return visit, ()

    def left(self, visit: Visit) -> Step:
        """Go back to what can be done with a card."""
        return visit.back(), ()

    def way_out(self, style: ActionStyle = ActionStyle.PLAIN) -> Action:
        """Return "stop here"."""
        return Action(WITHOUT, msg("rescue.stop"), WentOn(WITHOUT), style, "cross")

    def otherwise(self, visit: Visit, *, repeatable: bool) -> tuple[Part, ...]:
        """Offer a person."""
        return (person(visit),)

    def remedy(self, fault: Fault) -> Text:
        """Return what helps with the card itself."""
        return remedy(fault)


def remedy(fault: Fault) -> Text:
    """Return what a visitor can do about a fault at the card."""
    return msg(f"rescue.{fault.code}") if fault.code in REMEDIES else fault.remedy


@dataclass(frozen=True, slots=True)
class RescueOffer:
    """What an errand needs, what it does, and what a mistake costs. Then it begins."""

    errand: RescueErrand

    def compose(self, visit: Visit) -> Screen:
        """Say it, in that order; why it cannot be done now and who can help instead, where that is so."""
        name, service = self.errand.name, self.errand.within
        fault = visit.devices.fault(Device.EID)
        if fault:
            notice = Notice("fault", Level.WARNING, fault.title, remedy(fault))
            return rescue_screen(visit, service, name, (notice,), to_a_person(ActionStyle.PRIMARY))
        parts = (facts("points", told(self.errand.points)), *self.errand.asides)
        return rescue_screen(visit, service, name, parts, forward(msg(f"rescue.{name}.begin")))

    def step(self, visit: Visit, event: Event) -> Step:
        """Begin."""
        if isinstance(event, WentOn) and not event.choice and visit.works(Device.EID):
            return begin(visit, self.errand)
        return visit, ()


def told(points: Points) -> tuple[Fact, ...]:
    """Return points in words."""
    return tuple(Fact(icon, msg(f"rescue.{name}"), msg(f"rescue.{name}-text")) for icon, name in points)


def rescue_screen(visit: Visit, service: ServiceId, name: str, parts: tuple[Part, ...], way_on: Action) -> Screen:
    """Return the screen `rescue-<name>` with the messages `rescue.<name>.title` and `.lead`."""
    return Screen(
        f"rescue-{name}",
        msg(f"rescue.{name}.title"),
        visit.look,
        parts,
        Action("back", msg("back"), WentBack(), icon="arrow-left"),
        way_on,
        lead=msg(f"rescue.{name}.lead"),
        context=("id-card", visit.place.service(service).title),
    )


def to_a_person(style: ActionStyle = ActionStyle.PLAIN) -> Action:
    """Return the way to the counter."""
    return Action("counter", msg("home.counter"), Opened(CounterPage()), style, "counter")


def person(visit: Visit) -> Part:
    """Return the way to the counter, beside another one."""
    return Offer("person", "counter", msg("home.person"), visit.place.counter.hours, to_a_person())
