"""What is on my card? The card is read as for a form, shown to its holder, and nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.device_events import CardRemoved, EidRead
from kiosk.effects import Effect, StartEid
from kiosk.events import Event, WentOn
from kiosk.identity import Address, Attribute, Identity
from kiosk.journeys.card_errand import Outcome, attribute_name
from kiosk.journeys.card_pages import CardConsent, TakeCard
from kiosk.journeys.rescue_parts import Points, RescueErrand, rescue_screen
from kiosk.parts import Action, ActionStyle, Answer, Answers, Level, Notice, Secret
from kiosk.place import ServiceId
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.text import Text, Verbatim, msg, translator
from kiosk.visit import Page, Step, Visit

OFTEN_EMPTY = frozenset({Attribute.BIRTH_NAME, Attribute.DOCTORAL_DEGREE})
"""What most people do not have: it is not mentioned where it is empty."""


@dataclass(frozen=True, slots=True)
class SelfDisclosure(RescueErrand):
    """All that the chip tells about its holder, for the holder's eyes and ears alone."""

    advice: Page
    """Where a forgotten PIN leads."""

    @property
    def name(self) -> str:
        """The errand's name."""
        return "contents"

    @property
    def points(self) -> Points:
        """What is to be known beforehand."""
        return (("id-card", "contents.what"), ("key", "contents.pin"), ("eye-off", "contents.alone"))

    def effect(self, visit: Visit) -> Effect:
        """Authenticate, for everything."""
        return StartEid(frozenset(Attribute))

    def first(self, visit: Visit) -> Page:
        """Wait for the service to say what it wants to read."""
        return CardConsent(self)

    def done(self, visit: Visit, event: Outcome) -> Step:
        """Show what was read."""
        if not isinstance(event, EidRead):
            return visit, ()
        return visit.turned_to(CardContents(self.within, self, event.identity)), ()

    def assurance(self, visit: Visit) -> tuple[Notice, ...]:
        """Say who gets to see it."""
        return (Notice("alone", Level.INFO, msg("rescue.contents.alone"), msg("rescue.contents.alone-text")),)

    def forgotten(self, secret: Secret) -> Page:
        """Say where a PIN comes from."""
        return self.advice


@dataclass(frozen=True, slots=True)
class CardContents:
    """What was read: on this page, and nowhere else."""

    service: ServiceId
    errand: SelfDisclosure
    identity: Private[Identity]

    def compose(self, visit: Visit) -> Screen:
        """Show each value with its name."""
        answers = tuple(
            Answer(attribute.value, attribute_name(attribute), value or msg("rescue.contents-read.empty"))
            for attribute, value in _values(self.identity, visit)
            if value or attribute not in OFTEN_EMPTY
        )
        parts = (
            Answers("contents", msg("rescue.contents-read.chip"), answers, "id-card"),
            Notice("alone", Level.INFO, msg("rescue.contents.alone"), msg("rescue.contents-read.gone")),
        )
        finish = Action("finish", msg("rescue.contents-read.finish"), WentOn(), ActionStyle.PRIMARY, "check")
        return rescue_screen(visit, self.service, "contents-read", parts, finish)

    def step(self, visit: Visit, event: Event) -> Step:
        """Hide it all, and have the card taken back."""
        match event:
            case WentOn() if visit.card_inserted:
                return visit.turned_to(TakeCard(self.errand, read=False)), ()
            case WentOn():
                return self.errand.left(visit.back())
            case CardRemoved():
                return visit.turned_to(visit.page), ()
        return visit, ()


def _values(identity: Private[Identity], visit: Visit) -> tuple[tuple[Attribute, Text | None], ...]:
    """Return what the card says of each attribute, always private; None where it is silent."""
    read = identity.reveal()
    nationality = read.nationality
    if nationality == "D":
        nationality = translator(visit.look.language).say(msg("rescue.contents-read.german"))
    born = msg("rescue.contents-read.date", date=Private(read.birth_date)) if read.birth_date else None
    return (
        (Attribute.GIVEN_NAMES, _words(read.given_names)),
        (Attribute.FAMILY_NAME, _words(read.family_name)),
        (Attribute.BIRTH_NAME, _words(read.birth_name)),
        (Attribute.DOCTORAL_DEGREE, _words(read.doctoral_degree)),
        (Attribute.DATE_OF_BIRTH, born),
        (Attribute.PLACE_OF_BIRTH, _words(read.birth_place)),
        (Attribute.NATIONALITY, _words(nationality)),
        (Attribute.ADDRESS, _words(_line(read.address))),
    )


def _line(address: Address) -> str:
    town = " ".join(filter(None, (address.postcode, address.city)))
    return ", ".join(filter(None, (address.street, town)))


def _words(words: str) -> Text | None:
    return Verbatim(Private(words)) if words else None
