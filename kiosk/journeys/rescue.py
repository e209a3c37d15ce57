"""The "eID rescue": what people can do about their ID card's PIN and online function, in plain words.

The service's page offers `ways`. A way is a page of advice, or an errand with the card:

    RescueOffer → the pages of `kiosk.journeys.card_pages`, `NewPin` → RescueResult

A success is shown only after the card's own word: `EidPinChanged`, `EidCardSeen`, or that it wants the PIN after a PUK.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from kiosk.device_events import CardRemoved, Device, EidAsksSecret, EidCardSeen, EidPinChanged
from kiosk.effects import CancelEid, Effect, LookAtCard, Print, StartPinChange
from kiosk.events import EndAsked, Event, HelpAsked, Opened, WentHome, WentOn
from kiosk.journeys.card_errand import Outcome, facts
from kiosk.journeys.card_pages import card_page
from kiosk.journeys.rescue_contents import SelfDisclosure
from kiosk.journeys.rescue_new_pin import NewPin
from kiosk.journeys.rescue_parts import Points, RescueErrand, RescueOffer, person, rescue_screen, to_a_person, told
from kiosk.journeys.secret_entry import ALL_TRIES, SecretPrompt
from kiosk.journeys.slip import SlipPage, slip_of
from kiosk.parts import (
    Action,
    ActionStyle,
    Card,
    Cards,
    CardStyle,
    Drawing,
    Level,
    Notice,
    Offer,
    Paragraph,
    Part,
    Picture,
    Secret,
)
from kiosk.place import Service, ServiceId
from kiosk.screen import Screen
from kiosk.text import msg
from kiosk.visit import Page, Step, Visit


class Way(StrEnum):
    """What can be done, or read about: each is a card with the messages `rescue.way.<way>` and `…-text`."""

    CHANGE = "change"
    FIRST = "first"
    FORGOTTEN = "forgotten"
    BLOCKED = "blocked"
    LOOK = "look"
    CONTENTS = "contents"
    UNBLOCK = "unblock"
    LETTER = "letter"


START = (Way.CHANGE, Way.FIRST, Way.FORGOTTEN, Way.BLOCKED, Way.LOOK, Way.CONTENTS)
"""What the service's page offers, in this order."""

_ICONS: Mapping[Way, str] = MappingProxyType(
    {
        Way.CHANGE: "key",
        Way.FIRST: "mail",
        Way.FORGOTTEN: "question",
        Way.BLOCKED: "lock",
        Way.LOOK: "check",
        Way.CONTENTS: "id-card",
        Way.UNBLOCK: "key",
        Way.LETTER: "mail",
    }
)


def ways(visit: Visit, service: ServiceId, offered: tuple[Way, ...] = START) -> Cards:
    """Return ways as cards. What needs the card says so while no card can be read."""
    works = visit.works(Device.EID)
    cards = tuple(
        Card(
            way,
            msg(f"rescue.way.{way}"),
            Opened(_page_of(way, service)),
            _ICONS[way],
            msg(f"rescue.way.{way}-text"),
            why_disabled=None if works or way in _ADVICE else msg("rescue.no-card-now"),
        )
        for way in offered
    )
    return Cards("ways", cards, CardStyle.TILE)


def _page_of(way: Way, service: ServiceId) -> Page:
    match way:
        case Way.LOOK:
            return RescueOffer(CardLook(service))
        case Way.CONTENTS:
            return RescueOffer(SelfDisclosure(service, Advice(service, Way.FORGOTTEN)))
        case Way.FORGOTTEN | Way.BLOCKED | Way.LETTER:
            return Advice(service, way)
    return RescueOffer(PinChange(service, way))


@dataclass(frozen=True, slots=True)
class PinChange(RescueErrand):
    """A new PIN for the old one (CHANGE) or for the letter's five digits (FIRST); or the end of a block (UNBLOCK)."""

    way: Way

    OWN: ClassVar[frozenset[str]] = RescueErrand.OWN | {"pin.title", "pin.lead"}

    @property
    def name(self) -> str:
        """The errand's name."""
        return self.way

    @property
    def points(self) -> Points:
        """What is to be known beforehand."""
        match self.way:
            case Way.FIRST:
                return (
                    ("mail", "first.letter"),
                    ("check", "first.once"),
                    ("info", "first.digits"),
                    ("lock", "first.cost"),
                )
            case Way.UNBLOCK:
                return (("mail", "unblock.letter"), ("key", "unblock.pin"), ("lock", "unblock.cost"))
        return (("key", "change.old"), ("pencil", "change.new"), ("lock", "change.cost"))

    @property
    def asides(self) -> tuple[Part, ...]:
        """Who does not know the PIN, or whose letter does not fit, is told what helps."""
        other = {Way.CHANGE: Way.FORGOTTEN, Way.FIRST: Way.LETTER, Way.UNBLOCK: Way.FORGOTTEN}[self.way]
        there = Action(other, msg(f"rescue.aside.{other}"), Opened(Advice(self.within, other)))
        return (Offer("aside", _ICONS[other], msg(f"rescue.aside.{other}-title"), None, there),)

    @property
    def steps(self) -> tuple[str, ...]:
        """What the visitor does."""
        match self.way:
            case Way.FIRST:
                return ("insert", "transport-pin", "new-pin", "take")
            case Way.UNBLOCK:
                return ("insert", "puk", "take")
        return ("insert", "old-pin", "new-pin", "take")

    def effect(self, visit: Visit) -> Effect:
        """Begin a PIN change."""
        return StartPinChange(transport=self.way is Way.FIRST)

    def first(self, visit: Visit) -> Page:
        """Wait for the card."""
        return card_page(visit, self)

    def asked(self, visit: Visit, event: EidAsksSecret, entered: Secret | None) -> Step | None:
        """Ask for a new PIN twice. Who wants no more than the block away is through before the PIN is asked for."""
        if event.secret is Secret.NEW_PIN and not event.on_reader:
            return visit.turned_to(NewPin(self, SecretPrompt.of(event, entered))), ()
        if self.way is Way.UNBLOCK and event.secret is not Secret.PUK and event.tries:
            result = Result.UNBLOCKED if entered is Secret.PUK and not event.wrong else Result.NOT_BLOCKED
            return visit.back().turned_to(RescueResult(self.within, result)), (CancelEid(),)
        return None

    def done(self, visit: Visit, event: Outcome) -> Step:
        """Tell that the PIN is set."""
        if not isinstance(event, EidPinChanged):
            return visit, ()
        result = Result.FIRST_SET if self.way is Way.FIRST else Result.CHANGED
        return visit.back().turned_to(RescueResult(self.within, result)), ()

    def assurance(self, visit: Visit) -> tuple[Part, ...]:
        """Say that nothing is read."""
        return (Notice("unread", Level.INFO, msg("rescue.unread"), msg("rescue.unread-text")),)

    def forgotten(self, secret: Secret) -> Page:
        """Say what to do without the number."""
        if secret is Secret.PUK:
            return Advice(self.within, Way.BLOCKED)
        return Advice(self.within, Way.LETTER if self.way is Way.FIRST else Way.FORGOTTEN)


@dataclass(frozen=True, slots=True)
class CardLook(RescueErrand):
    """Whether the card's online function is switched on, and how its PIN stands. Needs no number."""

    @property
    def name(self) -> str:
        """The errand's name."""
        return "look"

    @property
    def points(self) -> Points:
        """What is to be known beforehand."""
        return (("id-card", "look.card"), ("key", "look.no-pin"), ("eye-off", "look.unread"))

    @property
    def steps(self) -> tuple[str, ...]:
        """What the visitor does."""
        return ("insert", "look", "take")

    def effect(self, visit: Visit) -> Effect:
        """Look at the card."""
        return LookAtCard()

    def first(self, visit: Visit) -> Page:
        """Wait for the card."""
        return card_page(visit, self)

    def done(self, visit: Visit, event: Outcome) -> Step:
        """Say in words how the card is."""
        if not isinstance(event, EidCardSeen):
            return visit, ()
        return visit.back().turned_to(RescueResult(self.within, result_of(event))), ()

    def assurance(self, visit: Visit) -> tuple[Part, ...]:
        """Say that nothing is read."""
        return (Notice("unread", Level.INFO, msg("rescue.unread"), msg("rescue.unread-text")),)

    def forgotten(self, secret: Secret) -> None:
        """No number is asked for."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a number that is forgotten, blocked, or not the right one; and how to get a person."""

    service: ServiceId
    about: Way

    def compose(self, visit: Visit) -> Screen:
        """Tell it, offer what the visitor can try, and how to get a person."""
        points, offered = _ADVICE[self.about]
        service = visit.place.service(self.service)
        body = enumerate(service.body if self.about is Way.FORGOTTEN else ())
        parts = (
            facts("advice", told(points)),
            *(Paragraph(f"body-{number}", text) for number, text in body),
            ways(visit, self.service, offered),
            *_slip(service),
        )
        call = Action("call", msg("counter.call"), HelpAsked(), ActionStyle.PRIMARY, "help-bell")
        way_on = call if visit.has(Device.COUNTER) else to_a_person(ActionStyle.PRIMARY)
        return rescue_screen(visit, self.service, self.about, parts, way_on)

    def step(self, visit: Visit, event: Event) -> Step:
        """Print the slip."""
        if isinstance(event, WentOn) and event.choice == "slip":
            service = visit.place.service(self.service)
            return visit.at(SlipPage(service.id)), (Print(slip_of(visit, service)),)
        return _undisturbed(visit, event)


_ADVICE: Mapping[Way, tuple[Points, tuple[Way, ...]]] = MappingProxyType(
    {
        Way.FORGOTTEN: (
            (("mail", "forgotten.letter"), ("counter", "forgotten.own"), ("lock", "forgotten.puk")),
            (Way.FIRST,),
        ),
        Way.BLOCKED: (
            (("info", "blocked.why"), ("key", "blocked.puk"), ("counter", "blocked.without")),
            (Way.UNBLOCK,),
        ),
        Way.LETTER: (
            (
                ("mail", "letter.five"),
                ("key", "letter.six"),
                ("lock", "letter.ten"),
                ("document", "letter.other"),
                ("counter", "letter.lost"),
            ),
            (Way.CHANGE,),
        ),
    }
)
"""What is told, and what the visitor can do next."""


class Result(StrEnum):
    """How an errand ended: messages `rescue.<result>.title` and `.lead`."""

    CHANGED = "changed"
    FIRST_SET = "first-set"
    UNBLOCKED = "unblocked"
    NOT_BLOCKED = "not-blocked"
    READY = "ready"
    TWO_LEFT = "two-left"
    ONE_LEFT = "one-left"
    PIN_BLOCKED = "pin-blocked"
    SWITCHED_OFF = "switched-off"
    UNUSABLE = "unusable"


_GOOD = frozenset({Result.CHANGED, Result.FIRST_SET, Result.UNBLOCKED, Result.READY})
_REMEMBER: Points = (("key", "changed.remember"), ("eye-off", "changed.secret"), ("mail", "changed.letter"))
_UNSURE = ("counter", "not-blocked.pin")
_KNOWN = (Way.CHANGE, Way.FORGOTTEN)
_RESULTS: Mapping[Result, tuple[Points, tuple[Way, ...]]] = MappingProxyType(
    {
        Result.CHANGED: (_REMEMBER, ()),
        Result.FIRST_SET: (_REMEMBER, ()),
        Result.UNBLOCKED: ((("key", "unblocked.pin"), ("mail", "changed.letter")), _KNOWN),
        Result.NOT_BLOCKED: ((_UNSURE,), _KNOWN),
        Result.READY: ((("key", "ready.pin"), ("question", "ready.own")), (Way.CHANGE, Way.FIRST)),
        Result.TWO_LEFT: ((("key", "two-left.pin"), _UNSURE), _KNOWN),
        Result.ONE_LEFT: ((("key", "two-left.pin"), ("id-card", "one-left.can"), _UNSURE), _KNOWN),
        Result.PIN_BLOCKED: ((("key", "blocked.puk"), ("counter", "blocked.without")), (Way.UNBLOCK, Way.FORGOTTEN)),
        Result.SWITCHED_OFF: (
            (("counter", "switched-off.counter"), ("euro", "switched-off.free"), ("id-card", "switched-off.valid")),
            (),
        ),
        Result.UNUSABLE: ((("counter", "unusable.counter"), ("euro", "switched-off.free")), ()),
    }
)
"""What is told about a result, and what the visitor can do next."""


def result_of(seen: EidCardSeen) -> Result:
    """Return what was seen of a card, in one word: what hinders most comes first."""
    if not seen.activated:
        return Result.SWITCHED_OFF
    if not seen.usable:
        return Result.UNUSABLE
    if seen.tries is None or seen.tries >= ALL_TRIES:
        return Result.READY
    return (Result.PIN_BLOCKED, Result.ONE_LEFT, Result.TWO_LEFT)[max(seen.tries, 0)]


@dataclass(frozen=True, slots=True)
class RescueResult:
    """How it ended, in words; and the card is asked for. Nothing is printed: a PIN is never on paper."""

    service: ServiceId
    result: Result

    def compose(self, visit: Visit) -> Screen:
        """Say what is so now, and what helps."""
        points, offered = _RESULTS[self.result]
        picture = Picture("slot", Drawing.REMOVE_CARD, msg("identity.take.words"), msg("identity.take.card"))
        good = self.result in _GOOD
        parts: tuple[Part, ...] = (
            *((picture,) if visit.card_inserted else ()),
            facts("result", told(points)),
            *((ways(visit, self.service, offered),) if offered else ()),
            *(() if good or offered else (person(visit),)),
        )
        another = Action("another", msg("done.another"), WentHome())
        end = Action("finish", msg("end.now"), EndAsked(), ActionStyle.PRIMARY, "exit", icon_after=True)
        shown = rescue_screen(visit, self.service, self.result, parts, end)
        return replace(shown, back=another, success=good)

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing of its own."""
        return _undisturbed(visit, event)


def _undisturbed(visit: Visit, event: Event) -> Step:
    """A card that is taken back here is no reason to ask whether the visit is over."""
    return (visit.turned_to(visit.page) if isinstance(event, CardRemoved) else visit), ()


def _slip(service: Service) -> tuple[Part, ...]:
    if not service.ticket:
        return ()
    card = Card("take-slip", msg("rescue.slip"), WentOn("slip"), "ticket")
    return (Cards("slip", (card,), CardStyle.ROW),)
