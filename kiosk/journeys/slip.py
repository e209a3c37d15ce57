"""A slip with a service's information to take along: on paper, or behind a QR code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.effects import Print
from kiosk.events import Device, Event, Printed, PrintFailed, WentBack, WentHome, WentOn
from kiosk.faults import Fault
from kiosk.place import Service, ServiceId
from kiosk.privacy import Private
from kiosk.receipt import Receipt, information_slip, receipt_text
from kiosk.screen import Action, ActionStyle, Drawing, Level, Notice, Number, Offer, Part, Picture, Screen
from kiosk.text import msg
from kiosk.visit import Step, Visit

MOST_IN_CODE = 700
"""Bytes of text in a QR code that a telephone still reads from a screen at arm's length."""


class Printing(StrEnum):
    """How a print stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PrintState:
    """A print and, if it failed, why."""

    printing: Printing = Printing.RUNNING
    fault: Fault | None = None

    def after(self, event: Event) -> PrintState:
        """Return the state after an event; the same object if it is none of a print's."""
        if isinstance(event, Printed):
            return PrintState(Printing.DONE)
        if isinstance(event, PrintFailed):
            return PrintState(Printing.FAILED, event.fault)
        return self

    def part(self) -> Part:
        """Return what the visitor sees of it."""
        match self.printing:
            case Printing.RUNNING:
                words = msg("print.words")
                return Picture("printer", Drawing.PRINTER, words, msg("print.running"), msg("print.take"), busy=True)
            case Printing.DONE:
                return Picture("printer", Drawing.PRINTER, msg("print.words"), msg("print.done"), msg("print.take"))
            case Printing.FAILED:
                assert self.fault
                return Notice("no-paper", Level.WARNING, self.fault.title, msg("print.instead"))


def slip_of(visit: Visit, service: Service) -> Receipt:
    """Return the slip in the visitor's language."""
    return information_slip(visit.place, service, visit.look.language)


@dataclass(frozen=True, slots=True)
class SlipPage:
    """The slip is printed; without paper it can be photographed as a QR code."""

    service: ServiceId
    state: PrintState = PrintState()

    def compose(self, visit: Visit) -> Screen:
        """Say how the print stands."""
        service = visit.place.service(self.service)
        return Screen(
            f"slip-{service.id}",
            msg("slip.title"),
            visit.look,
            (self.state.part(), *self._code(visit, service)),
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
            Action("home", msg("done.another"), WentHome(), ActionStyle.PRIMARY, "arrow-right", icon_after=True),
            lead=service.title,
        )

    def _code(self, visit: Visit, service: Service) -> tuple[Part, ...]:
        if self.state.printing is not Printing.FAILED:
            return ()
        text = receipt_text(slip_of(visit, service)).encode()[:MOST_IN_CODE].decode(errors="ignore")
        again = Action("again", msg("print.again"), WentOn("print"), icon="refresh")
        number = Number("code", msg("slip.code"), Private(""), Private(text), msg("slip.code-hint"))
        if not visit.works(Device.PRINTER):
            return (number,)
        return (number, _retry(again))

    def step(self, visit: Visit, event: Event) -> Step:
        """Follow the print; print again on request."""
        if isinstance(event, WentOn) and event.choice == "print":
            service = visit.place.service(self.service)
            return visit.turned_to(SlipPage(self.service)), (Print(slip_of(visit, service)),)
        state = self.state.after(event)
        return (visit, ()) if state is self.state else (visit.turned_to(replace(self, state=state)), ())


def _retry(again: Action) -> Part:
    return Offer("retry", "printer", msg("print.back"), None, again)
