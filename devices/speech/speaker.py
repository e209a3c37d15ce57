"""Reading aloud: the words of a screen, one part after the other, silent at once when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from typing import Protocol

from devices.speech.outputs import Outputs
from devices.speech.playback import PulsePlayback
from devices.speech.sound import NoVoiceError, Sound, Synthesis, WordMark, tones
from devices.speech.synthesis import EspeakSynthesis
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
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Tell, Utterance

_NO_OUTPUT = Fault(FaultCode.SPEECH_NO_OUTPUT)


class Playback(Protocol):
    """Sound to ears: see `devices.speech.playback`."""

    async def look(self) -> Outputs:
        """Return what there is to be heard from now."""

    def outputs(self) -> AsyncGenerator[Outputs, None]:
        """Yield what there is to be heard from, now and at each change."""

    async def play(self, sound: Sound, output: str, gain: float, heard: Callable[[WordMark], None]) -> bool:
        """Play, telling each word as it comes out; True when it is over, False if it failed or was stopped."""

    def stop(self) -> None:
        """Be silent now."""


class LocalSpeaker:
    """`kiosk.ports.Speaker` with a voice, and the loudspeaker and headset of this terminal.

    A headset is spoken to alone, and private utterances only by it. One that is pulled is silence, at once.
    The voice is loaded at the first need, or `settle` seconds after `watch` began, so that a terminal's
    start does not wait for it; until `watch` has told otherwise, it is taken to work. After an output
    that failed, `watch` looks again after `look_again` seconds.
    """

    def __init__(
        self,
        synthesis: Synthesis | None = None,
        playback: Playback | None = None,
        *,
        settle: float = 2.0,
        look_again: float = 5.0,
    ) -> None:
        self._synthesis: Synthesis = synthesis or EspeakSynthesis()
        self._playback: Playback = playback or PulsePlayback()
        self._settle = settle
        self._look_again = look_again
        self._told: DeviceChanged | None = None
        self._outputs: Outputs | None = None
        self._voiceless: Fault | None = None
        self._reading: object = None

    async def speak(self, utterances: Sequence[Utterance], tell: Tell) -> None:
        """Speak all that may be heard; tell `PartSpoken`, `WordSpoken` and at the end `SpeechEnded`.

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

    async def signal(self) -> None:
        """Sound a few tones, so that somebody in the room hears where this is."""
        self.stop()
        outputs = await self._playback.look()
        if outputs.chosen:
            await self._playback.play(tones(), outputs.chosen, 1.0, lambda _: None)

    def stop(self) -> None:
        """Silence, at once."""
        self._reading = None
        self._playback.stop()

    async def watch(self, tell: Tell) -> None:
        """Tell whether there is a voice and something to hear it from, and when a headset comes and goes."""
        await asyncio.sleep(self._settle)
        self._voiceless = await self._synthesis.ready()
        again = asyncio.create_task(self._tell_again(tell))
        try:
            async with aclosing(self._playback.outputs()) as changes:
                async for outputs in changes:
                    self._take(outputs, tell)
        finally:
            again.cancel()
            await asyncio.gather(again, return_exceptions=True)

    def close(self) -> None:
        """End what runs for the voice."""
        self.stop()
        self._synthesis.close()

    def _take(self, outputs: Outputs, tell: Tell) -> None:
        before, self._outputs = self._outputs, outputs
        if before is not None and before.headset and outputs.headset != before.headset:
            self.stop()
        if before is not None and before.headset and not outputs.headset:
            tell(HeadsetPulled())
        self._tell(self._fault(outputs), tell)
        if outputs.headset and (before is None or not before.headset):
            tell(HeadsetFound() if before is None else HeadsetPlugged())

    async def _tell_again(self, tell: Tell) -> None:
        """Tell from time to time how the voice is: a sound that failed is over, another voice had to stand in."""
        while True:
            await asyncio.sleep(self._look_again)
            if self._outputs is not None and self._reading is None:
                self._tell(self._fault(self._outputs), tell)

    async def _read(self, utterances: Sequence[Utterance], tell: Tell, reading: object) -> Fault | None:
        outputs = self._outputs if self._outputs is not None else await self._playback.look()
        if not outputs.chosen:
            return _NO_OUTPUT
        places = _places(utterances)
        audible = [at for at in places if not (at[0].room if outputs.headset else at[0].private)]
        try:
            async with aclosing(self._ahead(audible)) as pieces:
                async for utterance, start, sound in pieces:
                    if self._reading is not reading:
                        return None
                    tell(PartSpoken(utterance.part))
                    heard = _teller(utterance, start, tell)
                    if not await self._playback.play(sound, outputs.chosen, utterance.voice.gain, heard):
                        return await self._why_failed(outputs) if self._reading is reading else None
        except NoVoiceError as error:
            return Fault(FaultCode.SPEECH_NO_SYNTHESIS, str(error))
        return None

    async def _why_failed(self, outputs: Outputs) -> Fault | None:
        """Return what is wrong after a sound failed: nothing, if its output was only pulled and there is another."""
        now = await self._playback.look()
        return _NO_OUTPUT if now.chosen == outputs.chosen else self._fault(now)

    async def _ahead(
        self, utterances: Sequence[tuple[Utterance, int]]
    ) -> AsyncGenerator[tuple[Utterance, int, Sound], None]:
        """Yield each utterance with its sound, while the next one is already being made."""
        coming: asyncio.Task[Sound] | None = None
        try:
            for number, (utterance, start) in enumerate(utterances):
                sound = await (coming or self._sound(utterance))
                following = utterances[number + 1 : number + 2]
                coming = asyncio.create_task(self._sound(following[0][0])) if following else None
                yield utterance, start, sound
        finally:
            if coming is not None:
                coming.cancel()
                with suppress(asyncio.CancelledError, NoVoiceError):
                    await coming

    async def _sound(self, utterance: Utterance) -> Sound:
        return await self._synthesis.speech(utterance.words, utterance.language, utterance.voice.rate)

    def _tell(self, fault: Fault | None, tell: Tell) -> None:
        """Tell how the voice is, if it is not what was told last."""
        event = DeviceChanged(Device.SPEECH, fault, None if fault else self._synthesis.notice)
        if event != self._told:
            self._told = event
            tell(event)

    def _fault(self, outputs: Outputs) -> Fault | None:
        return self._voiceless or (None if outputs.chosen else _NO_OUTPUT)


def _places(utterances: Sequence[Utterance]) -> list[tuple[Utterance, int]]:
    """Return each utterance with where it begins in the words of its part (`kiosk.speech.words_of`)."""
    lengths: dict[str, int] = {}
    places = []
    for one in utterances:
        start = lengths.get(one.part, 0)
        places.append((one, start))
        if not one.room:
            lengths[one.part] = start + len(one.words.reveal()) + 1
    return places


def _teller(utterance: Utterance, start: int, tell: Tell) -> Callable[[WordMark], None]:
    """Return what tells a word of the utterance; nothing where only the room hears it."""

    def heard(mark: WordMark) -> None:
        if not utterance.room:
            tell(WordSpoken(utterance.part, start + mark.start, start + mark.end))

    return heard
