"""Reading aloud, as far as it is the visit's: on and off, from where, how fast and how loud, by headset or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from kiosk.device_events import Device, HeadsetFound, HeadsetPlugged, HeadsetPulled, PartSpoken, WordSpoken
from kiosk.effects import Effects, Speak, SpeakPart, SpeakPlace, SpellPart, StopSpeaking
from kiosk.events import (
    Event,
    FasterAsked,
    LouderAsked,
    OpenlyToggled,
    QuieterAsked,
    ReadingToggled,
    RepeatAsked,
    Resumed,
    SlipAsked,
    SlowerAsked,
    SpellAsked,
    VoiceAsked,
    WhereAsked,
)
from kiosk.parts import Action, Paragraph
from kiosk.screen import Dialog
from kiosk.text import msg
from kiosk.visit import Question, Step, Visit
from kiosk.voice import RATE_STEPS, VOLUME_STEPS, Voice

KEEP_THE_PLACE = (ReadingToggled, FasterAsked, SlowerAsked, LouderAsked, QuieterAsked, RepeatAsked)
"""What the visitor does that silences the voice, but needs to know where it was."""

RATE, VOLUME, OPENLY = "rate", "volume", "openly"

WAY_TO_VOICE = Action("voice", msg("voice.open"), VoiceAsked(), icon="speaker")
"""On every screen while reading is on."""


def dialog(visit: Visit) -> Dialog:
    """Return the question how fast and how loud to read. At an end a button stays: its answer is the step again."""
    rate, volume, openly = visit.voice.rate_step + 1, visit.voice.volume_step + 1, visit.voice.openly
    parts = (
        Paragraph(RATE, msg("voice.rate", step=rate, steps=RATE_STEPS), icon="speaker"),
        Paragraph(VOLUME, msg("voice.volume", step=volume, steps=VOLUME_STEPS), icon="headphones"),
        Paragraph(OPENLY, msg("voice.open-to-all" if openly else "voice.headset-only"), icon="eye-off"),
    )
    actions = (
        _action("slower", SlowerAsked(), "minus"),
        _action("faster", FasterAsked(), "plus"),
        _action("quieter", QuieterAsked(), "minus"),
        _action("louder", LouderAsked(), "plus"),
        _action("repeat", RepeatAsked(), "refresh"),
        _action("where", WhereAsked(), "question"),
        _action("spell", SpellAsked(), "text-size"),
        _action("privately" if openly else "openly", OpenlyToggled(), "headphones" if openly else "speaker"),
        _action("done", Resumed(), "check"),
    )
    return Dialog("voice", msg("voice.title"), parts, actions)


def _action(name: str, event: Event, icon: str) -> Action:
    return Action(name, msg(f"voice.{name}"), event, icon=icon)


def voice_is_back(visit: Visit) -> Effects:
    """What is done when a voice that failed works again: who relies on it is read to, without having to ask."""
    return (Speak(),) if visit.reading and not visit.spoken else ()


def _toggled(visit: Visit, event: ReadingToggled) -> Step:
    """On; off while it speaks; once more when it has come to its end."""
    if visit.reading and visit.spoken:
        return _silenced(visit), ()
    return _on(visit)


def _on(visit: Visit) -> Step:
    if not visit.works(Device.SPEECH):
        return visit, ()
    return replace(visit, reading=True), (Speak(),)


def _silenced(visit: Visit) -> Visit:
    question = None if visit.question is Question.VOICE else visit.question
    return replace(visit, reading=False, spoken="", question=question)


def _asked(visit: Visit, event: VoiceAsked) -> Step:
    return replace(visit, question=Question.VOICE), ()


def _changed(what: str, change: Callable[[Voice], Voice]) -> Callable[[Visit, Event], Step]:
    """Change the voice and go on with it: from the part that was being read, or saying how it is now."""

    def changed(visit: Visit, event: Event) -> Step:
        visit = replace(visit, voice=change(visit.voice))
        part = what if visit.question is Question.VOICE else visit.spoken
        return visit, ((Speak(part),) if visit.reading else ())

    return changed


def _repeated(visit: Visit, event: RepeatAsked) -> Step:
    """Read the part again; the screen, if its reading is over or only how it is read was asked."""
    if not visit.reading:
        return _on(visit)
    if visit.question is Question.VOICE:
        return replace(visit, question=None, spoken=""), ()
    return visit, (Speak(visit.spoken),)


def _where(visit: Visit, event: WhereAsked) -> Step:
    return _aloud(visit, SpeakPlace(visit.heard))


def _spell(visit: Visit, event: SpellAsked) -> Step:
    return _aloud(visit, SpellPart(visit.heard))


def _aloud(visit: Visit, effect: SpeakPlace | SpellPart) -> Step:
    if not visit.works(Device.SPEECH):
        return visit, ()
    return replace(visit, reading=True), (effect,)


def _slip_asked(visit: Visit, event: SlipAsked) -> Step:
    return visit, ((SpeakPart("slip"),) if visit.works(Device.SPEECH) else ())


def _found(visit: Visit, event: HeadsetFound) -> Step:
    """Wait for somebody to come: an empty room is not read to."""
    return (visit, ()) if visit.begun else (replace(visit, devices=replace(visit.devices, headset_waits=True)), ())


def first_touched(visit: Visit) -> Visit:
    """Return the visit that begins, with reading switched on where a headset waits for it."""
    waits, devices = visit.devices.headset_waits, replace(visit.devices, headset_waits=False)
    reading = visit.reading or (waits and visit.works(Device.SPEECH))
    return replace(visit, begun=True, reading=reading, devices=devices)


def _plugged(visit: Visit, event: HeadsetPlugged) -> Step:
    return _on(visit)


def _pulled(visit: Visit, event: HeadsetPulled) -> Step:
    visit = replace(visit, devices=replace(visit.devices, headset_waits=False))
    return _silenced(visit), (StopSpeaking(),)


def _part_spoken(visit: Visit, event: PartSpoken) -> Step:
    return replace(visit, spoken=event.part, word=None), ()


def _word_spoken(visit: Visit, event: WordSpoken) -> Step:
    return (replace(visit, word=(event.start, event.end)) if event.part == visit.spoken else visit), ()


HANDLERS: Mapping[type[Event], Callable[[Visit, Any], Step]] = MappingProxyType(
    {
        ReadingToggled: _toggled,
        VoiceAsked: _asked,
        FasterAsked: _changed(RATE, lambda voice: voice.faster(1)),
        SlowerAsked: _changed(RATE, lambda voice: voice.faster(-1)),
        LouderAsked: _changed(VOLUME, lambda voice: voice.louder(1)),
        QuieterAsked: _changed(VOLUME, lambda voice: voice.louder(-1)),
        OpenlyToggled: _changed(OPENLY, lambda voice: replace(voice, openly=not voice.openly)),
        RepeatAsked: _repeated,
        WhereAsked: _where,
        SpellAsked: _spell,
        SlipAsked: _slip_asked,
        HeadsetFound: _found,
        HeadsetPlugged: _plugged,
        HeadsetPulled: _pulled,
        PartSpoken: _part_spoken,
        WordSpoken: _word_spoken,
    }
)
