"""What a listener hears without asking: the question after a silence, what was typed, a slip before it is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from kiosk.device_events import Device, DeviceChanged, PartSpoken, SpeechEnded
from kiosk.effects import Echo, Effects, Print, SetTimer, Speak, SpeakPart
from kiosk.events import Event, Timer, TimerFired, Typed, VisitorEvent
from kiosk.journeys.goodbye import Goodbye
from kiosk.parts import Field, PinPad
from kiosk.privacy import EMPTY, Private
from kiosk.screen import HelpState
from kiosk.speech import CONTEXT, LEAD, PROGRESS, SLIP, TITLE
from kiosk.visit import Question, Step, Visit

PROMPT_S = 20.0
"""After so long a silence who is read to hears again where they are: once, and no sooner than the visit falls idle."""
BEFORE_THE_SLIP = ("", TITLE, CONTEXT, PROGRESS, LEAD, SLIP)
"""The parts that are read before a slip is printed."""


def _ended(visit: Visit, event: SpeechEnded) -> Step:  # noqa: ARG001 - handlers have one signature
    return replace(visit, spoken=""), (() if visit.prompted else prompting(visit))


def prompting(visit: Visit) -> Effects:
    """Return the timer after which is said again where the visitor is: not while a person is on the way."""
    waits = visit.reading and visit.begun and visit.help.state is HelpState.NONE
    return (SetTimer(Timer.PROMPT, PROMPT_S),) if waits and not isinstance(visit.page, Goodbye) else ()


def prompted(visit: Visit) -> Step:
    """After a silence: say once more what was asked; a question that is open, whole."""
    if not visit.reading or visit.spoken or visit.prompted or visit.question is Question.STILL_THERE:
        return visit, ()
    return replace(visit, prompted=True), (Speak() if visit.question else SpeakPart(visit.heard or TITLE),)


def echo(before: Visit, visit: Visit, event: Typed) -> Effects:
    """Let who is read to hear what was typed, on whatever keyboard."""
    old, new = _typed(before, event.field), _typed(visit, event.field)
    return (Echo(event.field, old, new),) if old.reveal() != new.reveal() else ()


def _typed(visit: Visit, field: str) -> Private[str]:
    parts = visit.page.compose(visit).parts
    values = (part.value for part in parts if isinstance(part, (Field, PinPad)) and part.id == field)
    return next(values, EMPTY)


def slip_first(before: Visit, visit: Visit, event: Event, effects: Effects) -> Step:
    """Have a slip read before the printer rattles: it is held back until it was read, or anything is done.

    A slip that is asked for once more is printed at once.
    """
    due = before.unprinted if _slip_is_due(before, visit, event) else ()
    kept = before.unprinted if not due else ()
    new = tuple(effect for effect in effects if isinstance(effect, Print))
    if not visit.reading or not new or visit.page.compose(visit).id == before.page.compose(before).id:
        return replace(visit, unprinted=kept), (*due, *effects)
    others = tuple(effect for effect in effects if not isinstance(effect, Print))
    return replace(visit, unprinted=new), (*due, *kept, *others)


def _slip_is_due(before: Visit, visit: Visit, event: Event) -> bool:
    match event:
        case PartSpoken(part):
            return part not in BEFORE_THE_SLIP
        case VisitorEvent() | SpeechEnded() | TimerFired() | DeviceChanged(Device.SPEECH):
            return True
    return not visit.reading or type(visit.page) is not type(before.page)


HANDLERS: Mapping[type[Event], Callable[[Visit, Any], Step]] = MappingProxyType({SpeechEnded: _ended})
