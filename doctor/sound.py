"""The voice: a sentence, and somebody who heard it."""

from __future__ import annotations

from doctor.bench import Bench, of_state, ready, short, state_of, watched
from kiosk.device_events import Device, DeviceChanged, PartSpoken, SpeechEnded
from kiosk.ports import Utterance
from kiosk.privacy import Private
from kiosk.readiness import Finding, Verdict
from kiosk.text import GERMAN, msg, translator


async def voice(bench: Bench) -> Finding:
    """Say a sentence; ask whether it was heard, where somebody can be asked."""
    async with bench.only("speech") as ports:
        speaker = ports.speaker
        assert speaker
        async with watched(speaker) as heard:
            wrong = of_state("speech", await state_of(heard, Device.SPEECH))
            if wrong:
                return wrong
            sentence = Private(translator(GERMAN).say(msg("doctor.speech.sentence")))
            await speaker.speak((Utterance("sentence", sentence, GERMAN),), heard.tell)
            await heard.first(SpeechEnded)
            later = await heard.within(0.1, DeviceChanged, lambda event: event.fault is not None)
            if later and (wrong := of_state("speech", later)):
                return wrong
            if not await heard.within(0.1, PartSpoken):
                return short("speech", Verdict.NOT_READY, msg("doctor.speech.silent"))
    return await _heard(bench)


async def _heard(bench: Bench) -> Finding:
    if not bench.person.present:
        return ready("speech", "doctor.speech.not-asked")
    if await bench.person.confirms(msg("doctor.speech.question")):
        return ready("speech")
    return short("speech", Verdict.NOT_READY, msg("doctor.speech.not-heard"))
