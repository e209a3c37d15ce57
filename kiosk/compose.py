"""`compose`: what is on the screen of a visit, as a pure function.

A page says what is its own; what holds on every screen is added here: help, reading, look, questions, co-view.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk import dialogs, looking_on, reading
from kiosk.events import HandSwapped, ReachToggled
from kiosk.journeys.glossary import with_words
from kiosk.journeys.goodbye import Goodbye
from kiosk.journeys.videos import with_videos
from kiosk.look import Hand, Look, Reach
from kiosk.parts import Action
from kiosk.screen import Bar, Screen
from kiosk.text import msg
from kiosk.visit import Visit

NORMAL_REACH = Action("normal-reach", msg("reach.normal"), ReachToggled(), icon="touch")
"""On every screen while its operable parts lie low."""
RIGHT_HAND = Action("right-hand", msg("hand.right"), HandSwapped(), icon="touch")
"""On every screen that is made for the left hand, unless it lies low too: that is undone first."""


def compose(visit: Visit) -> Screen:
    """Return the screen of a visit."""
    screen = with_videos(with_words(visit.page.compose(visit), visit), visit)
    word = visit.word if visit.spoken else None
    voice = reading.WAY_TO_VOICE if visit.reading else None
    bar = Bar(visit.help.state, visit.reading, can_end=visit.begun and not isinstance(visit.page, Goodbye))
    dialog = dialogs.compose(visit) if visit.question else None
    if dialog is None and visit.coview and not visit.coview.agreed:
        dialog = looking_on.dialog(visit.coview)
    extra = _way_back_of(visit.look)
    everywhere = (bar, dialog, visit.spoken, word, extra, voice)
    if everywhere == (screen.bar, screen.dialog, screen.spoken, screen.word, screen.extra, screen.voice):
        return looking_on.framed(visit, screen)
    screen = replace(screen, bar=bar, dialog=dialog, spoken=visit.spoken, word=word, extra=extra, voice=voice)
    return looking_on.framed(visit, screen)


def _way_back_of(look: Look) -> Action | None:
    if look.reach is Reach.LOW:
        return NORMAL_REACH
    return RIGHT_HAND if look.hand is Hand.LEFT else None
