"""A copy of the application on A4, for the visitor who wants to take the answers along."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.device_events import Device, DeviceChanged, DocumentFailed, DocumentPrinted
from kiosk.documents import application_copy
from kiosk.effects import Effects, PrintDocument
from kiosk.events import Event, WentOn
from kiosk.faults import Fault
from kiosk.forms.application import FormApplication
from kiosk.journeys.slip import MENDED_AT_THE_PRINTER, Printing
from kiosk.parts import Action, Level, Notice, Offer, Part
from kiosk.privacy import Private
from kiosk.text import msg
from kiosk.visit import Visit

COPY = "copy"
"""The choice that asks for the copy."""


@dataclass(frozen=True, slots=True)
class PaperCopy:
    """The answers that are still there to be printed, and how their print stands: None before it was asked for."""

    application: FormApplication
    printing: Printing | None = None
    fault: Fault | None = None

    def after(self, event: Event) -> PaperCopy:
        """Return the copy after an event; the same object if it is nothing to it."""
        match event:
            case WentOn(choice) if choice == COPY and self.printing in {None, Printing.FAILED}:
                return replace(self, printing=Printing.RUNNING, fault=None)
            case DeviceChanged(Device.DOCUMENTS, None) if self.waits:
                return replace(self, printing=Printing.RUNNING, fault=None)
            case DocumentPrinted() if self.printing is Printing.RUNNING:
                return replace(self, printing=Printing.DONE)
            case DocumentFailed(fault) if self.printing is Printing.RUNNING:
                return replace(self, printing=Printing.FAILED, fault=fault)
        return self

    @property
    def waits(self) -> bool:
        """Whether it is printed by itself as soon as the printer is ready again."""
        return self.fault is not None and self.fault.code in MENDED_AT_THE_PRINTER

    @property
    def anew(self) -> PaperCopy:
        """The same answers, as if no copy had been asked for: what was printed says what is not so any more."""
        return PaperCopy(self.application)

    def effects(self, visit: Visit, identifier: Private[str], *, sent: bool) -> Effects:
        """Return what is to be done when this has just become the copy: print, if it runs now."""
        if self.printing is not Printing.RUNNING:
            return ()
        language = visit.look.language
        return (PrintDocument(application_copy(visit.place, self.application, language, identifier, sent=sent)),)

    def parts(self, visit: Visit) -> tuple[Part, ...]:
        """Return what the visitor sees of it."""
        match self.printing:
            case None:
                return (self._offer(visit),)
            case Printing.RUNNING:
                return (Notice("copy", Level.INFO, msg("copy.running"), msg("copy.take")),)
            case Printing.DONE:
                return (Notice("copy", Level.SUCCESS, msg("copy.done"), msg("copy.take")),)
        assert self.fault
        if visit.works(Device.DOCUMENTS):
            notice = Notice("copy", Level.WARNING, self.fault.title, msg("copy.missing"))
            return (notice, Offer("copy-retry", "printer", msg("copy.back"), None, _print_again()))
        text = msg("copy.waits") if self.waits else self.fault.remedy
        return (Notice("copy", Level.WARNING, self.fault.title, text),)

    def _offer(self, visit: Visit) -> Part:
        fault = visit.devices.fault(Device.DOCUMENTS)
        if fault is not None:
            return Notice("copy", Level.INFO, fault.title, fault.remedy)
        print_it = Action("copy", msg("copy.print"), WentOn(COPY), icon="printer")
        return Offer("copy", "document", msg("copy.offer"), msg("copy.offer-text"), print_it)


def copy_of(visit: Visit, application: FormApplication) -> PaperCopy | None:
    """Return the copy to be offered; None where no printer could ever print it, so that the answers are forgotten."""
    return PaperCopy(application) if visit.has(Device.DOCUMENTS) else None


def _print_again() -> Action:
    return Action("copy-again", msg("print.again"), WentOn(COPY), icon="refresh")
