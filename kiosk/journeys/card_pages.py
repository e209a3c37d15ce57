"""The pages on which an eID card is at work, whatever it is wanted for.

    CardConsent → InsertCard → EnterPin → ReadingCard → where the errand leads
        └──────────── any of them ────────────→ CardFailed, or the errand's advice for a number that is not known

They replace each other over the page that offered the card, so that "back" from any of them leads there and stops
the card. A PIN change and a look at the card begin without the consent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.device_events import (
    CardRemoved,
    Device,
    EidAsksConsent,
    EidAsksSecret,
    EidCardSeen,
    EidFailed,
    EidPinChanged,
    EidRead,
    EidWaitsForCard,
    EidWorks,
)
from kiosk.effects import AcceptEid, CancelEid
from kiosk.events import Event, WentBack, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.journeys import secret_entry
from kiosk.journeys.can_help import CanHelp
from kiosk.journeys.card_errand import CardErrand, facts, forward, listed
from kiosk.journeys.secret_entry import EnteredSecret, SecretPrompt
from kiosk.parts import Action, ActionStyle, Busy, Drawing, Fact, Facts, FactStyle, Level, Notice, Part, Picture, Secret
from kiosk.screen import Screen
from kiosk.text import Verbatim, msg
from kiosk.visit import Page, Step, Visit

FORGOTTEN = "forgotten"
"""`WentOn(FORGOTTEN)`: the number is not known."""

NO_USE_REPEATING = frozenset(
    {
        FaultCode.EID_ABSENT,
        FaultCode.EID_CARD_DEACTIVATED,
        FaultCode.EID_CARD_INOPERATIVE,
        FaultCode.EID_PIN_BLOCKED,
    }
)


@dataclass(frozen=True, slots=True)
class CardConsent:
    """Who wants to read what, and why. Until the service has said it, a moment's patience."""

    errand: CardErrand
    asked: EidAsksConsent | None = None

    def compose(self, visit: Visit) -> Screen:
        """Show the certificate's words; nothing is read before the visitor agrees."""
        if self.asked is None:
            busy = Busy("connecting", msg("identity.connecting"), msg("identity.connecting-text"))
            return self.errand.screen(visit, "connecting", (busy,), self.errand.way_out(), lead=False)
        points = [
            Fact("counter", msg("identity.consent.who"), Verbatim(self.asked.recipient)),
            Fact("id-card", msg("identity.consent.what"), listed(self.asked.attributes)),
        ]
        if self.asked.purpose.words:
            points.append(Fact("document", msg("identity.consent.why"), self.asked.purpose))
        kept = Notice("kept", Level.INFO, msg("identity.consent.kept"), self.errand.words("consent.kept-text"))
        parts = (facts("consent", points), kept, *self.errand.otherwise(visit, repeatable=True))
        return self.errand.screen(visit, "consent", parts, forward(msg("identity.consent.allow"), "check"))

    def step(self, visit: Visit, event: Event) -> Step:
        """Agree, and go on to the card."""
        if isinstance(event, WentOn) and not event.choice and self.asked:
            return visit.turned_to(card_page(visit, self.errand)), (AcceptEid(),)
        return follow(visit, self.errand, event)


@dataclass(frozen=True, slots=True)
class InsertCard:
    """Where and how the card goes in."""

    errand: CardErrand

    def compose(self, visit: Visit) -> Screen:
        """Show the slot, the steps, and what is promised; while no card can be seen there, why not."""
        unseen = no_card_seen(visit, self.errand)
        if unseen:
            return unseen
        steps = tuple(
            Fact(str(number), msg(f"identity.step.{name}"), msg(f"identity.step.{name}-text"))
            for number, name in enumerate(self.errand.steps, 1)
        )
        forgotten = Action(FORGOTTEN, msg("identity.forgotten"), WentOn(FORGOTTEN), icon="key")
        action = forgotten if self.errand.forgotten(Secret.PIN) else None
        parts = (
            Picture("slot", Drawing.INSERT_CARD, msg("identity.insert.words")),
            Facts("steps", steps, FactStyle.STEP),
            *self.errand.assurance(visit),
            Busy("waiting", msg("identity.insert.waiting"), msg("identity.insert.no-hurry"), action=action),
        )
        return self.errand.screen(visit, "insert", parts, self.errand.way_out(), lead=False)

    def step(self, visit: Visit, event: Event) -> Step:
        """Follow the card."""
        return follow(visit, self.errand, event)


@dataclass(frozen=True, slots=True)
class EnterPin:
    """A number is to be typed: PIN, transport PIN, CAN or PUK."""

    errand: CardErrand
    prompt: SecretPrompt

    def compose(self, visit: Visit) -> Screen:
        """Show the pad, and in plain words what a wrong number costs; not to a card that cannot come back now."""
        unseen = no_card_seen(visit, self.errand) if self.prompt.out else None
        if unseen:
            return unseen
        secret = self.prompt.secret
        forgotten = Action(FORGOTTEN, msg(f"identity.{secret}.forgotten"), WentOn(FORGOTTEN), icon="key")
        parts = secret_entry.parts(self.prompt, forgotten)
        way_on = self.errand.way_out() if self.prompt.on_reader else secret_entry.forward(self.prompt)
        shown = self.errand.screen(visit, secret, parts, way_on)
        return shown if self.prompt.on_reader else replace(shown, focus=secret)

    def step(self, visit: Visit, event: Event) -> Step:
        """Type, and send what was typed; it does not stay here."""
        if isinstance(event, WentOn) and not event.choice:
            effect = self.prompt.entered()
            return (visit, ()) if effect is None else (self._sent(visit), (effect,))
        prompt = self.prompt.after(event)
        if prompt is not self.prompt:
            return visit.turned_to(replace(self, prompt=prompt)), ()
        return follow(visit, self.errand, event)

    def _sent(self, visit: Visit) -> Visit:
        return visit.turned_to(ReadingCard(self.errand, self.prompt.secret))


@dataclass(frozen=True, slots=True)
class ReadingCard:
    """The card is at work. `entered` is what was typed before."""

    errand: CardErrand
    entered: EnteredSecret = None

    def compose(self, visit: Visit) -> Screen:
        """Ask to leave the card where it is."""
        parts = (
            Busy("reading", msg("identity.reading.busy"), msg("identity.reading.text")),
            Notice("leave", Level.INFO, msg("identity.reading.leave"), msg("identity.reading.leave-text")),
        )
        name = "writing" if self.entered is Secret.NEW_PIN else "reading"
        return self.errand.screen(visit, name, parts, self.errand.way_out(), lead=False)

    def step(self, visit: Visit, event: Event) -> Step:
        """Follow the card. Who leaves while a PIN is being written is told that nobody knows which one counts."""
        if self.entered is Secret.NEW_PIN and isinstance(event, WentBack | WentOn):
            cancelled = Fault(FaultCode.EID_CANCELLED)
            return visit.turned_to(CardFailed(self.errand, cancelled, self.entered)), (CancelEid(),)
        return follow(visit, self.errand, event, self.entered)


@dataclass(frozen=True, slots=True)
class TakeCard:
    """The card is to be taken back: after the reading, or when the visitor goes on without."""

    errand: CardErrand
    read: bool

    def compose(self, visit: Visit) -> Screen:
        """Show how; say what was taken over."""
        picture = Picture("slot", Drawing.REMOVE_CARD, msg("identity.take.words"))
        parts: tuple[Part, ...] = (picture, Busy("waiting", msg("identity.take.card"), msg("identity.take.text")))
        if self.read:
            done = Notice("done", Level.SUCCESS, msg("identity.take.done"), msg("identity.take.done-text"))
            parts = (done, *parts)
        name = "take" if self.read else "take-unread"
        return self.errand.screen(visit, name, parts, forward(msg("identity.next")), lead=False)

    def step(self, visit: Visit, event: Event) -> Step:
        """On when the card is out, or the visitor says so."""
        if isinstance(event, CardRemoved | WentOn):
            return self.errand.left(visit.back())
        return visit, ()


@dataclass(frozen=True, slots=True)
class CardFailed:
    """It did not work: why, what helps, and how it goes on all the same. `entered` is what was typed last."""

    errand: CardErrand
    fault: Fault
    entered: EnteredSecret = None

    def compose(self, visit: Visit) -> Screen:
        """Say first what still works."""
        parts: list[Part] = [Notice("fault", Level.WARNING, self.fault.title, self.errand.remedy(self.fault))]
        if self.entered is Secret.NEW_PIN:
            # The card may have taken the new PIN before it went away: only the card knows.
            parts.append(Notice("unsure", Level.WARNING, msg("identity.unsure"), msg("identity.unsure-text")))
        if visit.devices.card_inserted:
            parts.append(Notice("card", Level.INFO, msg("identity.failed.card"), msg("identity.failed.card-text")))
        repeatable = self._worth_repeating(visit)
        way_on = forward(msg("identity.again"), "refresh") if repeatable else self.errand.way_out(ActionStyle.PRIMARY)
        parts += self.errand.otherwise(visit, repeatable=repeatable)
        return self.errand.screen(visit, "failed", tuple(parts), way_on)

    def _worth_repeating(self, visit: Visit) -> bool:
        return self.fault.code not in NO_USE_REPEATING and visit.works(Device.EID)

    def step(self, visit: Visit, event: Event) -> Step:
        """Once more, or on without."""
        match event:
            case WentOn(choice="") if self._worth_repeating(visit):
                return once_more(visit, self.errand)
            case EidFailed():
                return visit, ()  # the first reason is the one to show
        return follow(visit, self.errand, event, self.entered)


def no_card_seen(visit: Visit, errand: CardErrand) -> Screen | None:
    """Return what is shown instead of asking for a card while none could be seen; nothing is given up by that."""
    fault = visit.devices.fault(Device.EID)
    return CardFailed(errand, fault).compose(visit) if fault else None


def begin(visit: Visit, errand: CardErrand) -> Step:
    """Start the work at the card, over the page that offered it."""
    return visit.at(errand.first(visit)), (errand.effect(visit),)


def once_more(visit: Visit, errand: CardErrand) -> Step:
    """Start it again."""
    return visit.turned_to(errand.first(visit)), (errand.effect(visit),)


def card_page(visit: Visit, errand: CardErrand) -> Page:
    """Return the page on which the card is waited for, or, where it lies there already, worked with."""
    return ReadingCard(errand) if visit.devices.card_inserted else InsertCard(errand)


def follow(visit: Visit, errand: CardErrand, event: Event, entered: EnteredSecret = None) -> Step:
    """What holds on each of the pages while the card is at work."""
    match event:
        case WentBack():
            return visit.back(), (CancelEid(),)
        case WentOn(choice="without"):
            return _leave(visit, errand)
        case WentOn(choice="forgotten"):
            return _unknown(visit, errand)
        case EidRead() | EidPinChanged() | EidCardSeen():
            return errand.done(visit, event)
        case CardRemoved():
            # Cards come and go here: nobody is asked whether they are leaving.
            return visit.turned_to(visit.page), ()
    return _turned(visit, errand, event, entered)


def _unknown(visit: Visit, errand: CardErrand) -> Step:
    """Say where a number comes from. The CAN is on the card, which stays at work."""
    if _asked_for(visit.page) is Secret.CAN:
        return visit.at(CanHelp(errand)), ()
    advice = errand.forgotten(_asked_for(visit.page))
    return (visit.turned_to(advice), (CancelEid(),)) if advice else (visit, ())


def _turned(visit: Visit, errand: CardErrand, event: Event, entered: EnteredSecret) -> Step:
    if isinstance(event, EidAsksSecret):
        pad = EnterPin(errand, SecretPrompt.of(event, entered))
        return errand.asked(visit, event, entered) or (visit.turned_to(pad), ())
    page = _page_of(errand, event, entered)
    return (visit.turned_to(page) if page else visit), ()


def _page_of(errand: CardErrand, event: Event, entered: EnteredSecret) -> Page | None:
    """Which page an event of the card leads to."""
    match event:
        case EidAsksConsent():
            return CardConsent(errand, event)
        case EidWaitsForCard():
            return InsertCard(errand)
        case EidWorks():
            return ReadingCard(errand, entered)
        case EidFailed(fault):
            return CardFailed(errand, fault, entered)
    return None


def _asked_for(page: Page) -> Secret:
    return page.prompt.secret if isinstance(page, EnterPin) else Secret.PIN


def _leave(visit: Visit, errand: CardErrand) -> Step:
    """Stop the card, and have it taken back before anything else."""
    if visit.devices.card_inserted:
        return visit.turned_to(TakeCard(errand, read=False)), (CancelEid(),)
    after, effects = errand.left(visit.back())
    return after, (CancelEid(), *effects)
