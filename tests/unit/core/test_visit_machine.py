"""Thousands of visits at random: no dead end, nothing left behind, the same again when replayed."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.application_events import FormFailed, FormOpened, HandedIn, HandInFailed, KeptForLater
from kiosk.cards import CardKind
from kiosk.compose import compose
from kiosk.counter_events import (
    CounterHours,
    CoviewAsked,
    CoviewEnded,
    CoviewLine,
    CoviewPointed,
    HelpDone,
    HelpFailed,
    HelpQueued,
    HelpTaken,
    ServiceSwitched,
    StaffAsked,
    StaffCardShown,
    StaffCodeAccepted,
    StaffCodeRefused,
)
from kiosk.device_events import (
    CardInserted,
    CardRemoved,
    Device,
    DeviceChanged,
    EidAsksConsent,
    EidAsksSecret,
    EidCardSeen,
    EidFailed,
    EidPinChanged,
    EidRead,
    EidWaitsForCard,
    EidWorks,
    Focused,
    HeadsetFound,
    HeadsetPlugged,
    HeadsetPulled,
    PartSpoken,
    PresenceSensed,
    Printed,
    PrintFailed,
    Scanned,
    SpeechEnded,
    WordSpoken,
)
from kiosk.effects import Effect, HandIn, OpenForm
from kiosk.events import Event, HelpAsked, Opened, OpenlyToggled, Timer, TimerFired, Typed, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.identity import Address, Attribute, Identity
from kiosk.journeys.goodbye import Goodbye
from kiosk.journeys.help import call_of
from kiosk.journeys.service import ServicePage
from kiosk.journeys.staff_out import OutOfService
from kiosk.journeys.welcome import Welcome, first_visit
from kiosk.offers import events_of
from kiosk.parts import Field, PinPad, Secret
from kiosk.place import CodeKind, CodePattern, Place, Weight
from kiosk.privacy import Private
from kiosk.requirements import blocked
from kiosk.screen import HelpState, Screen
from kiosk.speech import utterances
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, Verbatim, translator
from kiosk.visit import Visit
from tests.places import LIBRARY, RESCUE, rescue_place, small_form

CODES = (CodePattern("T[0-9]{6}", CodeKind.APPOINTMENT), CodePattern("B[0-9]+", CodeKind.LIBRARY_CARD))
SECRET = "Geheimer-Ńame"
PERSON = Private(Identity(SECRET, SECRET, birth_date=date(1951, 2, 3), address=Address(SECRET, "12345", SECRET)))
FAULT = Fault(FaultCode.PRINTER_PAPER_OUT)
WORLD: tuple[Event, ...] = (
    *(TimerFired(timer) for timer in Timer),
    *(DeviceChanged(device, Fault(FaultCode.INTERNAL)) for device in Device),
    *(DeviceChanged(device, None) for device in Device),
    CardInserted(looking=True),
    CardInserted(CardKind.LIBRARY, Private(SECRET)),
    StaffCardShown("Aylin Kaya"),
    CardRemoved(),
    FormOpened(small_form()),
    FormFailed(Fault(FaultCode.INTERNAL)),
    EidAsksConsent((Attribute.FAMILY_NAME,), "Stadt", Verbatim("Anmeldung")),
    EidWaitsForCard(),
    EidAsksSecret(Secret.PIN, 3, wrong=False),
    EidAsksSecret(Secret.PIN, 2, wrong=True),
    EidAsksSecret(Secret.CAN, 1, wrong=False),
    EidAsksSecret(Secret.PUK, 0, wrong=False),
    EidAsksSecret(Secret.TRANSPORT_PIN, 3, wrong=False),
    EidAsksSecret(Secret.NEW_PIN, None, wrong=False),
    EidPinChanged(),
    EidCardSeen(activated=True, usable=True, tries=1),
    EidCardSeen(activated=False, usable=True, tries=None),
    EidWorks(),
    EidRead(PERSON),
    EidFailed(Fault(FaultCode.EID_CARD_LOST)),
    HandedIn(Private("0b8e3a54-5c55-4c1e-9d5d-0a5f8f3f2b11")),
    KeptForLater(Private("0b8e3a54-5c55-4c1e-9d5d-0a5f8f3f2b12"), Fault(FaultCode.SUBMISSION_NETWORK)),
    HandInFailed(Fault(FaultCode.SUBMISSION_REFUSED)),
    PresenceSensed(True),
    PresenceSensed(False),
    Focused("title"),
    Printed(),
    PrintFailed(FAULT),
    PartSpoken("title"),
    WordSpoken("title", 0, 5),
    SpeechEnded(),
    HeadsetFound(),
    OpenlyToggled(),
    HeadsetPlugged(),
    HeadsetPulled(),
    HelpQueued(),
    HelpTaken("Frau Yılmaz", "Schalter 2", 2),
    HelpDone(),
    HelpFailed(Fault(FaultCode.HELP_UNREACHABLE)),
    HelpQueued(2, 5),
    HelpTaken("Frau Yılmaz", "Schalter 2", on_the_way=False),
    CoviewAsked("c0", "Frau Yılmaz", "Schalter 2"),
    CoviewPointed("c0", "title"),
    CoviewLine("c0", Verbatim("Hier bitte.")),
    CoviewEnded("c0"),
    StaffAsked(),
    StaffCodeAccepted(),
    StaffCodeRefused(30),
    CounterHours(False),
    CounterHours(True),
)
ANSWERS = EidAsksSecret | EidPinChanged | EidRead | EidCardSeen
AT_THE_CARD = tuple(event for event in WORLD if isinstance(event, ANSWERS))
WAITING = {"sending", "opening"}
"""Screens that wait for a port, which always answers."""


def private_values(thing: Any) -> list[Any]:
    """Return all visitor data in a tree of dataclasses, except inside the place, which has none."""
    if isinstance(thing, Private):
        return [thing.reveal()] if thing else []
    if isinstance(thing, Place):
        return []
    if is_dataclass(thing) and not isinstance(thing, type):
        return [v for f in fields(thing) for v in private_values(getattr(thing, f.name))]
    if isinstance(thing, dict):
        return [v for value in thing.values() for v in private_values(value)]
    if isinstance(thing, (tuple, list, set, frozenset)):
        return [v for value in thing for v in private_values(value)]
    return []


def needing_the_reader(place: Place) -> Place:
    """Return the place with a service that cannot be done without the eID reader."""
    library = replace(place.service(LIBRARY), requires={Device.EID: Weight.MUST})
    return replace(place, services=tuple(library if each.id == LIBRARY else each for each in place.services))


class VisitMachine(RuleBasedStateMachine):
    """Presses, types and suffers at random."""

    def __init__(self) -> None:
        super().__init__()
        self.place = replace(needing_the_reader(rescue_place()), codes=CODES)
        self.visit = first_visit(self.place)
        self.events: list[Event] = []
        self.screens: list[Screen] = []

    def take(self, event: Event) -> None:
        before = self.visit
        self.visit, effects = step(before, event)
        self.events.append(event)
        self.screens.append(compose(self.visit))
        self.never_ended_while_help_comes(before, event)
        self.never_begun_over_a_card_left_behind(before, event)
        for effect in effects:
            self.check(effect)

    def never_ended_while_help_comes(self, before: Visit, event: Event) -> None:
        if isinstance(event, TimerFired) and before.help.state is not HelpState.NONE:
            assert self.visit.help.state is before.help.state, "a timer ended a visit that waits for help"

    def never_begun_over_a_card_left_behind(self, before: Visit, event: Event) -> None:
        left = before.card_inserted and any(isinstance(page, Goodbye) for page in before.path)
        if left and not isinstance(event, CardRemoved | ServiceSwitched):  # staff, who switch the service, stand there
            assert any(isinstance(page, Goodbye) for page in self.visit.path)

    def check(self, effect: Effect) -> None:
        assert SECRET not in repr(effect)
        if isinstance(effect, HandIn):
            assert effect.application.data

    @initialize(begin=st.booleans(), rescue=st.integers(-2, 5))
    def begin(self, begin: bool, rescue: int) -> None:
        if begin:
            self.take(next(iter(events_of(compose(self.visit)))))
        if rescue >= 0:  # a long way to come by chance
            self.take(Opened(ServicePage(RESCUE)))
            self.take(list(events_of(compose(self.visit)))[rescue])
            self.take(WentOn())

    @rule(which=st.integers(0, 60))
    def touches(self, which: int) -> None:
        offered = list(events_of(compose(self.visit)))
        self.take(offered[which % len(offered)])

    @rule(which=st.integers(0, 5), words=st.sampled_from([SECRET, "", "Müller", "1951-02-03", "3.2.1951", "x" * 300]))
    def types(self, which: int, words: str) -> None:
        boxes = [part for part in compose(self.visit).parts if isinstance(part, Field)]
        if boxes:
            self.take(Typed(boxes[which % len(boxes)].id, Private(words)))

    @rule(digits=st.sampled_from(["", "123456", "12345", "1234567890"]))
    def types_digits(self, digits: str) -> None:
        for part in compose(self.visit).parts:
            if isinstance(part, PinPad):
                self.take(Typed(part.id, Private(digits)))

    @rule(digits=st.sampled_from(["123456", "314159", "12345", "1234567890"]), event=st.sampled_from(AT_THE_CARD))
    def answers_the_card(self, digits: str, event: Event) -> None:
        screen = compose(self.visit)
        if screen.id.startswith(("rescue-", "identity-")):
            self.types_digits(digits)
            self.take(WentOn())
            self.take(event)

    @rule(code=st.sampled_from(["T123456", "B1", SECRET]))
    def scans(self, code: str) -> None:
        before = self.visit
        self.take(Scanned(Private(code)))
        assert self.visit.application == before.application, "a code got into a form"

    @rule(event=st.sampled_from(WORLD))
    def suffers(self, event: Event) -> None:
        self.take(event)

    @invariant()
    def there_is_always_a_way(self) -> None:
        screen = compose(self.visit)
        offered = list(events_of(screen))
        if isinstance(self.visit.page, Goodbye):
            assert screen.forward and screen.forward.why_disabled is None
            return
        assert len(offered) >= 5
        if isinstance(self.visit.page, Welcome):
            assert screen.forward
            return
        if isinstance(self.visit.page, OutOfService):
            return
        assert screen.bar.can_end
        if screen.dialog:
            assert screen.dialog.actions
        elif screen.id not in WAITING:
            ways = [action for action in (screen.back, screen.forward) if action and action.why_disabled is None]
            assert ways, screen.id

    @invariant()
    def everything_can_be_said(self) -> None:
        screen = compose(self.visit)
        for language in (GERMAN, ENGLISH):
            assert utterances(screen, translator(language))
        call = call_of(self.visit)
        words = translator(GERMAN, masked=True).say(call.step)
        assert SECRET not in words

    @invariant()
    def what_is_missing_is_said_and_a_person_is_one_touch_away(self) -> None:
        page, screen = self.visit.page, compose(self.visit)
        if not isinstance(page, ServicePage):
            return
        lack = blocked(self.place.service(page.service), self.visit.devices)
        assert (lack is not None) == any(part.id == f"lacks-{lack.device}" for part in screen.parts if lack)
        if lack:
            assert HelpAsked() in events_of(screen) or self.visit.help.state is not HelpState.NONE
            assert not screen.forward or screen.forward.why_disabled or screen.forward.event == HelpAsked()
            after, effects = step(self.visit, WentOn())
            assert after.page == page
            assert not [effect for effect in effects if isinstance(effect, OpenForm)]

    @invariant()
    def ids_are_unique(self) -> None:
        ids = [part.id for part in compose(self.visit).parts]
        assert len(ids) == len(set(ids)), ids

    @invariant()
    def nothing_is_left_after_the_end(self) -> None:
        if isinstance(self.visit.page, Goodbye) or not self.visit.begun:
            assert private_values(self.visit) == []

    def teardown(self) -> None:
        visit = first_visit(self.place)
        for event, screen in zip(self.events, self.screens, strict=True):
            visit, _ = step(visit, event)
            assert compose(visit) == screen


TestVisits = VisitMachine.TestCase
TestVisits.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
