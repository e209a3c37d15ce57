"""Taking name, birth date and address from the eID card, if the visitor wants.

    IdentityOffer → CardConsent → InsertCard → EnterPin → ReadingCard → TakeCard → the form
                        └───────── any of them ─────────→ CardFailed, PinForgotten

The workflow's pages replace each other over the offer, so that "back" from any of them leads to the offer
and stops the card. Everybody can go on without a card at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.effects import AcceptEid, CancelEid, StartEid
from kiosk.events import (
    CardRemoved,
    Device,
    EidAsksConsent,
    EidAsksSecret,
    EidFailed,
    EidRead,
    EidWaitsForCard,
    EidWorks,
    Event,
    VisitorEvent,
    WentBack,
    WentOn,
)
from kiosk.faults import Fault, FaultCode
from kiosk.journeys import secret_entry
from kiosk.journeys.form import begin
from kiosk.journeys.identity_parts import facts, forward, listed, screen, service, typing, without_card
from kiosk.journeys.secret_entry import EnteredSecret, SecretPrompt
from kiosk.screen import (
    Action,
    ActionStyle,
    Busy,
    Drawing,
    Fact,
    Facts,
    FactStyle,
    Level,
    Notice,
    Offer,
    Part,
    Picture,
    Screen,
    Secret,
)
from kiosk.text import Verbatim, msg
from kiosk.visit import Page, Step, Visit

FORGOTTEN = "forgotten"
"""`WentOn(FORGOTTEN)`: the PIN is not known."""

NO_USE_REPEATING = frozenset(
    {
        FaultCode.EID_ABSENT,
        FaultCode.EID_CARD_DEACTIVATED,
        FaultCode.EID_CARD_INOPERATIVE,
        FaultCode.EID_PIN_BLOCKED,
    }
)


def offer_or_skip(visit: Visit) -> Step:
    """Offer to use the card, where the service and the terminal can; otherwise begin the form."""
    if visit.works(Device.EID) and service(visit).card:
        return visit.at(IdentityOffer()), ()
    return begin(visit)


@dataclass(frozen=True, slots=True)
class IdentityOffer:
    """Use the card, or type. What would be read, what is needed, and that it is voluntary."""

    def compose(self, visit: Visit) -> Screen:
        """Offer both ways; only typing while no card can be read."""
        fault = visit.devices.fault(Device.EID)
        if fault:
            notice = Notice("fault", Level.WARNING, fault.title, fault.remedy)
            return screen(visit, "offer", (notice,), without_card(ActionStyle.PRIMARY))
        points = (
            Fact("id-card", msg("identity.offer.read"), listed(service(visit).card)),
            Fact("key", msg("identity.offer.pin"), msg("identity.offer.pin-text")),
            Fact("check", msg("identity.offer.free"), msg("identity.offer.free-text")),
        )
        use = forward(msg("identity.offer.use"))
        return screen(visit, "offer", (facts("offer", points), typing()), use)

    def step(self, visit: Visit, event: Event) -> Step:
        """Begin with the card, or without."""
        match event:
            case WentOn(choice="without"):
                return begin(visit)
            case WentOn() if visit.works(Device.EID):
                return visit.at(CardConsent()), (StartEid(service(visit).card),)
        return visit, ()


@dataclass(frozen=True, slots=True)
class CardConsent:
    """Who wants to read what, and why. Until the service has said it, a moment's patience."""

    asked: EidAsksConsent | None = None

    def compose(self, visit: Visit) -> Screen:
        """Show the certificate's words; nothing is read before the visitor agrees."""
        if self.asked is None:
            busy = Busy("connecting", msg("identity.connecting"), msg("identity.connecting-text"))
            return screen(visit, "connecting", (busy,), without_card(), lead=False)
        points = [
            Fact("counter", msg("identity.consent.who"), Verbatim(self.asked.recipient)),
            Fact("id-card", msg("identity.consent.what"), listed(self.asked.attributes)),
        ]
        if self.asked.purpose.words:
            points.append(Fact("document", msg("identity.consent.why"), self.asked.purpose))
        kept = Notice("kept", Level.INFO, msg("identity.consent.kept"), msg("identity.consent.kept-text"))
        parts = (facts("consent", tuple(points)), kept, typing())
        return screen(visit, "consent", parts, forward(msg("identity.consent.allow"), "check"))

    def step(self, visit: Visit, event: Event) -> Step:
        """Agree, and go on to the card."""
        if isinstance(event, WentOn) and not event.choice and self.asked:
            card: Page = ReadingCard() if visit.devices.card_inserted else InsertCard()
            return visit.turned_to(card), (AcceptEid(),)
        return _follow(visit, event)


@dataclass(frozen=True, slots=True)
class InsertCard:
    """Where and how the card goes in."""

    def compose(self, visit: Visit) -> Screen:
        """Show the slot, the three steps, and what will be read."""
        steps = tuple(
            Fact(str(number), msg(f"identity.step.{name}"), msg(f"identity.step.{name}-text"))
            for number, name in enumerate(("insert", "pin", "take"), 1)
        )
        forgotten = Action("forgotten", msg("identity.forgotten"), WentOn(FORGOTTEN), icon="key")
        parts = (
            Picture("slot", Drawing.INSERT_CARD, msg("identity.insert.words")),
            Facts("steps", steps, FactStyle.STEP),
            Notice(
                "read",
                Level.INFO,
                msg("identity.insert.read"),
                msg("identity.insert.read-text", what=listed(service(visit).card)),
            ),
            Busy("waiting", msg("identity.insert.waiting"), msg("identity.insert.no-hurry"), action=forgotten),
        )
        return screen(visit, "insert", parts, without_card(), lead=False)

    def step(self, visit: Visit, event: Event) -> Step:
        """Follow the card."""
        return _follow(visit, event)


@dataclass(frozen=True, slots=True)
class EnterPin:
    """A number is to be typed: PIN, CAN or PUK."""

    prompt: SecretPrompt

    def compose(self, visit: Visit) -> Screen:
        """Show the pad, and in plain words what a wrong number costs."""
        secret = self.prompt.secret
        forgotten = Action("forgotten", msg(f"identity.{secret}.forgotten"), WentOn(FORGOTTEN), icon="key")
        parts = secret_entry.parts(self.prompt, forgotten)
        way_on = without_card() if self.prompt.on_reader else secret_entry.forward(self.prompt)
        shown = screen(visit, secret, parts, way_on)
        return shown if self.prompt.on_reader else replace(shown, focus=secret)

    def step(self, visit: Visit, event: Event) -> Step:
        """Type, and send what was typed; it does not stay here."""
        if isinstance(event, WentOn) and not event.choice:
            effect = self.prompt.entered()
            return (visit, ()) if effect is None else (visit.turned_to(ReadingCard(effect.secret)), (effect,))
        prompt = self.prompt.after(event)
        if prompt is not self.prompt:
            return visit.turned_to(EnterPin(prompt)), ()
        return _follow(visit, event)


@dataclass(frozen=True, slots=True)
class ReadingCard:
    """The card is at work. `entered` is what was typed before."""

    entered: EnteredSecret = None

    def compose(self, visit: Visit) -> Screen:
        """Ask to leave the card where it is."""
        parts = (
            Busy("reading", msg("identity.reading.busy"), msg("identity.reading.text")),
            Notice("leave", Level.INFO, msg("identity.reading.leave"), msg("identity.reading.leave-text")),
        )
        return screen(visit, "reading", parts, without_card(), lead=False)

    def step(self, visit: Visit, event: Event) -> Step:
        """Follow the card."""
        return _follow(visit, event, self.entered)


@dataclass(frozen=True, slots=True)
class TakeCard:
    """The card is to be taken back: after the reading, or when the visitor goes on without."""

    read: bool

    def compose(self, visit: Visit) -> Screen:
        """Show how; say what was taken over."""
        picture = Picture("slot", Drawing.REMOVE_CARD, msg("identity.take.words"))
        parts: tuple[Part, ...] = (picture, Busy("waiting", msg("identity.take.card"), msg("identity.take.text")))
        if self.read:
            done = Notice("done", Level.SUCCESS, msg("identity.take.done"), msg("identity.take.done-text"))
            parts = (done, *parts)
        return screen(visit, "take" if self.read else "take-unread", parts, forward(msg("identity.next")), lead=False)

    def step(self, visit: Visit, event: Event) -> Step:
        """On to the form when the card is out, or the visitor says so."""
        if isinstance(event, CardRemoved | WentOn):
            return begin(visit.back())
        return visit, ()


@dataclass(frozen=True, slots=True)
class CardFailed:
    """The card was not read: why, what helps, and that it goes on all the same."""

    fault: Fault

    def compose(self, visit: Visit) -> Screen:
        """Say first what still works."""
        parts: list[Part] = [Notice("fault", Level.WARNING, self.fault.title, self.fault.remedy)]
        if visit.devices.card_inserted:
            parts.append(Notice("card", Level.INFO, msg("identity.failed.card"), msg("identity.failed.card-text")))
        if not self._worth_repeating(visit):
            return screen(visit, "failed", tuple(parts), without_card(ActionStyle.PRIMARY))
        again = forward(msg("identity.again"), "refresh")
        return screen(visit, "failed", (*parts, typing()), again)

    def _worth_repeating(self, visit: Visit) -> bool:
        return self.fault.code not in NO_USE_REPEATING and visit.works(Device.EID)

    def step(self, visit: Visit, event: Event) -> Step:
        """Once more, or on without."""
        match event:
            case WentOn(choice="") if self._worth_repeating(visit):
                return _once_more(visit)
            case EidFailed():
                return visit, ()  # the first reason is the one to show
        return _follow(visit, event)


@dataclass(frozen=True, slots=True)
class PinForgotten:
    """Where a PIN comes from. The card is left alone meanwhile."""

    secret: Secret = Secret.PIN

    def compose(self, visit: Visit) -> Screen:
        """Say where to find or renew it."""
        subject = "puk" if self.secret is Secret.PUK else "pin"
        points = tuple(
            Fact(icon, msg(f"identity.{subject}-help.{name}"), msg(f"identity.{subject}-help.{name}-text"))
            for icon, name in (("mail", "letter"), ("counter", "counter"))
        )
        again = Action("again", msg("identity.again"), WentOn(), icon="refresh")
        remembered = Offer("remembered", "key", msg("identity.remembered"), None, again)
        parts = (facts("forgotten", points), remembered)
        return screen(visit, f"{subject}-help", parts, without_card(ActionStyle.PRIMARY))

    def step(self, visit: Visit, event: Event) -> Step:
        """Once more, or on without. What the card still had to say is let go."""
        if isinstance(event, WentOn) and not event.choice:
            return _once_more(visit)
        return _follow(visit, event) if isinstance(event, VisitorEvent | CardRemoved) else (visit, ())


# Where the workflow leads


def _follow(visit: Visit, event: Event, entered: EnteredSecret = None) -> Step:
    """What holds on each of the workflow's pages."""
    match event:
        case WentBack():
            return visit.back(), (CancelEid(),)
        case WentOn(choice="without"):
            return _without(visit)
        case WentOn(choice="forgotten"):
            return visit.turned_to(PinForgotten(_asked_for(visit.page))), (CancelEid(),)
        case EidRead():
            return _taken_over(visit, event)
        case CardRemoved():
            # Cards come and go here: nobody is asked whether they are leaving.
            return visit.turned_to(visit.page), ()
    page = _page_of(event, entered)
    return (visit.turned_to(page) if page else visit), ()


def _page_of(event: Event, entered: EnteredSecret) -> Page | None:
    """Which page an event of the card leads to."""
    match event:
        case EidAsksConsent():
            return CardConsent(event)
        case EidWaitsForCard():
            return InsertCard()
        case EidAsksSecret():
            return EnterPin(SecretPrompt.of(event, entered))
        case EidWorks():
            return ReadingCard(entered)
        case EidFailed(fault):
            return CardFailed(fault)
    return None


def _asked_for(page: Page) -> Secret:
    return page.prompt.secret if isinstance(page, EnterPin) else Secret.PIN


def _once_more(visit: Visit) -> Step:
    return visit.turned_to(CardConsent()), (StartEid(service(visit).card),)


def _without(visit: Visit) -> Step:
    """Stop the card, and have it taken back before anything else is asked."""
    if visit.devices.card_inserted:
        return visit.turned_to(TakeCard(read=False)), (CancelEid(),)
    after, effects = begin(visit.back())
    return after, (CancelEid(), *effects)


def _taken_over(visit: Visit, event: EidRead) -> Step:
    assert visit.application
    visit = visit.with_application(visit.application.prefilled(event.identity.reveal()))
    return (visit.turned_to(TakeCard(read=True)), ()) if visit.devices.card_inserted else begin(visit.back())
