"""A slip with a service's information to take along: on paper, or behind a QR code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.device_events import Device, DeviceChanged, Printed, PrintFailed
from kiosk.effects import Effects, Print
from kiosk.events import Event, SlipAsked, WentBack, WentHome, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.parts import Action, ActionStyle, Drawing, Level, Notice, Number, Offer, Part, Picture
from kiosk.place import Service, ServiceId
from kiosk.privacy import Private
from kiosk.receipt import Receipt, information_slip, receipt_text
from kiosk.screen import Screen
from kiosk.text import msg
from kiosk.visit import Step, Visit

MOST_IN_CODE = 700
"""Bytes of text in a QR code that a telephone still reads from a screen at arm's length."""


MENDED_AT_THE_PRINTER = frozenset(
    {
        FaultCode.PRINTER_PAPER_OUT,
        FaultCode.PRINTER_COVER_OPEN,
        FaultCode.DOCUMENTS_PAPER_OUT,
        FaultCode.DOCUMENTS_COVER_OPEN,
        FaultCode.DOCUMENTS_JAM,
    }
)
"""Faults that a person mends on the spot, and after which it is certain that nothing came out whole.

Only then a print is begun again by itself: after any other fault the first one may lie in the tray already.
"""


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
        """Return the state after an event; the same object if it is nothing to a print.

        A state that runs now and did not before wants its paper printed.
        """
        match event:
            case Printed():
                return PrintState(Printing.DONE)
            case PrintFailed(fault):
                return PrintState(Printing.FAILED, fault)
            case WentOn("print") if self.printing is Printing.FAILED:
                return PrintState()
            case DeviceChanged(Device.PRINTER, None) if self.waits:
                return PrintState()
        return self

    def effects(self, receipt: Receipt) -> Effects:
        """Return what is to be done when this has just become the state: print, if it runs now."""
        return (Print(receipt),) if self.printing is Printing.RUNNING else ()

    @property
    def waits(self) -> bool:
        """Whether it is printed by itself as soon as the printer is ready again."""
        return self.fault is not None and self.fault.code in MENDED_AT_THE_PRINTER

    def parts(self, visit: Visit) -> tuple[Part, ...]:
        """Return what the visitor sees of it."""
        words, take = msg("print.words"), msg("print.take")
        match self.printing:
            case Printing.RUNNING:
                return (Picture("printer", Drawing.PRINTER, words, msg("print.running"), take, busy=True),)
            case Printing.DONE:
                return (Picture("printer", Drawing.PRINTER, words, msg("print.done"), take),)
        assert self.fault
        if visit.works(Device.PRINTER):
            again = Action("print-again", msg("print.again"), WentOn("print"), icon="refresh")
            notice = Notice("no-paper", Level.WARNING, self.fault.title, msg("print.instead"))
            return (notice, Offer("retry", "printer", msg("print.back"), None, again))
        text = msg("print.waits") if self.waits else msg("print.instead")
        return (Notice("no-paper", Level.WARNING, self.fault.title, text),)


def aloud(visit: Visit) -> tuple[Part, ...]:
    """Return the way to hear what stands on the paper, for who cannot read it; none where there is no voice."""
    if not visit.works(Device.SPEECH):
        return ()
    read = Action("slip-aloud", msg("slip.aloud"), SlipAsked(), icon="speaker")
    return (Offer("slip-aloud-offer", "document", msg("slip.aloud.title"), None, read),)


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
            (*self.state.parts(visit), *self._code(visit, service), *aloud(visit)),
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
            Action("home", msg("done.another"), WentHome(), ActionStyle.PRIMARY, "arrow-right", icon_after=True),
            lead=service.title,
            slip=slip_of(visit, service),
        )

    def _code(self, visit: Visit, service: Service) -> tuple[Part, ...]:
        if self.state.printing is not Printing.FAILED:
            return ()
        text = receipt_text(slip_of(visit, service)).encode()[:MOST_IN_CODE].decode(errors="ignore")
        return (Number("code", msg("slip.code"), Private(""), Private(text), msg("slip.code-hint")),)

    def step(self, visit: Visit, event: Event) -> Step:
        """Follow the print; print again on request, and by itself when there is paper again."""
        state = self.state.after(event)
        if state is self.state:
            return visit, ()
        slip = slip_of(visit, visit.place.service(self.service))
        return visit.turned_to(replace(self, state=state)), state.effects(slip)
