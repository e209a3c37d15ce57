"""The end of a visit: everything of the visitor is gone already."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.events import CardRemoved, Event, WentBack, WentHome, WentOn
from kiosk.journeys.welcome import first_visit
from kiosk.screen import (
    Action,
    ActionStyle,
    Drawing,
    Level,
    Notice,
    Part,
    Picture,
    Screen,
)
from kiosk.text import msg
from kiosk.visit import Step, Visit


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Says that all is deleted, and asks for a card that was left behind."""

    def compose(self, visit: Visit) -> Screen:
        """Say goodbye; as long as a card lies in the reader, ask for it."""
        again = Action("again", msg("goodbye.again"), WentOn(), ActionStyle.PRIMARY, "arrow-right", icon_after=True)
        if visit.card_inserted:
            card = Picture("card", Drawing.REMOVE_CARD, msg("goodbye.card-words"))
            return Screen("goodbye-card", msg("goodbye.card"), visit.look, (card, _deleted()), forward=again)
        return Screen(
            "goodbye",
            msg("goodbye.title"),
            visit.look,
            (Picture("skyline", Drawing.SKYLINE, msg("welcome.skyline", name=visit.place.name)), _deleted()),
            forward=again,
            lead=msg("goodbye.lead"),
            success=True,
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Begin anew, as if nobody had been here."""
        if isinstance(event, (WentOn, WentBack, WentHome)):
            fresh = first_visit(visit.place, visit.devices)
            return replace(fresh, begun=True), ()
        if isinstance(event, CardRemoved):
            return replace(visit, path=(Goodbye(),)), ()
        return visit, ()


def _deleted() -> Part:
    return Notice("deleted", Level.SUCCESS, msg("goodbye.deleted"), msg("goodbye.deleted-text"))
