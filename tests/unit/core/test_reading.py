"""Reading aloud: who is read to, from where, how fast and how loud."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.compose import compose
from kiosk.device_events import (
    Device,
    DeviceChanged,
    HeadsetFound,
    HeadsetPlugged,
    HeadsetPulled,
    PartSpoken,
    SpeechEnded,
    WordSpoken,
)
from kiosk.effects import Effects, Speak, StopSpeaking
from kiosk.events import (
    EndConfirmed,
    Event,
    FasterAsked,
    LouderAsked,
    Opened,
    QuieterAsked,
    ReadingToggled,
    RepeatAsked,
    Resumed,
    SlowerAsked,
    Timer,
    TimerFired,
    Touched,
    VoiceAsked,
    WentOn,
)
from kiosk.faults import Fault, FaultCode
from kiosk.journeys.home import Home
from kiosk.journeys.welcome import Welcome, first_visit
from kiosk.offers import events_of
from kiosk.speech import utterances, words_of
from kiosk.step import step
from kiosk.text import GERMAN, translator
from kiosk.visit import Question, Visit
from kiosk.voice import RATE_STEPS, VOLUME_STEPS, Voice
from tests.places import small_place

FAULT = Fault(FaultCode.SPEECH_NO_OUTPUT)


def after(visit: Visit, *events: Event) -> Visit:
    for event in events:
        visit, _ = step(visit, event)
    return visit


def spoken(effects: Effects) -> list[Speak]:
    return [effect for effect in effects if isinstance(effect, Speak)]


@pytest.fixture
def at_home() -> Visit:
    return after(first_visit(small_place()), Opened(Home()))


@pytest.fixture
def listening(at_home: Visit) -> Visit:
    return after(at_home, ReadingToggled(), PartSpoken("lead"))


@pytest.mark.en301549("5.1.3.11")
def test_seven_rates_from_half_to_double_and_eleven_volumes_none_of_them_silence() -> None:
    rates = [Voice(rate_step=step).rate for step in range(RATE_STEPS)]
    assert rates[0] == 0.5
    assert Voice().rate == 1
    assert rates[-1] == 2
    assert rates == sorted(rates)
    gains = [Voice(volume_step=step).gain for step in range(VOLUME_STEPS)]
    assert gains == sorted(gains)
    assert 0 < gains[0] < Voice().gain < gains[-1] == 1


def test_steps_end_at_both_ends() -> None:
    assert Voice(6, 10).faster(1).louder(1) == Voice(6, 10)
    assert Voice(0, 0).faster(-1).louder(-1) == Voice(0, 0)


@pytest.mark.parametrize(
    ("event", "voice"),
    [
        (FasterAsked(), Voice(4, 5)),
        (SlowerAsked(), Voice(2, 5)),
        (LouderAsked(), Voice(3, 6)),
        (QuieterAsked(), Voice(3, 4)),
    ],
)
def test_another_voice_goes_on_with_the_part_that_was_being_read(listening: Visit, event: Event, voice: Voice) -> None:
    visit, effects = step(listening, event)
    assert visit.voice == voice
    assert effects[0] == StopSpeaking()
    assert spoken(effects) == [Speak("lead")]


def test_while_nothing_is_read_the_voice_changes_quietly(at_home: Visit) -> None:
    visit, effects = step(at_home, LouderAsked())
    assert visit.voice == Voice(3, 6)
    assert not spoken(effects)


@pytest.mark.en301549("5.1.3.13")
def test_the_voice_is_kept_till_the_farewell_and_the_next_visitor_has_the_usual_one(listening: Visit) -> None:
    farewell = after(listening, FasterAsked(), LouderAsked(), EndConfirmed())
    assert farewell.voice == Voice(4, 6)
    assert after(farewell, TimerFired(Timer.GOODBYE)).voice == Voice()


@pytest.mark.en301549("5.1.3.4")
def test_a_part_is_read_again_and_the_screen_once_it_was_read(listening: Visit) -> None:
    assert spoken(step(listening, RepeatAsked())[1]) == [Speak("lead")]
    assert spoken(step(after(listening, SpeechEnded()), RepeatAsked())[1]) == [Speak()]


def test_who_asks_to_hear_it_again_is_read_to_from_then_on(at_home: Visit) -> None:
    visit, effects = step(at_home, RepeatAsked())
    assert visit.reading
    assert spoken(effects) == [Speak()]


def test_the_way_to_the_voice_is_there_while_reading_is_on(at_home: Visit, listening: Visit) -> None:
    assert compose(at_home).voice is None
    assert VoiceAsked() in events_of(compose(listening))


def test_the_question_says_each_step_and_closing_it_reads_the_page(listening: Visit) -> None:
    asked = after(listening, VoiceAsked())
    dialog = compose(asked).dialog
    assert dialog is not None
    assert {FasterAsked(), SlowerAsked(), LouderAsked(), QuieterAsked(), RepeatAsked(), Resumed()} <= {
        action.event for action in dialog.actions
    }
    faster, effects = step(asked, FasterAsked())
    assert faster.question is Question.VOICE
    assert spoken(effects) == [Speak("rate")]
    said = utterances(compose(faster), translator(GERMAN), faster.voice, "rate")
    assert said[0].words.reveal() == "Tempo: Stufe 5 von 7."
    assert said[0].voice == Voice(4, 5)
    for closing in (Resumed(), RepeatAsked()):
        visit, effects = step(faster, closing)
        assert visit.question is None
        assert spoken(effects) == [Speak()]


def test_silence_closes_the_question_about_the_voice(listening: Visit) -> None:
    asked = after(listening, VoiceAsked(), PartSpoken("rate"))
    assert after(asked, ReadingToggled()).question is None
    assert after(asked, HeadsetPulled()).question is None


@pytest.mark.en301549("5.1.2.2", "5.2")
def test_a_headset_switches_reading_on_and_begins_a_visit() -> None:
    visit, effects = step(first_visit(small_place()), HeadsetPlugged())
    assert visit.reading
    assert visit.begun
    assert isinstance(visit.page, Welcome)
    assert spoken(effects) == [Speak()]


@pytest.mark.en301549("5.1.2.2")
@pytest.mark.parametrize("sign", [Touched(), WentOn(), ReadingToggled()])
def test_a_headset_that_was_there_from_the_start_waits_for_the_first_visit_alone(sign: Event) -> None:
    waiting, effects = step(first_visit(small_place()), HeadsetFound())
    assert not waiting.begun
    assert not effects, "an empty room is not read to"
    visit, effects = step(waiting, sign)
    assert visit.reading
    assert spoken(effects) == [Speak()]
    second, effects = step(first_visit(small_place(), visit.devices), Touched())
    assert not second.reading
    assert not spoken(effects)
    assert not after(waiting, HeadsetPulled(), Touched()).reading


def test_a_headset_that_is_pulled_is_silence_also_before_the_first_part_was_told(at_home: Visit) -> None:
    visit, effects = step(after(at_home, HeadsetPlugged()), HeadsetPulled())
    assert not visit.reading
    assert StopSpeaking() in effects
    assert not spoken(effects)


def test_a_headset_helps_nobody_while_the_voice_is_broken(at_home: Visit) -> None:
    visit, effects = step(after(at_home, DeviceChanged(Device.SPEECH, FAULT)), HeadsetPlugged())
    assert not visit.reading
    assert not spoken(effects)


def test_who_was_being_read_to_is_read_to_again_when_the_voice_is_back(listening: Visit) -> None:
    broken = after(listening, DeviceChanged(Device.SPEECH, FAULT), SpeechEnded())
    assert spoken(step(broken, DeviceChanged(Device.SPEECH, None))[1]) == [Speak()]
    assert not spoken(step(listening, DeviceChanged(Device.SPEECH, None))[1])


def test_a_word_is_shown_in_the_part_that_is_read_and_in_no_other(listening: Visit) -> None:
    assert compose(after(listening, WordSpoken("lead", 4, 9))).word == (4, 9)
    assert compose(after(listening, WordSpoken("title", 4, 9))).word is None
    assert compose(after(listening, WordSpoken("lead", 4, 9), PartSpoken("title"))).word is None
    assert compose(after(listening, WordSpoken("lead", 4, 9), SpeechEnded())).word is None


def test_reading_can_begin_at_a_part_and_begins_anew_where_it_is_gone(at_home: Visit) -> None:
    screen, german = compose(at_home), translator(GERMAN)
    everything = utterances(screen, german)
    later = everything[3].part
    assert utterances(screen, german, start=later) == everything[3:]
    assert utterances(screen, german, start="gone") == everything
    assert {one.voice for one in utterances(screen, german, Voice(0, 0))} == {Voice(0, 0)}


def test_the_words_of_a_part_are_those_that_marks_count_in(at_home: Visit) -> None:
    everything = utterances(compose(at_home), translator(GERMAN))
    mixed = (everything[0], replace(everything[0], room=True), replace(everything[0], private=True))
    title = everything[0].words.reveal()
    assert words_of("title", mixed).reveal() == f"{title} {title}"
