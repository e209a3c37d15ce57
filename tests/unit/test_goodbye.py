"""A card that was left in the reader is asked for, on screen and by voice, until it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from kiosk.cards import CardKind
from kiosk.compose import compose
from kiosk.counter_events import HelpDone, StaffCardShown
from kiosk.device_events import CardInserted, CardRemoved, Device, DeviceChanged, PartSpoken, SpeechEnded
from kiosk.effects import CancelCall, Effect, SetTimer, Speak
from kiosk.events import EndConfirmed, Event, HelpAsked, LanguageChosen, Timer, TimerFired, WentBack, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.journeys import goodbye
from kiosk.journeys.goodbye import ASK, ASK_AGAIN_S, Goodbye
from kiosk.journeys.help import HelpPage
from kiosk.journeys.home import Home
from kiosk.journeys.welcome import Welcome, first_visit
from kiosk.offers import events_of
from kiosk.ports import Ports, Tell, Utterance
from kiosk.step import step
from kiosk.terminal import Terminal
from kiosk.text import ENGLISH
from kiosk.visit import Visit
from tests.places import small_place
from tests.unit.core.test_terminal import Library

SILENT = TimerFired(Timer.GOODBYE)


def after(visit: Visit, *events: Event) -> Visit:
    for event in events:
        visit, _ = step(visit, event)
    return visit


def effects_of(visit: Visit, event: Event) -> Sequence[Effect]:
    return step(visit, event)[1]


@pytest.fixture
def visit() -> Visit:
    return after(first_visit(small_place()), WentOn())


@pytest.fixture
def left(visit: Visit) -> Visit:
    return after(visit, CardInserted(looking=True), CardInserted(CardKind.ID_CARD), EndConfirmed())


def test_the_card_is_asked_for_at_once_also_of_who_had_nothing_read(visit: Visit) -> None:
    visit = after(visit, CardInserted())
    assert not visit.reading
    effects = effects_of(visit, EndConfirmed())
    assert effects.count(ASK) == 1
    assert SetTimer(Timer.GOODBYE, ASK_AGAIN_S) in effects


def test_it_is_asked_for_again_and_again(left: Visit) -> None:
    for _ in range(3):
        after_silence, effects = step(left, SILENT)
        assert after_silence == left
        assert effects == (ASK, SetTimer(Timer.GOODBYE, ASK_AGAIN_S))


def test_who_is_being_read_to_is_not_interrupted(visit: Visit) -> None:
    reading = after(replace(visit, reading=True), CardInserted(), EndConfirmed())
    assert Speak() in effects_of(replace(visit, reading=True, devices=reading.devices), EndConfirmed())
    assert ASK not in effects_of(after(reading, PartSpoken("title")), SILENT)
    assert ASK in effects_of(after(reading, PartSpoken("title"), SpeechEnded()), SILENT)


@pytest.mark.parametrize("kind", list(CardKind))
def test_a_card_of_any_kind_counts(visit: Visit, kind: CardKind) -> None:
    assert compose(after(visit, CardInserted(kind), EndConfirmed())).id == "goodbye-card"


def test_nobody_else_begins_before_it_is_gone(left: Visit) -> None:
    for event in (SILENT, WentOn(), WentBack()):
        assert isinstance(after(left, event).page, Goodbye), event
    assert isinstance(after(left, StaffCardShown("Aylin Kaya"), WentBack()).page, Goodbye)
    gone = after(left, CardRemoved())
    assert compose(gone).id == "goodbye"
    assert isinstance(after(gone, SILENT).page, Welcome)
    assert isinstance(after(gone, WentOn()).page, Welcome)


def test_once_it_is_gone_it_is_not_asked_for_any_more(left: Visit) -> None:
    gone, effects = step(left, CardRemoved())
    assert ASK not in effects
    assert SetTimer(Timer.GOODBYE, gone.place.timers.goodbye) in effects
    assert ASK not in effects_of(gone, SILENT)


def test_a_card_put_in_while_goodbye_is_said_is_asked_for(visit: Visit) -> None:
    assert ASK in effects_of(after(visit, EndConfirmed()), CardInserted(looking=True))


def test_a_card_that_is_stuck_brings_a_person_and_is_asked_for_afterwards(left: Visit) -> None:
    assert HelpAsked() in list(events_of(compose(left)))
    helped = after(left, HelpAsked())
    assert isinstance(helped.page, HelpPage)
    back, effects = step(helped, HelpDone())
    assert compose(back).id == "goodbye-card"
    assert ASK in effects


def test_nobody_waits_for_a_card_that_nobody_can_see(left: Visit) -> None:
    lost = DeviceChanged(Device.EID, Fault(FaultCode.EID_CLIENT_LOST))
    no_reader = DeviceChanged(Device.READER, Fault(FaultCode.READER_ABSENT))
    assert compose(after(left, lost)).id == "goodbye-card"
    unseen = after(left, no_reader, lost)
    assert compose(unseen).id == "goodbye"
    assert isinstance(after(unseen, SILENT).page, Welcome)
    seen, effects = step(unseen, DeviceChanged(Device.EID, None))
    assert compose(seen).id == "goodbye-card"
    assert ASK in effects


def test_who_is_called_from_the_goodbye_is_waited_for(left: Visit) -> None:
    waiting = after(left, HelpAsked(), WentBack(), CardRemoved())
    assert compose(waiting).id == "goodbye"
    assert after(waiting, SILENT) == waiting
    assert CancelCall() in effects_of(waiting, WentOn())
    assert isinstance(after(waiting, HelpDone(), SILENT).page, Welcome)


def test_a_card_left_at_the_welcome_is_asked_for_too(visit: Visit) -> None:
    welcome = after(first_visit(visit.place), CardInserted(), TimerFired(Timer.IDLE))
    assert compose(welcome).id == "goodbye-card"


def test_it_is_asked_for_in_the_language_of_the_visit(visit: Visit) -> None:
    left = after(visit, LanguageChosen(ENGLISH), CardInserted(), EndConfirmed())
    assert compose(left).look.language == ENGLISH


def test_a_card_that_comes_out_and_in_again_is_still_asked_for(left: Visit) -> None:
    again = after(left, CardRemoved(), CardInserted())
    assert compose(again).id == "goodbye-card"
    assert isinstance(after(again, SILENT).page, Goodbye)


class Reader:
    """A reader in which a test's card lies until it is taken."""

    def __init__(self) -> None:
        self.taken = asyncio.Event()

    async def watch(self, tell: Tell) -> None:
        tell(CardInserted(looking=True))
        tell(CardInserted(CardKind.UNKNOWN))
        await self.taken.wait()
        tell(CardRemoved())
        await asyncio.Event().wait()


class Voice:
    """A voice that counts how often it asked."""

    def __init__(self) -> None:
        self.said: list[tuple[Utterance, ...]] = []

    async def watch(self, tell: Tell) -> None:
        await asyncio.Event().wait()

    async def speak(self, utterances: Sequence[Utterance], tell: Tell) -> None:
        self.said.append(tuple(utterances))
        tell(SpeechEnded())

    def stop(self) -> None:
        pass


@contextmanager
def impatient() -> Iterator[None]:
    patience = goodbye.ASK_AGAIN_S
    goodbye.ASK_AGAIN_S = 0.01
    yield
    goodbye.ASK_AGAIN_S = patience


async def test_a_terminal_asks_until_the_card_is_taken_and_only_then_welcomes_the_next() -> None:
    place = small_place()
    place = replace(place, timers=replace(place.timers, goodbye=0))
    reader, voice, screens, changed = Reader(), Voice(), list[str](), asyncio.Event()
    ports = Ports(Library(), speaker=voice, cards=reader)
    terminal = Terminal(place, ports, lambda screen: screens.append(screen.id), lambda *_: changed.set())

    async def until(holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not holds():
                changed.clear()
                await changed.wait()

    terminal.start()
    terminal.post(WentOn())
    assert isinstance(terminal.visit.page, Home)
    with impatient():
        await until(lambda: terminal.visit.card_inserted)
        terminal.post(EndConfirmed())
        await until(lambda: len(voice.said) >= 4)
        assert isinstance(terminal.visit.page, Goodbye)
        reader.taken.set()
        await until(lambda: isinstance(terminal.visit.page, Welcome))
    await terminal.close()
    assert screens[-3:] == ["goodbye-card", "goodbye", "welcome"]
    assert {utterance.part for said in voice.said for utterance in said} == {"title", "lead"}
    assert not [utterance for said in voice.said for utterance in said if utterance.private]
