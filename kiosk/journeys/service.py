"""A service's page: what is needed, what it costs, how long it takes, who is responsible; and its start."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.effects import OpenForm, Print
from kiosk.events import Device, Event, FormFailed, FormOpened, Opened, WentBack, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.forms.application import FormApplication
from kiosk.journeys.counter import CounterPage
from kiosk.journeys.identity import offer_or_skip
from kiosk.journeys.slip import SlipPage, slip_of
from kiosk.place import Service, ServiceId, ServiceKind
from kiosk.screen import (
    Action,
    ActionStyle,
    Busy,
    Card,
    Cards,
    Fact,
    Facts,
    FactStyle,
    Heading,
    Level,
    Notice,
    Paragraph,
    Part,
    Screen,
)
from kiosk.text import msg
from kiosk.visit import Step, Visit


@dataclass(frozen=True, slots=True)
class ServicePage:
    """All that one should know before starting."""

    service: ServiceId

    def compose(self, visit: Visit) -> Screen:
        """Describe the service; say why it cannot be started, where that is so, and what else can be done."""
        service = visit.place.service(self.service)
        situation = visit.place.situation(service.situation)
        return Screen(
            f"service-{service.id}",
            service.title,
            visit.look,
            (
                _key_facts(service),
                *_needs(service),
                *_body(service),
                *_trouble(visit, service),
                *_in_person(visit, service),
            ),
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
            _forward(visit, service),
            lead=service.summary,
            context=(situation.icon, situation.title),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Open the form, or print a slip to take along."""
        if not isinstance(event, WentOn):
            return visit, ()
        service = visit.place.service(self.service)
        if event.choice == "slip":
            return visit.at(SlipPage(service.id)), (Print(slip_of(visit, service)),)
        if service.kind is ServiceKind.FORM and _missing(visit, service) is None:
            return visit.at(Opening(service.id)), (OpenForm(service),)
        return visit, ()


@dataclass(frozen=True, slots=True)
class Opening:
    """The form is being read: usually not to be seen at all."""

    service: ServiceId
    fault: Fault | None = None

    def compose(self, visit: Visit) -> Screen:
        """Ask for a moment's patience, or say that the form cannot be shown."""
        part: Part = Busy("opening", msg("opening.text"))
        if self.fault:
            part = Notice("failed", Level.DANGER, self.fault.title, self.fault.remedy)
        counter = Action("counter", msg("home.counter"), Opened(CounterPage()), icon="counter")
        return Screen(
            "opening",
            visit.place.service(self.service).title,
            visit.look,
            (part,),
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
            counter if self.fault else None,
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Begin the form as soon as it is there."""
        if isinstance(event, FormOpened):
            service = visit.place.service(self.service)
            application = FormApplication(visit.place, service, event.form)
            return offer_or_skip(replace(visit.back(), application=application))
        if isinstance(event, FormFailed):
            return visit.turned_to(replace(self, fault=event.fault)), ()
        return visit, ()


def _missing(visit: Visit, service: Service) -> Fault | None:
    """Why a form cannot be started: an application that could not be handed in would be a trap.

    A network that is away is no reason: the application is kept, encrypted, until it is back.
    """
    fault = visit.devices.fault(Device.SUBMISSION) if service.kind is ServiceKind.FORM else None
    return None if _offline(fault) else fault


def _offline(fault: Fault | None) -> bool:
    return fault is not None and fault.code is FaultCode.SUBMISSION_NETWORK


def _forward(visit: Visit, service: Service) -> Action | None:
    if service.kind is ServiceKind.FORM:
        missing = _missing(visit, service)
        label = service.start or msg("service.start")
        return Action(
            "start",
            label,
            WentOn(),
            ActionStyle.PRIMARY,
            "arrow-right",
            icon_after=True,
            why_disabled=msg("service.start-not-now") if missing else None,
        )
    if service.ticket:
        return Action("slip", msg("service.slip"), WentOn("slip"), ActionStyle.PRIMARY, "ticket")
    return None


def _key_facts(service: Service) -> Part:
    facts = [
        Fact("euro", msg("service.costs"), service.costs),
        Fact("clock", msg("service.duration"), service.duration),
        Fact("counter", msg("service.responsible"), service.responsible),
    ]
    if service.for_whom:
        facts.append(Fact("people", msg("service.for-whom"), service.for_whom))
    return Facts("key-facts", tuple(facts), FactStyle.KEY)


def _needs(service: Service) -> tuple[Part, ...]:
    if not service.needs:
        return ()
    facts = tuple(Fact(need.icon, need.title, need.text) for need in service.needs)
    return (Heading("needs", msg("service.needs")), Facts("needed", facts, FactStyle.ITEM))


def _body(service: Service) -> tuple[Part, ...]:
    return tuple(Paragraph(f"body-{number}", text) for number, text in enumerate(service.body))


def _trouble(visit: Visit, service: Service) -> tuple[Part, ...]:
    missing = _missing(visit, service)
    if missing:
        return (Notice("missing", Level.WARNING, missing.title, missing.remedy),)
    if service.kind is ServiceKind.FORM and _offline(visit.devices.fault(Device.SUBMISSION)):
        return (Notice("offline", Level.INFO, msg("service.offline"), msg("service.offline-text")),)
    return ()


def _in_person(visit: Visit, service: Service) -> tuple[Part, ...]:
    cards = [Card("go", msg("service.counter"), Opened(CounterPage()), "counter", visit.place.counter.hours)]
    if service.kind is ServiceKind.FORM and service.ticket:
        slip = Card("take-slip", msg("service.slip"), WentOn("slip"), "ticket", msg("service.slip-text"))
        cards.append(slip)
    return (Heading("in-person", msg("home.person")), Cards("persons", tuple(cards)))
