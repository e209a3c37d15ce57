"""Taking name, birth date and address from the eID card, if the visitor wants.

    IdentityOffer → the pages of `kiosk.journeys.card_pages` → TakeCard → the form

Everybody can go on without a card at any time.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.device_events import CardRemoved, Device, EidRead
from kiosk.effects import Effect, StartEid
from kiosk.events import Event, VisitorEvent, WentOn
from kiosk.faults import Fault
from kiosk.journeys.card_errand import WITHOUT, CardErrand, Outcome, facts, forward, listed
from kiosk.journeys.card_pages import CardConsent, TakeCard, follow, once_more
from kiosk.journeys.card_pages import begin as begin_with_card
from kiosk.journeys.form import begin
from kiosk.parts import Action, ActionStyle, Fact, Level, Notice, Offer, Part, Secret
from kiosk.place import Service
from kiosk.screen import Screen
from kiosk.text import Text, msg
from kiosk.visit import Page, Step, Visit


def offer_or_skip(visit: Visit) -> Step:
    """Offer to use the card, where the service and the terminal can; otherwise begin the form."""
    if visit.works(Device.EID) and PREFILL.service(visit).card:
        return visit.at(IdentityOffer()), ()
    return begin(visit)


@dataclass(frozen=True, slots=True)
class Prefill(CardErrand):
    """The card fills the application that the visitor is at."""

    def service(self, visit: Visit) -> Service:
        """Return the service of the application."""
        assert visit.application, "a card is only asked for within an application"
        return visit.application.service

    def effect(self, visit: Visit) -> Effect:
        """Authenticate, for what the service takes from a card."""
        return StartEid(self.service(visit).card)

    def first(self, visit: Visit) -> Page:
        """Wait for the service to say what it wants to read."""
        return CardConsent(self)

    def done(self, visit: Visit, event: Outcome) -> Step:
        """Fill the form, and have the card taken back."""
        if not isinstance(event, EidRead):
            return visit, ()
        assert visit.application
        visit = visit.with_application(visit.application.prefilled(event.identity.reveal()))
        return (visit.turned_to(TakeCard(self, read=True)), ()) if visit.card_inserted else begin(visit.back())

    def left(self, visit: Visit) -> Step:
        """Begin the form."""
        return begin(visit)

    def way_out(self, style: ActionStyle = ActionStyle.PLAIN) -> Action:
        """Return "go on without an ID card", at the place of the way on."""
        return Action(WITHOUT, msg("identity.without"), WentOn(WITHOUT), style, "arrow-right", icon_after=True)

    def otherwise(self, visit: Visit, *, repeatable: bool) -> tuple[Part, ...]:
        """Offer to type, where that is not the way on already."""
        return (_typing(),) if repeatable else ()

    def remedy(self, fault: Fault) -> Text:
        """Return the usual remedy, which ends in typing."""
        return fault.remedy

    def assurance(self, visit: Visit) -> tuple[Part, ...]:
        """Say what will be read."""
        text = msg("identity.insert.read-text", what=listed(self.service(visit).card))
        return (Notice("read", Level.INFO, msg("identity.insert.read"), text),)

    def forgotten(self, secret: Secret) -> Page:
        """Say where a PIN comes from."""
        return PinForgotten(secret)


PREFILL = Prefill()


@dataclass(frozen=True, slots=True)
class IdentityOffer:
    """Use the card, or type. What would be read, what is needed, and that it is voluntary."""

    def compose(self, visit: Visit) -> Screen:
        """Offer both ways; only typing while no card can be read."""
        fault = visit.devices.fault(Device.EID)
        if fault:
            notice = Notice("fault", Level.WARNING, fault.title, fault.remedy)
            return PREFILL.screen(visit, "offer", (notice,), PREFILL.way_out(ActionStyle.PRIMARY))
        points = (
            Fact("id-card", msg("identity.offer.read"), listed(PREFILL.service(visit).card)),
            Fact("key", msg("identity.offer.pin"), msg("identity.offer.pin-text")),
            Fact("check", msg("identity.offer.free"), msg("identity.offer.free-text")),
        )
        use = forward(msg("identity.offer.use"))
        return PREFILL.screen(visit, "offer", (facts("offer", points), _typing()), use)

    def step(self, visit: Visit, event: Event) -> Step:
        """Begin with the card, or without."""
        match event:
            case WentOn(choice="without"):
                return begin(visit)
            case WentOn() if visit.works(Device.EID):
                return begin_with_card(visit, PREFILL)
        return visit, ()


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
        return PREFILL.screen(visit, f"{subject}-help", parts, PREFILL.way_out(ActionStyle.PRIMARY))

    def step(self, visit: Visit, event: Event) -> Step:
        """Once more, or on without. What the card still had to say is let go."""
        if isinstance(event, WentOn) and not event.choice:
            return once_more(visit, PREFILL)
        return follow(visit, PREFILL, event) if isinstance(event, VisitorEvent | CardRemoved) else (visit, ())


def _typing() -> Part:
    """Return the way on without a card, beside another one."""
    action = Action(WITHOUT, msg("identity.without"), WentOn(WITHOUT))
    return Offer("typing", "pencil", msg("identity.typing"), msg("identity.typing-text"), action)
