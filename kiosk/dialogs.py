"""The questions that may open over any page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kiosk import reading
from kiosk.events import (
    ContrastChosen,
    EndConfirmed,
    HandSwapped,
    LanguageChosen,
    MoreTimeTaken,
    ReachToggled,
    Resumed,
    SteadyToggled,
)
from kiosk.look import Contrast, Hand, Reach
from kiosk.parts import Action, ActionStyle, Card, Cards, CardStyle, Countdown, Heading, Paragraph
from kiosk.screen import Dialog
from kiosk.text import LANGUAGE_NAMES, Verbatim, msg
from kiosk.visit import Question, Visit


def compose(visit: Visit) -> Dialog:
    """Return the dialog for the question that is open."""
    return _DIALOGS[visit.question or Question.END](visit)


def language_cards(visit: Visit) -> Cards:
    """Return the languages of the place, each in its own words."""
    cards = tuple(
        Card(
            f"language-{tag}",
            Verbatim(LANGUAGE_NAMES[tag], tag),
            LanguageChosen(tag),
            chosen=tag == visit.look.language,
        )
        for tag in visit.place.languages
    )
    return Cards("languages", cards, CardStyle.BUTTON)


def _language(visit: Visit) -> Dialog:
    close = Action("close", msg("language.keep"), Resumed(), icon="check")
    return Dialog("language", msg("language.title"), (language_cards(visit),), (close,))


def _look(visit: Visit) -> Dialog:
    """Everything that the bar has no button for. It stays open, so that several can be tried."""
    look = visit.look
    contrasts = tuple(
        Card(f"contrast-{each}", msg(f"look.{each}"), ContrastChosen(each), chosen=each is look.contrast)
        for each in Contrast
    )
    touch = (
        Card("left", msg("welcome.left"), HandSwapped(), "touch", chosen=look.hand is Hand.LEFT),
        Card("low", msg("welcome.low"), ReachToggled(), "wheelchair", chosen=look.reach is Reach.LOW),
        Card("steady", msg("look.steady"), SteadyToggled(), "clock", chosen=look.steady),
    )
    parts = (
        Cards("contrasts", contrasts, CardStyle.BUTTON),
        Heading("touching", msg("look.touching")),
        Cards("touch", touch, CardStyle.BUTTON),
    )
    return Dialog("look", msg("look.title"), parts, (Action("close", msg("language.keep"), Resumed(), icon="check"),))


def _still_there(visit: Visit) -> Dialog:
    parts = (
        Paragraph("why", msg("still-there.text", count=visit.countdown)),
        Countdown("left", visit.countdown, visit.place.timers.countdown, msg("still-there.unit")),
        Paragraph("covered", msg("still-there.covered"), muted=True, icon="eye-off"),
    )
    actions = (
        Action("resume", msg("still-there.yes"), Resumed(), ActionStyle.PRIMARY, "check"),
        Action("more-time", msg("still-there.more-time"), MoreTimeTaken(), icon="clock"),
        Action("end", msg("end.now"), EndConfirmed(), icon="exit", icon_after=True),
    )
    return Dialog("still-there", msg("still-there.title"), parts, actions, covers=True)


def _code_not_needed() -> Dialog:
    close = Action("resume", msg("code.not-needed.go-on"), Resumed(), ActionStyle.PRIMARY, "check")
    parts = (Paragraph("why", msg("code.not-needed.text")),)
    return Dialog("code-not-needed", msg("code.not-needed.title"), parts, (close,))


def _question(dialog: str, subject: str) -> Dialog:
    parts = (Paragraph("why", msg(f"{subject}.text")),)
    actions = (
        Action("resume", msg(f"{subject}.go-on"), Resumed(), ActionStyle.PRIMARY, "check"),
        Action("end", msg("end.now"), EndConfirmed(), icon="exit", icon_after=True),
    )
    return Dialog(dialog, msg(f"{subject}.title"), parts, actions)


_DIALOGS: Mapping[Question, Callable[[Visit], Dialog]] = MappingProxyType(
    {
        Question.LANGUAGE: _language,
        Question.LOOK: _look,
        Question.STILL_THERE: _still_there,
        Question.VOICE: reading.dialog,
        Question.CODE_NOT_NEEDED: lambda _: _code_not_needed(),
        Question.CARD_REMOVED: lambda _: _question("card-removed", "card-removed"),
        Question.END: lambda _: _question("end", "end-question"),
    }
)
