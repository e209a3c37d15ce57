"""What a visitor can do on a screen: every event that it offers, in reading order."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.events import (
    Chosen,
    EndAsked,
    Event,
    HelpAsked,
    HelpShown,
    LanguageAsked,
    LookAsked,
    ReadingToggled,
    SizeCycled,
)
from kiosk.parts import Action, Answers, Busy, Cards, Choice, Consent, Offer, Part, PinPad
from kiosk.privacy import Private
from kiosk.screen import Bar, HelpState, Screen


def events_of(screen: Screen) -> Iterator[Event]:
    """Yield all that can be touched: parts, back, forward, the bar; with a dialog open only it and the bar."""
    if screen.dialog:
        for part in screen.dialog.parts:
            yield from _of_part(part)
        yield from _of_actions(*screen.dialog.actions)
    else:
        for part in screen.parts:
            yield from _of_part(part)
        yield from _of_actions(screen.back, screen.extra, screen.voice, screen.forward)
    yield from bar_events(screen.bar)


def bar_events(bar: Bar) -> tuple[Event, ...]:
    """Return what the bar's buttons post, in their order; "Beenden" is missing where nothing has begun."""
    help_event = HelpAsked() if bar.help is HelpState.NONE else HelpShown()
    end = (EndAsked(),) if bar.can_end else ()
    return (help_event, ReadingToggled(), SizeCycled(), LookAsked(), LanguageAsked(), *end)


def _of_actions(*actions: Action | None) -> Iterator[Event]:
    for action in actions:
        if action and action.why_disabled is None:
            yield action.event


def _of_part(part: Part) -> Iterator[Event]:
    match part:
        case Cards(cards=cards):
            yield from (card.event for card in cards if card.why_disabled is None)
        case Choice(id=field, options=options):
            yield from (Chosen(field, Private(option.id)) for option in options)
        case Answers(answers=answers):
            yield from (answer.change for answer in answers if answer.change)
        case Consent(id=field, more=more):
            yield Chosen(field, Private("yes"))
            yield from _of_actions(more)
        case PinPad(action=action) | Busy(action=action) | Offer(action=action):
            yield from _of_actions(action)
