"""A service's page: what is needed, what it costs, how long it takes, who is responsible; and its start."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.application_events import FormFailed, FormOpened
from kiosk.device_events import Device
from kiosk.effects import OpenForm, Print
from kiosk.events import Event, HelpAsked, Opened, WentBack, WentOn
from kiosk.faults import Fault
from kiosk.forms.application import FormApplication
from kiosk.journeys.again import begin
from kiosk.journeys.counter import CounterPage
from kiosk.journeys.illustration import illustration
from kiosk.journeys.rescue import ways
from kiosk.journeys.slip import SlipPage, slip_of
from kiosk.parts import (
    Action,
    ActionStyle,
    Busy,
    Card,
    Cards,
    Drawing,
    Fact,
    Facts,
    FactStyle,
    Heading,
    Level,
    Notice,
    Paragraph,
    Part,
)
from kiosk.place import Service, ServiceId, ServiceKind
from kiosk.requirements import Lack, blocked, lacks
from kiosk.screen import Screen
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
                *_missing(visit, service),
                *_rescue(visit, service),
                *_scene(visit, service),
                _key_facts(service),
                *_needs(service),
                *_body(service),
                *_without(visit, service),
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
        if service.kind is ServiceKind.FORM and blocked(service, visit.devices) is None:
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
        counter = Action("counter", msg("home.counter"), Opened(CounterPage()), icon=visit.place.counter.icon)
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
            return begin(visit.back(), FormApplication(visit.place, service, event.form))
        if isinstance(event, FormFailed):
            return visit.turned_to(replace(self, fault=event.fault)), ()
        return visit, ()


def _forward(visit: Visit, service: Service) -> Action | None:
    """The way on: to the service, or, while something is missing that it must have, to a person."""
    missing = blocked(service, visit.devices)
    if missing and visit.has(Device.COUNTER):
        return Action("call", msg("counter.call"), HelpAsked(), ActionStyle.PRIMARY, "help-bell")
    if service.kind is ServiceKind.FORM:
        label = service.start or msg("service.start")
        why = msg("service.start-not-now") if missing else None
        style = ActionStyle.PRIMARY
        return Action("start", label, WentOn(), style, "arrow-right", icon_after=True, why_disabled=why)
    if service.ticket and service.kind is ServiceKind.INFORMATION:
        return Action("slip", msg("service.slip"), WentOn("slip"), ActionStyle.PRIMARY, "ticket")
    return None


def _scene(visit: Visit, service: Service) -> tuple[Part, ...]:
    if service.kind is ServiceKind.ID_CARD_HELP:
        return ()  # its ways are pictures already
    return illustration(visit, Drawing.APPLYING if service.kind is ServiceKind.FORM else Drawing.ASKING)


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


def _rescue(visit: Visit, service: Service) -> tuple[Part, ...]:
    """What can be done with an ID card comes before all else there is to know."""
    return (ways(visit, service.id),) if service.kind is ServiceKind.ID_CARD_HELP else ()


def _body(service: Service) -> tuple[Part, ...]:
    if service.kind is ServiceKind.ID_CARD_HELP:
        return ()  # said where it helps: see `kiosk.journeys.rescue.Advice`
    return tuple(Paragraph(f"body-{number}", text) for number, text in enumerate(service.body))


def _missing(visit: Visit, service: Service) -> tuple[Part, ...]:
    """Before all else: what keeps the service from being begun, and who helps."""
    lack = blocked(service, visit.devices)
    if lack is None:
        return ()
    text = msg("lack.lasting" if lack.lasting else "lack.for-now")
    return (Notice(f"lacks-{lack.device}", Level.WARNING, lack.fault.title, text),)


def _without(visit: Visit, service: Service) -> tuple[Part, ...]:
    """What is broken that the service can do without."""
    found = lacks(service, visit.devices)
    if any(lack.blocks for lack in found):
        return ()
    return tuple(_remark(lack) for lack in found if not lack.lasting)


def _remark(lack: Lack) -> Notice:
    text = _WITHOUT.get(lack.device, msg("lack.without"))
    return Notice(f"lacks-{lack.device}", Level.INFO, lack.fault.title, text)


_WITHOUT = {device: msg(f"lack.without.{device}") for device in (Device.PRINTER, Device.EID, Device.SUBMISSION)}
"""How it goes on without a device."""


def _in_person(visit: Visit, service: Service) -> tuple[Part, ...]:
    counter = visit.place.counter
    cards = [Card("go", msg("service.counter"), Opened(CounterPage()), counter.icon, counter.hours)]
    if service.kind is not ServiceKind.INFORMATION and service.ticket:
        slip = Card("take-slip", msg("service.slip"), WentOn("slip"), "ticket", msg("service.slip-text"))
        cards.append(slip)
    return (Heading("in-person", msg("home.person")), Cards("persons", tuple(cards)))
