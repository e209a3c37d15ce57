"""Handing in, and what became of it. "Handed in" is said only when the server has the application."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.application_events import HandedIn, HandInFailed, KeptForLater
from kiosk.effects import HandIn
from kiosk.events import EndAsked, Event, WentBack, WentHome, WentOn
from kiosk.faults import Fault
from kiosk.forms.application import FormApplication
from kiosk.journeys.illustration import illustration
from kiosk.journeys.paper_copy import PaperCopy, copy_of
from kiosk.journeys.slip import PrintState, aloud
from kiosk.parts import (
    Action,
    ActionStyle,
    Busy,
    Drawing,
    Fact,
    Facts,
    FactStyle,
    Heading,
    Level,
    Notice,
    Number,
    Paragraph,
    Part,
)
from kiosk.place import ServiceId
from kiosk.privacy import Private
from kiosk.receipt import Receipt, case_number, kept_receipt, submission_receipt
from kiosk.screen import Screen
from kiosk.text import Text, Verbatim, msg
from kiosk.visit import Step, Visit


def hand_in(visit: Visit) -> Step:
    """Send the application of the visit and wait for what becomes of it."""
    application = _application(visit)
    return visit.at(Sending()), (HandIn(application.to_application()),)


@dataclass(frozen=True, slots=True)
class Sending:
    """The application is on its way. It takes seconds; the port promises an answer."""

    def compose(self, visit: Visit) -> Screen:
        """Ask for a moment. There is no way back from here, and the words say so."""
        wait = msg("sending.wait")
        return Screen(
            "sending",
            msg("sending.title"),
            visit.look,
            (
                *illustration(visit, Drawing.SENDING),
                Busy("sending", msg("sending.text"), msg("sending.detail")),
            ),
            Action("back", msg("back"), WentOn(), icon="arrow-left", why_disabled=wait),
            Action("next", msg("next"), WentOn(), ActionStyle.PRIMARY, why_disabled=wait),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Show the outcome. The answers are dropped as soon as they are not needed any more."""
        match event:
            case HandedIn(submission_id):
                return _done(visit, submission_id)
            case KeptForLater(reference, fault):
                return _kept(visit, reference, fault)
            case HandInFailed(fault):
                return visit.turned_to(NotSent(fault)), ()
        return visit, ()


@dataclass(frozen=True, slots=True)
class Done:
    """The authority's server has it."""

    service: ServiceId
    submission_id: Private[str]
    later: tuple[Text, ...] = ()
    state: PrintState = PrintState()
    copy: PaperCopy | None = None

    def compose(self, visit: Visit) -> Screen:
        """Show the number, the receipt and what happens next."""
        service = visit.place.service(self.service)
        return Screen(
            "done",
            msg("done.title", service=service.title),
            visit.look,
            (
                _number(visit, self.submission_id, msg("done.number")),
                *self.state.parts(visit),
                *aloud(visit),
                *_later(self.later),
                *_copy(visit, self.copy),
                *illustration(visit, Drawing.ANSWERING),
                *_afterwards(visit, self.service),
                *_card(visit),
            ),
            _another(),
            _end(),
            lead=msg("done.lead"),
            success=True,
            slip=self.receipt(visit),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Follow the prints."""
        return _followed(visit, self, event)

    @property
    def identifier(self) -> Private[str]:
        """What the number is made of."""
        return self.submission_id

    def receipt(self, visit: Visit) -> Receipt:
        """Return the receipt in the visitor's language."""
        service = visit.place.service(self.service)
        return submission_receipt(visit.place, service, visit.look.language, self.submission_id, self.later)


@dataclass(frozen=True, slots=True)
class Kept:
    """Encrypted in the outbox; the server does not have it yet."""

    service: ServiceId
    reference: Private[str]
    fault: Fault
    later: tuple[Text, ...] = ()
    state: PrintState = PrintState()
    copy: PaperCopy | None = None

    def compose(self, visit: Visit) -> Screen:
        """Say plainly that it is not handed in yet, what happens to it, and what can be done."""
        service = visit.place.service(self.service)
        return Screen(
            "kept",
            msg("kept.title"),
            visit.look,
            (
                Notice("not-yet", Level.WARNING, self.fault.title, msg("kept.text")),
                _number(visit, self.reference, msg("kept.number")),
                *self.state.parts(visit),
                *aloud(visit),
                *_later(self.later),
                *_copy(visit, self.copy),
                Paragraph("ask", msg("kept.ask")),
            ),
            _another(),
            _end(),
            lead=service.title,
            slip=self.receipt(visit),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Be glad when it arrives after all; follow the prints."""
        if isinstance(event, HandedIn):
            return _begun(visit, Done(self.service, event.submission_id, self.later, copy=self.copy and self.copy.anew))
        return _followed(visit, self, event)

    @property
    def identifier(self) -> Private[str]:
        """What the number is made of."""
        return self.reference

    def receipt(self, visit: Visit) -> Receipt:
        """Return the slip that says what is kept, in the visitor's language."""
        service = visit.place.service(self.service)
        return kept_receipt(visit.place, service, visit.look.language, self.reference, self.later)


@dataclass(frozen=True, slots=True)
class NotSent:
    """Not handed in and not kept; the answers are all still there."""

    fault: Fault

    def compose(self, visit: Visit) -> Screen:
        """Say why, that nothing is lost, and offer to try again."""
        return Screen(
            "not-sent",
            msg("not-sent.title"),
            visit.look,
            (
                Notice("why", Level.DANGER, self.fault.title, self.fault.remedy),
                Paragraph("kept", msg("not-sent.text")),
            ),
            Action("back", msg("not-sent.back"), WentBack(), icon="arrow-left"),
            Action("again", msg("try-again"), WentOn(), ActionStyle.PRIMARY, "refresh"),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Try again."""
        return hand_in(visit.back()) if isinstance(event, WentOn) else (visit, ())


def _application(visit: Visit) -> FormApplication:
    if visit.application is None:
        raise ValueError("nothing to hand in")
    return visit.application


def _done(visit: Visit, submission_id: Private[str]) -> Step:
    application = _application(visit)
    later, copy = tuple(application.later_documents), copy_of(visit, application)
    return _begun(_without_form(visit), Done(application.service.id, submission_id, later, copy=copy))


def _kept(visit: Visit, reference: Private[str], fault: Fault) -> Step:
    application = _application(visit)
    later, copy = tuple(application.later_documents), copy_of(visit, application)
    return _begun(_without_form(visit), Kept(application.service.id, reference, fault, later, copy=copy))


def _without_form(visit: Visit) -> Visit:
    """The form is gone: back leads to the services."""
    return replace(visit, application=None, path=(*visit.path[:2], visit.page))


def _begun(visit: Visit, page: Done | Kept) -> Step:
    return visit.turned_to(page), page.state.effects(page.receipt(visit))


def _followed(visit: Visit, page: Done | Kept, event: Event) -> Step:
    """Follow the receipt's print and the copy's; begin again what has become possible."""
    state, copy = page.state.after(event), page.copy and page.copy.after(event)
    if state is page.state and copy is page.copy:
        return visit, ()
    effects = () if state is page.state else state.effects(page.receipt(visit))
    if copy is not None and copy is not page.copy:
        effects += copy.effects(visit, page.identifier, sent=isinstance(page, Done))
    return visit.turned_to(replace(page, state=state, copy=copy)), effects


def _number(visit: Visit, identifier: Private[str], label: Text) -> Part:
    number = Private(case_number(identifier.reveal(), visit.place.number_prefix))
    return Number("number", label, number, identifier, msg("done.code-hint"))


def _copy(visit: Visit, copy: PaperCopy | None) -> tuple[Part, ...]:
    return copy.parts(visit) if copy else ()


def _later(documents: tuple[Text, ...]) -> tuple[Part, ...]:
    if not documents:
        return ()
    facts = tuple(Fact("document", label, msg("done.bring-or-send")) for label in documents)
    return (Heading("later", msg("done.later")), Facts("documents", facts, FactStyle.ITEM))


def _afterwards(visit: Visit, service: ServiceId) -> tuple[Part, ...]:
    steps = visit.place.service(service).afterwards
    facts = [Fact(step.icon, step.title, step.text) for step in steps]
    phone = Verbatim(visit.place.counter.phone)
    facts.append(Fact("question", msg("done.question"), msg("done.question-text", phone=phone)))
    return (Heading("next", msg("done.next")), Facts("afterwards", tuple(facts), FactStyle.ITEM))


def _card(visit: Visit) -> tuple[Part, ...]:
    if not visit.card_inserted:
        return ()
    return (Notice("card", Level.WARNING, msg("done.card"), msg("done.card-text")),)


def _another() -> Action:
    return Action("another", msg("done.another"), WentHome())


def _end() -> Action:
    return Action("finish", msg("end.now"), EndAsked(), ActionStyle.PRIMARY, "exit", icon_after=True)
