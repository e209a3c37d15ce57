"""What scanner, presence sensor and keypad change, on whatever page the visitor is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kiosk.device_events import Focused, PresenceSensed, Scanned
from kiosk.effects import ClearTimer, SetTimer, Speak, SpeakPart
from kiosk.events import Event, Timer
from kiosk.journeys.goodbye import Goodbye
from kiosk.journeys.help import HelpPage
from kiosk.journeys.welcome import Welcome
from kiosk.privacy import Private
from kiosk.screen import HelpState, Screen
from kiosk.text import translator
from kiosk.visit import Question, Step, Visit

if TYPE_CHECKING:
    from kiosk.ports import Utterance
    from kiosk.voice import Voice

# A code was scanned


def _scanned(visit: Visit, event: Scanned) -> Step:
    """Show what a code is for where services are looked for; anywhere else it changes nothing, and that is said."""
    from kiosk.journeys.code import CodePage, may_show_code

    if isinstance(visit.page, (Goodbye, HelpPage)) or visit.question is not None:
        return visit, ()
    if not may_show_code(visit.page):
        return replace(visit, question=Question.CODE_NOT_NEEDED), ()
    page = CodePage.of(visit.place, event.code)
    return (visit.turned_to(page) if isinstance(visit.page, CodePage) else visit.at(page)), ()


# Somebody is there, or nobody


def _presence_sensed(visit: Visit, event: PresenceSensed) -> Step:
    """Greet by voice who comes and wears a headset; begin to wait for who has gone away in the middle of a visit."""
    if event.present:
        greet = visit.reading and not visit.begun and isinstance(visit.page, Welcome)
        return visit, (ClearTimer(Timer.AWAY), *((Speak(),) if greet else ()))
    if not may_ask_sooner(visit):
        return visit, ()
    return visit, (SetTimer(Timer.AWAY, visit.place.timers.away * visit.patience),)


def may_ask_sooner(visit: Visit) -> bool:
    """Whether an empty place may bring the question "still there?" sooner: never a visit that has asked for help."""
    called = visit.help.state is not HelpState.NONE
    return visit.begun and not called and visit.question is None and not isinstance(visit.page, (Welcome, Goodbye))


# Keypad and switches came to a part


def _focused(visit: Visit, event: Focused) -> Step:
    if not visit.reading:
        return visit, ()
    if visit.question is None:
        visit = replace(visit, heard=_part_at(visit, event))
    return visit, (SpeakPart(event.part, event.words, event.aside),)


def _part_at(visit: Visit, event: Focused) -> str:
    """Return the part that was come to; among the keys of the keyboard still the one that they fill."""
    if not event.words and not event.aside:
        return event.part
    part = event.part.partition("/")[0]
    return part if part in {each.id for each in visit.page.compose(visit).parts} else visit.heard


def part_utterances(effect: SpeakPart, screen: Screen, voice: Voice) -> tuple[Utterance, ...]:
    """Return what is to be read for one part: its own words as on the whole screen, else those of the element."""
    from kiosk.ports import Utterance
    from kiosk.speech import CONTEXT, LEAD, PROGRESS, TITLE, heard, utterances

    language = screen.look.language
    # The head of a screen is one part to the eyes.
    wanted = {TITLE, CONTEXT, PROGRESS, LEAD} if effect.part == TITLE else {effect.part}
    own = tuple(said for said in utterances(screen, translator(language), voice) if said.part in wanted)
    voice = voice.reading(language)
    said = ((effect.words, False), (effect.aside, True))
    return own or tuple(
        Utterance(effect.part, Private(heard(words.reveal())), language, only, voice=voice)
        for words, only in said
        if words
    )


HANDLERS: Mapping[type[Event], Callable[[Visit, Any], Step]] = {
    Scanned: _scanned,
    PresenceSensed: _presence_sensed,
    Focused: _focused,
}
