"""A headset that comes and goes, and a sound server that dies and returns: on a real server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from devices.speech.speaker import LocalSpeaker
from kiosk.device_events import Device, DeviceChanged, HeadsetPlugged, HeadsetPulled, PartSpoken, SpeechEnded
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Utterance
from kiosk.privacy import Private
from kiosk.text import GERMAN

from .ears import Ears, start_server

WORKS = DeviceChanged(Device.SPEECH, None)
SILENT = DeviceChanged(Device.SPEECH, Fault(FaultCode.SPEECH_NO_OUTPUT))
SECRET = (Utterance("name", Private("Das ist nur für Sie. " * 10), GERMAN, private=True),)
OPEN = (Utterance("title", Private("Guten Tag."), GERMAN),)
PLUG = ("load-module", "module-null-sink", "sink_name=usb_headset", "norewinds=1")


class Told:
    """What the speaker told, to be waited for."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.more = asyncio.Event()

    def __call__(self, event: Event) -> None:
        """Take an event."""
        self.events.append(event)
        self.more.set()

    async def until(self, event: Event) -> None:
        """Wait for an event, and forget all before it."""
        async with asyncio.timeout(8):
            while event not in self.events:
                self.more.clear()
                await self.more.wait()
        del self.events[: self.events.index(event) + 1]


@pytest.fixture
def told() -> Told:
    """What is told."""
    return Told()


@pytest_asyncio.fixture
async def speaker(ears: Ears, told: Told, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LocalSpeaker]:
    """A speaker at work on the recorded server."""
    monkeypatch.setenv("PULSE_SERVER", ears.environment["PULSE_SERVER"])
    speaker = LocalSpeaker(settle=0)
    watching = asyncio.create_task(speaker.watch(told))
    await told.until(WORKS)
    yield speaker
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    speaker.close()


async def test_private_words_sound_in_the_headset_alone_and_end_with_it(
    speaker: LocalSpeaker, ears: Ears, told: Told
) -> None:
    ears.pactl("load-module", "module-rescue-streams")  # moves streams of a sink that goes to another: not this one
    module = ears.pactl(*PLUG)
    await told.until(HeadsetPlugged())
    began = time.monotonic()
    reading = asyncio.create_task(speaker.speak(SECRET, told))
    await told.until(PartSpoken("name"))
    await asyncio.sleep(0.3)
    ears.pactl("unload-module", module)
    await told.until(HeadsetPulled())
    await reading
    await asyncio.sleep(0.2)
    assert ears.heard(began, time.monotonic()) == []
    assert SpeechEnded() not in told.events
    await speaker.speak(SECRET, told)
    assert ears.heard(began, time.monotonic()) == []
    await speaker.speak(OPEN, told)
    assert ears.heard(began, time.monotonic())


@pytest.mark.en301549("5.1.3.2")
async def test_the_loudspeaker_is_silent_while_a_headset_is_there(
    speaker: LocalSpeaker, ears: Ears, told: Told
) -> None:
    ears.pactl(*PLUG)
    await told.until(HeadsetPlugged())
    began = time.monotonic()
    await speaker.speak(OPEN, told)
    assert SpeechEnded() in told.events
    assert ears.heard(began, time.monotonic()) == []


async def test_a_server_that_died_and_returned_is_spoken_to_again(
    speaker: LocalSpeaker, ears: Ears, told: Told, tmp_path: Path
) -> None:
    ears.server.kill()
    ears.server.wait(5)
    await told.until(SILENT)
    await speaker.speak(OPEN, told)
    assert told.events == [SpeechEnded()]
    again = start_server(tmp_path / "native", ears.environment)
    try:
        await told.until(WORKS)
        await speaker.speak(OPEN, told)
        assert told.events[0] == PartSpoken("title")
        assert told.events[-1] == SpeechEnded()
    finally:
        again.terminate()
        again.wait(5)
