"""The questions that may open over any page."""

from __future__ import annotations

from kiosk import reading
from kiosk.events import EndConfirmed, LanguageChosen, MoreTimeTaken, Resumed
from kiosk.screen import (
    Action,
    ActionStyle,
    Card,
    Cards,
    CardStyle,
    Countdown,
    Dialog,
    Paragraph,
)
from kiosk.text import LANGUAGE_NAMES, Verbatim, msg
from kiosk.visit import Question, Visit


def compose(visit: Visit) -> Dialog:
    """Return the dialog for the question that is open."""
    match visit.question:
        case Question.LANGUAGE:
            return _language(visit)
        case Question.STILL_THERE:
            return _still_there(visit)
        case Question.VOICE:
            return reading.dialog(visit)
        case Question.CODE_NOT_NEEDED:
            return _code_not_needed()
        case Question.CARD_REMOVED:
            return _question("card-removed", "card-removed")
        case _:
            return _question("end", "end-question")


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
