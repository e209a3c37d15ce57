"""A code was scanned: what it is, and what to do with it. It opens nothing and proves nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.device_events import Device
from kiosk.events import Event, Opened, WentHome, WentOn
from kiosk.journeys.counter import CounterPage
from kiosk.journeys.home import BACK, AllServices, Home, SearchPage, SituationPage
from kiosk.journeys.slip import PrintState
from kiosk.journeys.welcome import Welcome
from kiosk.parts import Action, ActionStyle, Level, Notice, Number, Offer, Paragraph, Part
from kiosk.place import CodeKind, CodePattern, Place
from kiosk.privacy import Private
from kiosk.receipt import code_slip
from kiosk.screen import Screen
from kiosk.text import Text, msg
from kiosk.visit import Step, Visit

if TYPE_CHECKING:
    from kiosk.visit import Page

MOST = 128
"""Characters of the longest code that a place can know."""
_ICONS = {CodeKind.APPOINTMENT: "clock", CodeKind.LIBRARY_CARD: "document"}


def may_show_code(page: Page) -> bool:
    """Whether a code may turn the visitor to its page: where services are looked for and nothing is filled in."""
    return isinstance(page, (Welcome, Home, SituationPage, AllServices, SearchPage, CodePage))


def pattern_of(place: Place, code: Private[str]) -> int | None:
    """Return which of the place's patterns fits the whole of a code; None if none does."""
    text = code.reveal()
    if len(text) > MOST:
        return None
    return next((n for n, known in enumerate(place.codes) if re.fullmatch(known.pattern, text)), None)


@dataclass(frozen=True, slots=True)
class CodePage:
    """What a code is for. `pattern` is its place in the place's patterns; None for a code that nobody here knows."""

    code: Private[str]
    pattern: int | None
    print: PrintState | None = None

    @classmethod
    def of(cls, place: Place, code: Private[str]) -> CodePage:
        """Return the page of a code; what is not known is not kept."""
        pattern = pattern_of(place, code)
        return cls(Private("") if pattern is None else code, pattern)

    def compose(self, visit: Visit) -> Screen:
        """Say what kind of code it is, and where to go with it."""
        home = Action("home", msg("code.services"), WentHome(), ActionStyle.PRIMARY, "arrow-right", icon_after=True)
        parts = _unknown() if self.pattern is None else self._known(visit, visit.place.codes[self.pattern])
        kind = "unknown" if self.pattern is None else visit.place.codes[self.pattern].kind
        return Screen(f"code-{kind}", msg(f"code.{kind}.title"), visit.look, parts, BACK, home)

    def _known(self, visit: Visit, known: CodePattern) -> tuple[Part, ...]:
        todo = Paragraph("todo", what_to_do(known), icon=_ICONS[known.kind])
        number = Number("code", msg(f"code.{known.kind}.label"), self.code)
        return (number, todo, *self._printing(visit), _person(visit))

    def _printing(self, visit: Visit) -> tuple[Part, ...]:
        if self.print is not None:
            return self.print.parts(visit)
        if not visit.works(Device.PRINTER):
            return ()
        return (Offer("slip", "printer", msg("code.slip"), None, Action("print", msg("code.print"), WentOn("print"))),)

    def step(self, visit: Visit, event: Event) -> Step:
        """Print the slip and follow the print."""
        if self.pattern is None:
            return visit, ()
        first = PrintState() if event == WentOn("print") else None
        state = first if self.print is None else self.print.after(event)
        if state is self.print or state is None:
            return visit, ()
        slip = code_slip(visit.place, visit.place.codes[self.pattern], self.code, visit.look.language)
        return visit.turned_to(replace(self, print=state)), state.effects(slip)


def what_to_do(known: CodePattern) -> Text:
    """Return what the place says that is to be done with a code, else what is done everywhere."""
    return known.text or msg(f"code.{known.kind}.text")


def _unknown() -> tuple[Part, ...]:
    return (Notice("unknown", Level.INFO, msg("code.unknown.notice"), msg("code.unknown.remedy")),)


def _person(visit: Visit) -> Part:
    counter = Action("counter", msg("home.counter"), Opened(CounterPage()))
    return Offer("person", visit.place.counter.icon, msg("home.person"), visit.place.counter.hours, counter)
