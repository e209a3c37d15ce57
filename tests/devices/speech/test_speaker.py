"""The order of a reading: who is told what, and when there is silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

import pytest

from devices.speech.outputs import Outputs
from devices.speech.sound import NoVoiceError, Sound, WordMark
from devices.speech.speaker import LocalSpeaker
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
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Utterance
from kiosk.privacy import Private
from kiosk.text import ENGLISH, GERMAN, Language
from kiosk.voice import Voice

NO_OUTPUT = DeviceChanged(Device.SPEECH, Fault(FaultCode.SPEECH_NO_OUTPUT))
WORKS = DeviceChanged(Device.SPEECH, None)
WORDS = (
    Utterance("title", Private("Ihre Adresse."), GERMAN),
    Utterance("name", Private("Müller."), GERMAN, private=True),
    Utterance("next", Private("Next."), ENGLISH),
)


ROOM = Outputs("box")
EAR = Outputs("box", "phones")
NOBODY = Outputs()


class FakeVoice:
    """Makes the words themselves the sound, with a mark on the first word."""

    def __init__(self, *, works: bool = True) -> None:
        self.works = works
        self.notice: Fault | None = None
        self.made: list[tuple[str, Language, float]] = []

    async def ready(self) -> Fault | None:
        return None if self.works else Fault(FaultCode.SPEECH_NO_SYNTHESIS, "none")

    async def speech(self, words: Private[str], language: Language, rate: float) -> Sound:
        if not self.works:
            raise NoVoiceError("none")
        text = words.reveal()
        self.made.append((text, language, rate))
        return Sound(text.encode(), 22_050, (WordMark(0, 0, len(text.split()[0])),))

    def close(self) -> None:
        pass


class FakeLoudspeaker:
    """Plays at once, or, once `hold` is set, not before it is stopped or `release`d."""

    def __init__(self) -> None:
        self.there = ROOM
        self.changes: asyncio.Queue[Outputs] = asyncio.Queue()
        self.fails = False
        self.played: list[str] = []
        self.on: list[tuple[str, float]] = []
        self.silences = 0
        self.held: asyncio.Future[bool] | None = None
        self.playing = asyncio.Event()

    def hold(self) -> None:
        self.held = asyncio.get_running_loop().create_future()

    async def look(self) -> Outputs:
        return self.there

    async def outputs(self) -> AsyncGenerator[Outputs, None]:
        yield self.there
        while True:
            yield await self.changes.get()

    async def play(self, sound: Sound, output: str, gain: float, heard: Callable[[WordMark], None]) -> bool:
        self.played.append(sound.samples.decode())
        self.on.append((output, gain))
        for mark in sound.marks:
            heard(mark)
        self.playing.set()
        if self.held is not None:
            return await self.held
        return not self.fails

    def stop(self) -> None:
        self.silences += 1
        if self.playing.is_set() and self.held is not None and not self.held.done():
            self.held.set_result(False)


def parts(told: list[Event]) -> list[Event]:
    """Return what is told but for the words."""
    return [event for event in told if not isinstance(event, WordSpoken)]


@pytest.fixture
def loudspeaker() -> FakeLoudspeaker:
    return FakeLoudspeaker()


def speaker(loudspeaker: FakeLoudspeaker, voice: FakeVoice | None = None) -> LocalSpeaker:
    return LocalSpeaker(voice or FakeVoice(), loudspeaker, settle=0, look_again=0.02)


async def test_each_part_is_told_as_it_begins_and_the_end_at_the_end(loudspeaker: FakeLoudspeaker) -> None:
    told: list[Event] = []
    await speaker(loudspeaker).speak(WORDS, told.append)
    assert parts(told) == [PartSpoken("title"), PartSpoken("next"), SpeechEnded()]


@pytest.mark.en301549("5.1.3.9")
async def test_the_room_never_hears_private_words_and_they_are_not_even_made(loudspeaker: FakeLoudspeaker) -> None:
    voice = FakeVoice()
    await speaker(loudspeaker, voice).speak(WORDS, lambda _: None)
    assert loudspeaker.played == ["Ihre Adresse.", "Next."]
    assert voice.made == [("Ihre Adresse.", GERMAN, 1.0), ("Next.", ENGLISH, 1.0)]


@pytest.mark.en301549("5.1.3.2")
async def test_a_headset_hears_private_words(loudspeaker: FakeLoudspeaker) -> None:
    loudspeaker.there = EAR
    await speaker(loudspeaker).speak(WORDS, lambda _: None)
    assert loudspeaker.played == ["Ihre Adresse.", "Müller.", "Next."]
    assert {output for output, _ in loudspeaker.on} == {"phones"}


async def test_what_stands_in_for_private_words_is_for_the_room_alone(loudspeaker: FakeLoudspeaker) -> None:
    words = (WORDS[0], Utterance("name", Private("Nur im Kopfhörer."), GERMAN, room=True), *WORDS[1:])
    await speaker(loudspeaker).speak(words, lambda _: None)
    assert loudspeaker.played == ["Ihre Adresse.", "Nur im Kopfhörer.", "Next."]
    loudspeaker.there, loudspeaker.played = EAR, []
    await speaker(loudspeaker).speak(words, lambda _: None)
    assert loudspeaker.played == ["Ihre Adresse.", "Müller.", "Next."]


async def test_words_are_told_by_their_place_in_all_words_of_their_part(loudspeaker: FakeLoudspeaker) -> None:
    told: list[Event] = []
    label = Utterance("name", Private("Familienname. Ausgefüllt."), GERMAN)
    room = Utterance("name", Private("Nur im Kopfhörer."), GERMAN, room=True)
    loudspeaker.there = EAR
    await speaker(loudspeaker).speak((label, room, WORDS[1]), told.append)
    words = [event for event in told if isinstance(event, WordSpoken)]
    assert words == [WordSpoken("name", 0, 13), WordSpoken("name", 26, 33)]
    told.clear()
    loudspeaker.there = ROOM
    await speaker(loudspeaker).speak((label, room, WORDS[1]), told.append)
    assert [event for event in told if isinstance(event, WordSpoken)] == [WordSpoken("name", 0, 13)]


async def test_rate_and_volume_are_those_of_the_utterance(loudspeaker: FakeLoudspeaker) -> None:
    voice, fast = FakeVoice(), Voice(6, 10)
    await speaker(loudspeaker, voice).speak([replace(WORDS[0], voice=fast)], lambda _: None)
    assert voice.made == [("Ihre Adresse.", GERMAN, 2.0)]
    assert loudspeaker.on == [("box", 1.0)]


async def test_the_next_words_are_made_while_the_first_are_playing(loudspeaker: FakeLoudspeaker) -> None:
    voice = FakeVoice()
    loudspeaker.hold()
    reading = asyncio.create_task(speaker(loudspeaker, voice).speak(WORDS, lambda _: None))
    await loudspeaker.playing.wait()
    await asyncio.sleep(0)
    assert [words for words, _, _ in voice.made] == ["Ihre Adresse.", "Next."]
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


@pytest.mark.en301549("5.1.3.4", "11.1.4.2")
async def test_stop_is_silence_at_once_and_nothing_more_is_told(loudspeaker: FakeLoudspeaker) -> None:
    told: list[Event] = []
    loudspeaker.hold()
    voice = speaker(loudspeaker)
    reading = asyncio.create_task(voice.speak(WORDS, told.append))
    await loudspeaker.playing.wait()
    before = loudspeaker.silences
    voice.stop()
    assert loudspeaker.silences == before + 1
    await reading
    assert parts(told) == [PartSpoken("title")]


async def test_cancelling_is_silence_too(loudspeaker: FakeLoudspeaker) -> None:
    told: list[Event] = []
    loudspeaker.hold()
    reading = asyncio.create_task(speaker(loudspeaker).speak(WORDS, told.append))
    await loudspeaker.playing.wait()
    before = loudspeaker.silences
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert loudspeaker.silences == before + 1
    assert parts(told) == [PartSpoken("title")]


@pytest.mark.en301549("5.1.3.10")
async def test_a_newer_reading_ends_the_older_one(loudspeaker: FakeLoudspeaker) -> None:
    older: list[Event] = []
    newer: list[Event] = []
    loudspeaker.hold()
    voice = speaker(loudspeaker)
    first = asyncio.create_task(voice.speak(WORDS, older.append))
    await loudspeaker.playing.wait()
    voice.stop()
    loudspeaker.held = None
    await voice.speak(WORDS[2:], newer.append)
    await first
    assert parts(older) == [PartSpoken("title")]
    assert parts(newer) == [PartSpoken("next"), SpeechEnded()]


async def test_without_an_output_the_reading_ends_and_says_so_once(loudspeaker: FakeLoudspeaker) -> None:
    told: list[Event] = []
    loudspeaker.there = NOBODY
    voice = speaker(loudspeaker)
    await voice.speak(WORDS, told.append)
    await voice.speak(WORDS, told.append)
    assert told == [NO_OUTPUT, SpeechEnded(), SpeechEnded()]
    assert loudspeaker.played == []


async def test_an_output_that_fails_in_the_middle_is_a_fault_and_is_tried_again(loudspeaker: FakeLoudspeaker) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    voice = speaker(loudspeaker)
    watching = asyncio.create_task(voice.watch(told.put_nowait))
    try:
        async with asyncio.timeout(5):
            assert await told.get() == WORKS
            loudspeaker.fails = True
            await voice.speak(WORDS, told.put_nowait)
            heard = [await told.get() for _ in range(5)]
            assert parts(heard) == [PartSpoken("title"), NO_OUTPUT, SpeechEnded(), WORKS]
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_the_watch_tells_when_an_output_goes_and_comes(loudspeaker: FakeLoudspeaker) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    watching = asyncio.create_task(speaker(loudspeaker).watch(told.put_nowait))
    try:
        async with asyncio.timeout(5):
            assert await told.get() == WORKS
            loudspeaker.changes.put_nowait(NOBODY)
            assert await told.get() == NO_OUTPUT
            loudspeaker.changes.put_nowait(ROOM)
            assert await told.get() == WORKS
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_missing_voice_is_a_fault(loudspeaker: FakeLoudspeaker) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    voice = speaker(loudspeaker, FakeVoice(works=False))
    absent = DeviceChanged(Device.SPEECH, Fault(FaultCode.SPEECH_NO_SYNTHESIS, "none"))
    await voice.speak(WORDS, told.put_nowait)
    assert [told.get_nowait(), told.get_nowait()] == [absent, SpeechEnded()]


async def test_nothing_to_read_ends_at_once(loudspeaker: FakeLoudspeaker) -> None:
    told: list[Event] = []
    await speaker(loudspeaker).speak((), told.append)
    assert told == [SpeechEnded()]


async def test_a_headset_that_comes_is_told_and_one_that_is_pulled_is_silence_first(
    loudspeaker: FakeLoudspeaker,
) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    voice = speaker(loudspeaker)
    watching = asyncio.create_task(voice.watch(told.put_nowait))
    try:
        async with asyncio.timeout(5):
            assert await told.get() == WORKS
            loudspeaker.changes.put_nowait(EAR)
            assert await told.get() == HeadsetPlugged()
            loudspeaker.hold()
            reading = asyncio.create_task(voice.speak(WORDS[1:2], lambda _: None))
            await loudspeaker.playing.wait()
            before = loudspeaker.silences
            loudspeaker.changes.put_nowait(ROOM)
            assert await told.get() == HeadsetPulled()
            assert loudspeaker.silences == before + 1
            await reading
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_headset_that_was_there_at_the_start_is_told_as_such(loudspeaker: FakeLoudspeaker) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    loudspeaker.there = EAR
    watching = asyncio.create_task(speaker(loudspeaker).watch(told.put_nowait))
    try:
        async with asyncio.timeout(5):
            assert await told.get() == WORKS
            assert await told.get() == HeadsetFound()
            loudspeaker.changes.put_nowait(ROOM)
            assert await told.get() == HeadsetPulled()
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_it_is_told_when_another_voice_has_to_stand_in(loudspeaker: FakeLoudspeaker) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    voice = FakeVoice()
    watching = asyncio.create_task(speaker(loudspeaker, voice).watch(told.put_nowait))
    try:
        async with asyncio.timeout(5):
            assert await told.get() == WORKS
            voice.notice = Fault(FaultCode.SPEECH_NO_SYNTHESIS, "pico: the process died")
            assert await told.get() == DeviceChanged(Device.SPEECH, None, voice.notice)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
