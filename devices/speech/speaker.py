"""Reading aloud: the words of a screen, one part after the other, silent at once when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from typing import Protocol

from devices.speech.playback import PulsePlayback
from devices.speech.synthesis import EspeakSynthesis, NoVoiceError
from kiosk.events import Device, DeviceChanged, PartSpoken, SpeechEnded
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Tell, Utterance
from kiosk.privacy import Private
from kiosk.text import Language

_NO_OUTPUT = Fault(FaultCode.SPEECH_NO_OUTPUT)
_NO_VOICE = Fault(FaultCode.SPEECH_ABSENT, "libespeak-ng")


class Synthesis(Protocol):
    """Words to sound: see `devices.speech.synthesis`."""

    async def ready(self) -> bool:
        """Whether it can speak."""

    async def speech(self, words: Private[str], language: Language) -> bytes:
        """Return sound. Raises `NoVoiceError`."""

    def close(self) -> None:
        """End what runs for it."""


class Playback(Protocol):
    """Sound to ears: see `devices.speech.playback`."""

    async def has_output(self) -> bool:
        """Whether there is anything to be heard from."""

    async def play(self, sound: bytes) -> bool:
        """Play; True when it is over, False if it failed or was stopped."""

    def stop(self) -> None:
        """Be silent now."""


class _NotTold:
    """Nothing has been told yet: equal to no fault, and to no absence of one."""


class LocalSpeaker:
    """`kiosk.ports.Speaker` with a voice and a loudspeaker of this terminal.

    Private utterances are spoken only while `headset` is set. The voice is loaded at the first need,
    or `settle` seconds after `watch` began, so that a terminal's start does not wait for it; until
    `watch` has told otherwise, it is taken to work. `watch` looks every `look_again` seconds.
    """

    def __init__(
        self,
        synthesis: Synthesis | None = None,
        playback: Playback | None = None,
        *,
        headset: bool = False,
        settle: float = 2.0,
        look_again: float = 5.0,
    ) -> None:
        self.headset = headset
        self._synthesis = synthesis or EspeakSynthesis()
        self._playback = playback or PulsePlayback()
        self._settle = settle
        self._look_again = look_again
        self._told: Fault | _NotTold | None = _NotTold()
        self._reading: object = None

    async def speak(self, utterances: Sequence[Utterance], tell: Tell) -> None:
        """Speak all that may be heard; tell `PartSpoken` as each begins and `SpeechEnded` at the end.

        A reading that `stop`, a newer reading or cancelling has ended tells nothing more. Where
        nothing can be heard, the reading ends at once, after `DeviceChanged` if that was not known.
        """
        self.stop()
        reading = self._reading = object()
        try:
            fault = await self._read(utterances, tell, reading)
            ended = self._reading is reading
        finally:
            if self._reading is reading:
                self.stop()
        if fault is not None:
            self._tell(fault, tell)
        if ended:
            tell(SpeechEnded())

    def stop(self) -> None:
        """Silence, at once."""
        self._reading = None
        self._playback.stop()

    async def watch(self, tell: Tell) -> None:
        """Tell whether there is a voice and something to hear it from, now and at each change."""
        await asyncio.sleep(self._settle)
        voice = await self._synthesis.ready()
        while True:
            self._tell(await self._fault() if voice else _NO_VOICE, tell)
            await asyncio.sleep(self._look_again)

    def close(self) -> None:
        """End the voice's thread."""
        self.stop()
        self._synthesis.close()

    async def _read(self, utterances: Sequence[Utterance], tell: Tell, reading: object) -> Fault | None:
        fault = await self._fault()
        if fault is not None:
            return fault
        audible = [one for one in utterances if self.headset or not one.private]
        try:
            async with aclosing(self._ahead(audible)) as pieces:
                async for utterance, sound in pieces:
                    if self._reading is not reading:
                        return None
                    tell(PartSpoken(utterance.part))
                    if not await self._playback.play(sound):
                        return _NO_OUTPUT if self._reading is reading else None
        except NoVoiceError:
            return _NO_VOICE
        return None

    async def _ahead(self, utterances: Sequence[Utterance]) -> AsyncGenerator[tuple[Utterance, bytes], None]:
        """Yield each utterance with its sound, while the next one is already being made."""
        coming: asyncio.Task[bytes] | None = None
        try:
            for number, utterance in enumerate(utterances):
                sound = await (coming or self._sound(utterance))
                following = utterances[number + 1 : number + 2]
                coming = asyncio.create_task(self._sound(following[0])) if following else None
                yield utterance, sound
        finally:
            if coming is not None:
                coming.cancel()
                with suppress(asyncio.CancelledError, NoVoiceError):
                    await coming

    async def _sound(self, utterance: Utterance) -> bytes:
        return await self._synthesis.speech(utterance.words, utterance.language)

    def _tell(self, fault: Fault | None, tell: Tell) -> None:
        """Tell how the voice is, if it is not what was told last."""
        if fault != self._told:
            self._told = fault
            tell(DeviceChanged(Device.SPEECH, fault))

    async def _fault(self) -> Fault | None:
        return None if await self._playback.has_output() else _NO_OUTPUT
