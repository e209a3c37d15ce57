"""Official words explained: a button where a screen uses some, and the page that says what they mean."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.events import Event, Opened, WentBack
from kiosk.parts import Action, ActionStyle, Card, Cards, CardStyle, Heading, Paragraph, Picture, PinPad
from kiosk.screen import Screen
from kiosk.text import msg
from kiosk.visit import Step, Visit

MOST_WORDS = 8
"""More of them on one screen are no help."""
ID = "glossary"
_WITHOUT = ("welcome", "home", "situation-", "all-services", "search", "help", "goodbye", "staff", ID)
"""Screens of the staff, and those on which a service or a person is looked for: their names are not to be explained."""


@dataclass(frozen=True, slots=True)
class GlossaryPage:
    """The words of the page before, each with what it means."""

    words: tuple[str, ...]

    def compose(self, visit: Visit) -> Screen:
        """List the words."""
        from kiosk.glossary import entries

        found = entries(self.words, visit.place, visit.look.language)
        parts = [(Heading(f"{one.name}-word", one.word), Paragraph(one.name, one.text)) for one in found]
        return Screen(
            ID,
            msg("glossary.title"),
            visit.look,
            tuple(part for pair in parts for part in pair),
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
            Action("understood", msg("glossary.understood"), WentBack(), ActionStyle.PRIMARY, "check"),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing of its own."""
        return visit, ()


def with_words(screen: Screen, visit: Visit) -> Screen:
    """Put the way to the words of a screen at its end, where it uses some; beside a pad or a picture is no room."""
    if screen.id.startswith(_WITHOUT):
        return screen
    if any(isinstance(part, PinPad | Picture) for part in screen.parts):
        return screen
    from kiosk.glossary import known_on  # the first screen needs none of it

    service = visit.application.service.id if visit.application else ""
    words = known_on(screen, visit.place, service)[:MOST_WORDS]
    if not words:
        return screen
    card = Card("explain-words", msg("glossary.open"), Opened(GlossaryPage(words)), "question")
    return replace(screen, parts=(*screen.parts, Cards("explained-words", (card,), CardStyle.ROW)))
