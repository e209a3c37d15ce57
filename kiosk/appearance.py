"""Look and language change on any screen, and with them nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from kiosk.events import (
    ContrastChosen,
    Event,
    HandSwapped,
    LanguageAsked,
    LanguageChosen,
    LargeTextChosen,
    LookAsked,
    ReachToggled,
    SizeCycled,
    SteadyToggled,
)
from kiosk.look import Hand, Look, Reach, TextSize
from kiosk.visit import Question, Step, Visit

SIZES = tuple(TextSize)


def _look(**changes: Any) -> Callable[[Visit, Event], Step]:
    def change(visit: Visit, event: Event) -> Step:
        new = {name: value(visit.look) for name, value in changes.items()}
        return replace(visit, look=replace(visit.look, **new)), ()

    return change


def _next_size(look: Look) -> TextSize:
    return SIZES[(SIZES.index(look.size) + 1) % len(SIZES)]


def _contrast_chosen(visit: Visit, event: ContrastChosen) -> Step:
    return replace(visit, look=replace(visit.look, contrast=event.contrast)), ()


def _look_asked(visit: Visit, event: LookAsked) -> Step:
    return replace(visit, question=Question.LOOK), ()


def _language_asked(visit: Visit, event: LanguageAsked) -> Step:
    return replace(visit, question=Question.LANGUAGE), ()


def _language_chosen(visit: Visit, event: LanguageChosen) -> Step:
    if event.language not in visit.place.languages:
        return visit, ()
    return replace(visit, look=replace(visit.look, language=event.language), question=None), ()


HANDLERS: Mapping[type[Event], Callable[[Visit, Any], Step]] = MappingProxyType(
    {
        LanguageAsked: _language_asked,
        LanguageChosen: _language_chosen,
        SizeCycled: _look(size=_next_size),
        LargeTextChosen: _look(size=lambda look: TextSize.M if look.size is TextSize.L else TextSize.L),
        LookAsked: _look_asked,
        ContrastChosen: _contrast_chosen,
        SteadyToggled: _look(steady=lambda look: not look.steady),
        ReachToggled: _look(reach=lambda look: Reach.NORMAL if look.reach is Reach.LOW else Reach.LOW),
        HandSwapped: _look(hand=lambda look: Hand.RIGHT if look.hand is Hand.LEFT else Hand.LEFT),
    }
)
