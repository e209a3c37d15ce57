"""A visit by ear: where am I, letter by letter, what was typed, the question again, the slip before it is printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.compose import compose
from kiosk.device_events import Device, DeviceChanged, Focused, HeadsetPulled, PartSpoken, SpeechEnded
from kiosk.effects import Echo, Effect, Print, SetTimer, Speak, SpeakPart, SpeakPlace, SpellPart
from kiosk.events import (
    EndConfirmed,
    Event,
    HelpAsked,
    Opened,
    OpenlyToggled,
    ReadingToggled,
    Resumed,
    SlipAsked,
    SpellAsked,
    Timer,
    TimerFired,
    Touched,
    Typed,
    VoiceAsked,
    WentOn,
    WhereAsked,
)
from kiosk.faults import Fault, FaultCode
from kiosk.journeys.handing_in import Done
from kiosk.journeys.home import Home, SearchPage
from kiosk.journeys.service import ServicePage
from kiosk.journeys.welcome import first_visit
from kiosk.look import Look
from kiosk.parts import Action, Card, Cards, Field, Number, Paragraph, PinPad, Secret
from kiosk.ports import Utterance
from kiosk.privacy import EMPTY, Private
from kiosk.saying import said
from kiosk.screen import Progress, Screen
from kiosk.spelling import spelled
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, local, translator
from kiosk.unasked import PROMPT_S
from kiosk.visit import Visit
from kiosk.voice import Voice
from tests.places import LIBRARY, small_place

ON = Action("forward", local("Weiter"), Touched())
NAME = Field("name", local("Vorname"))
BROKEN = DeviceChanged(Device.SPEECH, Fault(FaultCode.SPEECH_NO_OUTPUT))


def after(visit: Visit, *events: Event) -> Visit:
    for event in events:
        visit, _ = step(visit, event)
    return visit


def effects_of(visit: Visit, event: Event) -> list[Effect]:
    return list(step(visit, event)[1])


@pytest.fixture
def listening() -> Visit:
    return after(first_visit(small_place()), Opened(Home()), ReadingToggled())


def words(spoken: tuple[Utterance, ...]) -> str:
    return " ".join(one.words.reveal() for one in spoken if not one.room)


def screen(*parts: object, **more: object) -> Screen:
    return Screen("test", local("Ihr Name"), Look(), parts, **more)  # type: ignore[arg-type]


# Where am I


def test_where_one_is_names_page_step_place_and_what_can_be_done() -> None:
    cards = Cards(
        "c", (Card("dog", local("Hund"), Touched()), Card("no", local("Nein"), Touched(), why_disabled=local("x")))
    )
    here = screen(NAME, cards, progress=Progress(2, 7, local("Anmeldung")), forward=ON)
    heard = words(said(SpeakPlace("name"), here, Voice()))
    assert heard.startswith("Ihr Name. Schritt 2 von 7. Anmeldung. Sie sind hier: Vorname")
    assert "Hier können Sie etwas tun: Vorname, Hund Tasten: Weiter" in heard
    assert "Hilfe rufen" in heard


def test_where_one_is_can_be_asked_on_every_page_and_switches_reading_on() -> None:
    silent = after(first_visit(small_place()), Opened(Home()))
    visit, effects = step(silent, WhereAsked())
    assert visit.reading
    assert SpeakPlace() in effects
    assert SpeakPlace() not in effects_of(after(silent, BROKEN), WhereAsked())


def test_the_place_by_ear_is_what_was_come_to_or_interrupted_last(listening: Visit) -> None:
    come = after(listening, Focused("situations"))
    assert SpellPart("situations") in effects_of(after(come, VoiceAsked()), SpellAsked())
    heard = after(listening, PartSpoken("popular"), Touched())
    assert SpellPart("popular") in effects_of(heard, SpellAsked())
    assert SpellPart("") in effects_of(after(heard, Opened(ServicePage(LIBRARY))), SpellAsked())


# Letter by letter


def test_words_are_spelled_by_the_alphabet_of_the_language() -> None:
    german = "Groß Z wie Zwickau. o wie Offenbach. e mit Trema. 4. Leerzeichen. ß wie Eszett"
    assert spelled("Zoë4 ß", translator(GERMAN)) == german
    assert spelled("Ab", translator(ENGLISH)) == "Capital A as in Alfa. b as in Bravo"
    assert spelled("😀", translator(GERMAN)) == "😀"


def test_an_entry_is_spelled_in_a_headset_only() -> None:
    spoken = said(SpellPart("name"), screen(replace(NAME, value=Private("Al"))), Voice())
    assert [one.words.reveal() for one in spoken if one.private] == ["Groß A wie Aachen. l wie Leipzig"]
    assert [one.room for one in spoken] == [True, False]


@pytest.mark.en301549("5.1.3.8", "5.1.3.9")
def test_what_was_told_is_read_to_the_room_for_who_chose_so_and_a_pin_never(listening: Visit) -> None:
    assert not listening.voice.openly
    chosen = after(listening, VoiceAsked(), OpenlyToggled())
    assert chosen.voice.openly
    page = screen(replace(NAME, value=Private("Jana")))
    told = said(Speak(), page, chosen.voice)
    assert "Jana" in words(told)
    assert not any(one.private or one.room for one in told)
    assert any(one.private for one in said(Speak(), page, listening.voice))
    pad = screen(PinPad("pin", local("PIN"), Secret.PIN, 6, Private("123456")))
    openly, closely = said(Speak(), pad, chosen.voice), said(Speak(), pad, replace(chosen.voice, openly=False))
    assert [replace(one, voice=Voice()) for one in openly] == [replace(one, voice=Voice()) for one in closely]
    assert "123456" not in words(openly)
    assert not after(chosen, OpenlyToggled()).voice.openly
    over = after(chosen, Resumed(), EndConfirmed(), WentOn())
    assert not over.voice.openly


def test_where_nothing_was_told_the_words_of_the_part_are_spelled() -> None:
    assert words(said(SpellPart("p"), screen(Paragraph("p", local("ab"))), Voice())) == "a wie Aachen. b wie Berlin"
    assert words(said(SpellPart("name"), screen(NAME), Voice())) == "Noch leer"
    assert words(said(SpellPart("gone"), screen(NAME), Voice())) == "Hier gibt es nichts zu buchstabieren"
    number = said(SpellPart("n"), screen(Number("n", local("Nummer"), Private("M4"))), Voice())
    assert "Groß M wie München" in words(number)


# What was typed


@pytest.mark.parametrize(
    ("before", "now", "private", "room"),
    [
        ("", "A", "großes A", "1 Zeichen"),
        ("l", "ll", "l", "2 Zeichen"),
        ("ac", "abc", "b", "3 Zeichen"),
        ("ab", "a", "Gelöscht: b", "1 Zeichen"),
        ("a", "a ", "Leerzeichen", "2 Zeichen"),
    ],
)
def test_what_was_typed_is_said_in_a_headset_and_counted_in_the_room(
    before: str, now: str, private: str, room: str
) -> None:
    spoken = said(Echo("name", Private(before), Private(now)), screen(NAME), Voice())
    assert [(one.words.reveal(), one.private, one.room) for one in spoken] == [
        (private, True, False),
        (room, False, True),
    ]


def test_of_a_secret_only_the_count_is_said() -> None:
    pad = PinPad("pin", local("PIN"), Secret.PIN, 6)
    [one] = said(Echo("pin", Private("12"), Private("123")), screen(pad), Voice())
    assert one.words.reveal() == "Ziffer. 3 von 6"


def test_typing_is_echoed_while_reading_is_on_and_only_if_something_changed(listening: Visit) -> None:
    search = after(listening, Opened(SearchPage()))
    visit, effects = step(search, Typed("query", Private("h")))
    assert Echo("query", EMPTY, Private("h")) in effects
    assert not any(isinstance(effect, Echo) for effect in effects_of(visit, Typed("query", Private("h"))))
    silent = replace(search, reading=False)
    assert not any(isinstance(effect, Echo) for effect in effects_of(silent, Typed("query", Private("h"))))


# After a silence


def test_after_a_silence_the_question_is_said_once_more_and_then_never_again(listening: Visit) -> None:
    visit, effects = step(after(listening, Focused("situations"), PartSpoken("situations")), SpeechEnded())
    assert SetTimer(Timer.PROMPT, PROMPT_S) in effects
    visit, effects = step(visit, TimerFired(Timer.PROMPT))
    assert effects == (SpeakPart("situations"),)
    assert effects_of(after(visit, PartSpoken("situations")), SpeechEnded()) == []
    assert effects_of(visit, TimerFired(Timer.PROMPT)) == []
    assert SetTimer(Timer.PROMPT, PROMPT_S) in effects_of(visit, Touched())


def test_a_question_that_is_open_is_said_again_as_a_whole(listening: Visit) -> None:
    assert effects_of(after(listening, VoiceAsked()), TimerFired(Timer.PROMPT)) == [Speak()]


def test_nobody_is_prompted_who_is_not_read_to_or_is_being_spoken_to_or_waits_for_a_person(listening: Visit) -> None:
    for visit in (
        replace(listening, reading=False),
        after(listening, PartSpoken("title")),
        after(listening, HelpAsked()),
        after(listening, TimerFired(Timer.IDLE)),
    ):
        assert effects_of(visit, TimerFired(Timer.PROMPT)) == []
    silent = after(replace(listening, reading=False), Touched())
    assert not [e for e in effects_of(silent, Touched()) if isinstance(e, SetTimer) and e.timer is Timer.PROMPT]


# The slip


@pytest.fixture
def at_service(listening: Visit) -> Visit:
    return after(listening, Opened(ServicePage(LIBRARY)))


def prints(effects: list[Effect]) -> list[Effect]:
    return [effect for effect in effects if isinstance(effect, Print)]


def test_a_slip_is_printed_at_once_for_who_is_not_read_to(at_service: Visit) -> None:
    assert prints(effects_of(replace(at_service, reading=False), WentOn("slip")))


@pytest.mark.parametrize(
    "event",
    [PartSpoken("printer"), SpeechEnded(), Touched(), HeadsetPulled(), EndConfirmed(), BROKEN, TimerFired(Timer.IDLE)],
)
@pytest.mark.en301549("5.1.3.16")
def test_who_listens_hears_the_slip_first_and_whatever_happens_then_prints_it_once(
    at_service: Visit, event: Event
) -> None:
    visit, effects = step(at_service, WentOn("slip"))
    assert not prints(list(effects))
    visit = after(visit, PartSpoken("title"), PartSpoken("slip"))
    visit, effects = step(visit, event)
    assert len(prints(list(effects))) == 1
    assert not prints(effects_of(visit, Touched()))


@pytest.mark.en301549("5.1.3.16")
def test_all_that_the_slip_says_is_read_after_the_lead_its_number_in_a_headset(at_service: Visit) -> None:
    done = Done(LIBRARY, Private("0b8e3a54-5c55-4c1e-9d5d-0a5f8f3f2b11"))
    page = compose(replace(at_service, path=(*at_service.path, done)))
    spoken = said(SpeakPart("slip"), page, Voice())
    assert spoken[0].words.reveal().startswith("Auf Ihrem Zettel steht:")
    [number] = [one for one in spoken if one.private]
    assert len(number.words.reveal().replace(" ", "").removesuffix(".")) >= 8
    order = list(dict.fromkeys(one.part for one in said(Speak(), page, Voice())))
    assert order.index("slip") == order.index("lead") + 1


def test_the_slip_can_be_heard_on_request_without_switching_reading_on(at_service: Visit) -> None:
    silent = after(replace(at_service, reading=False), WentOn("slip"))
    visit, effects = step(silent, SlipAsked())
    assert SpeakPart("slip") in effects
    assert not visit.reading
