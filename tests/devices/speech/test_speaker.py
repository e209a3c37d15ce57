"""The order of a reading: who is told what, and when there is silence."""

from __future__ import annotations

import asyncio

import pytest

from devices.speech.speaker import LocalSpeaker
from devices.speech.synthesis import NoVoiceError
from kiosk.events import Device, DeviceChanged, Event, PartSpoken, SpeechEnded
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Utterance
from kiosk.privacy import Private
from kiosk.text import ENGLISH, GERMAN, Language

NO_OUTPUT = DeviceChanged(Device.SPEECH, Fault(FaultCode.SPEECH_NO_OUTPUT))
WORKS = DeviceChanged(Device.SPEECH, None)
WORDS = (
    Utterance("title", Private("Ihre Adresse."), GERMAN),
    Utterance("name", Private("Müller."), GERMAN, private=True),
    Utterance("next", Private("Next."), ENGLISH),
)


class FakeVoice:
    """Makes the words themselves the sound."""

    def __init__(self, *, works: bool = True) -> None:
        self.works = works
        self.made: list[tuple[str, Language]] = []

    async def ready(self) -> bool:
        return self.works

    async def speech(self, words: Private[str], language: Language) -> bytes:
        if not self.works:
            raise NoVoiceError
        self.made.append((words.reveal(), language))
        return words.reveal().encode()

    def close(self) -> None:
        pass


class FakeLoudspeaker:
    """Plays at once, or, once `hold` is set, not before it is stopped or `release`d."""

    def __init__(self) -> None:
        self.output = True
        self.fails = False
        self.played: list[str] = []
        self.silences = 0
        self.held: asyncio.Future[bool] | None = None
        self.playing = asyncio.Event()

    def hold(self) -> None:
        self.held = asyncio.get_running_loop().create_future()

    async def has_output(self) -> bool:
        return self.output

    async def play(self, sound: bytes) -> bool:
        self.played.append(sound.decode())
        self.playing.set()
        if self.held is not None:
            return await self.held
        return not self.fails

    def stop(self) -> None:
        self.silences += 1
        if self.playing.is_set() and self.held is not None and not self.held.done():
            self.held.set_result(False)


@pytest.fixture
def loudspeaker() -> FakeLoudspeaker:
    return FakeLoudspeaker()


def speaker(loudspeaker: FakeLoudspeaker, voice: FakeVoice | None = None, *, headset: bool = False) -> LocalSpeaker:
    return LocalSpeaker(voice or FakeVoice(), loudspeaker, headset=headset, settle=0, look_again=0.02)


async def test_each_part_is_told_as_it_begins_and_the_end_at_the_end(loudspeaker: FakeLoudspeaker) -> None:
    told: list[Event] = []
    await speaker(loudspeaker).speak(WORDS, told.append)
    assert told == [PartSpoken("title"), PartSpoken("next"), SpeechEnded()]


async def test_the_room_never_hears_private_words_and_they_are_not_even_made(loudspeaker: FakeLoudspeaker) -> None:
    voice = FakeVoice()
    await speaker(loudspeaker, voice).speak(WORDS, lambda _: None)
    assert loudspeaker.played == ["Ihre Adresse.", "Next."]
    assert voice.made == [("Ihre Adresse.", GERMAN), ("Next.", ENGLISH)]


async def test_a_headset_hears_private_words(loudspeaker: FakeLoudspeaker) -> None:
    await speaker(loudspeaker, headset=True).speak(WORDS, lambda _: None)
    assert loudspeaker.played == ["Ihre Adresse.", "Müller.", "Next."]


async def test_the_next_words_are_made_while_the_first_are_playing(loudspeaker: FakeLoudspeaker) -> None:
    voice = FakeVoice()
    loudspeaker.hold()
    reading = asyncio.create_task(speaker(loudspeaker, voice).speak(WORDS, lambda _: None))
    await loudspeaker.playing.wait()
    await asyncio.sleep(0)
    assert [words for words, _ in voice.made] == ["Ihre Adresse.", "Next."]
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


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
    assert told == [PartSpoken("title")]


async def test_cancelling_is_silence_too(loudspeaker: FakeLoudspeaker) -> None:
    told: list[Event] = []
    loudspeaker.hold()
    reading = asyncio.create_task(speaker(loudspeaker).speak(WORDS, told.append))
    await loudspeaker.playing.wait()
    before = loudspeaker.silences
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert loudspeaker.silences == before + 1
    assert told == [PartSpoken("title")]


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
    assert older == [PartSpoken("title")]
    assert newer == [PartSpoken("next"), SpeechEnded()]


async def test_without_an_output_the_reading_ends_and_says_so_once(loudspeaker: FakeLoudspeaker) -> None:
    told: list[Event] = []
    loudspeaker.output = False
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
            assert [await told.get() for _ in range(4)] == [PartSpoken("title"), NO_OUTPUT, SpeechEnded(), WORKS]
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_the_watch_tells_when_an_output_goes_and_comes(loudspeaker: FakeLoudspeaker) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    watching = asyncio.create_task(speaker(loudspeaker).watch(told.put_nowait))
    try:
        async with asyncio.timeout(5):
            assert await told.get() == WORKS
            loudspeaker.output = False
            assert await told.get() == NO_OUTPUT
            loudspeaker.output = True
            assert await told.get() == WORKS
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_missing_voice_is_a_fault(loudspeaker: FakeLoudspeaker) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    voice = speaker(loudspeaker, FakeVoice(works=False))
    absent = DeviceChanged(Device.SPEECH, Fault(FaultCode.SPEECH_ABSENT, "libespeak-ng"))
    await voice.speak(WORDS, told.put_nowait)
    assert [told.get_nowait(), told.get_nowait()] == [absent, SpeechEnded()]


async def test_nothing_to_read_ends_at_once(loudspeaker: FakeLoudspeaker) -> None:
    told: list[Event] = []
    await speaker(loudspeaker).speak((), told.append)
    assert told == [SpeechEnded()]
